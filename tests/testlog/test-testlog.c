/* SPDX-License-Identifier: MIT */
#include "test-client.h"

#include <glib/gstdio.h>
#include <gnutls/abstract.h>
#include <string.h>

#define PAGE_CAP 32

static void
put_u64 (guint8 *out, guint64 value)
{
  for (guint i = 0; i < 8; i++)
    out[i] = value >> (8 * (7 - i));
}

static void
assert_signature (const Testlog *testlog, JsonObject *sth)
{
  GBytes *spki = testlog_key_get_spki (testlog_log_get_key (testlog_get_log (testlog, 0)));
  g_autoptr (GBytes) root = client_get_bytes (sth, "sha256_root_hash");
  g_autoptr (GBytes) digitally_signed = client_get_bytes (sth, "tree_head_signature");
  gsize size;
  const guint8 *data = g_bytes_get_data (digitally_signed, &size);
  guint8 input[50] = { 0, 1 };
  gnutls_datum_t key_datum = { (guint8 *) g_bytes_get_data (spki, NULL), g_bytes_get_size (spki) };
  gnutls_datum_t input_datum = { input, sizeof input };
  gnutls_datum_t signature = { (guint8 *) data + 4, size - 4 };
  gnutls_pubkey_t key;

  g_assert_cmpuint (data[0], ==, 4);
  g_assert_cmpuint (data[1], ==, 3);
  g_assert_cmpuint (data[2] << 8 | data[3], ==, size - 4);
  put_u64 (input + 2, json_object_get_int_member (sth, "timestamp"));
  put_u64 (input + 10, json_object_get_int_member (sth, "tree_size"));
  memcpy (input + 18, g_bytes_get_data (root, NULL), 32);

  g_assert_cmpint (gnutls_pubkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_pubkey_import (key, &key_datum, GNUTLS_X509_FMT_DER), ==, 0);
  g_assert_cmpint (gnutls_pubkey_verify_data2 (key, GNUTLS_SIGN_ECDSA_SHA256, 0, &input_datum,
                                               &signature),
                   >=, 0);
  gnutls_pubkey_deinit (key);
}

static void
test_head (void)
{
  TestlogOptions options = TESTLOG_DEFAULTS;
  g_autoptr (Testlog) testlog = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GBytes) root = NULL;
  g_autoptr (JsonParser) parser = NULL;
  guint8 expected[TESTLOG_HASH_SIZE];
  JsonObject *sth;

  options.rate = 0;
  options.n_entries = 77;
  options.page_cap = PAGE_CAP;
  testlog = client_start (&options);
  g_assert_cmpuint (client_fetch (testlog, &body, "get-sth"), ==, 200);
  parser = client_parse (body);
  sth = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpint (json_object_get_int_member (sth, "tree_size"), ==, 77);
  assert_signature (testlog, sth);

  entries = client_fetch_all (testlog, 77);
  client_hash_tree (entries, 0, entries->len, expected);
  root = client_get_bytes (sth, "sha256_root_hash");
  g_assert_cmpmem (g_bytes_get_data (root, NULL), g_bytes_get_size (root), expected,
                   sizeof expected);
}

static void
test_pages (void)
{
  static const struct
  {
    guint64 start;
    guint64 end;
    guint n_entries;
  } cases[] = {
    { 0, 0, 1 },   { 0, 31, 32 },  { 0, 999, 32 }, { 5, 99, 27 },      { 32, 99, 32 },
    { 33, 40, 8 }, { 64, 99, 13 }, { 76, 76, 1 },  { 70, 1000000, 7 }, { 31, 62, 1 },
  };
  TestlogOptions options = TESTLOG_DEFAULTS;
  g_autoptr (Testlog) testlog = NULL;

  options.rate = 0;
  options.n_entries = 77;
  options.page_cap = PAGE_CAP;
  testlog = client_start (&options);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) page = client_fetch_page (testlog, cases[i].start, cases[i].end);

      g_assert_cmpuint (page->len, ==, cases[i].n_entries);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *call;
    guint status;
  } cases[] = {
    { "get-entries?start=77&end=80", 400 },
    { "get-entries?start=18446744073709551615&end=18446744073709551615", 400 },
    { "get-entries?start=5&end=4", 400 },
    { "get-entries?start=-1&end=4", 400 },
    { "get-entries?start=1", 400 },
    { "get-entries", 400 },
    { "get-sth-consistency?first=1&second=78", 400 },
    { "get-sth-consistency?first=3&second=2", 400 },
    { "get-proof-by-hash?hash=AAAA&tree_size=77", 400 },
    { "get-proof-by-hash?tree_size=77", 400 },
    { "get-proof-by-hash?hash=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D&tree_size=77", 404 },
    { "get-entry-and-proof?leaf_index=77&tree_size=77", 400 },
    { "get-entry-and-proof?leaf_index=0&tree_size=78", 400 },
    { "get-nothing", 404 },
    { "", 404 },
  };
  TestlogOptions options = TESTLOG_DEFAULTS;
  g_autoptr (Testlog) testlog = NULL;

  options.rate = 0;
  options.n_entries = 77;
  testlog = client_start (&options);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = NULL;

      g_assert_cmpuint (client_fetch (testlog, &body, "%s", cases[i].call), ==, cases[i].status);
      g_assert_cmpuint (g_bytes_get_size (body), >, 0);
    }
}

static void
test_start_size (void)
{
  const guint64 first = G_GUINT64_CONSTANT (4354630059);
  TestlogOptions options = TESTLOG_DEFAULTS;
  g_autoptr (Testlog) testlog = NULL;
  g_autoptr (GPtrArray) page = NULL;

  options.rate = 0;
  options.n_entries = 20;
  options.start_size = first;
  testlog = client_start (&options);
  g_assert_cmpuint (testlog_log_get_head (testlog_get_log (testlog, 0))->size, ==, first + 20);
  page = client_fetch_page (testlog, first + 3, first + 99);
  g_assert_cmpuint (page->len, ==, 17);
  g_assert_cmpuint (client_fetch (testlog, NULL, "get-entries?start=7&end=9"), ==, 404);
  g_assert_cmpuint (client_fetch (testlog, NULL, "get-entry-and-proof?leaf_index=7&tree_size=9"),
                    ==, 404);
  g_assert_cmpuint (client_fetch (testlog, NULL,
                                  "get-entry-and-proof?leaf_index=%" G_GUINT64_FORMAT
                                  "&tree_size=%" G_GUINT64_FORMAT,
                                  first + 19, first + 20),
                    ==, 200);
  g_assert_cmpuint (client_fetch (testlog, NULL,
                                  "get-sth-consistency?first=%" G_GUINT64_FORMAT
                                  "&second=%" G_GUINT64_FORMAT,
                                  first + 5, first + 20),
                    ==, 200);
}

static void
note_line (GHashTable *logs_of, const char *line)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object;
  const char *sha256;

  g_assert_true (json_parser_load_from_data (parser, line, -1, NULL));
  object = json_node_get_object (json_parser_get_root (parser));
  sha256 = json_object_get_string_member (object, "sha256");
  if (!g_hash_table_contains (logs_of, sha256))
    g_hash_table_insert (logs_of, g_strdup (sha256), g_ptr_array_new_with_free_func (g_free));
  g_ptr_array_add (g_hash_table_lookup (logs_of, sha256),
                   g_strdup (json_object_get_string_member (object, "log")));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "names")), >, 0);
}

/* The truth file says of each shared entry that two logs hold it. */
static void
test_shared (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testlog-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "truth.jsonl", NULL);
  g_autoptr (GHashTable) logs_of
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  TestlogOptions options = TESTLOG_DEFAULTS;
  g_autoptr (Testlog) testlog = NULL;
  g_autofree char *truth = NULL;
  g_auto (GStrv) lines = NULL;
  GHashTableIter iter;
  gpointer logs;
  guint n_shared = 0;

  options.n_logs = 2;
  options.rate = 0;
  options.n_entries = 100;
  options.shared_percent = 30;
  options.truth = path;
  testlog = client_start (&options);
  g_assert_true (g_file_get_contents (path, &truth, NULL, NULL));
  lines = g_strsplit (g_strchomp (truth), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 200);
  for (guint i = 0; lines[i] != NULL; i++)
    note_line (logs_of, lines[i]);

  g_hash_table_iter_init (&iter, logs_of);
  while (g_hash_table_iter_next (&iter, NULL, &logs))
    if (((GPtrArray *) logs)->len == 2)
      {
        g_assert_cmpstr (g_ptr_array_index ((GPtrArray *) logs, 0), !=,
                         g_ptr_array_index ((GPtrArray *) logs, 1));
        n_shared++;
      }
    else
      g_assert_cmpuint (((GPtrArray *) logs)->len, ==, 1);
  g_assert_cmpuint (n_shared, >, 10);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_config (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testlog-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "logs.yaml", NULL);
  g_autofree char *config = NULL;
  g_autofree char *key = NULL;
  TestlogOptions options = TESTLOG_DEFAULTS;
  g_autoptr (Testlog) testlog = NULL;
  GBytes *spki;

  options.rate = 0;
  options.n_entries = 1;
  options.config_out = path;
  testlog = client_start (&options);
  g_assert_true (g_file_get_contents (path, &config, NULL, NULL));
  spki = testlog_key_get_spki (testlog_log_get_key (testlog_get_log (testlog, 0)));
  key = g_base64_encode (g_bytes_get_data (spki, NULL), g_bytes_get_size (spki));
  g_assert_nonnull (strstr (config, testlog_get_url (testlog)));
  g_assert_nonnull (strstr (config, key));
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/testlog/head", test_head);
  g_test_add_func ("/testlog/pages", test_pages);
  g_test_add_func ("/testlog/refused", test_refused);
  g_test_add_func ("/testlog/start-size", test_start_size);
  g_test_add_func ("/testlog/shared", test_shared);
  g_test_add_func ("/testlog/config", test_config);
  return g_test_run ();
}
