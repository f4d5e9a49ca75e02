/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-stage.h>

#include "core/ct/cts-backoff.h"
#include "core/modules/cts-module-loader.h"

G_BEGIN_DECLS

/**
 * CtsStageConfigureFunc:
 * @klass: class of the stage
 * @names: (element-type utf8): names of the options that are given are added here
 * @values: (element-type GValue): and their values here, of the property's type: a choice is a
 *   string, a list a #GStrv
 * @user_data: data of the caller
 * @error: return location for an error
 *
 * Says what the options of a stage are. Called each time the stage is built, since only then is
 * known what options there are.
 *
 * Returns: %FALSE when what was configured does not fit @klass
 */
typedef gboolean (*CtsStageConfigureFunc) (CtsStageClass *klass,
                                           GPtrArray *names,
                                           GArray *values,
                                           gpointer user_data,
                                           GError **error);

/**
 * CtsStageSlot:
 * @role: the stage's role
 * @name: its name
 * @module_id: the module it comes from
 * @configure: says what the stage's options are, once its class is known
 * @configure_data: data for @configure
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
  CtsStageConfigureFunc configure;
  gpointer configure_data;
  CtsStage *stage;
  CtsBackoff backoff;
  GSource *retry;
  guint n_failures;
  gpointer owner;
} CtsStageSlot;

CtsStageSlot *cts_stage_slot_new (CtsRole role,
                                  const char *name,
                                  const char *module_id,
                                  CtsStageConfigureFunc configure,
                                  gpointer configure_data);
void cts_stage_slot_free (CtsStageSlot *slot);

gboolean cts_stage_slot_build (CtsStageSlot *slot, CtsLoadedModule *module, GError **error);
void cts_stage_slot_cancel_retry (CtsStageSlot *slot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsStageSlot, cts_stage_slot_free)

G_END_DECLS
