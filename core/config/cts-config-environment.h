/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/config/cts-config-report.h"

G_BEGIN_DECLS

CtsConfigNode *cts_config_environment_read (const char *const *environment,
                                            CtsConfigReport *report);

G_END_DECLS
