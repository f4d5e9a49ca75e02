/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-stage.h>

#include "core/ct/cts-backoff.h"
#include "core/modules/cts-module-loader.h"

G_BEGIN_DECLS

/**
 * CtsStageSlot:
 * @role: the stage's role
 * @name: its name
 * @module_id: the module it comes from
 * @n_properties: how many options are given
 * @names: their names
 * @values: their values
 * @stage: (nullable): the stage; %NULL until its module can be loaded
 * @backoff: when to try again
 * @retry: (nullable): the next try
 * @n_failures: tries that failed since the last success
 * @owner: who tries again; not owned, outlives the slot
 *
 * What the registry knows of one stage: how to build it, and how far that went.
 */
typedef struct
{
  CtsRole role;
  char *name;
  char *module_id;
  guint n_properties;
  char **names;
  GValue *values;
  CtsStage *stage;
  CtsBackoff backoff;
  GSource *retry;
  guint n_failures;
  gpointer owner;
} CtsStageSlot;

CtsStageSlot *cts_stage_slot_new (CtsRole role,
                                  const char *name,
                                  const char *module_id,
                                  guint n_properties,
                                  const char *const *names,
                                  const GValue *values);
void cts_stage_slot_free (CtsStageSlot *slot);

gboolean cts_stage_slot_build (CtsStageSlot *slot, CtsLoadedModule *module, GError **error);
void cts_stage_slot_cancel_retry (CtsStageSlot *slot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsStageSlot, cts_stage_slot_free)

G_END_DECLS
