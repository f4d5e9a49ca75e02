/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/config/cts-config-node.h"

G_BEGIN_DECLS

/* Far above any configuration, and what bounds the memory of reading one. */
#define CTS_YAML_MAX_SIZE  (1u << 20)
#define CTS_YAML_MAX_DEPTH 32
#define CTS_YAML_MAX_NODES 65536

CtsConfigNode *cts_yaml_parse (const char *data, gsize size, char *file, GPtrArray *errors);
CtsConfigNode *cts_yaml_load (const char *path, GPtrArray *errors);

G_END_DECLS
