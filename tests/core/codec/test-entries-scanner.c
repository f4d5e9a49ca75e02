/* SPDX-License-Identifier: MIT */
#include "core/codec/cts-entries-scanner.h"

#include "tests/support/cts-test.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* What one answer comes to: "leaf|extra" of each entry and a blank, then "failed" if it did.
 * Escapes are resolved. The answer is scanned in memory of exactly its size. */
static char *
resolve (const char *text, gsize size, gboolean escaped)
{
  g_autofree char *out = g_malloc (size + 1);
  gssize n;

  g_assert_cmpint (escaped, ==, size > 0 && memchr (text, '\\', size) != NULL);
  n = cts_entries_scanner_unescape (out, text, size);
  if (n < 0)
    return g_strdup ("(bad escape)");
  return g_strndup (out, n);
}

static char *
scan (const char *json, gsize size)
{
  g_autofree char *copy = g_memdup2 (json, size);
  g_autoptr (GString) result = g_string_new (NULL);
  CtsEntriesScanner scanner;
  CtsRawText entry;
  guint n = 0;

  cts_entries_scanner_init (&scanner, copy, size);
  while (cts_entries_scanner_next (&scanner, &entry))
    {
      g_autofree char *leaf = resolve (entry.leaf_input, entry.leaf_size, entry.leaf_escaped);
      g_autofree char *extra = resolve (entry.extra_data, entry.extra_size, entry.extra_escaped);

      g_assert_cmpuint (scanner.n_entries, ==, ++n);
      g_string_append_printf (result, "%s|%s ", leaf, extra);
    }
  if (cts_entries_scanner_failed (&scanner))
    g_string_append (result, "failed");

  /* Both ends are final. */
  g_assert_false (cts_entries_scanner_next (&scanner, &entry));
  g_assert_cmpint (cts_entries_scanner_failed (&scanner), ==,
                   g_str_has_suffix (result->str, "failed"));
  return g_string_free (g_steal_pointer (&result), FALSE);
}

typedef struct
{
  const char *json;
  const char *result;
} Case;

static void
check_cases (const Case *cases, guint n_cases)
{
  for (guint i = 0; i < n_cases; i++)
    {
      g_autofree char *result = scan (cases[i].json, strlen (cases[i].json));

      g_test_message ("%s", cases[i].json);
      g_assert_cmpstr (result, ==, cases[i].result);
    }
}

static void
test_accepted (void)
{
  static const Case cases[] = {
    { "{\"entries\":[]}", "" },
    { "{\"entries\":null}", "" },
    { "{\"entries\":[{\"leaf_input\":\"AA==\",\"extra_data\":\"BB==\"}]}", "AA==|BB== " },
    { "{\"entries\":[{\"leaf_input\":\"A\",\"extra_data\":\"B\"},"
      "{\"leaf_input\":\"C\",\"extra_data\":\"D\"}]}",
      "A|B C|D " },
    { " \t\r\n{ \"entries\" : [ { \"leaf_input\" : \"A\" , \"extra_data\" : \"B\" } , "
      "{ \"leaf_input\" : \"C\" , \"extra_data\" : \"D\" } ] } \r\n\t ",
      "A|B C|D " },
    { "{\"entries\":[ ]}", "" },
    { "{\"entries\":[{\"extra_data\":\"B\",\"leaf_input\":\"A\"}]}", "A|B " },
    { "{\"entries\":[{\"leaf_input\":\"A\"}]}", "A| " },
    { "{\"entries\":[{\"leaf_input\":\"A\",\"extra_data\":null}]}", "A| " },
    { "{\"entries\":[{\"leaf_input\":\"\",\"extra_data\":\"\"}]}", "| " },
    { "{\"a\":1,\"entries\":[{\"leaf_input\":\"A\"}],\"b\":[{\"entries\":[1]}]}", "A| " },
    { "{\"a\":{},\"b\":[],\"entries\":null,\"c\":\"}\"}", "" },
    { "{\"x\":-0,\"y\":[0.5,1e3,-12.25E-7,10,true,false,null],\"entries\":[]}", "" },
    { "{\"entries\":[{\"z\":{\"leaf_input\":\"no\",\"s\":\"]}\\\"\"},\"leaf_input\":\"A\","
      "\"proof\":[[\"x\"],{\"y\":[{}]}],\"extra_data\":\"B\",\"t\":null}]}",
      "A|B " },
    { "{\"entries\":[{\"leaf_input\":\"A\\/B\\u003d\\u003D\",\"extra_data\":\"\\u002fC\"}]}",
      "A/B==|/C " },
    { "{\"k\\\"\":\"\\\\\",\"entries\":[{\"leaf_input\":\"A\",\"\\\\\":\"\\\\\\\"\"}]}", "A| " },
    { "{\"entries\":[{\"leaf_input\":\"A\\\"B\\\\\",\"extra_data\":\"\\b\\f\\n\\r\\t\"}]}",
      "A\"B\\|\b\f\n\r\t " },
    { "{\"\\u0065ntries\":7,\"entries\":[{\"leaf_input\":\"A\"}]}", "A| " },
    { "{\"entries\":[{\"leaf_input\":\"A\\u00e9\"}]}", "(bad escape)| " },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_refused (void)
{
  static const Case cases[] = {
    { "", "failed" },
    { " ", "failed" },
    { "null", "failed" },
    { "[]", "failed" },
    { "{}", "failed" },
    { "{\"error_message\":\"need start\"}", "failed" },
    { "{\"Entries\":[]}", "failed" },
    { "{\"entries\"}", "failed" },
    { "{\"entries\":}", "failed" },
    { "{\"entries\":{}}", "failed" },
    { "{\"entries\":\"\"}", "failed" },
    { "{\"entries\":0}", "failed" },
    { "{\"entries\":nul}", "failed" },
    { "{\"entries\":nulll}", "failed" },
    { "{\"entries\":[]]", "failed" },
    { "{\"entries\":[],}", "failed" },
    { "{,\"entries\":[]}", "failed" },
    { "{\"entries\":[]} x", "failed" },
    { "{\"entries\":[]}{}", "failed" },
    { "{\"entries\":[]},", "failed" },
    { "{\"entries\":[],\"entries\":[]}", "failed" },
    { "{\"entries\":null,\"entries\":[]}", "failed" },
    { "{\"entries\":[],\"entries\":null}", "failed" },
    { "{\"entries\":[null]}", "failed" },
    { "{\"entries\":[[]]}", "failed" },
    { "{\"entries\":[{}]}", "failed" },
    { "{\"entries\":[,]}", "failed" },
    { "{\"entries\":[{\"extra_data\":\"B\"}]}", "failed" },
    { "{\"entries\":[{\"leaf_input\":null}]}", "failed" },
    { "{\"entries\":[{\"leaf_input\":1}]}", "failed" },
    { "{\"entries\":[{\"leaf_input\":[\"A\"]}]}", "failed" },
    { "{\"entries\":[{\"leaf_input\":\"A\",\"extra_data\":1}]}", "failed" },
    { "{\"entries\":[{\"leaf_input\":\"A\",\"leaf_input\":\"A\"}]}", "failed" },
    { "{\"entries\":[{\"leaf_input\":\"A\",\"extra_data\":null,\"extra_data\":\"B\"}]}", "failed" },
    { "{\"entries\":[{\"leaf_input\" \"A\"}]}", "failed" },
    { "{\"entries\":[{leaf_input:\"A\"}]}", "failed" },
    { "{\"entries\":[{\"leaf_input\":\"A\",}]}", "failed" },
    { "{\"entries\":[{\"leaf_input\":\"A\"},]}", "A| failed" },
    { "{\"entries\":[{\"leaf_input\":\"A\"}{\"leaf_input\":\"B\"}]}", "A| failed" },
    { "{\"entries\":[{\"leaf_input\":\"A\"}],\"entries\":[{\"leaf_input\":\"B\"}]}", "A| failed" },
    { "{\"entries\":[{\"leaf_input\":\"A\\\"}]}", "failed" },
    { "{\"x\":01,\"entries\":[]}", "failed" },
    { "{\"x\":-,\"entries\":[]}", "failed" },
    { "{\"x\":+1,\"entries\":[]}", "failed" },
    { "{\"x\":1.,\"entries\":[]}", "failed" },
    { "{\"x\":.5,\"entries\":[]}", "failed" },
    { "{\"x\":1e,\"entries\":[]}", "failed" },
    { "{\"x\":[1,],\"entries\":[]}", "failed" },
    { "{\"x\":[1 2],\"entries\":[]}", "failed" },
    { "{\"x\":{\"y\"},\"entries\":[]}", "failed" },
    { "{\"x\":{\"y\":1,},\"entries\":[]}", "failed" },
    { "{\"x\":[},\"entries\":[]}", "failed" },
    { "{\"x\":tru,\"entries\":[]}", "failed" },
    { "{\"x\":'a',\"entries\":[]}", "failed" },
    { "\xef\xbb\xbf{\"entries\":[]}", "failed" },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static char *
nest (guint depth, char open, char close)
{
  g_autofree char *front = g_strnfill (depth, open);
  g_autofree char *back = g_strnfill (depth, close);

  return g_strconcat ("{\"x\":", front, back, ",\"entries\":[]}", NULL);
}

static void
test_depth (void)
{
  static const struct
  {
    guint depth;
    const char *result;
  } cases[] = {
    { 1, "" },
    { 32, "" },
    { 33, "failed" },
    { 1000000, "failed" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *json = nest (cases[i].depth, '[', ']');
      g_autofree char *result = scan (json, strlen (json));

      g_assert_cmpstr (result, ==, cases[i].result);
    }
}

/* A string of nothing but escaped quotes takes linear time: 4 MB of it are done at once, while
 * quadratic time would run into the test's time limit. */
static void
test_many_escapes (void)
{
  const guint n_escapes = 2000000;
  g_autoptr (GString) json = g_string_new ("{\"entries\":[{\"leaf_input\":\"");
  CtsEntriesScanner scanner;
  CtsRawText entry;

  for (guint i = 0; i < n_escapes; i++)
    g_string_append (json, "\\\"");
  g_string_append (json, "\"}]}");

  cts_entries_scanner_init (&scanner, json->str, json->len);
  g_assert_true (cts_entries_scanner_next (&scanner, &entry));
  g_assert_cmpuint (entry.leaf_size, ==, 2 * n_escapes);
  g_assert_false (cts_entries_scanner_next (&scanner, &entry));
  g_assert_false (cts_entries_scanner_failed (&scanner));
}

static const char sample[]
    = "{\"first\":{\"a\":[1,-2.5e+3,true,\"\\\"\"],\"b\":null},\"entries\":["
      "{\"leaf_input\":\"AAAA\\/w==\",\"extra_data\":\"AAAB\"}, "
      "{\"extra_data\":null,\"leaf_input\":\"AAAC\",\"more\":[{\"x\":false}]},"
      "{\"leaf_input\":\"AAAD\"}\n], \"last\" : 12 }";

static void
test_truncation (void)
{
  g_autofree char *whole = scan (sample, strlen (sample));

  g_assert_cmpstr (whole, ==, "AAAA/w==|AAAB AAAC| AAAD| ");
  for (gsize size = 0; size < strlen (sample); size++)
    {
      g_autofree char *result = scan (sample, size);

      g_assert_true (g_str_has_suffix (result, "failed"));
    }
}

/* Any byte in any place: no more than a refusal or other texts. */
static void
test_mutation (void)
{
  for (gsize place = 0; place < strlen (sample); place++)
    for (guint byte = 0; byte < 256; byte++)
      {
        char json[sizeof sample];
        g_autofree char *result = NULL;

        memcpy (json, sample, sizeof sample);
        json[place] = byte;
        result = scan (json, strlen (sample));
        g_assert_cmpuint (strlen (result), <, 2 * sizeof sample);
      }
}

static void
test_unescape (void)
{
  static const struct
  {
    const char *text;
    const char *result; /* NULL: refused */
  } cases[] = {
    { "", "" },
    { "abc+/=", "abc+/=" },
    { "\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t" },
    { "\\u003d\\u003D\\u002B\\u007f", "==+\x7f" },
    { "\\", NULL },
    { "a\\", NULL },
    { "\\x", NULL },
    { "\\U003d", NULL },
    { "\\u", NULL },
    { "\\u003", NULL },
    { "\\u003g", NULL },
    { "\\u-03d", NULL },
    { "\\u 03d", NULL },
    { "\\u0080", NULL },
    { "\\u013d", NULL },
    { "\\ud83d\\ude00", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize size = strlen (cases[i].text);
      g_autofree char *text = g_memdup2 (cases[i].text, size);
      gssize n = cts_entries_scanner_unescape (text, text, size);

      g_test_message ("%s", cases[i].text);
      if (cases[i].result == NULL)
        g_assert_cmpint (n, ==, -1);
      else
        g_assert_cmpmem (text, n, cases[i].result, strlen (cases[i].result));
    }
}

/* Scans @json and demands the texts that json-glib finds in the same. */
static void
check_like_json_glib (const char *json, gsize size)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autofree char *result = scan (json, size);
  JsonArray *entries;

  json_parser_load_from_data (parser, json, size, &error);
  g_assert_no_error (error);
  entries = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)),
                                          "entries");
  g_assert_cmpuint (json_array_get_length (entries), >, 0);
  for (guint i = 0; i < json_array_get_length (entries); i++)
    {
      JsonObject *entry = json_array_get_object_element (entries, i);

      g_string_append_printf (expected, "%s|%s ",
                              json_object_get_string_member (entry, "leaf_input"),
                              json_object_get_string_member (entry, "extra_data"));
    }
  g_assert_cmpstr (result, ==, expected->str);
}

static void
check_node (JsonNode *root)
{
  for (guint pretty = 0; pretty < 2; pretty++)
    {
      g_autofree char *json = json_to_string (root, pretty);

      check_like_json_glib (json, strlen (json));
    }
}

static JsonNode *
read_shared_json (const char *name)
{
  g_autoptr (GBytes) bytes = cts_test_shared_bytes (name);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  if (bytes == NULL)
    return NULL;
  json_parser_load_from_data (parser, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                              &error);
  g_assert_no_error (error);
  return json_parser_steal_root (parser);
}

static void
test_four_entries (void)
{
  g_autoptr (JsonNode) file = read_shared_json ("vectors/get-entries/four_entries.json");

  if (file != NULL)
    check_node (json_object_get_member (json_node_get_object (file), "get_entries"));
}

/* The file is an array of entries that have other members besides the two. */
static void
test_live_entries (void)
{
  g_autoptr (JsonNode) file
      = read_shared_json ("vectors/get-entries/live_2026-05_argon2026h2_nimbus2026.json");
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);

  if (file == NULL)
    return;
  json_node_take_object (root, json_object_new ());
  json_object_set_member (json_node_get_object (root), "entries", g_steal_pointer (&file));
  check_node (root);
}

/* Bodies as logs sent them. */
static void
test_bodies (void)
{
  static const char *const names[] = {
    "corpus/ct-v1/cloudflare+azul/crates/tlog_tiles/tests/http_get/"
    "get-entries-start-10000-end-10000",
    "corpus/ct-v1/extracted/google+certificate-transparency-go/client/"
    "logclient_test.go.get-entries.json",
    "corpus/ct-v1/extracted/google+certificate-transparency-go/scanner/"
    "scanner_test_data.go.get-entries.json",
    "corpus/ct-v1/extracted/zmap+zcrypto/ct/client/logclient_test.go.get-entries.json",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GBytes) body = cts_test_shared_bytes (names[i]);

      if (body != NULL)
        check_like_json_glib (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/entries-scanner/accepted", test_accepted);
  g_test_add_func ("/codec/entries-scanner/refused", test_refused);
  g_test_add_func ("/codec/entries-scanner/depth", test_depth);
  g_test_add_func ("/codec/entries-scanner/many-escapes", test_many_escapes);
  g_test_add_func ("/codec/entries-scanner/truncation", test_truncation);
  g_test_add_func ("/codec/entries-scanner/mutation", test_mutation);
  g_test_add_func ("/codec/entries-scanner/unescape", test_unescape);
  g_test_add_func ("/codec/entries-scanner/four-entries", test_four_entries);
  g_test_add_func ("/codec/entries-scanner/live-entries", test_live_entries);
  g_test_add_func ("/codec/entries-scanner/bodies", test_bodies);
  return g_test_run ();
}
