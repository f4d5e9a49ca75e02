/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/config/cts-config.h"
#include "core/modules/cts-registry.h"

G_BEGIN_DECLS

void cts_stage_setup_check (CtsModuleLoader *loader,
                            const CtsStageConfig *stage,
                            gboolean need_plugin,
                            GPtrArray *errors);
void cts_stage_setup_check_count (const GPtrArray *stages, guint most, GPtrArray *errors);
void cts_stage_setup_start (CtsRegistry *registry, const CtsStageConfig *stage);

G_END_DECLS
