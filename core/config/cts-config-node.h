/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CtsConfigOrigin:
 * @file: (nullable): name of the file, or what stands for it; a #GRefString
 * @line: line in it, from 1; 0 when @file has no lines
 * @column: column in it, from 1
 *
 * Where a piece of configuration was written.
 */
typedef struct
{
  char *file;
  guint line;
  guint column;
} CtsConfigOrigin;

typedef enum
{
  CTS_CONFIG_NODE_SCALAR,
  CTS_CONFIG_NODE_LIST,
  CTS_CONFIG_NODE_MAP,
} CtsConfigNodeKind;

/**
 * CtsConfigNode:
 *
 * A piece of configuration as it was written: a text, a list or a map, and where it stands. Grown
 * by one owner, then never written again and shared by reference count. Any thread.
 */
typedef struct _CtsConfigNode CtsConfigNode;

/**
 * CtsConfigEntry:
 * @key: the key, underscores read as dashes
 * @written: the key as it was written
 * @origin: where the key stands
 * @value: its value
 *
 * A line of a map.
 */
typedef struct
{
  char *key;
  char *written;
  CtsConfigOrigin origin;
  CtsConfigNode *value;
} CtsConfigEntry;

CtsConfigNode *cts_config_node_new_scalar (const CtsConfigOrigin *origin,
                                           const char *text,
                                           gboolean is_plain);
CtsConfigNode *cts_config_node_new_list (const CtsConfigOrigin *origin);
CtsConfigNode *cts_config_node_new_map (const CtsConfigOrigin *origin);
CtsConfigNode *cts_config_node_ref (CtsConfigNode *node);
void cts_config_node_unref (CtsConfigNode *node);

void cts_config_node_append (CtsConfigNode *list, CtsConfigNode *value);
gboolean cts_config_node_set (CtsConfigNode *map,
                              const char *key,
                              const CtsConfigOrigin *origin,
                              CtsConfigNode *value);

CtsConfigNodeKind cts_config_node_get_kind (const CtsConfigNode *node);
const CtsConfigOrigin *cts_config_node_get_origin (const CtsConfigNode *node);
const char *cts_config_node_get_text (const CtsConfigNode *node);
gboolean cts_config_node_is_plain (const CtsConfigNode *node);
gboolean cts_config_node_is_null (const CtsConfigNode *node);
guint cts_config_node_get_size (const CtsConfigNode *node);
CtsConfigNode *cts_config_node_get_item (const CtsConfigNode *list, guint i);
const CtsConfigEntry *cts_config_node_get_entry (const CtsConfigNode *map, guint i);
const CtsConfigEntry *cts_config_node_lookup (const CtsConfigNode *map, const char *key);

gboolean cts_config_node_equal (const CtsConfigNode *a, const CtsConfigNode *b);
CtsConfigNode *cts_config_node_merge (CtsConfigNode *under, CtsConfigNode *over);

char *cts_config_origin_format (const CtsConfigOrigin *origin);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsConfigNode, cts_config_node_unref)

G_END_DECLS
