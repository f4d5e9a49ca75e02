/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

#include "core/store/cts-store.h"

G_BEGIN_DECLS

/**
 * CtsCommittedFunc:
 * @group: what was committed
 * @first_seq: sequence number of its first record
 * @user_data: data of the caller
 *
 * Called once for each group, in order, after the store committed it. The store's thread.
 */
typedef void (*CtsCommittedFunc) (CtsGroup *group, guint64 first_seq, gpointer user_data);

/* Filters one after the other; a configuration has one or two. */
#define CTS_PIPELINE_MAX_FILTERS 16

#define CTS_TYPE_PIPELINE (cts_pipeline_get_type ())
G_DECLARE_FINAL_TYPE (CtsPipeline, cts_pipeline, CTS, PIPELINE, GObject)

CtsPipeline *cts_pipeline_new (CtsStore *store,
                               guint commit_interval_ms,
                               CtsCommittedFunc committed,
                               gpointer user_data);
void cts_pipeline_add_filter (CtsPipeline *pipeline, CtsFilter *filter);
void cts_pipeline_start (CtsPipeline *pipeline);

/**
 * cts_pipeline_push:
 * @pipeline: a pipeline
 * @batch: the next batch of its log
 * @done: (nullable): called once when the pipeline is done with @batch: after it was committed
 *   and handed on, or when the pipeline stops; any thread
 * @done_data: data for @done
 *
 * Puts a batch at the end of the one queue over all logs. Batches of one log must come in order.
 * The queue has no bound of its own: whoever pushes holds room until @done. Any thread.
 */
void cts_pipeline_push (CtsPipeline *pipeline,
                        CtsBatch *batch,
                        GDestroyNotify done,
                        gpointer done_data);
void cts_pipeline_stop (CtsPipeline *pipeline);

G_END_DECLS
