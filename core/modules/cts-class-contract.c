/* SPDX-License-Identifier: MIT */
#include "cts-class-contract.h"

static const char *
source_find_missing (const CtsSourceClass *klass)
{
  if (klass->protocol == NULL)
    return "protocol";
  if (klass->fetch_head_async == NULL || klass->fetch_head_finish == NULL)
    return "fetch_head";
  if (klass->fetch_entries_async == NULL || klass->fetch_entries_finish == NULL)
    return "fetch_entries";
  return klass->read_entries == NULL ? "read_entries" : NULL;
}

static const char *
serializer_find_missing (const CtsSerializerClass *klass)
{
  guint n_formats = 0;

  while (klass->formats != NULL && klass->formats[n_formats] != NULL
         && n_formats <= CTS_SERIALIZER_MAX_FORMATS)
    n_formats++;
  if (n_formats == 0 || n_formats > CTS_SERIALIZER_MAX_FORMATS)
    return "list of 1 to " G_STRINGIFY (CTS_SERIALIZER_MAX_FORMATS) " formats";
  return klass->encode == NULL ? "encode" : NULL;
}

static const char *
sink_find_missing (const CtsSinkClass *klass)
{
  gboolean mounts = g_type_is_a (G_TYPE_FROM_CLASS (klass), CTS_TYPE_HTTP_MOUNT);

  return klass->write == NULL && !mounts ? "write, nor a CtsHttpMount" : NULL;
}

/**
 * cts_class_contract_find_missing:
 * @role: a role
 * @klass: a class derived from the role's
 *
 * Looks for members that a type of @role must set; the core calls them without asking.
 *
 * Returns: (nullable): what is missing; %NULL when nothing is
 */
const char *
cts_class_contract_find_missing (CtsRole role, GTypeClass *klass)
{
  switch (role)
    {
    case CTS_ROLE_SOURCE:
      return source_find_missing ((CtsSourceClass *) klass);
    case CTS_ROLE_SERIALIZER:
      return serializer_find_missing ((CtsSerializerClass *) klass);
    case CTS_ROLE_SINK:
      return sink_find_missing ((CtsSinkClass *) klass);
    case CTS_ROLE_FILTER:
    default:
      return NULL;
    }
}
