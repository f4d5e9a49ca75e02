/* SPDX-License-Identifier: MIT */
#include "testlog.h"

#include <glib/gstdio.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "tests/support/cts-test.h"

#define PAGE_CAP 32

typedef struct
{
  int done;
  GBytes *body;
  guint status;
} Answer;

/* An entry as a client decodes it. */
typedef struct
{
  GBytes *leaf;
  GBytes *extra;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_bytes_unref (entry->leaf);
  g_bytes_unref (entry->extra);
  g_free (entry);
}

static void
on_answer (GObject *object, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;
  g_autoptr (GError) error = NULL;
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (object), result);

  answer->body = soup_session_send_and_read_finish (SOUP_SESSION (object), result, &error);
  g_assert_no_error (error);
  answer->status = soup_message_get_status (message);
  g_atomic_int_set (&answer->done, 1);
}

static guint fetch (const Testlog *testlog, GBytes **body, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* Asks the first log; returns the status. */
static guint
fetch (const Testlog *testlog, GBytes **body, const char *format, ...)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = NULL;
  g_autofree char *call = NULL;
  g_autofree char *url = NULL;
  Answer answer = { 0 };
  va_list args;

  va_start (args, format);
  call = g_strdup_vprintf (format, args);
  va_end (args);
  url = g_strdup_printf ("%s/%s/ct/v1/%s", testlog_get_url (testlog),
                         testlog_log_get_name (testlog_get_log (testlog, 0)), call);
  message = soup_message_new (SOUP_METHOD_GET, url);
  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL, on_answer, &answer);
  cts_test_wait (&answer.done);
  if (body != NULL)
    *body = answer.body;
  else
    g_bytes_unref (answer.body);
  return answer.status;
}

static JsonParser *
parse (GBytes *body)
{
  JsonParser *parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, g_bytes_get_data (body, NULL), g_bytes_get_size (body),
                              &error);
  g_assert_no_error (error);
  return parser;
}

static GBytes *
get_bytes (JsonObject *object, const char *name)
{
  gsize size;
  guint8 *data = g_base64_decode (json_object_get_string_member (object, name), &size);

  return g_bytes_new_take (data, size);
}

/* One page; returns its entries. */
static GPtrArray *
fetch_page (const Testlog *testlog, guint64 start, guint64 end)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (entry_free);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (JsonParser) parser = NULL;
  JsonArray *array;

  g_assert_cmpuint (fetch (testlog, &body,
                           "get-entries?start=%" G_GUINT64_FORMAT "&end=%" G_GUINT64_FORMAT, start,
                           end),
                    ==, 200);
  parser = parse (body);
  array = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)),
                                        "entries");
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *object = json_array_get_object_element (array, i);
      Entry *entry = g_new0 (Entry, 1);

      entry->leaf = get_bytes (object, "leaf_input");
      entry->extra = get_bytes (object, "extra_data");
      g_ptr_array_add (entries, entry);
    }
  return entries;
}

static GPtrArray *
fetch_all (const Testlog *testlog, guint64 n_entries)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (entry_free);

  while (all->len < n_entries)
    {
      g_autoptr (GPtrArray) page = fetch_page (testlog, all->len, n_entries - 1);

      g_assert_cmpuint (page->len, >, 0);
      g_ptr_array_extend_and_steal (all, g_steal_pointer (&page));
    }
  return all;
}

static Testlog *
start (const TestlogOptions *options)
{
  g_autoptr (GError) error = NULL;
  Testlog *testlog = testlog_new (options, &error);

  g_assert_no_error (error);
  while (!testlog_is_complete (testlog))
    g_main_context_iteration (NULL, TRUE);
  return testlog;
}

/* MTH of RFC 6962 §2.1, word for word, over GLib's SHA-256. */
static void
hash_tree (GPtrArray *entries, guint begin, guint n, guint8 *hash)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = TESTLOG_HASH_SIZE;

  if (n == 1)
    {
      GBytes *leaf = ((const Entry *) g_ptr_array_index (entries, begin))->leaf;

      g_checksum_update (checksum, (const guint8 *) "\0", 1);
      g_checksum_update (checksum, g_bytes_get_data (leaf, NULL), g_bytes_get_size (leaf));
    }
  else
    {
      guint8 halves[2][TESTLOG_HASH_SIZE];
      guint k = 1;

      while (k * 2 < n)
        k *= 2;
      hash_tree (entries, begin, k, halves[0]);
      hash_tree (entries, begin + k, n - k, halves[1]);
      g_checksum_update (checksum, (const guint8 *) "\1", 1);
      g_checksum_update (checksum, (const guint8 *) halves, sizeof halves);
    }
  g_checksum_get_digest (checksum, hash, &size);
}

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
  g_autoptr (GBytes) root = get_bytes (sth, "sha256_root_hash");
  g_autoptr (GBytes) digitally_signed = get_bytes (sth, "tree_head_signature");
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
  testlog = start (&options);
  g_assert_cmpuint (fetch (testlog, &body, "get-sth"), ==, 200);
  parser = parse (body);
  sth = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpint (json_object_get_int_member (sth, "tree_size"), ==, 77);
  assert_signature (testlog, sth);

  entries = fetch_all (testlog, 77);
  hash_tree (entries, 0, entries->len, expected);
  root = get_bytes (sth, "sha256_root_hash");
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
  testlog = start (&options);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) page = fetch_page (testlog, cases[i].start, cases[i].end);

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
  testlog = start (&options);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = NULL;

      g_assert_cmpuint (fetch (testlog, &body, "%s", cases[i].call), ==, cases[i].status);
      g_assert_cmpuint (g_bytes_get_size (body), >, 0);
    }
}

/* The DER behind a u24 length at @*at, which moves past it. */
static gnutls_datum_t
take_der (GBytes *bytes, gsize *at)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gnutls_datum_t der;

  g_assert_cmpuint (*at + 3, <=, size);
  der.size = data[*at] << 16 | data[*at + 1] << 8 | data[*at + 2];
  der.data = (guint8 *) data + *at + 3;
  *at += 3 + der.size;
  g_assert_cmpuint (*at, <=, size);
  return der;
}

static gnutls_x509_crt_t
import (gnutls_datum_t der)
{
  gnutls_x509_crt_t certificate;

  g_assert_cmpint (gnutls_x509_crt_init (&certificate), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_import (certificate, &der, GNUTLS_X509_FMT_DER), ==, 0);
  return certificate;
}

static void
assert_signed_by (gnutls_x509_crt_t certificate, gnutls_x509_crt_t issuer)
{
  guint result = 0;

  g_assert_cmpuint (gnutls_x509_crt_check_issuer (certificate, issuer), ==, 1);
  g_assert_cmpint (gnutls_x509_crt_verify (certificate, &issuer, 1,
                                           GNUTLS_VERIFY_IGNORE_UNKNOWN_CRIT_EXTENSIONS, &result),
                   ==, 0);
  g_assert_cmpuint (result, ==, 0);
}

static void
assert_key_hash (const guint8 *key_hash, gnutls_x509_crt_t issuer)
{
  gnutls_pubkey_t key;
  gnutls_datum_t spki;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 expected[32];
  gsize size = sizeof expected;

  g_assert_cmpint (gnutls_pubkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_pubkey_import_x509 (key, issuer, 0), ==, 0);
  g_assert_cmpint (gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_DER, &spki), ==, 0);
  g_checksum_update (checksum, spki.data, spki.size);
  g_checksum_get_digest (checksum, expected, &size);
  g_assert_cmpmem (key_hash, 32, expected, sizeof expected);
  gnutls_free (spki.data);
  gnutls_pubkey_deinit (key);
}

/* OpenSSL takes the poison out of the precertificate: what is left must be the leaf's. */
static void
assert_tbs (gnutls_datum_t tbs, gnutls_datum_t precertificate)
{
  const guint8 *at = precertificate.data;
  X509 *x509 = d2i_X509 (NULL, &at, precertificate.size);
  g_autofree guint8 *expected = NULL;
  guint8 *out;
  int place, size;

  g_assert_nonnull (x509);
  place = X509_get_ext_by_NID (x509, NID_ct_precert_poison, -1);
  g_assert_cmpint (place, >=, 0);
  g_assert_true (X509_EXTENSION_get_critical (X509_get_ext (x509, place)));
  X509_EXTENSION_free (X509_delete_ext (x509, place));
  size = i2d_re_X509_tbs (x509, NULL);
  g_assert_cmpint (size, >, 0);
  out = expected = g_malloc (size);
  i2d_re_X509_tbs (x509, &out);
  g_assert_cmpmem (tbs.data, tbs.size, expected, size);
  X509_free (x509);
}

static void
check_entry (const Entry *entry, guint *n_precerts)
{
  const guint8 *leaf = g_bytes_get_data (entry->leaf, NULL);
  gboolean is_precert = leaf[11] == 1;
  gsize leaf_at = is_precert ? 44 : 12, extra_at = 0, chain_at;
  gnutls_datum_t body = take_der (entry->leaf, &leaf_at);
  gnutls_datum_t der = is_precert ? take_der (entry->extra, &extra_at) : body;
  gnutls_x509_crt_t certificate = import (der);
  gnutls_x509_crt_t intermediate, root;

  g_assert_cmpuint (leaf_at + 2, ==, g_bytes_get_size (entry->leaf));
  chain_at = extra_at + 3;
  take_der (entry->extra, &extra_at);
  g_assert_cmpuint (extra_at, ==, g_bytes_get_size (entry->extra));
  intermediate = import (take_der (entry->extra, &chain_at));
  root = import (take_der (entry->extra, &chain_at));
  g_assert_cmpuint (chain_at, ==, extra_at);

  assert_signed_by (certificate, intermediate);
  assert_signed_by (intermediate, root);
  assert_signed_by (root, root);
  if (is_precert)
    {
      assert_key_hash (leaf + 12, intermediate);
      assert_tbs (body, der);
      (*n_precerts)++;
    }
  gnutls_x509_crt_deinit (certificate);
  gnutls_x509_crt_deinit (intermediate);
  gnutls_x509_crt_deinit (root);
}

static void
test_certificates (void)
{
  TestlogOptions options = TESTLOG_DEFAULTS;
  g_autoptr (Testlog) testlog = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  guint n_precerts = 0;

  options.rate = 0;
  options.n_entries = 120;
  testlog = start (&options);
  entries = fetch_all (testlog, 120);
  for (guint i = 0; i < entries->len; i++)
    check_entry (g_ptr_array_index (entries, i), &n_precerts);
  g_assert_cmpuint (n_precerts, >, 0);
  g_assert_cmpuint (n_precerts, <, entries->len);
}

static void
test_broken (void)
{
  TestlogOptions options = TESTLOG_DEFAULTS;
  g_autoptr (Testlog) testlog = NULL;
  g_autoptr (GPtrArray) entries = NULL;

  options.rate = 0;
  options.n_entries = 10;
  options.broken_percent = 100;
  testlog = start (&options);
  entries = fetch_all (testlog, 10);
  for (guint i = 0; i < entries->len; i++)
    {
      gsize at = 12;
      gnutls_datum_t der = take_der (((Entry *) g_ptr_array_index (entries, i))->leaf, &at);
      gnutls_x509_crt_t certificate;

      g_assert_cmpint (gnutls_x509_crt_init (&certificate), ==, 0);
      g_assert_cmpint (gnutls_x509_crt_import (certificate, &der, GNUTLS_X509_FMT_DER), <, 0);
      gnutls_x509_crt_deinit (certificate);
    }
}

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
  testlog = start (&options);
  g_assert_true (json_parser_load_from_file (parser, path, NULL));
  expected = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (expected), ==, 40);
  entries = fetch_all (testlog, 40);
  for (guint i = 0; i < 40; i++)
    {
      const Entry *entry = g_ptr_array_index (entries, i);
      JsonObject *object = json_array_get_object_element (expected, i);
      g_autoptr (GBytes) leaf = get_bytes (object, "leaf_input");
      g_autoptr (GBytes) extra = get_bytes (object, "extra_data");
      g_autoptr (GBytes) leaf_hash = get_bytes (object, "leaf_hash");
      guint8 hash[TESTLOG_HASH_SIZE];

      g_assert_true (g_bytes_equal (entry->leaf, leaf));
      g_assert_true (g_bytes_equal (entry->extra, extra));
      hash_tree (entries, i, 1, hash);
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
      testlog = start (&options);
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
  testlog = start (&options);
  g_assert_cmpuint (testlog_log_get_head (testlog_get_log (testlog, 0))->size, ==, 5229);

  data = g_bytes_get_data (corpus, NULL);
  page = fetch_page (testlog, 0, 99);
  for (guint i = 0; i < page->len; i++)
    {
      gsize at = 12;
      gnutls_datum_t der = take_der (((Entry *) g_ptr_array_index (page, i))->leaf, &at);
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
  testlog = start (&options);
  g_assert_cmpuint (testlog_log_get_head (testlog_get_log (testlog, 0))->size, ==, first + 20);
  page = fetch_page (testlog, first + 3, first + 99);
  g_assert_cmpuint (page->len, ==, 17);
  g_assert_cmpuint (fetch (testlog, NULL, "get-entries?start=7&end=9"), ==, 404);
  g_assert_cmpuint (fetch (testlog, NULL, "get-entry-and-proof?leaf_index=7&tree_size=9"), ==, 404);
  g_assert_cmpuint (fetch (testlog, NULL,
                           "get-entry-and-proof?leaf_index=%" G_GUINT64_FORMAT
                           "&tree_size=%" G_GUINT64_FORMAT,
                           first + 19, first + 20),
                    ==, 200);
  g_assert_cmpuint (fetch (testlog, NULL,
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
  testlog = start (&options);
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
  testlog = start (&options);
  g_assert_true (g_file_get_contents (path, &config, NULL, NULL));
  spki = testlog_key_get_spki (testlog_log_get_key (testlog_get_log (testlog, 0)));
  key = g_base64_encode (g_bytes_get_data (spki, NULL), g_bytes_get_size (spki));
  g_assert_nonnull (strstr (config, testlog_get_url (testlog)));
  g_assert_nonnull (strstr (config, key));
  g_unlink (path);
  g_rmdir (folder);
}

/* The cheap entries still parse, differ, and flow fast; how fast is printed. */
static void
test_cheap (void)
{
  const guint n_entries = 20000;
  TestlogOptions options = TESTLOG_DEFAULTS;
  g_autoptr (Testlog) testlog = NULL;
  g_autoptr (GPtrArray) page = NULL;
  g_autoptr (TestlogMint) mint = testlog_mint_new (1, TRUE);
  g_autoptr (GHashTable) serials = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gint64 begin = g_get_monotonic_time ();
  double seconds;

  for (guint i = 0; i < n_entries; i++)
    {
      TestlogSubmission *submission = testlog_mint_next (mint, i % 2, FALSE);

      g_assert_true (g_hash_table_add (serials, g_strdup (submission->serial)));
      testlog_submission_unref (submission);
    }
  seconds = (g_get_monotonic_time () - begin) / (double) G_USEC_PER_SEC;
  g_test_message ("cheap: %.0f entries/s made", n_entries / seconds);

  options.cheap = TRUE;
  options.rate = 0;
  options.n_entries = 5120;
  testlog = start (&options);
  begin = g_get_monotonic_time ();
  for (guint64 at = 0; at < 5120; at += 256)
    {
      g_autoptr (GBytes) body = NULL;

      g_assert_cmpuint (fetch (testlog, &body,
                               "get-entries?start=%" G_GUINT64_FORMAT "&end=%" G_GUINT64_FORMAT, at,
                               at + 255),
                        ==, 200);
    }
  seconds = (g_get_monotonic_time () - begin) / (double) G_USEC_PER_SEC;
  g_test_message ("cheap: %.0f entries/s served to one client in the same thread", 5120 / seconds);

  page = fetch_page (testlog, 0, 99);
  for (guint i = 0; i < page->len; i++)
    {
      const Entry *entry = g_ptr_array_index (page, i);
      const guint8 *leaf = g_bytes_get_data (entry->leaf, NULL);
      gsize leaf_at = 12, extra_at = 0;
      gnutls_x509_crt_t certificate = import (leaf[11] == 1 ? take_der (entry->extra, &extra_at)
                                                            : take_der (entry->leaf, &leaf_at));

      g_assert_cmpuint (gnutls_x509_crt_check_hostname (certificate, "patched-in-place.load.test"),
                        ==, 0);
      gnutls_x509_crt_deinit (certificate);
    }
}

static void
test_mint_speed (void)
{
  g_autoptr (TestlogMint) mint = testlog_mint_new (3, FALSE);
  gint64 begin = g_get_monotonic_time ();
  double seconds;

  for (guint i = 0; i < 400; i++)
    testlog_submission_unref (testlog_mint_next (mint, i % 2, FALSE));
  seconds = (g_get_monotonic_time () - begin) / (double) G_USEC_PER_SEC;
  g_test_message ("%.0f certificates/s made and signed", 400 / seconds);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/testlog/head", test_head);
  g_test_add_func ("/testlog/pages", test_pages);
  g_test_add_func ("/testlog/refused", test_refused);
  g_test_add_func ("/testlog/certificates", test_certificates);
  g_test_add_func ("/testlog/broken", test_broken);
  g_test_add_func ("/testlog/replay/entries", test_replay_entries);
  g_test_add_func ("/testlog/replay/shapes", test_replay_shapes);
  g_test_add_func ("/testlog/replay/certificates", test_replay_certificates);
  g_test_add_func ("/testlog/replay/errors", test_replay_errors);
  g_test_add_func ("/testlog/start-size", test_start_size);
  g_test_add_func ("/testlog/shared", test_shared);
  g_test_add_func ("/testlog/config", test_config);
  g_test_add_func ("/testlog/cheap", test_cheap);
  g_test_add_func ("/testlog/mint-speed", test_mint_speed);
  return g_test_run ();
}
