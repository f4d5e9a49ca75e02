/* SPDX-License-Identifier: MIT */
#include "core/ct/cts-log-key.h"

#include <ctstream/cts-source.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "tests/support/cts-test.h"

#define OTHER_KEY                                                                                  \
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEB/we6GOO/xwxivy4HhkrYFAAPo6e2nc346Wo2o2U"                   \
  "+GvoPWSPJz91s/xrEvA3Bk9kWHUUXVZS5morFEzsgdHqPg=="

static GBytes *
decode (const char *base64)
{
  gsize size;
  guchar *data = g_base64_decode (base64, &size);

  return g_bytes_new_take (data, size);
}

static CtsLogKey *
read_key (const char *base64)
{
  g_autoptr (GBytes) spki = decode (base64);
  g_autoptr (GError) error = NULL;
  CtsLogKey *key = cts_log_key_new (spki, &error);

  g_assert_no_error (error);
  return key;
}

/* The head of a get-sth answer. */
static CtsTreeHead *
read_head (JsonObject *sth)
{
  g_autoptr (GBytes) root = decode (json_object_get_string_member (sth, "sha256_root_hash"));
  g_autoptr (GBytes) signature
      = decode (json_object_get_string_member (sth, "tree_head_signature"));

  g_assert_cmpuint (g_bytes_get_size (root), ==, 32);
  return cts_tree_head_new ((guint64) json_object_get_int_member (sth, "tree_size"),
                            (guint64) json_object_get_int_member (sth, "timestamp"),
                            g_bytes_get_data (root, NULL), signature);
}

static JsonParser *
load (const char *name)
{
  g_autoptr (GBytes) bytes = cts_test_shared_bytes (name);
  g_autoptr (GError) error = NULL;
  JsonParser *parser;

  if (bytes == NULL)
    return NULL;
  parser = json_parser_new ();
  json_parser_load_from_data (parser, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                              &error);
  g_assert_no_error (error);
  return parser;
}

/* @head with bytes of its signature exchanged, cut off or added. */
static CtsTreeHead *
with_signature (const CtsTreeHead *head, gsize offset, guint8 mask, gssize growth)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (head->signature, &size);
  gsize new_size = (gsize) ((gssize) size + growth);
  g_autofree guint8 *copy = g_malloc0 (MAX (size, new_size));
  g_autoptr (GBytes) signature = NULL;

  memcpy (copy, data, size);
  copy[offset] ^= mask;
  signature = g_bytes_new (copy, new_size);
  return cts_tree_head_new (head->tree_size, head->timestamp_ms, head->root, signature);
}

static void
assert_refused (const CtsLogKey *key, CtsTreeHead *head)
{
  g_assert_false (cts_log_key_verify_head (key, head));
  cts_tree_head_free (head);
}

static void
check_bad_fields (const CtsLogKey *key, const CtsTreeHead *head)
{
  for (guint bit = 0; bit < 64; bit++)
    {
      CtsTreeHead *bad = cts_tree_head_copy (head);

      bad->tree_size ^= G_GUINT64_CONSTANT (1) << bit;
      assert_refused (key, bad);
      bad = cts_tree_head_copy (head);
      bad->timestamp_ms ^= G_GUINT64_CONSTANT (1) << bit;
      assert_refused (key, bad);
    }
  for (guint byte = 0; byte < 32; byte++)
    {
      CtsTreeHead *bad = cts_tree_head_copy (head);

      bad->root[byte] ^= 1 << byte % 8;
      assert_refused (key, bad);
    }
}

static void
check_bad_signatures (const CtsLogKey *key, const CtsTreeHead *head)
{
  gsize size = g_bytes_get_size (head->signature);

  /* Hash, signature type, both bytes of the length, the first and the last of the signature. */
  for (gsize offset = 0; offset <= 4; offset++)
    assert_refused (key, with_signature (head, offset, 1, 0));
  assert_refused (key, with_signature (head, 1, 3 ^ 1, 0));
  assert_refused (key, with_signature (head, size - 1, 1, 0));
  /* A byte behind it, and one behind that the length covers. */
  assert_refused (key, with_signature (head, 0, 0, 1));
  assert_refused (key, with_signature (head, 3, (guint8) ((size - 4) ^ (size - 3)), 1));
  for (gsize cut = 1; cut <= size; cut += MAX (1, size / 16))
    assert_refused (key, with_signature (head, 0, 0, -(gssize) cut));
  assert_refused (key, cts_tree_head_new (head->tree_size, head->timestamp_ms, head->root, NULL));
}

static void
check_head (const CtsLogKey *key, const CtsLogKey *other, const CtsTreeHead *head)
{
  g_assert_true (cts_log_key_verify_head (key, head));
  g_assert_false (cts_log_key_verify_head (other, head));
  check_bad_fields (key, head);
  check_bad_signatures (key, head);
}

/* Heads that logs of the years have signed. */
static void
test_real (void)
{
  g_autoptr (JsonParser) parser = load ("vectors/sth/real_sths.json");
  g_autoptr (GHashTable) keys = NULL;
  JsonArray *heads;

  if (parser == NULL)
    return;
  heads
      = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "sths");
  g_assert_cmpuint (json_array_get_length (heads), ==, 14);
  for (guint i = 0; i < json_array_get_length (heads); i++)
    {
      JsonObject *object = json_array_get_object_element (heads, i);
      JsonObject *next = json_array_get_object_element (heads, (i + 1) % 14);
      const char *text = json_object_get_string_member (object, "log_key");
      const char *next_text = json_object_get_string_member (next, "log_key");
      g_autoptr (CtsLogKey) key = read_key (text);
      g_autoptr (CtsLogKey) other
          = read_key (g_str_equal (text, next_text) ? OTHER_KEY : next_text);
      g_autoptr (CtsTreeHead) head = read_head (json_object_get_object_member (object, "sth"));

      check_head (key, other, head);
    }
}

/* Both types of key over the same heads; a signature of one is none of the other. */
static void
test_synthetic (void)
{
  g_autoptr (JsonParser) parser = load ("vectors/synthetic/synthetic_log.json");
  static const char *const types[] = { "ecdsa", "rsa" };
  CtsLogKey *keys[2];
  JsonObject *root;
  JsonArray *heads;

  if (parser == NULL)
    return;
  root = json_node_get_object (json_parser_get_root (parser));
  for (guint t = 0; t < 2; t++)
    keys[t] = read_key (
        json_object_get_string_member (json_object_get_object_member (root, types[t]), "spki_b64"));
  heads = json_object_get_array_member (root, "heads");
  g_assert_cmpuint (json_array_get_length (heads), ==, 8);
  for (guint i = 0; i < json_array_get_length (heads); i++)
    for (guint t = 0; t < 2; t++)
      {
        JsonObject *signed_head
            = json_object_get_object_member (json_array_get_object_element (heads, i), types[t]);
        g_autoptr (CtsTreeHead) head
            = read_head (json_object_get_object_member (signed_head, "get_sth"));

        check_head (keys[t], keys[1 - t], head);
      }
  cts_log_key_free (keys[0]);
  cts_log_key_free (keys[1]);
}

static void
test_historic_rsa (void)
{
  g_autoptr (JsonParser) parser = load ("vectors/sth/rsa_log_keys_seen_in_lists.json");
  JsonArray *logs;

  if (parser == NULL)
    return;
  logs = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (logs), ==, 3);
  for (guint i = 0; i < 3; i++)
    cts_log_key_free (
        read_key (json_object_get_string_member (json_array_get_object_element (logs, i), "key")));
}

/* A public key of GnuTLS' making. */
static GBytes *
generate (gnutls_pk_algorithm_t type, unsigned int bits)
{
  gnutls_privkey_t private_key;
  gnutls_pubkey_t public_key;
  gnutls_datum_t der;
  GBytes *spki;

  gnutls_privkey_init (&private_key);
  g_assert_cmpint (gnutls_privkey_generate (private_key, type, bits, 0), ==, GNUTLS_E_SUCCESS);
  gnutls_pubkey_init (&public_key);
  g_assert_cmpint (gnutls_pubkey_import_privkey (public_key, private_key, 0, 0), ==,
                   GNUTLS_E_SUCCESS);
  g_assert_cmpint (gnutls_pubkey_export2 (public_key, GNUTLS_X509_FMT_DER, &der), ==,
                   GNUTLS_E_SUCCESS);
  spki = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  gnutls_pubkey_deinit (public_key);
  gnutls_privkey_deinit (private_key);
  return spki;
}

static void
assert_no_key (GBytes *spki)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cts_log_key_new (spki, &error));
  g_assert_error (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED);
  g_bytes_unref (spki);
}

static void
test_bad_keys (void)
{
  g_autoptr (GBytes) good = decode (OTHER_KEY);

  assert_no_key (g_bytes_new_static ("", 0));
  assert_no_key (g_bytes_new_static ("junk", 4));
  assert_no_key (g_bytes_new_from_bytes (good, 0, g_bytes_get_size (good) - 1));
  assert_no_key (generate (GNUTLS_PK_RSA, 1024));
  assert_no_key (generate (GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP384R1)));
  assert_no_key (generate (GNUTLS_PK_EDDSA_ED25519, 256));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ct/log-key/real", test_real);
  g_test_add_func ("/ct/log-key/synthetic", test_synthetic);
  g_test_add_func ("/ct/log-key/historic-rsa", test_historic_rsa);
  g_test_add_func ("/ct/log-key/bad-keys", test_bad_keys);
  return g_test_run ();
}
