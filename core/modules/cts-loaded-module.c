/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-modules"

#include "cts-loaded-module.h"

#include "core/modules/cts-class-contract.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <gmodule.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctstream.h>

#define MODULE_SUFFIX     "." G_MODULE_SUFFIX
#define DESCRIPTOR_SYMBOL "cts_module"

/* A module's id is a file name and a key in the configuration. */
#define MAX_ID_LENGTH 64

struct _CtsLoadedModule
{
  char *path;
  const CtsModuleInfo *info;
  GType types[CTS_MODULE_MAX_TYPES];
};

G_DEFINE_QUARK (cts_module_error, cts_module_error)

/**
 * cts_role_to_string:
 * @role: a role
 *
 * Returns: (nullable): what messages call a stage of @role; %NULL if there is no such role
 */
const char *
cts_role_to_string (CtsRole role)
{
  switch (role)
    {
    case CTS_ROLE_SOURCE:
      return "source";
    case CTS_ROLE_FILTER:
      return "filter";
    case CTS_ROLE_SERIALIZER:
      return "serializer";
    case CTS_ROLE_SINK:
      return "sink";
    default:
      return NULL;
    }
}

static GType
role_base_type (CtsRole role)
{
  switch (role)
    {
    case CTS_ROLE_SOURCE:
      return CTS_TYPE_SOURCE;
    case CTS_ROLE_FILTER:
      return CTS_TYPE_FILTER;
    case CTS_ROLE_SERIALIZER:
      return CTS_TYPE_SERIALIZER;
    case CTS_ROLE_SINK:
      return CTS_TYPE_SINK;
    default:
      return G_TYPE_INVALID;
    }
}

/**
 * cts_module_id_is_valid:
 * @id: a text from a configuration or a descriptor
 *
 * Returns: whether @id may be a module's: lower-case letters, digits, dashes and underscores, at
 *   most 64; so it never leaves a module folder
 */
gboolean
cts_module_id_is_valid (const char *id)
{
  gsize length = strspn (id, "abcdefghijklmnopqrstuvwxyz0123456789-_");

  return id[length] == '\0' && length >= 1 && length <= MAX_ID_LENGTH;
}

/* Whoever may write the file becomes us. The folders above it are the packager's business. */
static gboolean
check_file (const char *path, GError **error)
{
  GStatBuf info;
  int saved_errno;

  if (g_stat (path, &info) != 0)
    {
      saved_errno = errno;
      g_set_error (error, CTS_MODULE_ERROR,
                   saved_errno == ENOENT ? CTS_MODULE_ERROR_NOT_FOUND : CTS_MODULE_ERROR_INVALID,
                   "%s", g_strerror (saved_errno));
      return FALSE;
    }

  if (!g_str_has_suffix (path, MODULE_SUFFIX))
    g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_INVALID,
                 "the file name does not end in " MODULE_SUFFIX);
  else if (!S_ISREG (info.st_mode))
    g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_INVALID, "not a regular file");
  else if (info.st_uid != 0 && info.st_uid != geteuid ())
    g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_UNSAFE,
                 "owned by user %u, neither root nor us", (guint) info.st_uid);
  else if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_UNSAFE,
                 "writable by its group or by others (mode %04o)", (guint) info.st_mode & 07777);
  else
    return TRUE;
  return FALSE;
}

/* Number and size come first: what lies behind them may look different in another version. */
static gboolean
check_version (const CtsModuleInfo *info, GError **error)
{
  if (info->magic != CTS_MODULE_MAGIC)
    g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_INVALID,
                 DESCRIPTOR_SYMBOL " is not a module descriptor");
  else if (info->abi_version != CTS_ABI_VERSION)
    g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_INCOMPATIBLE,
                 "built for plugin version %u, this is %u", info->abi_version,
                 (guint) CTS_ABI_VERSION);
  else if (info->size != sizeof (CtsModuleInfo))
    g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_INCOMPATIBLE,
                 "the descriptor has %" G_GSIZE_FORMAT " bytes, here %" G_GSIZE_FORMAT, info->size,
                 sizeof (CtsModuleInfo));
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_texts (const CtsModuleInfo *info, GError **error)
{
  if (info->id != NULL && info->description != NULL && info->version != NULL
      && info->license != NULL)
    return TRUE;
  g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_INVALID,
               "the descriptor lacks id, description, version or license");
  return FALSE;
}

/* A stage is configured by role and module, so there can be one type for each role. */
static gboolean
check_roles (const CtsModuleInfo *info, GError **error)
{
  guint seen = 0;
  guint i;

  for (i = 0; i <= CTS_MODULE_MAX_TYPES && info->types[i].role != 0; i++)
    {
      CtsRole role = info->types[i].role;

      if (cts_role_to_string (role) == NULL || info->types[i].get_type == NULL)
        {
          g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_INVALID,
                       "type %u has no known role or no function", i + 1);
          return FALSE;
        }
      if ((seen & (1u << role)) != 0)
        {
          g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_INVALID, "two types are a %s",
                       cts_role_to_string (role));
          return FALSE;
        }
      seen |= 1u << role;
    }

  if (i >= 1 && i <= CTS_MODULE_MAX_TYPES)
    return TRUE;
  g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_INVALID,
               i == 0 ? "brings no types" : "the list of types has no end");
  return FALSE;
}

static gboolean
check_descriptor (const CtsModuleInfo *info, GError **error)
{
  return check_version (info, error) && check_texts (info, error) && check_roles (info, error);
}

static gboolean
check_class (CtsRole role, GType type, GError **error)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (type);
  const char *missing = cts_class_contract_find_missing (role, klass);

  if (missing == NULL)
    return TRUE;
  g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_INVALID, "type %s has no %s",
               g_type_name (type), missing);
  return FALSE;
}

/* The first code of the plugin runs here. */
static gboolean
register_types (CtsLoadedModule *module, GError **error)
{
  for (guint i = 0; module->info->types[i].role != 0; i++)
    {
      CtsRole role = module->info->types[i].role;
      GType type = module->info->types[i].get_type ();

      if (type == G_TYPE_INVALID || !g_type_is_a (type, role_base_type (role))
          || G_TYPE_IS_ABSTRACT (type))
        {
          g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_INVALID,
                       "type %s cannot be a %s: it is abstract, or not derived from %s",
                       type != G_TYPE_INVALID ? g_type_name (type) : "(none)",
                       cts_role_to_string (role), g_type_name (role_base_type (role)));
          return FALSE;
        }
      if (!check_class (role, type, error))
        return FALSE;
      module->types[i] = type;
    }
  return TRUE;
}

static gboolean
check_file_name (const CtsModuleInfo *info, const char *path, GError **error)
{
  g_autofree char *file_name = g_path_get_basename (path);
  g_autofree char *expected = g_strconcat (info->id, MODULE_SUFFIX, NULL);

  if (cts_module_id_is_valid (info->id) && g_str_equal (file_name, expected))
    return TRUE;
  g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_INVALID,
               "the id is '%s', unlike the file name", info->id);
  return FALSE;
}

static gboolean
check_opened (GModule *library, const char *path, const CtsModuleInfo **info, GError **error)
{
  gpointer symbol = NULL;

  if (!g_module_symbol (library, DESCRIPTOR_SYMBOL, &symbol) || symbol == NULL)
    {
      g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_INVALID,
                   "has no symbol " DESCRIPTOR_SYMBOL);
      return FALSE;
    }
  *info = symbol;
  return check_descriptor (*info, error) && check_file_name (*info, path, error);
}

/* A refused module is closed again, so that a better file is seen at the next try; an accepted one
 * stays, since types cannot be unregistered. */
static const CtsModuleInfo *
open_library (const char *path, GError **error)
{
  GModule *library;
  const CtsModuleInfo *info;

  if (!check_file (path, error))
    return NULL;

  library = g_module_open (path, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
  if (library == NULL)
    {
      g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_INVALID, "cannot be opened: %s",
                   g_module_error ());
      return NULL;
    }

  if (check_opened (library, path, &info, error))
    {
      g_module_make_resident (library);
      return info;
    }
  g_module_close (library);
  return NULL;
}

static CtsLoadedModule *
loaded_module_new (const char *path, const CtsModuleInfo *info, GError **error)
{
  g_autoptr (CtsLoadedModule) module = g_new0 (CtsLoadedModule, 1);

  module->path = g_strdup (path);
  module->info = info;
  return register_types (module, error) ? g_steal_pointer (&module) : NULL;
}

/**
 * cts_loaded_module_open:
 * @path: path of a shared object
 * @error: return location for an error in %CTS_MODULE_ERROR
 *
 * Opens a module after looking at the file, and takes it when its descriptor and types are right.
 * Main context.
 *
 * Returns: (transfer full): the module
 */
CtsLoadedModule *
cts_loaded_module_open (const char *path, GError **error)
{
  const CtsModuleInfo *info = open_library (path, error);
  CtsLoadedModule *module = info != NULL ? loaded_module_new (path, info, error) : NULL;

  if (module == NULL)
    g_prefix_error (error, "module '%s': ", path);
  return module;
}

/**
 * cts_loaded_module_new_builtin:
 * @info: the descriptor of a module that is linked in
 * @error: return location for an error in %CTS_MODULE_ERROR
 *
 * Takes a module that needs no file. It is checked like the others. Main context.
 *
 * Returns: (transfer full): the module
 */
CtsLoadedModule *
cts_loaded_module_new_builtin (const CtsModuleInfo *info, GError **error)
{
  CtsLoadedModule *module = NULL;

  if (check_descriptor (info, error))
    module = loaded_module_new (NULL, info, error);
  if (module == NULL)
    g_prefix_error (error, "built-in module '%s': ", info->id != NULL ? info->id : "(none)");
  return module;
}

/**
 * cts_loaded_module_free:
 * @module: (transfer full): a module
 *
 * Forgets a module; its code and types stay.
 */
void
cts_loaded_module_free (CtsLoadedModule *module)
{
  g_free (module->path);
  g_free (module);
}

/**
 * cts_loaded_module_get_info:
 * @module: a module
 *
 * Returns: (transfer none): its descriptor
 */
const CtsModuleInfo *
cts_loaded_module_get_info (const CtsLoadedModule *module)
{
  return module->info;
}

/**
 * cts_loaded_module_get_path:
 * @module: a module
 *
 * Returns: (transfer none) (nullable): its file; %NULL when it is built in
 */
const char *
cts_loaded_module_get_path (const CtsLoadedModule *module)
{
  return module->path;
}

/**
 * cts_loaded_module_find_type:
 * @module: a module
 * @role: a role
 *
 * Returns: the module's type for @role, or %G_TYPE_INVALID
 */
GType
cts_loaded_module_find_type (const CtsLoadedModule *module, CtsRole role)
{
  for (guint i = 0; module->info->types[i].role != 0; i++)
    if (module->info->types[i].role == role)
      return module->types[i];
  return G_TYPE_INVALID;
}
