/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-option.h>

#include "core/config/cts-config-node.h"

G_BEGIN_DECLS

/*
 * Nodes as values. Each returns FALSE after it added an error that names the key @path; then
 * nothing is written.
 */
gboolean cts_config_value_get_boolean (const CtsConfigNode *node,
                                       const char *path,
                                       gboolean *value,
                                       GPtrArray *errors);
gboolean cts_config_value_get_uint (const CtsConfigNode *node,
                                    const char *path,
                                    guint64 minimum,
                                    guint64 maximum,
                                    guint64 *value,
                                    GPtrArray *errors);
gboolean cts_config_value_get_string (const CtsConfigNode *node,
                                      const char *path,
                                      const char **value,
                                      GPtrArray *errors);
gboolean cts_config_value_get_choice (const CtsConfigNode *node,
                                      const char *path,
                                      const char *const *choices,
                                      guint *value,
                                      GPtrArray *errors);
gboolean cts_config_value_get_strv (const CtsConfigNode *node,
                                    const char *path,
                                    GStrv *value,
                                    GPtrArray *errors);
gboolean cts_config_value_is_list (const CtsConfigNode *node, const char *path, GPtrArray *errors);
gboolean cts_config_value_is_map (const CtsConfigNode *node, const char *path, GPtrArray *errors);

char *cts_config_path_item (const char *path, guint i);
char *cts_config_path_key (const char *path, const char *key);

const char *cts_config_nearest (const char *word, const char *const *words);
void cts_config_add_unknown (GPtrArray *errors,
                             const CtsConfigEntry *entry,
                             const char *path,
                             const char *const *known);

G_END_DECLS
