/* SPDX-License-Identifier: MIT */
#include "test-client.h"

#include <gnutls/abstract.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

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
check_entry (const ClientEntry *entry, guint *n_precerts)
{
  const guint8 *leaf = g_bytes_get_data (entry->leaf, NULL);
  gboolean is_precert = leaf[11] == 1;
  gsize leaf_at = is_precert ? 44 : 12, extra_at = 0, chain_at;
  gnutls_datum_t body = client_take_der (entry->leaf, &leaf_at);
  gnutls_datum_t der = is_precert ? client_take_der (entry->extra, &extra_at) : body;
  gnutls_x509_crt_t certificate = client_import (der);
  gnutls_x509_crt_t intermediate, root;

  g_assert_cmpuint (leaf_at + 2, ==, g_bytes_get_size (entry->leaf));
  chain_at = extra_at + 3;
  client_take_der (entry->extra, &extra_at);
  g_assert_cmpuint (extra_at, ==, g_bytes_get_size (entry->extra));
  intermediate = client_import (client_take_der (entry->extra, &chain_at));
  root = client_import (client_take_der (entry->extra, &chain_at));
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
  testlog = client_start (&options);
  entries = client_fetch_all (testlog, 120);
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
  testlog = client_start (&options);
  entries = client_fetch_all (testlog, 10);
  for (guint i = 0; i < entries->len; i++)
    {
      gsize at = 12;
      gnutls_datum_t der
          = client_take_der (((ClientEntry *) g_ptr_array_index (entries, i))->leaf, &at);
      gnutls_x509_crt_t certificate;

      g_assert_cmpint (gnutls_x509_crt_init (&certificate), ==, 0);
      g_assert_cmpint (gnutls_x509_crt_import (certificate, &der, GNUTLS_X509_FMT_DER), <, 0);
      gnutls_x509_crt_deinit (certificate);
    }
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
  testlog = client_start (&options);
  begin = g_get_monotonic_time ();
  for (guint64 at = 0; at < 5120; at += 256)
    {
      g_autoptr (GBytes) body = NULL;

      g_assert_cmpuint (client_fetch (testlog, &body,
                                      "get-entries?start=%" G_GUINT64_FORMAT
                                      "&end=%" G_GUINT64_FORMAT,
                                      at, at + 255),
                        ==, 200);
    }
  seconds = (g_get_monotonic_time () - begin) / (double) G_USEC_PER_SEC;
  g_test_message ("cheap: %.0f entries/s served to one client in the same thread", 5120 / seconds);

  page = client_fetch_page (testlog, 0, 99);
  for (guint i = 0; i < page->len; i++)
    {
      const ClientEntry *entry = g_ptr_array_index (page, i);
      const guint8 *leaf = g_bytes_get_data (entry->leaf, NULL);
      gsize leaf_at = 12, extra_at = 0;
      gnutls_x509_crt_t certificate
          = client_import (leaf[11] == 1 ? client_take_der (entry->extra, &extra_at)
                                         : client_take_der (entry->leaf, &leaf_at));

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
  g_test_add_func ("/testlog/certificates", test_certificates);
  g_test_add_func ("/testlog/broken", test_broken);
  g_test_add_func ("/testlog/cheap", test_cheap);
  g_test_add_func ("/testlog/mint-speed", test_mint_speed);
  return g_test_run ();
}
