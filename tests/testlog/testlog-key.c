/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-testlog"

#include "testlog-key.h"

#include <gnutls/abstract.h>
#include <nettle/sha2.h>

struct _TestlogKey
{
  gnutls_privkey_t private_key;
  GBytes *spki;
};

/* Nothing from outside reaches these calls: when one fails the test tool cannot go on. */
static void
check (int code, const char *what)
{
  if (code < 0)
    g_error ("%s: %s", what, gnutls_strerror (code));
}

static GBytes *
take_datum (gnutls_datum_t *datum)
{
  GBytes *bytes = g_bytes_new (datum->data, datum->size);

  gnutls_free (datum->data);
  return bytes;
}

TestlogKey *
testlog_key_new (void)
{
  TestlogKey *key = g_new0 (TestlogKey, 1);
  gnutls_pubkey_t public_key;
  gnutls_datum_t spki;

  check (gnutls_privkey_init (&key->private_key), "private key");
  check (gnutls_privkey_generate (key->private_key, GNUTLS_PK_ECDSA,
                                  GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0),
         "key generation");
  check (gnutls_pubkey_init (&public_key), "public key");
  check (gnutls_pubkey_import_privkey (public_key, key->private_key, 0, 0), "public key");
  check (gnutls_pubkey_export2 (public_key, GNUTLS_X509_FMT_DER, &spki), "public key");
  key->spki = take_datum (&spki);
  gnutls_pubkey_deinit (public_key);
  return key;
}

void
testlog_key_free (TestlogKey *key)
{
  gnutls_privkey_deinit (key->private_key);
  g_bytes_unref (key->spki);
  g_free (key);
}

/* Returns: (transfer none): SubjectPublicKeyInfo, DER */
GBytes *
testlog_key_get_spki (const TestlogKey *key)
{
  return key->spki;
}

/* SHA-256 of the public key: log ID of a log, issuer key hash of an authority. */
void
testlog_key_get_id (const TestlogKey *key, guint8 *id)
{
  struct sha256_ctx sha;

  sha256_init (&sha);
  sha256_update (&sha, g_bytes_get_size (key->spki), g_bytes_get_data (key->spki, NULL));
  sha256_digest (&sha, SHA256_DIGEST_SIZE, id);
}

/* Returns: (transfer full): ECDSA-Sig-Value over the SHA-256 of @data, DER */
GBytes *
testlog_key_sign (const TestlogKey *key, const void *data, gsize size)
{
  const gnutls_datum_t input = { (guint8 *) data, size };
  gnutls_datum_t signature;

  check (gnutls_privkey_sign_data (key->private_key, GNUTLS_DIG_SHA256, 0, &input, &signature),
         "signature");
  return take_datum (&signature);
}
