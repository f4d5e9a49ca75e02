/* SPDX-License-Identifier: MIT */
#include <ctstream/cts-filter.h>

G_DEFINE_ABSTRACT_TYPE (CtsFilter, cts_filter, CTS_TYPE_STAGE)

static CtsBatch *
cts_filter_real_filter (CtsFilter *filter, CtsBatch *batch)
{
  return cts_batch_ref (batch);
}

static void
cts_filter_real_restore (CtsFilter *filter,
                         gconstpointer keys,
                         gsize key_size,
                         const gint64 *times_us,
                         gsize n_keys)
{
}

static void
cts_filter_class_init (CtsFilterClass *klass)
{
  klass->filter = cts_filter_real_filter;
  klass->restore = cts_filter_real_restore;
}

static void
cts_filter_init (CtsFilter *self)
{
}

static gboolean
stands_for_the_same (const CtsBatch *a, const CtsBatch *b)
{
  return cts_batch_get_log (a) == cts_batch_get_log (b)
         && cts_batch_get_first_index (a) == cts_batch_get_first_index (b)
         && cts_batch_get_end_index (a) == cts_batch_get_end_index (b);
}

/**
 * cts_filter_filter:
 * @filter: a filter
 * @batch: a batch
 *
 * Lets a batch through the filter. Pipeline thread.
 *
 * Returns: (transfer full): @batch or a smaller one
 *
 * Since: 1.0
 */
CtsBatch *
cts_filter_filter (CtsFilter *filter, CtsBatch *batch)
{
  CtsBatch *filtered = CTS_FILTER_GET_CLASS (filter)->filter (filter, batch);

  if (filtered != NULL && stands_for_the_same (filtered, batch))
    return filtered;

  /* A position would be lost or wrong. */
  g_critical ("filter '%s' did not return a part of its batch; the batch goes on whole",
              cts_stage_get_name (CTS_STAGE (filter)));
  g_clear_pointer (&filtered, cts_batch_unref);
  return cts_batch_ref (batch);
}

/**
 * cts_filter_restore:
 * @filter: a filter
 * @keys: (array): the keys, oldest first
 * @key_size: bytes in a key
 * @times_us: (array length=n_keys): when each was set, microseconds since 1970
 * @n_keys: how many
 *
 * Gives a filter back the keys it had set, before its first batch. Pipeline thread.
 *
 * Since: 1.0
 */
void
cts_filter_restore (CtsFilter *filter,
                    gconstpointer keys,
                    gsize key_size,
                    const gint64 *times_us,
                    gsize n_keys)
{
  CTS_FILTER_GET_CLASS (filter)->restore (filter, keys, key_size, times_us, n_keys);
}
