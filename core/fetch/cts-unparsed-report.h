/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/pipeline/cts-decoder.h"

G_BEGIN_DECLS

/**
 * CtsUnparsedReport:
 * @n_untold: unreadable entries since the last line
 * @next_line_us: when the next line may be written, monotonic; 0 before the first
 *
 * What was said of a log's entries whose certificate cannot be read. One owner, any thread.
 */
typedef struct
{
  guint64 n_untold;
  gint64 next_line_us;
} CtsUnparsedReport;

void cts_unparsed_report_add (CtsUnparsedReport *report,
                              const char *log_name,
                              const CtsDecodedPage *page);

G_END_DECLS
