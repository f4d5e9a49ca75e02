/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-modules"

#include "cts-module-loader.h"

#include <gmodule.h>

/**
 * CtsModuleLoader:
 *
 * Finds modules by id: first those linked in, then `DIR/ID.so` and `DIR/ID/ID.so` (where a build
 * tree has them) in each folder of the search path. The first that is there counts, even when it
 * is refused: falling through to another file of the same name would hide the reason. Main
 * context.
 */
struct _CtsModuleLoader
{
  GObject parent_instance;
  char **folders;
  GPtrArray *builtins; /* (element-type CtsModuleInfo): not owned */
  GHashTable *loaded;  /* id → CtsLoadedModule; keys belong to the descriptors */
};

G_DEFINE_FINAL_TYPE (CtsModuleLoader, cts_module_loader, G_TYPE_OBJECT)

#define MODULE_SUFFIX "." G_MODULE_SUFFIX

static void
cts_module_loader_finalize (GObject *object)
{
  CtsModuleLoader *self = CTS_MODULE_LOADER (object);

  g_hash_table_unref (self->loaded);
  g_ptr_array_unref (self->builtins);
  g_strfreev (self->folders);
  G_OBJECT_CLASS (cts_module_loader_parent_class)->finalize (object);
}

static void
cts_module_loader_class_init (CtsModuleLoaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cts_module_loader_finalize;
}

static void
cts_module_loader_init (CtsModuleLoader *self)
{
  self->builtins = g_ptr_array_new ();
  self->loaded = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                        (GDestroyNotify) cts_loaded_module_free);
}

/**
 * cts_module_loader_new:
 * @search_path: (nullable): folders, separated by colons; %NULL for $CTSTREAM_PLUGIN_DIR or, when
 *   that is not set, the folder plugins are installed in
 *
 * Returns: (transfer full): a loader
 */
CtsModuleLoader *
cts_module_loader_new (const char *search_path)
{
  CtsModuleLoader *self = g_object_new (CTS_TYPE_MODULE_LOADER, NULL);

  if (search_path == NULL)
    search_path = g_getenv ("CTSTREAM_PLUGIN_DIR");
  if (search_path == NULL)
    search_path = CTS_PLUGIN_DIR;
  self->folders = g_strsplit (search_path, G_SEARCHPATH_SEPARATOR_S, -1);
  return self;
}

/**
 * cts_module_loader_add_builtin:
 * @loader: a loader
 * @info: the descriptor of a module that is linked in
 *
 * Makes a module known that needs no file.
 */
void
cts_module_loader_add_builtin (CtsModuleLoader *loader, const CtsModuleInfo *info)
{
  g_return_if_fail (CTS_IS_MODULE_LOADER (loader));
  g_return_if_fail (info->id != NULL);

  g_ptr_array_add (loader->builtins, (gpointer) info);
}

static const CtsModuleInfo *
find_builtin (CtsModuleLoader *self, const char *id)
{
  for (guint i = 0; i < self->builtins->len; i++)
    {
      const CtsModuleInfo *info = g_ptr_array_index (self->builtins, i);

      if (g_strcmp0 (info->id, id) == 0)
        return info;
    }
  return NULL;
}

/* An empty part of the search path is no folder, least of all the current one. */
static char *
find_in_folder (const char *folder, const char *id)
{
  g_autofree char *file_name = g_strconcat (id, MODULE_SUFFIX, NULL);
  g_autofree char *flat = g_build_filename (folder, file_name, NULL);
  g_autofree char *nested = g_build_filename (folder, id, file_name, NULL);

  if (*folder == '\0')
    return NULL;
  if (g_file_test (flat, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&flat);
  if (g_file_test (nested, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&nested);
  return NULL;
}

static char *
find_file (CtsModuleLoader *self, const char *id, GError **error)
{
  g_autofree char *searched = NULL;

  if (!cts_module_id_is_valid (id))
    {
      g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_NOT_FOUND,
                   "'%s' is not a module's name: only a-z, 0-9, - and _", id);
      return NULL;
    }

  for (guint i = 0; self->folders[i] != NULL; i++)
    {
      char *path = find_in_folder (self->folders[i], id);

      if (path != NULL)
        return path;
    }

  searched = g_strjoinv (", ", self->folders);
  g_set_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_NOT_FOUND, "no module named '%s' in %s",
               id, searched);
  return NULL;
}

static CtsLoadedModule *
load_file (CtsModuleLoader *self, const char *id, GError **error)
{
  g_autofree char *path = find_file (self, id, error);

  return path != NULL ? cts_loaded_module_open (path, error) : NULL;
}

/**
 * cts_module_loader_load:
 * @loader: a loader
 * @id: the module's id
 * @error: return location for an error in %CTS_MODULE_ERROR
 *
 * Loads a module, or finds the one loaded before. What failed is looked at afresh each time.
 *
 * Returns: (transfer none): the module, valid as long as @loader
 */
CtsLoadedModule *
cts_module_loader_load (CtsModuleLoader *loader, const char *id, GError **error)
{
  CtsLoadedModule *module;
  const CtsModuleInfo *builtin;

  g_return_val_if_fail (CTS_IS_MODULE_LOADER (loader), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  module = g_hash_table_lookup (loader->loaded, id);
  if (module != NULL)
    return module;

  builtin = find_builtin (loader, id);
  module = builtin != NULL ? cts_loaded_module_new_builtin (builtin, error)
                           : load_file (loader, id, error);
  if (module != NULL)
    g_hash_table_insert (loader->loaded, (gpointer) cts_loaded_module_get_info (module)->id,
                         module);
  return module;
}

/* The id a file in a folder stands for: of `ID.so`, or of a folder `ID` with `ID.so` in it. */
static char *
id_of_entry (const char *folder, const char *entry)
{
  g_autofree char *id = NULL;
  g_autofree char *path = NULL;

  if (g_str_has_suffix (entry, MODULE_SUFFIX))
    id = g_strndup (entry, strlen (entry) - strlen (MODULE_SUFFIX));
  else
    id = g_strdup (entry);

  if (!cts_module_id_is_valid (id))
    return NULL;
  path = find_in_folder (folder, id);
  return path != NULL ? g_steal_pointer (&id) : NULL;
}

static void
list_folder (const char *folder, GHashTable *ids)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *entry;

  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      char *id = id_of_entry (folder, entry);

      if (id != NULL)
        g_hash_table_add (ids, id);
    }
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * cts_module_loader_list_ids:
 * @loader: a loader
 *
 * Lists what could be loaded, without opening it.
 *
 * Returns: (transfer full) (array zero-terminated=1): the ids, in alphabetical order
 */
char **
cts_module_loader_list_ids (CtsModuleLoader *loader)
{
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_ids;
  char **list;

  for (guint i = 0; i < loader->builtins->len; i++)
    {
      const CtsModuleInfo *info = g_ptr_array_index (loader->builtins, i);

      g_hash_table_add (ids, g_strdup (info->id));
    }
  for (guint i = 0; loader->folders[i] != NULL; i++)
    list_folder (loader->folders[i], ids);

  list = (char **) g_hash_table_get_keys_as_array (ids, &n_ids);
  g_hash_table_steal_all (ids);
  qsort (list, n_ids, sizeof (char *), compare_ids);
  return list;
}
