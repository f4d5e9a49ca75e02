/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/config/cts-config-node.h"

G_BEGIN_DECLS

CtsConfigNode *cts_config_environment_read (const char *const *environment, GPtrArray *errors);

G_END_DECLS
