/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CtsEntriesScanner:
 *
 * Walks the JSON of a get-entries answer (RFC 6962 §4.6) without building a tree of it: it checks
 * the structure, knows two keys, skips every other value with bounded depth. Keys in any order,
 * white space, unknown keys, `null` for an empty array and `\/` inside a value are fine.
 */
typedef struct
{
  const char *data;
  const char *end;
  guint n_entries;
  enum
  {
    CTS_ENTRIES_SCANNER_BEFORE,
    CTS_ENTRIES_SCANNER_INSIDE,
    CTS_ENTRIES_SCANNER_DONE,
    CTS_ENTRIES_SCANNER_FAILED,
  } state;
} CtsEntriesScanner;

/**
 * CtsRawText:
 * @leaf_input: base64, as between the quotes
 * @leaf_size: its characters
 * @leaf_escaped: it holds a backslash: use cts_entries_scanner_unescape() first
 * @extra_data: likewise
 * @extra_size: likewise
 * @extra_escaped: likewise
 *
 * One entry as it stands in the answer.
 */
typedef struct
{
  const char *leaf_input;
  gsize leaf_size;
  gboolean leaf_escaped;
  const char *extra_data;
  gsize extra_size;
  gboolean extra_escaped;
} CtsRawText;

void cts_entries_scanner_init (CtsEntriesScanner *scanner, const void *data, gsize size);
gboolean cts_entries_scanner_next (CtsEntriesScanner *scanner, CtsRawText *entry);
gboolean cts_entries_scanner_failed (const CtsEntriesScanner *scanner);
gssize cts_entries_scanner_unescape (char *out, const char *text, gsize size);

G_END_DECLS
