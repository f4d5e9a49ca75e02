/* SPDX-License-Identifier: MIT */
#include "cts-test-certificates.h"

#include <string.h>

#include "core/x509/cts-general-names.h"
#include "core/x509/cts-name.h"
#include "core/x509/cts-x509-string.h"

gboolean
cts_test_next_certificate (GBytes *file, gsize *position, const guint8 **der, gsize *size)
{
  gsize file_size;
  const guint8 *data = g_bytes_get_data (file, &file_size);
  guint32 length;

  if (*position == file_size)
    return FALSE;
  g_assert_cmpuint (file_size - *position, >=, sizeof length);
  memcpy (&length, data + *position, sizeof length);
  length = GUINT32_FROM_BE (length);
  *position += sizeof length;
  g_assert_cmpuint (file_size - *position, >=, length);
  *der = data + *position;
  *size = length;
  *position += length;
  return TRUE;
}

static void
assert_span (const CtsSpan *span, gsize size)
{
  g_assert_cmpuint (span->offset, <=, size);
  g_assert_cmpuint (span->size, <=, size - span->offset);
}

void
cts_test_assert_spans (const CtsX509 *x509, gsize size)
{
  assert_span (&x509->tbs, size);
  assert_span (&x509->serial, size);
  assert_span (&x509->issuer, size);
  assert_span (&x509->subject, size);
  assert_span (&x509->spki, size);
  assert_span (&x509->signature_algorithm, size);
  assert_span (&x509->extensions, size);
  for (guint i = 0; i < CTS_X509_N_EXT; i++)
    assert_span (&x509->extension[i], size);
}

GPtrArray *
cts_test_name_values (const guint8 *der, const CtsSpan *name, int attribute)
{
  GPtrArray *values = g_ptr_array_new_with_free_func (g_free);
  CtsNameIter iter;
  CtsNameValue value;

  cts_name_iter_init (&iter, der + name->offset, name->size);
  while (cts_name_iter_next (&iter, &value))
    {
      char *text;

      if ((int) value.attribute != attribute)
        continue;
      text = g_malloc (CTS_X509_STRING_MAX (value.size) + 1);
      text[cts_x509_string_to_utf8 (text, value.tag, value.data, value.size)] = 0;
      g_ptr_array_add (values, text);
    }
  return values;
}

GPtrArray *
cts_test_dns_names (const guint8 *der, const CtsX509 *x509)
{
  const CtsSpan *san = &x509->extension[CTS_X509_EXT_SUBJECT_ALT_NAME];
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  CtsGeneralNamesIter iter;
  CtsGeneralName name;

  if (!cts_x509_has_extension (x509, CTS_X509_EXT_SUBJECT_ALT_NAME))
    return names;
  cts_general_names_iter_init (&iter, der + san->offset, san->size);
  while (cts_general_names_iter_next (&iter, &name))
    if (name.tag == CTS_GENERAL_NAME_DNS)
      g_ptr_array_add (names, g_strndup ((const char *) name.data, name.size));
  return names;
}
