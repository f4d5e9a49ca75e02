/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/cts-fuzz.h"

#include "core/codec/cts-entries-scanner.h"
#include "core/codec/cts-json-text.h"

#include <string.h>

/* Nothing in it may end a JSON string or be forbidden inside one. */
static void
check_inside_of_string (const char *text, gsize size)
{
  g_assert_true (g_utf8_validate_len (text, size, NULL));
  for (gsize i = 0; i < size; i++)
    {
      g_assert_cmpuint ((guint8) text[i], >=, 0x20);
      g_assert_cmpint (text[i], !=, '"');
      if (text[i] == '\\')
        {
          i++;
          g_assert_cmpuint (i, <, size);
          g_assert_nonnull (strchr ("\"\\u", text[i]));
        }
    }
}

/* Valid UTF-8 apart from NUL, which GLib does not count as such but JSON can say. */
static gboolean
is_utf8 (const char *text, gsize size)
{
  const char *end = text + size;
  const char *bad;

  while (!g_utf8_validate_len (text, end - text, &bad))
    {
      if (*bad != '\0')
        return FALSE;
      text = bad + 1;
    }
  return TRUE;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *out = g_malloc (MAX (CTS_JSON_TEXT_MAX * size, 1));
  gsize n = cts_json_text_escape (out, (const char *) data, size);
  g_autofree char *back = g_malloc (MAX (n, 1));
  gssize n_back;

  g_assert_cmpuint (n, <=, CTS_JSON_TEXT_MAX * size);
  g_assert_cmpuint (n, >=, (size + 2) / 3);
  check_inside_of_string (out, n);

  n_back = cts_entries_scanner_unescape (back, out, n);
  g_assert_cmpint (n_back, >=, 0);
  if (size > 0 && is_utf8 ((const char *) data, size))
    g_assert_cmpmem (back, n_back, data, size);
  else if (size > 0)
    g_assert_nonnull (g_strstr_len (out, n, "\xef\xbf\xbd"));
  return 0;
}
