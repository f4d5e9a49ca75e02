/* SPDX-License-Identifier: MIT */
#include "cts-certificate-private.h"

#include <nettle/sha1.h>
#include <nettle/sha2.h>

/**
 * cts_certificate_hash:
 * @certificate: a certificate whose DER is in place
 *
 * Fills in its SHA-1 and SHA-256.
 */
void
cts_certificate_hash (CtsCertificate *certificate)
{
  struct sha1_ctx sha1;
  struct sha256_ctx sha256;

  sha1_init (&sha1);
  sha1_update (&sha1, certificate->size, certificate->der);
  sha1_digest (&sha1, CTS_SHA1_SIZE, certificate->sha1);
  sha256_init (&sha256);
  sha256_update (&sha256, certificate->size, certificate->der);
  sha256_digest (&sha256, CTS_SHA256_SIZE, certificate->sha256);
}

/**
 * cts_certificate_get_der:
 * @certificate: a certificate
 * @size: (out) (optional): its size in bytes
 *
 * The certificate as it was logged. Of a precertificate entry this is the submitted
 * precertificate.
 *
 * Returns: (transfer none): the DER
 *
 * Since: 1.0
 */
gconstpointer
cts_certificate_get_der (const CtsCertificate *certificate, gsize *size)
{
  g_return_val_if_fail (certificate != NULL, NULL);

  if (size != NULL)
    *size = certificate->size;
  return certificate->der;
}

/**
 * cts_certificate_get_sha1:
 * @certificate: a certificate
 *
 * Returns: (transfer none): the 20 bytes of the SHA-1 of its DER
 *
 * Since: 1.0
 */
const guint8 *
cts_certificate_get_sha1 (const CtsCertificate *certificate)
{
  g_return_val_if_fail (certificate != NULL, NULL);

  return certificate->sha1;
}

/**
 * cts_certificate_get_sha256:
 * @certificate: a certificate
 *
 * Returns: (transfer none): the 32 bytes of the SHA-256 of its DER
 *
 * Since: 1.0
 */
const guint8 *
cts_certificate_get_sha256 (const CtsCertificate *certificate)
{
  g_return_val_if_fail (certificate != NULL, NULL);

  return certificate->sha256;
}

/**
 * cts_certificate_get_not_before:
 * @certificate: a certificate
 *
 * Returns: begin of validity (RFC 5280 §4.1.2.5), seconds since 1970, 0 for an impossible date
 *
 * Since: 1.0
 */
gint64
cts_certificate_get_not_before (const CtsCertificate *certificate)
{
  g_return_val_if_fail (certificate != NULL, 0);

  return certificate->x509.not_before;
}

/**
 * cts_certificate_get_not_after:
 * @certificate: a certificate
 *
 * Returns: end of validity (RFC 5280 §4.1.2.5), seconds since 1970, 0 for an impossible date
 *
 * Since: 1.0
 */
gint64
cts_certificate_get_not_after (const CtsCertificate *certificate)
{
  g_return_val_if_fail (certificate != NULL, 0);

  return certificate->x509.not_after;
}

/**
 * cts_certificate_is_ca:
 * @certificate: a certificate
 *
 * Returns: whether basicConstraints says it is a CA (RFC 5280 §4.2.1.9)
 *
 * Since: 1.0
 */
gboolean
cts_certificate_is_ca (const CtsCertificate *certificate)
{
  g_return_val_if_fail (certificate != NULL, FALSE);

  return certificate->x509.is_ca;
}
