/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CtsEntriesScanner:
 * @data: first byte not yet read
 * @end: behind the last byte
 * @n_entries: entries handed out
 * @state: where it stands
 *
 * Walks the JSON of a get-entries answer (RFC 6962 §4.6) without building a tree of it: it checks
 * the structure, knows two keys, skips every other value with bounded depth. Keys in any order,
 * white space, unknown keys, `null` for an empty array and `\/` inside a value are fine.
 *
 * Refused are: an answer that ends early or has bytes behind it, one without `entries` or with two
 * of them, an entry without `leaf_input` or with one of its two keys twice, values of another type.
 * Not checked is what no one looks at: the bytes inside strings and the spelling of escapes in
 * keys, so that a key written with escapes counts as unknown.
 *
 * It lives on the stack, owns nothing and allocates nothing; the answer must outlive it and the
 * texts it hands out. One thread at a time.
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
 * @extra_data: likewise; of size 0 when the entry has none, but never %NULL
 * @extra_size: likewise
 * @extra_escaped: likewise
 *
 * One entry as it stands in the answer. The texts are not terminated and belong to the answer.
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

/**
 * cts_entries_scanner_init:
 * @scanner: (out caller-allocates): the scanner
 * @data: the answer's body, which is only borrowed
 * @size: its bytes
 *
 * Sets @scanner to the beginning of an answer.
 */
void cts_entries_scanner_init (CtsEntriesScanner *scanner, const void *data, gsize size);

/**
 * cts_entries_scanner_next:
 * @scanner: the scanner
 * @entry: (out caller-allocates): the entry; means nothing after %FALSE
 *
 * Moves to the next entry. The structure is checked as far as it has been read: entries may have
 * been handed out before a later part of the answer proves wrong.
 *
 * Returns: %FALSE when there is none, because of the end or of a failure:
 *   cts_entries_scanner_failed() tells which
 */
gboolean cts_entries_scanner_next (CtsEntriesScanner *scanner, CtsRawText *entry);

/**
 * cts_entries_scanner_failed:
 * @scanner: the scanner
 *
 * Returns: %TRUE when the answer turned out not to be one of get-entries; it stays so
 */
gboolean cts_entries_scanner_failed (const CtsEntriesScanner *scanner);

/**
 * cts_entries_scanner_unescape:
 * @out: room for @size bytes; may be @text itself
 * @text: what stands between the quotes of a JSON string
 * @size: its bytes
 *
 * Resolves the escapes of RFC 8259 §7. Of the \uXXXX only ASCII is taken: base64 has nothing else.
 * Any thread.
 *
 * Returns: bytes written, or -1 for what is no escape or not ASCII
 */
gssize cts_entries_scanner_unescape (char *out, const char *text, gsize size);

G_END_DECLS
