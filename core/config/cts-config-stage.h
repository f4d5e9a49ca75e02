/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-module.h>
#include <ctstream/cts-option.h>

#include "core/config/cts-config-key.h"

G_BEGIN_DECLS

/**
 * CtsStageConfig:
 * @role: what it is
 * @name: name of the stage
 * @plugin: id of the module it comes from
 * @enabled: %FALSE when it is switched off
 * @stream: format a push sink gets; empty for none
 * @options: a map of the options for the plugin
 * @path: its key in the configuration, dotted
 * @origin: where its key stands; belongs to the stage
 *
 * One stage as it was configured. Belongs to a CtsConfig and lives as long.
 */
typedef struct
{
  CtsRole role;
  char *name;
  char *plugin;
  gboolean enabled;
  char *stream;
  CtsConfigNode *options;
  char *path;
  CtsConfigOrigin origin;
} CtsStageConfig;

#define CTS_CONFIG_N_ROLES 4

/* What the file of stages that nobody wrote is called. */
#define CTS_CONFIG_BUILTIN "built-in stages"

/* The keys of the maps of stages: sources, filters, serializers, sinks; NULL-terminated, in the
 * order of CtsRole. */
extern const char *const cts_config_roles[CTS_CONFIG_N_ROLES + 1];

void cts_stage_config_free (CtsStageConfig *stage);
GPtrArray *cts_stage_configs_read (CtsConfigReader *reader,
                                   CtsRole role,
                                   const CtsConfigNode *node,
                                   gboolean is_whole);
gboolean cts_stage_config_validate (const CtsStageConfig *stage,
                                    const CtsOption *options,
                                    gsize n_options,
                                    gsize option_size,
                                    GPtrArray *errors,
                                    GPtrArray *names,
                                    GArray *values);

void cts_stage_configs_diff (const GPtrArray *old, const GPtrArray *new, GPtrArray *changed);

G_END_DECLS
