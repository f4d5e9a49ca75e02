/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/config/cts-config-report.h"
#include "core/config/cts-config-sections.h"
#include "core/config/cts-config-stage.h"

G_BEGIN_DECLS

/**
 * CtsConfig:
 *
 * A whole configuration that was checked: defaults, what files and environment laid over them, and
 * the stages. Immutable, shared by reference count, any thread. A reload makes a second one.
 */
typedef struct _CtsConfig CtsConfig;

CtsConfig *cts_config_load (const char *path,
                            const char *const *environment,
                            CtsConfigReport *report);
CtsConfig *cts_config_parse (const char *data,
                             gsize size,
                             const char *file,
                             const char *const *environment,
                             CtsConfigReport *report);
CtsConfig *cts_config_ref (CtsConfig *config);
void cts_config_unref (CtsConfig *config);

const CtsServerConfig *cts_config_get_server (const CtsConfig *config);
const CtsAuthConfig *cts_config_get_auth (const CtsConfig *config);
const CtsLogsConfig *cts_config_get_logs (const CtsConfig *config);
const CtsStoreConfig *cts_config_get_store (const CtsConfig *config);
const CtsStreamConfig *cts_config_get_stream (const CtsConfig *config);
const CtsMetricsConfig *cts_config_get_metrics (const CtsConfig *config);
const CtsControlConfig *cts_config_get_control (const CtsConfig *config);
const GPtrArray *cts_config_get_stages (const CtsConfig *config, CtsRole role);

GStrv cts_config_diff (const CtsConfig *old, const CtsConfig *new);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsConfig, cts_config_unref)

G_END_DECLS
