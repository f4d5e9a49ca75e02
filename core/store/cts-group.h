/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

G_BEGIN_DECLS

/**
 * CtsGroup:
 *
 * Batches that are committed together, in the order of the pipeline. Grown by the pipeline thread
 * until it is handed to the store; from then on never written again.
 */
typedef struct _CtsGroup CtsGroup;

CtsGroup *cts_group_new (void);
CtsGroup *cts_group_ref (CtsGroup *group);
void cts_group_unref (CtsGroup *group);
void cts_group_add (CtsGroup *group, CtsBatch *batch, GDestroyNotify done, gpointer done_data);
guint cts_group_get_n_batches (const CtsGroup *group);
CtsBatch *cts_group_get_batch (const CtsGroup *group, guint i);
guint cts_group_get_n_records (const CtsGroup *group);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsGroup, cts_group_unref)

G_END_DECLS
