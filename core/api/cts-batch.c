/* SPDX-License-Identifier: MIT */
#include "cts-batch-private.h"

struct _CtsBatch
{
  CtsLogInfo *log;
  guint64 first_index;
  guint64 end_index;
  GBytes *frontier;
  GBytes *keys;
  gsize key_size;
  guint n_records;
  CtsRecord *records[];
};

G_DEFINE_BOXED_TYPE (CtsBatch, cts_batch, cts_batch_ref, cts_batch_unref)

static void
batch_clear (gpointer data)
{
  CtsBatch *batch = data;

  for (guint i = 0; i < batch->n_records; i++)
    cts_record_unref (batch->records[i]);
  g_clear_pointer (&batch->frontier, g_bytes_unref);
  g_clear_pointer (&batch->keys, g_bytes_unref);
  cts_log_info_unref (batch->log);
}

static CtsBatch *
batch_alloc (CtsLogInfo *log,
             guint64 first_index,
             guint64 end_index,
             GBytes *frontier,
             guint n_records)
{
  CtsBatch *batch = g_atomic_rc_box_alloc0 (sizeof *batch + n_records * sizeof (CtsRecord *));

  batch->log = cts_log_info_ref (log);
  batch->first_index = first_index;
  batch->end_index = end_index;
  batch->frontier = frontier != NULL ? g_bytes_ref (frontier) : NULL;
  return batch;
}

/**
 * cts_batch_new:
 * @log: the log
 * @first_index: first index it stands for
 * @end_index: index after the last one it stands for
 * @frontier: (nullable): compact Merkle frontier of the tree of size @end_index, where known
 * @records: (array length=n_records): the records in order of index; references are taken
 * @n_records: how many, at most %CTS_BATCH_MAX_RECORDS
 *
 * Returns: (transfer full): a new batch
 */
CtsBatch *
cts_batch_new (CtsLogInfo *log,
               guint64 first_index,
               guint64 end_index,
               GBytes *frontier,
               CtsRecord *const *records,
               guint n_records)
{
  CtsBatch *batch;

  g_return_val_if_fail (n_records <= CTS_BATCH_MAX_RECORDS, NULL);
  g_return_val_if_fail (first_index <= end_index, NULL);

  batch = batch_alloc (log, first_index, end_index, frontier, n_records);
  for (guint i = 0; i < n_records; i++)
    batch->records[i] = cts_record_ref (records[i]);
  batch->n_records = n_records;
  return batch;
}

/**
 * cts_batch_ref:
 * @batch: a batch
 *
 * Returns: (transfer full): @batch
 *
 * Since: 1.0
 */
CtsBatch *
cts_batch_ref (CtsBatch *batch)
{
  return g_atomic_rc_box_acquire (batch);
}

/**
 * cts_batch_unref:
 * @batch: (transfer full): a batch
 *
 * Drops a reference.
 *
 * Since: 1.0
 */
void
cts_batch_unref (CtsBatch *batch)
{
  g_atomic_rc_box_release_full (batch, batch_clear);
}

/**
 * cts_batch_is_empty:
 * @batch: a batch
 *
 * Returns: whether it holds no record; it stands for its range of indexes all the same
 *
 * Since: 1.0
 */
gboolean
cts_batch_is_empty (const CtsBatch *batch)
{
  return batch->n_records == 0;
}

/**
 * cts_batch_get_n_records:
 * @batch: a batch
 *
 * Returns: how many records it holds
 *
 * Since: 1.0
 */
guint
cts_batch_get_n_records (const CtsBatch *batch)
{
  return batch->n_records;
}

/**
 * cts_batch_get_record:
 * @batch: a batch
 * @i: place of the record
 *
 * Returns: (transfer none): the record
 *
 * Since: 1.0
 */
CtsRecord *
cts_batch_get_record (const CtsBatch *batch, guint i)
{
  g_return_val_if_fail (i < batch->n_records, NULL);

  return batch->records[i];
}

/**
 * cts_batch_get_log:
 * @batch: a batch
 *
 * Returns: (transfer none): the log it is from
 *
 * Since: 1.0
 */
CtsLogInfo *
cts_batch_get_log (const CtsBatch *batch)
{
  return batch->log;
}

/**
 * cts_batch_get_first_index:
 * @batch: a batch
 *
 * Returns: first index it stands for
 *
 * Since: 1.0
 */
guint64
cts_batch_get_first_index (const CtsBatch *batch)
{
  return batch->first_index;
}

/**
 * cts_batch_get_end_index:
 * @batch: a batch
 *
 * Returns: index after the last one it stands for: where reading goes on
 *
 * Since: 1.0
 */
guint64
cts_batch_get_end_index (const CtsBatch *batch)
{
  return batch->end_index;
}

/**
 * cts_batch_get_frontier:
 * @batch: a batch
 *
 * Returns: (transfer none) (nullable): the compact Merkle frontier after it
 */
GBytes *
cts_batch_get_frontier (const CtsBatch *batch)
{
  return batch->frontier;
}

/**
 * cts_batch_subset:
 * @batch: a batch
 * @keep: (array): for each record whether it stays
 *
 * Makes a batch with the records to keep. It stands for the same range of indexes. Keys are not
 * taken over.
 *
 * Returns: (transfer full): the smaller batch
 *
 * Since: 1.0
 */
CtsBatch *
cts_batch_subset (CtsBatch *batch, const gboolean *keep)
{
  CtsBatch *subset = batch_alloc (batch->log, batch->first_index, batch->end_index, batch->frontier,
                                  batch->n_records);

  for (guint i = 0; i < batch->n_records; i++)
    if (keep[i])
      subset->records[subset->n_records++] = cts_record_ref (batch->records[i]);
  return subset;
}

/**
 * cts_batch_set_keys:
 * @batch: a batch the caller has just made with cts_batch_subset()
 * @keys: one key for each record, one after the other
 * @key_size: bytes in a key
 *
 * Gives the keys to be stored with the records, so that a filter's state lives in the store.
 *
 * Since: 1.0
 */
void
cts_batch_set_keys (CtsBatch *batch, GBytes *keys, gsize key_size)
{
  g_return_if_fail (g_bytes_get_size (keys) == batch->n_records * key_size);

  g_clear_pointer (&batch->keys, g_bytes_unref);
  batch->keys = g_bytes_ref (keys);
  batch->key_size = key_size;
}

/**
 * cts_batch_get_keys:
 * @batch: a batch
 * @key_size: (out): bytes in a key
 *
 * Returns: (transfer none) (nullable): the keys a filter set
 *
 * Since: 1.0
 */
GBytes *
cts_batch_get_keys (const CtsBatch *batch, gsize *key_size)
{
  *key_size = batch->key_size;
  return batch->keys;
}
