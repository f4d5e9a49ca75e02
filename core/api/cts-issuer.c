/* SPDX-License-Identifier: MIT */
#include "cts-issuer.h"

#include <string.h>

/**
 * cts_issuer_new:
 * @der: a certificate
 * @size: its size in bytes
 *
 * Copies, reads and hashes a certificate of a chain.
 *
 * Returns: (transfer full): a new issuer
 */
CtsIssuer *
cts_issuer_new (const void *der, gsize size)
{
  CtsIssuer *issuer = g_atomic_rc_box_alloc0 (sizeof *issuer + size);
  guint8 *copy = (guint8 *) (issuer + 1);

  memcpy (copy, der, size);
  issuer->certificate.der = copy;
  issuer->certificate.size = size;
  issuer->parsed = cts_x509_read (&issuer->certificate.x509, copy, size);
  cts_certificate_hash (&issuer->certificate);
  return issuer;
}

CtsIssuer *
cts_issuer_ref (CtsIssuer *issuer)
{
  return g_atomic_rc_box_acquire (issuer);
}

void
cts_issuer_unref (CtsIssuer *issuer)
{
  g_atomic_rc_box_release (issuer);
}
