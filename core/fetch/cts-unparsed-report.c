/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-fetch"

#include "cts-unparsed-report.h"

/* Least time between two lines about unreadable entries of a log. */
#define LINE_US (10 * 60 * G_TIME_SPAN_SECOND)

/**
 * cts_unparsed_report_add:
 * @report: what was said so far; all zero at first
 * @log_name: the log
 * @page: a page of it
 *
 * Writes a line about the first unreadable entry, and one about how many more there were at most
 * every ten minutes.
 */
void
cts_unparsed_report_add (CtsUnparsedReport *report,
                         const char *log_name,
                         const CtsDecodedPage *page)
{
  gint64 now_us = g_get_monotonic_time ();

  if (page->unparsed->len == 0)
    return;
  report->n_untold += page->unparsed->len;
  if (now_us < report->next_line_us)
    return;
  if (report->next_line_us == 0)
    g_warning ("log %s: entry %" G_GUINT64_FORMAT ": certificate frame unreadable", log_name,
               g_array_index (page->unparsed, guint64, 0));
  else
    g_warning ("log %s: %" G_GUINT64_FORMAT " more entries with an unreadable certificate frame",
               log_name, report->n_untold);
  report->n_untold = 0;
  report->next_line_us = now_us + LINE_US;
}
