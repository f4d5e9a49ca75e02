/* SPDX-License-Identifier: MIT */
#include "cts-page-size.h"

/* Whole pages after which a page that had to shrink grows again; twice as many after each try that
 * was in vain, so that a log with small pages is soon left in peace. */
#define GROW_AFTER_FIRST 4
#define GROW_AFTER_MAX   4096

/* Shorter answers say nothing of a page's size by where they end: too many numbers are multiples
 * of theirs. Operators' pages are 32 and more. */
#define SMALLEST_TELLING 16

/**
 * cts_page_size_init:
 * @size: (out caller-allocates): a page size
 * @page: entries to ask for at first and at most
 */
void
cts_page_size_init (CtsPageSize *size, guint page)
{
  *size = (CtsPageSize){ .limit = page, .page = page, .grow_after = GROW_AFTER_FIRST };
}

/**
 * cts_page_size_end:
 * @size: a page size
 * @start: first index to ask for
 * @tree_size: entries the log is known to have; more than @start
 *
 * Pages are asked for up to a multiple of their size: that is how logs cut and cache them.
 *
 * Returns: index after the last one to ask for
 */
guint64
cts_page_size_end (const CtsPageSize *size, guint64 start, guint64 tree_size)
{
  guint64 count = size->page - start % size->page;

  return start + MIN (count, tree_size - start);
}

static void
set_page (CtsPageSize *size, guint page, gboolean known)
{
  size->page = page;
  size->known = known;
  size->n_full = 0;
  size->last_short = 0;
  size->trying = FALSE;
}

/* The log cuts pages of @n_entries when its answer ended at a multiple of that, or came twice. */
static void
learn_from_short (CtsPageSize *size, guint64 end, guint n_entries)
{
  gboolean aligned = n_entries >= SMALLEST_TELLING && end % n_entries == 0;

  if (aligned || n_entries == size->last_short)
    set_page (size, n_entries, TRUE);
  else
    size->last_short = n_entries;
}

static void
try_larger (CtsPageSize *size)
{
  set_page (size, (guint) MIN ((guint64) size->page * 2, size->limit), FALSE);
  size->grow_after = MIN (size->grow_after * 2, GROW_AFTER_MAX);
  size->trying = TRUE;
}

static void
served_whole_page (CtsPageSize *size)
{
  if (size->trying)
    size->grow_after = GROW_AFTER_FIRST;
  size->trying = FALSE;
  size->known = TRUE;
  size->last_short = 0;
  if (++size->n_full >= size->grow_after && size->page < size->limit)
    try_larger (size);
}

/**
 * cts_page_size_served:
 * @size: a page size
 * @start: first index that was asked for
 * @end: index after the last one that was asked for
 * @n_entries: entries that came; at least one
 *
 * Takes note of an answer.
 */
void
cts_page_size_served (CtsPageSize *size, guint64 start, guint64 end, guint n_entries)
{
  if (n_entries < end - start)
    learn_from_short (size, start + n_entries, n_entries);
  else if (n_entries >= size->page)
    served_whole_page (size);
}

/**
 * cts_page_size_refused:
 * @size: a page size
 * @start: first index that was asked for
 * @end: index after the last one that was asked for
 *
 * Takes note of an answer that complained of the range or could not be read: half of it is asked
 * for next, down to a single entry.
 */
void
cts_page_size_refused (CtsPageSize *size, guint64 start, guint64 end)
{
  guint64 half = MAX ((end - start) / 2, 1);

  set_page (size, (guint) MIN (half, size->page), FALSE);
}
