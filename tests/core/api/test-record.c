/* SPDX-License-Identifier: MIT */
#include "core/api/cts-record-private.h"

#include "tests/support/cts-test-records.h"

#include <string.h>

#define INDEX        G_GUINT64_CONSTANT (4294967297)
#define TIMESTAMP_MS 1790000000123
#define SEEN_US      1790000061482000

static CtsRecord *
make (CtsLogInfo *log, gconstpointer der, gsize size, CtsIssuer *const *chain, guint n_chain)
{
  return cts_record_new (log, INDEX, CTS_ENTRY_PRECERT, TIMESTAMP_MS, SEEN_US, der, size, chain,
                         n_chain);
}

static void
assert_digest (GChecksumType type, gconstpointer der, gsize size, const guint8 *digest)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (type);
  guint8 expected[64];
  gsize expected_size = sizeof expected;

  g_checksum_update (checksum, der, (gssize) size);
  g_checksum_get_digest (checksum, expected, &expected_size);
  g_assert_cmpmem (digest, (gsize) g_checksum_type_get_length (type), expected, expected_size);
}

static void
assert_certificate (const CtsCertificate *certificate, GBytes *der)
{
  gsize size, wanted_size;
  gconstpointer data = cts_certificate_get_der (certificate, &size);
  gconstpointer wanted = g_bytes_get_data (der, &wanted_size);

  g_assert_cmpmem (data, size, wanted, wanted_size);
  assert_digest (G_CHECKSUM_SHA1, wanted, wanted_size, cts_certificate_get_sha1 (certificate));
  assert_digest (G_CHECKSUM_SHA256, wanted, wanted_size, cts_certificate_get_sha256 (certificate));
}

static void
test_broken (void)
{
  static const char *const cases[] = { "", "\x30", "\x30\x03\x02\x01", "\x31\x80", "PEM?" };
  g_autoptr (CtsLogInfo) log = cts_test_log ("record");
  gsize size;
  const guint8 *der = g_bytes_get_data (g_ptr_array_index (cts_test_minted (), 0), &size);

  g_test_summary ("without a whole outer frame there is no record");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_null (make (log, cases[i], strlen (cases[i]), NULL, 0));
  for (gsize cut = 0; cut < size; cut++)
    {
      /* In memory of its own, so that the sanitizer sees what reaches beyond. */
      g_autofree guint8 *copy = g_memdup2 (der, cut);

      g_assert_null (make (log, copy, cut, NULL, 0));
    }
}

static void
test_fields (void)
{
  g_autoptr (CtsLogInfo) log = cts_test_log ("record");
  GPtrArray *certificates = cts_test_minted ();

  g_test_summary ("it holds a copy of the certificate, hashed, and what was said of it");
  for (guint i = 0; i < certificates->len; i++)
    {
      GBytes *der = g_ptr_array_index (certificates, i);
      gsize size = g_bytes_get_size (der);
      guint8 *copy = g_memdup2 (g_bytes_get_data (der, NULL), size);
      g_autoptr (CtsRecord) record = make (log, copy, size, NULL, 0);

      memset (copy, 0, size);
      g_free (copy);
      assert_certificate (cts_record_get_certificate (record), der);
      g_assert_cmpint (cts_record_get_entry_type (record), ==, CTS_ENTRY_PRECERT);
      g_assert_cmpuint (cts_record_get_index (record), ==, INDEX);
      g_assert_cmpuint (cts_record_get_timestamp_ms (record), ==, TIMESTAMP_MS);
      g_assert_cmpint (cts_record_get_seen_us (record), ==, SEEN_US);
      g_assert_true (cts_record_get_log (record) == log);
      g_assert_cmpuint (cts_record_get_chain_length (record), ==, 0);
    }
}

static CtsIssuer *
make_issuer (GBytes *der)
{
  return cts_issuer_new (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
}

static void
test_chain (void)
{
  g_autoptr (CtsLogInfo) log = cts_test_log ("record");
  GBytes **ders = (GBytes **) cts_test_minted ()->pdata;
  CtsIssuer *chain[] = { make_issuer (ders[1]), make_issuer (ders[2]) };
  gsize size;
  gconstpointer der = g_bytes_get_data (ders[0], &size);
  CtsRecord *first = make (log, der, size, chain, 2);
  g_autoptr (CtsRecord) second = make (log, der, size, chain, 1);

  g_test_summary ("records share the certificates of their chains and keep them");
  for (guint i = 0; i < G_N_ELEMENTS (chain); i++)
    cts_issuer_unref (chain[i]);
  g_assert_cmpuint (cts_record_get_chain_length (first), ==, 2);
  g_assert_cmpuint (cts_record_get_chain_length (second), ==, 1);
  assert_certificate (cts_record_get_chain_certificate (first, 0), ders[1]);
  assert_certificate (cts_record_get_chain_certificate (first, 1), ders[2]);
  g_assert_true (cts_record_get_chain_certificate (first, 0)
                 == cts_record_get_chain_certificate (second, 0));

  cts_record_unref (cts_record_ref (first));
  assert_certificate (cts_record_get_chain_certificate (first, 1), ders[2]);
  cts_record_unref (first);
  assert_certificate (cts_record_get_chain_certificate (second, 0), ders[1]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/record/broken", test_broken);
  g_test_add_func ("/api/record/fields", test_fields);
  g_test_add_func ("/api/record/chain", test_chain);
  return g_test_run ();
}
