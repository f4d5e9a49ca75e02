/* SPDX-License-Identifier: MIT */
#include "test-client.h"

#include <glib/gstdio.h>

#include "tests/support/cts-test.h"

static void
test_replay_entries (void)
{
  g_autofree char *path
      = cts_test_shared_file ("vectors/get-entries/live_2026-05_argon2026h2_nimbus2026.json");
  TestlogOptions options = TESTLOG_DEFAULTS;
  g_autoptr (Testlog) testlog = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *expected;

  if (path == NULL)
    return;
  options.rate = 0;
  options.replay_entries = path;
  testlog = client_start (&options);
  g_assert_true (json_parser_load_from_file (parser, path, NULL));
  expected = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (expected), ==, 40);
  entries = client_fetch_all (testlog, 40);
  for (guint i = 0; i < 40; i++)
    {
      const ClientEntry *entry = g_ptr_array_index (entries, i);
      JsonObject *object = json_array_get_object_element (expected, i);
      g_autoptr (GBytes) leaf = client_get_bytes (object, "leaf_input");
      g_autoptr (GBytes) extra = client_get_bytes (object, "extra_data");
      g_autoptr (GBytes) leaf_hash = client_get_bytes (object, "leaf_hash");
      guint8 hash[TESTLOG_HASH_SIZE];

      g_assert_true (g_bytes_equal (entry->leaf, leaf));
      g_assert_true (g_bytes_equal (entry->extra, extra));
      client_hash_tree (entries, i, 1, hash);
      g_assert_cmpmem (hash, sizeof hash, g_bytes_get_data (leaf_hash, NULL),
                       g_bytes_get_size (leaf_hash));
    }
}

static void
test_replay_shapes (void)
{
  static const struct
  {
    const char *name;
    guint n_entries;
  } cases[] = {
    { "vectors/get-entries/four_entries.json", 4 },
    { "vectors/get-entries/precert_and_cert_pair.json", 2 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = cts_test_shared_file (cases[i].name);
      TestlogOptions options = TESTLOG_DEFAULTS;
      g_autoptr (Testlog) testlog = NULL;

      if (path == NULL)
        return;
      options.rate = 0;
      options.replay_entries = path;
      testlog = client_start (&options);
      g_assert_cmpuint (testlog_log_get_head (testlog_get_log (testlog, 0))->size, ==,
                        cases[i].n_entries);
    }
}

static void
test_replay_certificates (void)
{
  g_autofree char *path = cts_test_shared_file ("corpus/certs.bin");
  g_autoptr (GBytes) corpus = path != NULL ? cts_test_shared_bytes ("corpus/certs.bin") : NULL;
  TestlogOptions options = TESTLOG_DEFAULTS;
  g_autoptr (Testlog) testlog = NULL;
  g_autoptr (GPtrArray) page = NULL;
  const guint8 *data;

  if (path == NULL)
    return;
  options.rate = 0;
  options.replay_certificates = path;
  testlog = client_start (&options);
  g_assert_cmpuint (testlog_log_get_head (testlog_get_log (testlog, 0))->size, ==, 5229);

  data = g_bytes_get_data (corpus, NULL);
  page = client_fetch_page (testlog, 0, 99);
  for (guint i = 0; i < page->len; i++)
    {
      gsize at = 12;
      gnutls_datum_t der
          = client_take_der (((ClientEntry *) g_ptr_array_index (page, i))->leaf, &at);
      gsize size = data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];

      g_assert_cmpmem (der.data, der.size, data + 4, size);
      data += 4 + size;
    }
}

static void
test_replay_errors (void)
{
  static const char *const bad_files[]
      = { "",        "{}", "[]", "[{}]", "[1]", "[{\"leaf_input\":\"AAAA\"}]", "{\"entries\":3}",
          "not json" };
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "testlog-bad-XXXXXX", NULL);
  int fd = g_mkstemp (path);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (bad_files); i++)
    {
      TestlogOptions options = TESTLOG_DEFAULTS;
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, bad_files[i], -1, NULL));
      options.replay_entries = path;
      g_assert_null (testlog_new (&options, &error));
      g_assert_nonnull (error);
    }
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/testlog/replay/entries", test_replay_entries);
  g_test_add_func ("/testlog/replay/shapes", test_replay_shapes);
  g_test_add_func ("/testlog/replay/certificates", test_replay_certificates);
  g_test_add_func ("/testlog/replay/errors", test_replay_errors);
  return g_test_run ();
}
