/* SPDX-License-Identifier: MIT */
#include "cts-config-node.h"

struct _CtsConfigNode
{
  CtsConfigNodeKind kind;
  CtsConfigOrigin origin;

  /* A scalar's. */
  char *text;
  gboolean is_plain;

  /* A list's nodes, or a map's entries in the order they were written. */
  GPtrArray *items;
  /* A map's entries by key. */
  GHashTable *index;
};

static void
origin_copy (CtsConfigOrigin *to, const CtsConfigOrigin *from)
{
  *to = *from;
  if (to->file != NULL)
    g_ref_string_acquire (to->file);
}

static void
origin_clear (CtsConfigOrigin *origin)
{
  g_clear_pointer (&origin->file, g_ref_string_release);
}

static void
entry_free (gpointer data)
{
  CtsConfigEntry *entry = data;

  g_free (entry->key);
  g_free (entry->written);
  origin_clear (&entry->origin);
  cts_config_node_unref (entry->value);
  g_free (entry);
}

static void
node_unref_item (gpointer data)
{
  cts_config_node_unref (data);
}

static CtsConfigNode *
node_new (CtsConfigNodeKind kind, const CtsConfigOrigin *origin)
{
  CtsConfigNode *node = g_atomic_rc_box_new0 (CtsConfigNode);

  node->kind = kind;
  origin_copy (&node->origin, origin);
  return node;
}

/**
 * cts_config_node_new_scalar:
 * @origin: where it stands
 * @text: the text, valid UTF-8
 * @is_plain: written without quotes, so that it may be a number or a boolean
 *
 * Returns: (transfer full): a new text
 */
CtsConfigNode *
cts_config_node_new_scalar (const CtsConfigOrigin *origin, const char *text, gboolean is_plain)
{
  CtsConfigNode *node = node_new (CTS_CONFIG_NODE_SCALAR, origin);

  node->text = g_strdup (text);
  node->is_plain = is_plain;
  return node;
}

/**
 * cts_config_node_new_list:
 * @origin: where it stands
 *
 * Returns: (transfer full): a new list, empty
 */
CtsConfigNode *
cts_config_node_new_list (const CtsConfigOrigin *origin)
{
  CtsConfigNode *node = node_new (CTS_CONFIG_NODE_LIST, origin);

  node->items = g_ptr_array_new_with_free_func (node_unref_item);
  return node;
}

/**
 * cts_config_node_new_map:
 * @origin: where it stands
 *
 * Returns: (transfer full): a new map, empty
 */
CtsConfigNode *
cts_config_node_new_map (const CtsConfigOrigin *origin)
{
  CtsConfigNode *node = node_new (CTS_CONFIG_NODE_MAP, origin);

  node->items = g_ptr_array_new_with_free_func (entry_free);
  node->index = g_hash_table_new (g_str_hash, g_str_equal);
  return node;
}

CtsConfigNode *
cts_config_node_ref (CtsConfigNode *node)
{
  return g_atomic_rc_box_acquire (node);
}

static void
node_clear (gpointer data)
{
  CtsConfigNode *node = data;

  origin_clear (&node->origin);
  g_free (node->text);
  g_clear_pointer (&node->index, g_hash_table_unref);
  g_clear_pointer (&node->items, g_ptr_array_unref);
}

void
cts_config_node_unref (CtsConfigNode *node)
{
  g_atomic_rc_box_release_full (node, node_clear);
}

/**
 * cts_config_node_append:
 * @list: a list nobody else has seen yet
 * @value: (transfer full): its next item
 */
void
cts_config_node_append (CtsConfigNode *list, CtsConfigNode *value)
{
  g_ptr_array_add (list->items, value);
}

/**
 * cts_config_node_set:
 * @map: a map nobody else has seen yet
 * @key: a key as it was written
 * @origin: where the key stands
 * @value: (transfer full): its value
 *
 * Adds a line to @map.
 *
 * Returns: %FALSE when the key is there already; then nothing changed
 */
gboolean
cts_config_node_set (CtsConfigNode *map,
                     const char *key,
                     const CtsConfigOrigin *origin,
                     CtsConfigNode *value)
{
  g_autofree char *name = g_strdelimit (g_strdup (key), "_", '-');
  CtsConfigEntry *entry;

  if (g_hash_table_contains (map->index, name))
    {
      cts_config_node_unref (value);
      return FALSE;
    }

  entry = g_new0 (CtsConfigEntry, 1);
  entry->key = g_steal_pointer (&name);
  entry->written = g_strdup (key);
  origin_copy (&entry->origin, origin);
  entry->value = value;
  g_ptr_array_add (map->items, entry);
  g_hash_table_insert (map->index, entry->key, entry);
  return TRUE;
}

CtsConfigNodeKind
cts_config_node_get_kind (const CtsConfigNode *node)
{
  return node->kind;
}

const CtsConfigOrigin *
cts_config_node_get_origin (const CtsConfigNode *node)
{
  return &node->origin;
}

/**
 * cts_config_node_get_text:
 * @node: a scalar
 *
 * Returns: (transfer none): its text
 */
const char *
cts_config_node_get_text (const CtsConfigNode *node)
{
  g_return_val_if_fail (node->kind == CTS_CONFIG_NODE_SCALAR, "");
  return node->text;
}

/**
 * cts_config_node_is_plain:
 * @node: any node
 *
 * Returns: %TRUE for a scalar written without quotes
 */
gboolean
cts_config_node_is_plain (const CtsConfigNode *node)
{
  return node->kind == CTS_CONFIG_NODE_SCALAR && node->is_plain;
}

/**
 * cts_config_node_is_null:
 * @node: any node
 *
 * Returns: %TRUE when nothing was written, or one of YAML's words for nothing (YAML 1.2 §10.3.2)
 */
gboolean
cts_config_node_is_null (const CtsConfigNode *node)
{
  static const char *const words[] = { "", "~", "null", "Null", "NULL", NULL };

  return cts_config_node_is_plain (node) && g_strv_contains (words, node->text);
}

/**
 * cts_config_node_get_size:
 * @node: a list or a map
 *
 * Returns: how many items or entries it has
 */
guint
cts_config_node_get_size (const CtsConfigNode *node)
{
  return node->items != NULL ? node->items->len : 0;
}

/**
 * cts_config_node_get_item:
 * @list: a list
 * @i: place, below its size
 *
 * Returns: (transfer none): the item there
 */
CtsConfigNode *
cts_config_node_get_item (const CtsConfigNode *list, guint i)
{
  g_return_val_if_fail (list->kind == CTS_CONFIG_NODE_LIST, NULL);
  return g_ptr_array_index (list->items, i);
}

/**
 * cts_config_node_get_entry:
 * @map: a map
 * @i: place in the order it was written, below its size
 *
 * Returns: (transfer none): the line there
 */
const CtsConfigEntry *
cts_config_node_get_entry (const CtsConfigNode *map, guint i)
{
  g_return_val_if_fail (map->kind == CTS_CONFIG_NODE_MAP, NULL);
  return g_ptr_array_index (map->items, i);
}

/**
 * cts_config_node_lookup:
 * @map: a node
 * @key: a key, with dashes
 *
 * Returns: (transfer none) (nullable): the line of @key; %NULL when there is none or @map is no map
 */
const CtsConfigEntry *
cts_config_node_lookup (const CtsConfigNode *map, const char *key)
{
  return map->index != NULL ? g_hash_table_lookup (map->index, key) : NULL;
}

static gboolean
map_equal (const CtsConfigNode *a, const CtsConfigNode *b)
{
  for (guint i = 0; i < a->items->len; i++)
    {
      const CtsConfigEntry *entry = cts_config_node_get_entry (a, i);
      const CtsConfigEntry *other = cts_config_node_lookup (b, entry->key);

      if (other == NULL || !cts_config_node_equal (entry->value, other->value))
        return FALSE;
    }
  return TRUE;
}

static gboolean
list_equal (const CtsConfigNode *a, const CtsConfigNode *b)
{
  for (guint i = 0; i < a->items->len; i++)
    if (!cts_config_node_equal (cts_config_node_get_item (a, i), cts_config_node_get_item (b, i)))
      return FALSE;
  return TRUE;
}

/**
 * cts_config_node_equal:
 * @a: a node
 * @b: another
 *
 * Compares what was written; where it stands and the order of a map's keys do not matter.
 *
 * Returns: %TRUE when both say the same
 */
gboolean
cts_config_node_equal (const CtsConfigNode *a, const CtsConfigNode *b)
{
  if (a == b)
    return TRUE;
  if (a->kind != b->kind || cts_config_node_get_size (a) != cts_config_node_get_size (b))
    return FALSE;

  switch (a->kind)
    {
    case CTS_CONFIG_NODE_SCALAR:
      return a->is_plain == b->is_plain && g_str_equal (a->text, b->text);
    case CTS_CONFIG_NODE_LIST:
      return list_equal (a, b);
    case CTS_CONFIG_NODE_MAP:
      return map_equal (a, b);
    default:
      return FALSE;
    }
}

static void
set_entry (CtsConfigNode *map, const CtsConfigEntry *entry, CtsConfigNode *value)
{
  cts_config_node_set (map, entry->written, &entry->origin, value);
}

/**
 * cts_config_node_merge:
 * @under: a node
 * @over: what is laid over it
 *
 * Maps merge, lists and texts replace what they are laid over. A map with nothing in it, as left
 * over when all its lines are commented out, replaces nothing.
 *
 * Returns: (transfer full): the result, which shares what it can
 */
CtsConfigNode *
cts_config_node_merge (CtsConfigNode *under, CtsConfigNode *over)
{
  CtsConfigNode *merged;

  if (under->kind != CTS_CONFIG_NODE_MAP)
    return cts_config_node_ref (over);
  if (cts_config_node_is_null (over))
    return cts_config_node_ref (under);
  if (over->kind != CTS_CONFIG_NODE_MAP)
    return cts_config_node_ref (over);

  merged = cts_config_node_new_map (&over->origin);
  for (guint i = 0; i < under->items->len; i++)
    {
      const CtsConfigEntry *entry = cts_config_node_get_entry (under, i);
      const CtsConfigEntry *laid = cts_config_node_lookup (over, entry->key);

      if (laid == NULL)
        set_entry (merged, entry, cts_config_node_ref (entry->value));
      else
        set_entry (merged, laid, cts_config_node_merge (entry->value, laid->value));
    }
  for (guint i = 0; i < over->items->len; i++)
    {
      const CtsConfigEntry *entry = cts_config_node_get_entry (over, i);

      if (cts_config_node_lookup (under, entry->key) == NULL)
        set_entry (merged, entry, cts_config_node_ref (entry->value));
    }
  return merged;
}

/**
 * cts_config_origin_format:
 * @origin: a place
 *
 * Returns: (transfer full): `FILE:LINE:COLUMN`, or the name alone of what has no lines
 */
char *
cts_config_origin_format (const CtsConfigOrigin *origin)
{
  if (origin->line == 0)
    return g_strdup (origin->file);
  return g_strdup_printf ("%s:%u:%u", origin->file, origin->line, origin->column);
}
