/* SPDX-License-Identifier: MIT */
#include "cts-log-key.h"

#include "core/ct/cts-merkle.h"

#include <ctstream/cts-source.h>
#include <gnutls/abstract.h>
#include <string.h>

/* RFC 5246 §7.4.1.4.1: the only hash there is in RFC 6962 §2.1.4, and its two signatures. */
#define HASH_SHA256     4
#define SIGNATURE_RSA   1
#define SIGNATURE_ECDSA 3
/* DigitallySigned: both algorithms and the length of the signature. */
#define SIGNED_HEADER 4
/* Bits of the shortest RSA key (RFC 6962 §2.1.4). */
#define RSA_MIN_BITS 2048
/* TreeHeadSignature (RFC 6962 §3.5): version, signature type, timestamp, size, root. */
#define SIGNED_INPUT (1 + 1 + 8 + 8 + CTS_MERKLE_HASH_SIZE)

struct _CtsLogKey
{
  gnutls_pubkey_t key;
  guint8 signature_type;
  gnutls_sign_algorithm_t algorithm;
};

static gboolean
is_p256 (gnutls_pubkey_t key)
{
  gnutls_ecc_curve_t curve;

  return gnutls_pubkey_export_ecc_raw2 (key, &curve, NULL, NULL, 0) == GNUTLS_E_SUCCESS
         && curve == GNUTLS_ECC_CURVE_SECP256R1;
}

/* Returns: whether a log may have such a key (RFC 6962 §2.1.4) */
static gboolean
set_algorithm (CtsLogKey *self)
{
  unsigned int bits = 0;
  int type = gnutls_pubkey_get_pk_algorithm (self->key, &bits);

  if (type == GNUTLS_PK_ECDSA && is_p256 (self->key))
    {
      self->signature_type = SIGNATURE_ECDSA;
      self->algorithm = GNUTLS_SIGN_ECDSA_SHA256;
      return TRUE;
    }
  if (type == GNUTLS_PK_RSA && bits >= RSA_MIN_BITS)
    {
      self->signature_type = SIGNATURE_RSA;
      self->algorithm = GNUTLS_SIGN_RSA_SHA256;
      return TRUE;
    }
  return FALSE;
}

/**
 * cts_log_key_new:
 * @spki: SubjectPublicKeyInfo in DER, as in log lists
 * @error: return location for an error in %CTS_SOURCE_ERROR
 *
 * Reads the key of a log: ECDSA on P-256, or RSA of at least 2,048 bits (RFC 6962 §2.1.4).
 *
 * Returns: (transfer full): the key
 */
CtsLogKey *
cts_log_key_new (GBytes *spki, GError **error)
{
  g_autoptr (CtsLogKey) self = g_new0 (CtsLogKey, 1);
  gsize size;
  const void *data = g_bytes_get_data (spki, &size);
  const gnutls_datum_t der = { (unsigned char *) data, (unsigned int) size };
  int code = gnutls_pubkey_init (&self->key);

  if (code == GNUTLS_E_SUCCESS)
    code = gnutls_pubkey_import (self->key, &der, GNUTLS_X509_FMT_DER);
  if (code != GNUTLS_E_SUCCESS)
    {
      g_set_error (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED, "unreadable public key: %s",
                   gnutls_strerror (code));
      return NULL;
    }
  if (!set_algorithm (self))
    {
      g_set_error (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED,
                   "public key is neither ECDSA on P-256 nor RSA of %d bits or more", RSA_MIN_BITS);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * cts_log_key_free:
 * @self: (transfer full): a key
 *
 * Frees a key.
 */
void
cts_log_key_free (CtsLogKey *self)
{
  if (self->key != NULL)
    gnutls_pubkey_deinit (self->key);
  g_free (self);
}

static void
make_signed_input (const CtsTreeHead *head, guint8 *input)
{
  guint64 timestamp_be = GUINT64_TO_BE (head->timestamp_ms);
  guint64 size_be = GUINT64_TO_BE (head->tree_size);

  input[0] = 0; /* v1 */
  input[1] = 1; /* tree_hash */
  memcpy (input + 2, &timestamp_be, sizeof timestamp_be);
  memcpy (input + 10, &size_be, sizeof size_be);
  memcpy (input + 18, head->root, CTS_MERKLE_HASH_SIZE);
}

/**
 * cts_log_key_verify_head:
 * @self: the key of the log
 * @head: a head of it
 *
 * Verifies the signature of a head (RFC 6962 §3.5), which must be of the key's own type and end
 * where its bytes end. Takes some tenths of a millisecond.
 *
 * Returns: whether the log signed @head
 */
gboolean
cts_log_key_verify_head (const CtsLogKey *self, const CtsTreeHead *head)
{
  guint8 input[SIGNED_INPUT];
  const gnutls_datum_t input_datum = { input, sizeof input };
  gnutls_datum_t signature;
  const guint8 *data;
  gsize size;

  if (head->signature == NULL)
    return FALSE;
  data = g_bytes_get_data (head->signature, &size);
  if (size < SIGNED_HEADER || data[0] != HASH_SHA256 || data[1] != self->signature_type
      || size - SIGNED_HEADER != ((gsize) data[2] << 8 | data[3]))
    return FALSE;

  signature.data = (unsigned char *) data + SIGNED_HEADER;
  signature.size = (unsigned int) (size - SIGNED_HEADER);
  make_signed_input (head, input);
  return gnutls_pubkey_verify_data2 (self->key, self->algorithm, 0, &input_datum, &signature) >= 0;
}
