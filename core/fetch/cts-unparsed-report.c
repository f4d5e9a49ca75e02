/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-fetch"

#include "cts-unparsed-report.h"

/* Least time between two lines about unreadable entries of a log. */
#define LINE_US (10 * 60 * G_TIME_SPAN_SECOND)

static void
log_each (const char *log_name, const GArray *indexes)
{
  for (guint i = 0; i < indexes->len; i++)
    g_info ("log %s: entry %" G_GUINT64_FORMAT ": certificate frame unreadable", log_name,
            g_array_index (indexes, guint64, i));
}

/**
 * cts_unparsed_report_add:
 * @report: what was said so far; all zero at first
 * @log_name: the log
 * @page: a page of it
 *
 * Tells of each unreadable entry once, as information; and warns of the first one, then of how many
 * more there were, at most every ten minutes.
 */
void
cts_unparsed_report_add (CtsUnparsedReport *report,
                         const char *log_name,
                         const CtsDecodedPage *page)
{
  guint n = page->unparsed->len;
  gint64 now_us = g_get_monotonic_time ();

  if (n == 0)
    return;
  log_each (log_name, page->unparsed);
  report->n_untold += n;
  if (now_us < report->next_line_us)
    return;

  if (report->next_line_us == 0)
    {
      g_warning ("log %s: entry %" G_GUINT64_FORMAT ": certificate frame unreadable", log_name,
                 g_array_index (page->unparsed, guint64, 0));
      report->n_untold--;
    }
  else
    {
      g_warning ("log %s: %" G_GUINT64_FORMAT " more entries with an unreadable certificate frame, "
                 "the last is %" G_GUINT64_FORMAT,
                 log_name, report->n_untold, g_array_index (page->unparsed, guint64, n - 1));
      report->n_untold = 0;
    }
  report->next_line_us = now_us + LINE_US;
}
