/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/cts-fuzz.h"

#include "core/codec/cts-entries-scanner.h"

#include <string.h>

/* A text lies in the answer, between quotes; or it is none. */
static void
check_text (const char *text, gsize size, gboolean escaped, const char *data, gsize data_size)
{
  g_autofree char *out = g_malloc (MAX (size, 1));

  g_assert_nonnull (text);
  if (size > 0 || (text > data && text < data + data_size))
    {
      g_assert_true (text > data && text + size < data + data_size);
      g_assert_cmpint (text[-1], ==, '"');
      g_assert_cmpint (text[size], ==, '"');
    }
  g_assert_cmpint (escaped, ==, memchr (text, '\\', size) != NULL);
  g_assert_cmpint (cts_entries_scanner_unescape (out, text, size), <=, size);
  if (!escaped)
    g_assert_cmpmem (out, size, text, size);
}

/* Returns whether the whole answer was accepted. */
static gboolean
scan (const char *data, gsize size)
{
  CtsEntriesScanner scanner;
  CtsRawText entry;
  guint n = 0;

  cts_entries_scanner_init (&scanner, data, size);
  while (cts_entries_scanner_next (&scanner, &entry))
    {
      g_assert_cmpuint (++n, ==, scanner.n_entries);
      check_text (entry.leaf_input, entry.leaf_size, entry.leaf_escaped, data, size);
      check_text (entry.extra_data, entry.extra_size, entry.extra_escaped, data, size);
    }
  g_assert_false (cts_entries_scanner_next (&scanner, &entry));
  g_assert_true (cts_entries_scanner_failed (&scanner) || scanner.data == scanner.end);
  return !cts_entries_scanner_failed (&scanner);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *text = (const char *) data;

  if (!scan (text, size))
    return 0;

  /* Without its last brace it is cut short. */
  while (size > 0 && g_ascii_isspace (text[size - 1]))
    size--;
  g_assert_cmpuint (size, >, 0);
  g_assert_cmpint (text[size - 1], ==, '}');
  g_assert_false (scan (text, size - 1));
  return 0;
}
