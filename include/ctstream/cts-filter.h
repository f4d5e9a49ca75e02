/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-batch.h>
#include <ctstream/cts-stage.h>

G_BEGIN_DECLS

#define CTS_TYPE_FILTER (cts_filter_get_type ())
CTS_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (CtsFilter, cts_filter, CTS, FILTER, CtsStage)

/**
 * CtsFilter:
 *
 * Lets records through, or not. It sees one sequence of batches over all logs, on the pipeline
 * thread, never two at once.
 *
 * Since: 1.0
 */

/**
 * CtsFilterClass:
 * @parent_class: the parent class
 * @filter: (transfer full): returns @batch itself with a new reference, or a smaller one made with
 *   cts_batch_subset()
 * @restore: takes back what cts_batch_set_keys() gave to the store: @n_keys keys, oldest first, and
 *   when each was set, in microseconds since 1970; before the first batch
 *
 * Since: 1.0
 */
struct _CtsFilterClass
{
  CtsStageClass parent_class;

  CtsBatch *(*filter) (CtsFilter *filter, CtsBatch *batch);
  void (*restore) (CtsFilter *filter,
                   gconstpointer keys,
                   gsize key_size,
                   const gint64 *times_us,
                   gsize n_keys);
};

CTS_AVAILABLE_IN_1_0
CtsBatch *cts_filter_filter (CtsFilter *filter, CtsBatch *batch);

CTS_AVAILABLE_IN_1_0
void cts_filter_restore (CtsFilter *filter,
                         gconstpointer keys,
                         gsize key_size,
                         const gint64 *times_us,
                         gsize n_keys);

G_END_DECLS
