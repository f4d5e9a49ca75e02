/* SPDX-License-Identifier: MIT */
#include "cts-config-key.h"

#include "core/config/cts-config-value.h"

static void
records_set_default (const CtsConfigKey *key, gpointer field)
{
  *(GPtrArray **) field = g_ptr_array_new_with_free_func (key->record_free);
}

static void
records_clear (gpointer field)
{
  g_clear_pointer ((GPtrArray **) field, g_ptr_array_unref);
}

static gpointer
read_record (CtsConfigReader *reader,
             const CtsConfigKey *key,
             const CtsConfigNode *node,
             const char *path)
{
  gpointer record = g_malloc0 (key->record_size);

  cts_config_keys_set_defaults (key->children, key->n_children, record);
  cts_config_keys_read (reader, key->children, key->n_children, node, path, record);
  return record;
}

static void
records_read (CtsConfigReader *reader,
              const CtsConfigKey *key,
              const CtsConfigNode *node,
              const char *path,
              gpointer field)
{
  if (!cts_config_value_is_list (node, path, reader->errors))
    return;

  records_clear (field);
  records_set_default (key, field);
  for (guint i = 0; i < cts_config_node_get_size (node); i++)
    {
      g_autofree char *item_path = cts_config_path_item (path, i);
      const CtsConfigNode *item = cts_config_node_get_item (node, i);

      g_ptr_array_add (*(GPtrArray **) field, read_record (reader, key, item, item_path));
    }
}

static void
named_records_read (CtsConfigReader *reader,
                    const CtsConfigKey *key,
                    const CtsConfigNode *node,
                    const char *path,
                    gpointer field)
{
  if (!cts_config_value_is_map (node, path, reader->errors))
    return;

  records_clear (field);
  records_set_default (key, field);
  for (guint i = 0; i < cts_config_node_get_size (node); i++)
    {
      const CtsConfigEntry *entry = cts_config_node_get_entry (node, i);
      g_autofree char *entry_path = cts_config_path_key (path, entry->written);
      gpointer record = read_record (reader, key, entry->value, entry_path);

      *(char **) record = g_strdup (entry->written);
      g_ptr_array_add (*(GPtrArray **) field, record);
    }
}

static gboolean
records_equal (const CtsConfigKey *key, gconstpointer field_a, gconstpointer field_b)
{
  const GPtrArray *a = *(GPtrArray *const *) field_a;
  const GPtrArray *b = *(GPtrArray *const *) field_b;

  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    for (gsize j = 0; j < key->n_children; j++)
      if (!cts_config_key_equal (&key->children[j], a->pdata[i], b->pdata[i]))
        return FALSE;
  return TRUE;
}

static gboolean
named_records_equal (const CtsConfigKey *key, gconstpointer field_a, gconstpointer field_b)
{
  const GPtrArray *a = *(GPtrArray *const *) field_a;
  const GPtrArray *b = *(GPtrArray *const *) field_b;

  if (!records_equal (key, field_a, field_b))
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!g_str_equal (*(char *const *) a->pdata[i], *(char *const *) b->pdata[i]))
      return FALSE;
  return TRUE;
}

const CtsConfigType cts_config_type_records = {
  .set_default = records_set_default,
  .read = records_read,
  .equal = records_equal,
  .clear = records_clear,
};

const CtsConfigType cts_config_type_named_records = {
  .set_default = records_set_default,
  .read = named_records_read,
  .equal = named_records_equal,
  .clear = records_clear,
};
