/* SPDX-License-Identifier: MIT */
#include "cts-page-cutter.h"

#include "core/api/cts-batch-private.h"

/* Records from @first on that fit one batch; at least one, if there is any. */
static guint
count_fitting (GPtrArray *records, guint first)
{
  gsize size = 0;
  guint n = 0;

  while (first + n < records->len && n < CTS_BATCH_MAX_RECORDS && size < CTS_BATCH_MAX_BYTES)
    {
      CtsRecord *record = g_ptr_array_index (records, first + n);
      gsize record_size;

      cts_certificate_get_der (cts_record_get_certificate (record), &record_size);
      size += record_size;
      n++;
    }
  return n;
}

/* Appends the leaves from @start up to @end to @frontier: what it is at the end of a batch. */
static GBytes *
advance_frontier (const CtsDecodedPage *page,
                  CtsFrontier *frontier,
                  CtsLogAudit *audit,
                  guint64 start,
                  guint64 end)
{
  const guint8 *hashes = page->leaf_hashes;

  if (frontier == NULL)
    return NULL;
  for (guint64 index = start; index < end; index++)
    {
      cts_frontier_append (frontier, hashes + (index - page->first_index) * CTS_MERKLE_HASH_SIZE);
      if (audit != NULL && frontier->size == cts_log_audit_get_next_size (audit))
        cts_log_audit_take_tree (audit, frontier);
    }
  return cts_frontier_to_bytes (frontier);
}

/**
 * cts_page_cut:
 * @page: a page
 * @log: the log it is from
 * @frontier: (nullable): frontier of the tree before @page, moved on to its end; %NULL when it is
 *   not known
 * @audit: (nullable): is shown the tree where it reaches a signed head, also within a batch
 * @func: called for each batch
 * @user_data: data for @func
 *
 * Cuts a page into batches that together stand for all its indexes, also those of entries that
 * could not be read. A page without records is one empty batch.
 */
void
cts_page_cut (const CtsDecodedPage *page,
              CtsLogInfo *log,
              CtsFrontier *frontier,
              CtsLogAudit *audit,
              CtsBatchFunc func,
              gpointer user_data)
{
  GPtrArray *records = page->records;
  guint64 start = page->first_index;
  guint64 page_end = page->first_index + page->n_entries;
  guint first = 0;

  while (start < page_end)
    {
      guint n = count_fitting (records, first);
      guint64 end = first + n < records->len
                        ? cts_record_get_index (g_ptr_array_index (records, first + n))
                        : page_end;
      g_autoptr (GBytes) hashes = advance_frontier (page, frontier, audit, start, end);
      g_autoptr (CtsBatch) batch = NULL;

      batch = cts_batch_new (log, start, end, hashes,
                             n > 0 ? (CtsRecord **) &g_ptr_array_index (records, first) : NULL, n);
      func (batch, user_data);
      first += n;
      start = end;
    }
}
