/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CtsPageSize:
 * @limit: the page that was configured; more is never asked for
 * @page: entries to ask for now
 * @known: the log has served a whole page of this size
 * @last_short: entries of the last answer that was short, 0 for none since
 * @n_full: whole pages served since @page was last set
 * @grow_after: whole pages after which a larger one is tried
 * @trying: @page was made larger and not yet served
 *
 * How many entries to ask a log for: found out from what it serves. A plain value without clock.
 */
typedef struct
{
  guint limit;
  guint page;
  gboolean known;
  guint last_short;
  guint n_full;
  guint grow_after;
  gboolean trying;
} CtsPageSize;

void cts_page_size_init (CtsPageSize *size, guint page);
guint64 cts_page_size_end (const CtsPageSize *size, guint64 start, guint64 tree_size);
void cts_page_size_served (CtsPageSize *size, guint64 start, guint64 end, guint n_entries);
void cts_page_size_refused (CtsPageSize *size, guint64 start, guint64 end);

G_END_DECLS
