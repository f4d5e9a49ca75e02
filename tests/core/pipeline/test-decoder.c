/* SPDX-License-Identifier: MIT */
#include "core/pipeline/cts-decoder.h"

#include "plugins/rfc6962/rfc6962-source.h"
#include "tests/support/cts-test-records.h"
#include "tests/support/cts-test.h"

#include <string.h>

/* Beyond 32 bits. */
#define FIRST        G_GUINT64_CONSTANT (4294967294)
#define TIMESTAMP_MS 1790000000123
#define MAX_ENTRIES  10
#define MAX_CHAIN    32

typedef struct
{
  CtsWorkers *workers;
  CtsDecoder *decoder;
  CtsSource *source;
  CtsLogInfo *log;
  GString *page;     /* the JSON so far */
  GPtrArray *leaves; /* of GBytes */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->workers = cts_workers_new (1);
  fixture->decoder = cts_decoder_new (fixture->workers);
  fixture->source = g_object_new (RFC6962_TYPE_SOURCE, NULL);
  fixture->log = cts_test_log ("decoder");
  fixture->page = g_string_new (NULL);
  fixture->leaves = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->leaves);
  g_string_free (fixture->page, TRUE);
  cts_log_info_unref (fixture->log);
  g_object_unref (fixture->source);
  g_object_unref (fixture->decoder);
  cts_workers_unref (fixture->workers);
}

static GBytes *
certificate (guint i)
{
  return g_ptr_array_index (cts_test_minted (), i);
}

/* An unsigned integer of @n_bytes, big-endian (RFC 5246 §4.4). */
static void
put_uint (GByteArray *out, guint n_bytes, guint64 value)
{
  while (n_bytes-- > 0)
    {
      guint8 byte = (guint8) (value >> (8 * n_bytes));

      g_byte_array_append (out, &byte, 1);
    }
}

/* A vector behind a length of three bytes (RFC 5246 §4.3). */
static void
put_vector (GByteArray *out, gconstpointer data, gsize size)
{
  put_uint (out, 3, size);
  g_byte_array_append (out, data, (guint) size);
}

static void
put_certificate (GByteArray *out, GBytes *der)
{
  put_vector (out, g_bytes_get_data (der, NULL), g_bytes_get_size (der));
}

/* A chain of the minted certificates from @first on. */
static void
put_chain (GByteArray *out, guint first, guint n)
{
  g_autoptr (GByteArray) chain = g_byte_array_new ();

  for (guint i = 0; i < n; i++)
    put_certificate (chain, certificate (first + i));
  put_vector (out, chain->data, chain->len);
}

/* MerkleTreeLeaf (RFC 6962 §3.4) of a certificate. */
static GByteArray *
make_leaf (guint entry_type, gconstpointer der, gsize size)
{
  GByteArray *leaf = g_byte_array_new ();

  put_uint (leaf, 2, 0);
  put_uint (leaf, 8, TIMESTAMP_MS);
  put_uint (leaf, 2, entry_type);
  if (entry_type == CTS_ENTRY_PRECERT)
    for (guint i = 0; i < 32; i++)
      put_uint (leaf, 1, i);
  put_vector (leaf, der, size);
  put_uint (leaf, 2, 0);
  return leaf;
}

static GByteArray *
make_x509_leaf (guint i)
{
  GBytes *der = certificate (i);

  return make_leaf (CTS_ENTRY_X509, g_bytes_get_data (der, NULL), g_bytes_get_size (der));
}

static void
add_entry (Fixture *fixture, GByteArray *leaf, GByteArray *extra)
{
  g_autofree char *leaf_input = g_base64_encode (leaf->data, leaf->len);
  g_autofree char *extra_data = g_base64_encode (extra->data, extra->len);

  g_string_append_printf (fixture->page, "%s{\"leaf_input\":\"%s\",\"extra_data\":\"%s\"}",
                          fixture->page->len > 0 ? "," : "{\"entries\":[", leaf_input, extra_data);
  g_ptr_array_add (fixture->leaves, g_bytes_new (leaf->data, leaf->len));
}

/* An x509 entry with a chain of @n_chain. */
static void
add_x509 (Fixture *fixture, guint i, guint first_chain, guint n_chain)
{
  g_autoptr (GByteArray) leaf = make_x509_leaf (i);
  g_autoptr (GByteArray) extra = g_byte_array_new ();

  put_chain (extra, first_chain, n_chain);
  add_entry (fixture, leaf, extra);
}

static GBytes *
end_page (Fixture *fixture)
{
  g_string_append (fixture->page, "]}");
  return g_bytes_new (fixture->page->str, fixture->page->len);
}

/* RFC 6962 §2.1: SHA-256 of a zero byte and the leaf. */
static void
assert_leaf_hashes (Fixture *fixture, CtsDecodedPage *decoded)
{
  g_assert_cmpuint (decoded->n_entries, ==, fixture->leaves->len);
  for (guint i = 0; i < fixture->leaves->len; i++)
    {
      g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
      GBytes *leaf = g_ptr_array_index (fixture->leaves, i);
      guint8 expected[32];
      gsize size = sizeof expected;

      g_checksum_update (checksum, (const guchar *) "", 1);
      g_checksum_update (checksum, g_bytes_get_data (leaf, NULL), (gssize) g_bytes_get_size (leaf));
      g_checksum_get_digest (checksum, expected, &size);
      g_assert_cmpmem (decoded->leaf_hashes + 32 * (gsize) i, 32, expected, size);
    }
}

/* Decodes the page that was added up; its hashes are right whatever else is. */
static CtsDecodedPage *
decode (Fixture *fixture)
{
  g_autoptr (GBytes) page = end_page (fixture);
  g_autoptr (GError) error = NULL;
  CtsDecodedPage *decoded = cts_decoder_decode (fixture->decoder, fixture->source, fixture->log,
                                                page, FIRST, MAX_ENTRIES, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (decoded->first_index, ==, FIRST);
  g_assert_cmpuint (decoded->records->len + decoded->unparsed->len, ==, decoded->n_entries);
  assert_leaf_hashes (fixture, decoded);
  return decoded;
}

static void
assert_der (const CtsCertificate *found, GBytes *expected)
{
  gsize size;
  gconstpointer der = cts_certificate_get_der (found, &size);

  g_assert_cmpmem (der, size, g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
}

static void
assert_record (CtsRecord *record, guint64 index, CtsEntryType entry_type, GBytes *der)
{
  g_assert_cmpuint (cts_record_get_index (record), ==, index);
  g_assert_cmpint (cts_record_get_entry_type (record), ==, entry_type);
  g_assert_cmpuint (cts_record_get_timestamp_ms (record), ==, TIMESTAMP_MS);
  assert_der (cts_record_get_certificate (record), der);
}

static void
test_records (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CtsDecodedPage) decoded = NULL;
  gint64 before = g_get_real_time ();

  for (guint i = 0; i < MAX_ENTRIES; i++)
    add_x509 (fixture, i, 100, i % 3);
  decoded = decode (fixture);

  g_assert_cmpuint (decoded->records->len, ==, MAX_ENTRIES);
  for (guint i = 0; i < MAX_ENTRIES; i++)
    {
      CtsRecord *record = g_ptr_array_index (decoded->records, i);

      assert_record (record, FIRST + i, CTS_ENTRY_X509, certificate (i));
      g_assert_true (cts_record_get_log (record) == fixture->log);
      g_assert_cmpint (cts_record_get_seen_us (record), >=, before);
      g_assert_cmpuint (cts_record_get_chain_length (record), ==, i % 3);
      for (guint k = 0; k < i % 3; k++)
        assert_der (cts_record_get_chain_certificate (record, k), certificate (100 + k));
    }
}

/* What cannot be read is named by its index, and does not touch its neighbours. */
static void
test_unparsed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) extra = g_byte_array_new ();
  g_autoptr (GByteArray) unknown = make_leaf (2, "\x30\x00", 2);
  g_autoptr (GByteArray) broken = make_leaf (CTS_ENTRY_X509, "\x30\x05\x01", 3);
  g_autoptr (GByteArray) version = make_x509_leaf (1);
  g_autoptr (GByteArray) cut = make_x509_leaf (1);
  GByteArray *const bad[] = { unknown, broken, version, cut };
  g_autoptr (CtsDecodedPage) decoded = NULL;

  put_chain (extra, 0, 0);
  version->data[0] = 1;
  g_byte_array_set_size (cut, cut->len - 1);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      add_x509 (fixture, i, 100, 1);
      add_entry (fixture, bad[i], extra);
    }
  add_x509 (fixture, G_N_ELEMENTS (bad), 100, 1);
  decoded = decode (fixture);

  g_assert_cmpuint (decoded->unparsed->len, ==, G_N_ELEMENTS (bad));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_cmpuint (g_array_index (decoded->unparsed, guint64, i), ==, FIRST + 2 * i + 1);
  g_assert_cmpuint (decoded->records->len, ==, G_N_ELEMENTS (bad) + 1);
  for (guint i = 0; i <= G_N_ELEMENTS (bad); i++)
    assert_record (g_ptr_array_index (decoded->records, i), FIRST + 2 * i, CTS_ENTRY_X509,
                   certificate (i));
}

/* Nothing vouches for a chain, so a broken one takes nothing from its certificate. */
static void
test_broken_chain (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) empty = g_byte_array_new ();
  g_autoptr (GByteArray) cut = g_byte_array_new ();
  g_autoptr (GByteArray) longer = g_byte_array_new ();
  g_autoptr (GByteArray) inside = g_byte_array_new ();
  GByteArray *const bad[] = { empty, cut, longer, inside };
  g_autoptr (CtsDecodedPage) decoded = NULL;

  put_chain (cut, 100, 2);
  g_byte_array_set_size (cut, cut->len - 1);
  put_chain (longer, 100, 2);
  put_uint (longer, 1, 0);
  put_vector (inside, "\x00\x00\x02x", 4);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GByteArray) leaf = make_x509_leaf (i);

      add_entry (fixture, leaf, bad[i]);
    }
  decoded = decode (fixture);

  g_assert_cmpuint (decoded->records->len, ==, G_N_ELEMENTS (bad));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      CtsRecord *record = g_ptr_array_index (decoded->records, i);

      assert_record (record, FIRST + i, CTS_ENTRY_X509, certificate (i));
      g_assert_cmpuint (cts_record_get_chain_length (record), ==, 0);
    }
}

/* Of a precert entry the certificate stands in the extra data. */
static void
test_precert (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) leaf = make_leaf (CTS_ENTRY_PRECERT, "\x30\x00", 2);
  g_autoptr (GByteArray) whole = g_byte_array_new ();
  g_autoptr (GByteArray) no_chain = g_byte_array_new ();
  g_autoptr (GByteArray) cut_certificate = g_byte_array_new ();
  g_autoptr (CtsDecodedPage) decoded = NULL;

  put_certificate (whole, certificate (0));
  put_chain (whole, 100, 2);
  put_certificate (no_chain, certificate (1));
  put_chain (no_chain, 100, 2);
  g_byte_array_set_size (no_chain, no_chain->len - 1);
  put_certificate (cut_certificate, certificate (2));
  g_byte_array_set_size (cut_certificate, cut_certificate->len - 1);
  add_entry (fixture, leaf, whole);
  add_entry (fixture, leaf, no_chain);
  add_entry (fixture, leaf, cut_certificate);
  decoded = decode (fixture);

  g_assert_cmpuint (decoded->records->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      CtsRecord *record = g_ptr_array_index (decoded->records, i);

      assert_record (record, FIRST + i, CTS_ENTRY_PRECERT, certificate (i));
      g_assert_cmpuint (cts_record_get_chain_length (record), ==, i == 0 ? 2 : 0);
    }
  g_assert_cmpuint (g_array_index (decoded->unparsed, guint64, 0), ==, FIRST + 2);
}

static void
test_long_chain (Fixture *fixture, gconstpointer data)
{
  static const guint lengths[] = { MAX_CHAIN - 1, MAX_CHAIN, MAX_CHAIN + 1, 100 };
  g_autoptr (CtsDecodedPage) decoded = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    add_x509 (fixture, i, 50, lengths[i]);
  decoded = decode (fixture);

  g_assert_cmpuint (decoded->records->len, ==, G_N_ELEMENTS (lengths));
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      CtsRecord *record = g_ptr_array_index (decoded->records, i);
      guint n = MIN (lengths[i], MAX_CHAIN);

      g_assert_cmpuint (cts_record_get_chain_length (record), ==, n);
      assert_der (cts_record_get_chain_certificate (record, n - 1), certificate (50 + n - 1));
    }
}

static void
test_too_many (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) page = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i <= MAX_ENTRIES; i++)
    add_x509 (fixture, i, 100, 1);
  page = end_page (fixture);
  g_assert_null (cts_decoder_decode (fixture->decoder, fixture->source, fixture->log, page, FIRST,
                                     MAX_ENTRIES, &error));
  g_assert_error (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED);
}

typedef struct
{
  Fixture *fixture;
  GThread *thread;
  CtsDecodedPage *decoded;
  GError *error;
  int is_done;
} Answer;

static void
on_decoded (GObject *object, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  g_assert_true (g_thread_self () == answer->thread);
  answer->decoded = cts_decoder_decode_finish (answer->fixture->decoder, result, &answer->error);
  answer->is_done = 1;
}

static void
decode_async (Answer *answer, Fixture *fixture, GBytes *page, GCancellable *cancellable)
{
  *answer = (Answer){ .fixture = fixture, .thread = g_thread_self () };
  cts_decoder_decode_async (fixture->decoder, fixture->source, fixture->log, page, FIRST,
                            MAX_ENTRIES, cancellable, on_decoded, answer);
}

static void
wait_for_lock (gpointer data)
{
  GMutex *lock = data;

  g_mutex_lock (lock);
  g_mutex_unlock (lock);
}

/* The only worker is held up at first: nothing is decoded elsewhere. */
static void
test_async (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) page = NULL;
  g_autoptr (GBytes) garbage = g_bytes_new_static ("<html>", 6);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMutex lock;
  Answer good, bad, cancelled;

  g_mutex_init (&lock);
  g_mutex_lock (&lock);
  cts_workers_push (fixture->workers, wait_for_lock, &lock);
  for (guint i = 0; i < MAX_ENTRIES; i++)
    add_x509 (fixture, i, 100, 1);
  page = end_page (fixture);
  decode_async (&good, fixture, page, NULL);
  decode_async (&bad, fixture, garbage, NULL);
  decode_async (&cancelled, fixture, page, cancellable);
  g_cancellable_cancel (cancellable);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (good.is_done || bad.is_done);
  g_mutex_unlock (&lock);

  cts_test_wait (&good.is_done);
  g_assert_no_error (good.error);
  assert_leaf_hashes (fixture, good.decoded);
  g_assert_cmpuint (good.decoded->records->len, ==, MAX_ENTRIES);
  for (guint i = 0; i < MAX_ENTRIES; i++)
    assert_record (g_ptr_array_index (good.decoded->records, i), FIRST + i, CTS_ENTRY_X509,
                   certificate (i));
  cts_decoded_page_free (good.decoded);

  cts_test_wait (&bad.is_done);
  g_assert_null (bad.decoded);
  g_assert_error (bad.error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED);
  g_error_free (bad.error);

  cts_test_wait (&cancelled.is_done);
  g_assert_null (cancelled.decoded);
  g_assert_error (cancelled.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_error_free (cancelled.error);
  g_mutex_clear (&lock);
}

#define ADD(name, func) g_test_add ("/decoder/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("records", test_records);
  ADD ("unparsed", test_unparsed);
  ADD ("broken-chain", test_broken_chain);
  ADD ("precert", test_precert);
  ADD ("long-chain", test_long_chain);
  ADD ("too-many", test_too_many);
  ADD ("async", test_async);
  return g_test_run ();
}
