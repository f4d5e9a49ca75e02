/* SPDX-License-Identifier: MIT */
#include "core/codec/cts-json-text.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define FFFD "\xef\xbf\xbd"

/* Sizes up to here meet every mix of steps of 16, of 8 and single bytes. */
#define MAX_SIZE 50

/* Escapes from and to memory of exactly the sizes promised, so that the sanitizer sees an overrun
 * of one byte. */
static char *
escape (const char *text, gsize size)
{
  g_autofree char *in = g_memdup2 (text, size);
  g_autofree char *out = g_malloc (MAX (CTS_JSON_TEXT_MAX * size, 1));
  gsize n = cts_json_text_escape (out, in, size);

  g_assert_cmpuint (n, <=, CTS_JSON_TEXT_MAX * size);
  return g_strndup (out, n);
}

static void
assert_escaped (const char *text, gsize size, const char *expected)
{
  g_autofree char *escaped = escape (text, size);

  g_assert_cmpstr (escaped, ==, expected);
}

static void
test_cases (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } cases[] = {
    { "", "" },
    { "example.com", "example.com" },
    { "a/b", "a/b" },
    { "say \"no\"", "say \\\"no\\\"" },
    { "c:\\", "c:\\\\" },
    { "\n", "\\u000a" },
    { "tab\tend", "tab\\u0009end" },
    { "\x7f", "\x7f" },
    { "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"",
      "\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"" },
    { "M\xc3\xbcnchen", "M\xc3\xbcnchen" },
    { "\xe2\x82\xac", "\xe2\x82\xac" },
    { "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
    { "\xed\x9f\xbf\xee\x80\x80", "\xed\x9f\xbf\xee\x80\x80" },
    { "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf" },
    { "\xe2\x80\xa8", "\xe2\x80\xa8" },
    { "sixteen bytes ok", "sixteen bytes ok" },
    { "sixteen bytes ok, and more\x1f", "sixteen bytes ok, and more\\u001f" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_escaped (cases[i].text, strlen (cases[i].text), cases[i].expected);
}

/* Unicode 15 §3.9, tables 3-8 to 3-11, and what table 3-7 borders on. */
static void
test_invalid_utf8 (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } cases[] = {
    /* 3-8: not shortest */
    { "\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41", FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A" },
    /* 3-9: surrogates */
    { "\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41", FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A" },
    /* 3-10: other */
    { "\xf4\x91\x92\x93\xff\x41\x80\xbf\x42", FFFD FFFD FFFD FFFD FFFD "A" FFFD FFFD "B" },
    /* 3-11: cut short */
    { "\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", FFFD FFFD FFFD FFFD "A" },
    /* the figure of U+FFFD for each maximal subpart in older editions */
    { "\x61\xf1\x80\x80\xe1\x80\xc2\x62\x80\x63\x80\xbf\x64",
      "a" FFFD FFFD FFFD "b" FFFD "c" FFFD FFFD "d" },
    { "\xc1\xbf", FFFD FFFD },
    { "\xe0\x9f\xbf", FFFD FFFD FFFD },
    { "\xf0\x8f\xbf\xbf", FFFD FFFD FFFD FFFD },
    { "\xf4\x90\x80\x80", FFFD FFFD FFFD FFFD },
    { "\xf5\x80\x80\x80", FFFD FFFD FFFD FFFD },
    { "\xc3", FFFD },
    { "\xe2\x82", FFFD },
    { "\xf0\x9f\x98", FFFD },
    { "\xf0\x9f\x98\xf0\x9f\x98\x80", FFFD "\xf0\x9f\x98\x80" },
    { "\xc3\"", FFFD "\\\"" },
    { "\xe2\x82\\", FFFD "\\\\" },
    { "\xe2\n", FFFD "\\u000a" },
    { "Z\xfcrich, latin-1 as T61 has it", "Z" FFFD "rich, latin-1 as T61 has it" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_escaped (cases[i].text, strlen (cases[i].text), cases[i].expected);
}

/* RFC 8259 §7 for ASCII; a byte from 0x80 on is never a character by itself. */
static char *
expect_byte (guint8 byte)
{
  if (byte < 0x20)
    return g_strdup_printf ("\\u%04x", byte);
  if (byte == '"' || byte == '\\')
    return g_strdup_printf ("\\%c", byte);
  if (byte >= 0x80)
    return g_strdup (FFFD);
  return g_strdup_printf ("%c", byte);
}

/* Alone, and in each place of a text that the fast path takes. */
static void
test_every_byte (void)
{
  for (guint byte = 0; byte < 256; byte++)
    {
      char single = byte;
      g_autofree char *expected = expect_byte (byte);

      assert_escaped (&single, 1, expected);
      for (gsize place = 0; place < MAX_SIZE; place++)
        {
          char text[MAX_SIZE];
          g_autofree char *before = g_strnfill (place, 'x');
          g_autofree char *behind = g_strnfill (MAX_SIZE - place - 1, 'x');
          g_autofree char *whole = g_strconcat (before, expected, behind, NULL);

          memset (text, 'x', sizeof text);
          text[place] = byte;
          assert_escaped (text, sizeof text, whole);
        }
    }
}

static void
assert_round_trip (const char *text, gsize size)
{
  g_autofree char *escaped = escape (text, size);
  g_autofree char *json = g_strconcat ("[\"", escaped, "\"]", NULL);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;
  JsonArray *array;

  g_assert_true (g_utf8_validate (escaped, -1, NULL));
  json_parser_load_from_data (parser, json, -1, &error);
  g_assert_no_error (error);
  array = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpmem (json_array_get_string_element (array, 0),
                   strlen (json_array_get_string_element (array, 0)), text, size);
}

static gunichar
random_character (void)
{
  /* The last of each encoded length, surrogates left out. */
  static const gint32 limits[] = { 0x20, 0x80, 0x80, 0x80, 0x800, 0xd800, 0x10000, 0x110000 };
  gunichar character;

  do
    character = g_test_rand_int_range (1, limits[g_test_rand_int_range (0, G_N_ELEMENTS (limits))]);
  while (!g_unichar_validate (character));
  return character;
}

static void
test_round_trip (void)
{
  for (guint run = 0; run < 2000; run++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      guint n = run % MAX_SIZE;

      for (guint i = 0; i < n; i++)
        g_string_append_unichar (text, random_character ());
      assert_round_trip (text->str, text->len);
    }
}

static void
test_every_character (void)
{
  for (gunichar character = 1; character <= 0x10ffff; character++)
    {
      char text[6], out[CTS_JSON_TEXT_MAX * 6];
      gsize size;

      if (character < 0x80 || (character >= 0xd800 && character <= 0xdfff))
        continue;
      size = g_unichar_to_utf8 (character, text);
      g_assert_cmpmem (out, cts_json_text_escape (out, text, size), text, size);
    }
}

/* Any bytes at all: what comes out is UTF-8, parses, and keeps what GLib calls valid. */
static void
test_random_bytes (void)
{
  for (guint run = 0; run < 20000; run++)
    {
      char text[MAX_SIZE];
      gsize size = run % MAX_SIZE;
      g_autofree char *escaped = NULL;

      for (gsize i = 0; i < size; i++)
        text[i] = run % 2 ? g_test_rand_int () : g_test_rand_int () | 0xc0 >> (run % 3);
      escaped = escape (text, size);
      g_assert_true (g_utf8_validate (escaped, -1, NULL));
      if (memchr (text, '\0', size) == NULL && g_utf8_validate (text, size, NULL))
        assert_round_trip (text, size);
      else if (memchr (text, '\0', size) == NULL)
        g_assert_nonnull (strstr (escaped, FFFD));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/json-text/cases", test_cases);
  g_test_add_func ("/codec/json-text/invalid-utf8", test_invalid_utf8);
  g_test_add_func ("/codec/json-text/every-byte", test_every_byte);
  g_test_add_func ("/codec/json-text/every-character", test_every_character);
  g_test_add_func ("/codec/json-text/round-trip", test_round_trip);
  g_test_add_func ("/codec/json-text/random-bytes", test_random_bytes);
  return g_test_run ();
}
