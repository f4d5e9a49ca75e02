/* SPDX-License-Identifier: MIT */
#include "core/ct/cts-leaf.h"

#include "tests/support/cts-test.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* SHA-256 of the issuer's key (RFC 6962 §3.2). */
#define KEY_HASH_SIZE 32

static GByteArray *
bytes_from_hex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; hex[0] != '\0'; hex += hex[0] == ' ' ? 1 : 2)
    if (hex[0] != ' ')
      {
        guint8 byte = (guint8) (g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));

        g_byte_array_append (bytes, &byte, 1);
      }
  return bytes;
}

/* Reads from memory that ends with the leaf, so that a sanitizer sees a byte read too far. */
static CtsLeafStatus
read_exact (CtsLeaf *leaf, const guint8 *data, gsize size)
{
  g_autofree guint8 *exact = g_memdup2 (data, size);

  return cts_leaf_read (leaf, exact, size);
}

#define HEADER "00 00 0000018bcfe56800 "
#define HASH32 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f "

static void
test_kinds (void)
{
  static const struct
  {
    const char *hex;
    CtsLeafStatus status;
  } cases[] = {
    { HEADER "0000 000003 aabbcc 0000", CTS_LEAF_OK },
    { HEADER "0000 000003 aabbcc 0008 0000050001020304", CTS_LEAF_OK },
    { HEADER "0001 " HASH32 "000003 aabbcc 0000", CTS_LEAF_OK },
    /* Unknown, whatever follows. */
    { "01", CTS_LEAF_UNKNOWN },
    { "01 00 0000018bcfe56800 0000 000003 aabbcc 0000", CTS_LEAF_UNKNOWN },
    { "00 01", CTS_LEAF_UNKNOWN },
    { HEADER "0002", CTS_LEAF_UNKNOWN },
    { HEADER "0007 aabbcc", CTS_LEAF_UNKNOWN },
    { HEADER "8000 000003 aabbcc 0000", CTS_LEAF_UNKNOWN },
    /* Broken. */
    { "", CTS_LEAF_MALFORMED },
    { "00", CTS_LEAF_MALFORMED },
    { HEADER "0000 000000 0000", CTS_LEAF_MALFORMED },
    { HEADER "0001 " HASH32 "000000 0000", CTS_LEAF_MALFORMED },
    { HEADER "0000 ffffff aabbcc 0000", CTS_LEAF_MALFORMED },
    { HEADER "0000 000003 aabbcc ffff", CTS_LEAF_MALFORMED },
    { HEADER "0000 000003 aabbcc 0000 00", CTS_LEAF_MALFORMED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) bytes = bytes_from_hex (cases[i].hex);
      CtsLeaf leaf;

      g_test_message ("case %u", i);
      g_assert_cmpint (read_exact (&leaf, bytes->data, bytes->len), ==, cases[i].status);
    }
}

static void
test_fields (void)
{
  g_autoptr (GByteArray) x509 = bytes_from_hex (HEADER "0000 000003 aabbcc 0008 0000050001020304");
  g_autoptr (GByteArray) precert = bytes_from_hex (HEADER "0001 " HASH32 "000002 ddee 0000");
  CtsLeaf leaf;

  g_assert_cmpint (cts_leaf_read (&leaf, x509->data, x509->len), ==, CTS_LEAF_OK);
  g_assert_cmpuint (leaf.timestamp_ms, ==, G_GUINT64_CONSTANT (1700000000000));
  g_assert_cmpint (leaf.entry_type, ==, CTS_ENTRY_X509);
  g_assert_cmpmem (leaf.certificate.data, leaf.certificate.size, "\xaa\xbb\xcc", 3);
  g_assert_cmpmem (leaf.extensions.data, leaf.extensions.size, "\0\0\x05\0\x01\x02\x03\x04", 8);
  g_assert_null (leaf.issuer_key_hash);
  g_assert_cmpuint (leaf.tbs.size, ==, 0);

  g_assert_cmpint (cts_leaf_read (&leaf, precert->data, precert->len), ==, CTS_LEAF_OK);
  g_assert_cmpint (leaf.entry_type, ==, CTS_ENTRY_PRECERT);
  g_assert_cmpmem (leaf.issuer_key_hash, KEY_HASH_SIZE, precert->data + 12, KEY_HASH_SIZE);
  g_assert_cmpmem (leaf.tbs.data, leaf.tbs.size, "\xdd\xee", 2);
  g_assert_cmpuint (leaf.certificate.size, ==, 0);
  g_assert_cmpuint (leaf.extensions.size, ==, 0);
}

/* Each shorter leaf is malformed, none is read past its end. */
static void
test_truncated (void)
{
  static const char *const leaves[]
      = { HEADER "0000 000003 aabbcc 0002 0102", HEADER "0001 " HASH32 "000003 aabbcc 0002 0102" };

  for (guint i = 0; i < G_N_ELEMENTS (leaves); i++)
    {
      g_autoptr (GByteArray) bytes = bytes_from_hex (leaves[i]);
      CtsLeaf leaf;

      g_assert_cmpint (read_exact (&leaf, bytes->data, bytes->len), ==, CTS_LEAF_OK);
      for (gsize size = 0; size < bytes->len; size++)
        g_assert_cmpint (read_exact (&leaf, bytes->data, size), ==, CTS_LEAF_MALFORMED);
    }
}

static void
test_extra_data (void)
{
  static const struct
  {
    CtsEntryType entry_type;
    const char *hex;
    gboolean ok;
    gsize precertificate_size;
    guint n_chain;
  } cases[] = {
    { CTS_ENTRY_X509, "000000", TRUE, 0, 0 },
    { CTS_ENTRY_X509, "000004 000001 aa", TRUE, 0, 1 },
    { CTS_ENTRY_X509, "000009 000001 aa 000002 bbcc", TRUE, 0, 2 },
    { CTS_ENTRY_PRECERT, "000002 aabb 000000", TRUE, 2, 0 },
    { CTS_ENTRY_PRECERT, "000002 aabb 000004 000001 cc", TRUE, 2, 1 },
    { CTS_ENTRY_X509, "", FALSE, 0, 0 },
    { CTS_ENTRY_X509, "0000", FALSE, 0, 0 },
    { CTS_ENTRY_X509, "000000 00", FALSE, 0, 0 },
    { CTS_ENTRY_X509, "000005 000001 aa", FALSE, 0, 0 },
    { CTS_ENTRY_X509, "000003 000000", FALSE, 0, 0 },
    { CTS_ENTRY_X509, "000006 000001 aa 0000", FALSE, 0, 0 },
    { CTS_ENTRY_X509, "ffffff 000001 aa", FALSE, 0, 0 },
    /* The precertificate is good although the chain is not. */
    { CTS_ENTRY_PRECERT, "000002 aabb", FALSE, 2, 0 },
    { CTS_ENTRY_PRECERT, "000002 aabb 000004 000002 cc", FALSE, 2, 0 },
    { CTS_ENTRY_PRECERT, "000003 aabb", FALSE, 0, 0 },
    { CTS_ENTRY_PRECERT, "000000 000000", FALSE, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) bytes = bytes_from_hex (cases[i].hex);
      g_autofree guint8 *exact = g_memdup2 (bytes->data, bytes->len);
      CtsExtraData extra;
      CtsView certificate;
      guint n = 0;

      g_test_message ("case %u", i);
      g_assert_cmpint (cts_extra_data_read (&extra, cases[i].entry_type, exact, bytes->len), ==,
                       cases[i].ok);
      g_assert_cmpuint (extra.precertificate.size, ==, cases[i].precertificate_size);
      while (cts_chain_next (&extra.chain, &certificate))
        n++;
      g_assert_cmpuint (n, ==, cases[i].n_chain);
    }
}

static gnutls_x509_crt_t
import_certificate (CtsView view)
{
  gnutls_datum_t der = { (unsigned char *) view.data, (unsigned int) view.size };
  gnutls_x509_crt_t certificate;

  g_assert_cmpint (gnutls_x509_crt_init (&certificate), ==, GNUTLS_E_SUCCESS);
  g_assert_cmpint (gnutls_x509_crt_import (certificate, &der, GNUTLS_X509_FMT_DER), ==,
                   GNUTLS_E_SUCCESS);
  return certificate;
}

/* What GnuTLS makes of the issuer's key must be the hash in the leaf. */
static void
assert_key_hash (const guint8 *expected, CtsView issuer)
{
  gnutls_x509_crt_t certificate = import_certificate (issuer);
  gnutls_pubkey_t key;
  guint8 hash[KEY_HASH_SIZE];
  size_t size = sizeof hash;

  g_assert_cmpint (gnutls_pubkey_init (&key), ==, GNUTLS_E_SUCCESS);
  g_assert_cmpint (gnutls_pubkey_import_x509 (key, certificate, 0), ==, GNUTLS_E_SUCCESS);
  g_assert_cmpint (gnutls_pubkey_get_key_id (key, GNUTLS_KEYID_USE_SHA256, hash, &size), ==,
                   GNUTLS_E_SUCCESS);
  g_assert_cmpmem (hash, size, expected, KEY_HASH_SIZE);
  gnutls_pubkey_deinit (key);
  gnutls_x509_crt_deinit (certificate);
}

static GBytes *
decode_member (JsonObject *object, const char *name)
{
  gsize size;
  guchar *data = g_base64_decode (json_object_get_string_member (object, name), &size);

  return g_bytes_new_take (data, size);
}

static void
check_live_entry (JsonObject *entry)
{
  g_autoptr (GBytes) input = decode_member (entry, "leaf_input");
  g_autoptr (GBytes) extra_data = decode_member (entry, "extra_data");
  CtsExtraData extra;
  CtsLeaf leaf;
  CtsView issuer;

  g_assert_cmpint (cts_leaf_read (&leaf, g_bytes_get_data (input, NULL), g_bytes_get_size (input)),
                   ==, CTS_LEAF_OK);
  g_assert_cmpuint (leaf.timestamp_ms, ==,
                    (guint64) json_object_get_int_member (entry, "timestamp"));
  g_assert_cmpint (leaf.entry_type, ==, json_object_get_int_member (entry, "entry_type"));
  g_assert_true (cts_extra_data_read (&extra, leaf.entry_type, g_bytes_get_data (extra_data, NULL),
                                      g_bytes_get_size (extra_data)));
  g_assert_true (cts_chain_next (&extra.chain, &issuer));
  if (leaf.entry_type == CTS_ENTRY_PRECERT)
    assert_key_hash (leaf.issuer_key_hash, issuer);
  gnutls_x509_crt_deinit (import_certificate (
      leaf.entry_type == CTS_ENTRY_PRECERT ? extra.precertificate : leaf.certificate));
  do
    gnutls_x509_crt_deinit (import_certificate (issuer));
  while (cts_chain_next (&extra.chain, &issuer));
}

static void
test_live (void)
{
  g_autofree char *path
      = cts_test_shared_file ("vectors/get-entries/live_2026-05_argon2026h2_nimbus2026.json");
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonArray *entries;

  if (path == NULL)
    return;
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  entries = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (entries), ==, 40);
  for (guint i = 0; i < json_array_get_length (entries); i++)
    check_live_entry (json_array_get_object_element (entries, i));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ct/leaf/kinds", test_kinds);
  g_test_add_func ("/ct/leaf/fields", test_fields);
  g_test_add_func ("/ct/leaf/truncated", test_truncated);
  g_test_add_func ("/ct/leaf/extra-data", test_extra_data);
  g_test_add_func ("/ct/leaf/live", test_live);
  return g_test_run ();
}
