/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-certificate.h>

#include "core/x509/cts-x509.h"

G_BEGIN_DECLS

struct _CtsCertificate
{
  const guint8 *der;
  gsize size;
  CtsX509 x509;
  guint8 sha1[CTS_SHA1_SIZE];
  guint8 sha256[CTS_SHA256_SIZE];
};

void cts_certificate_hash (CtsCertificate *certificate);

/* The bytes of @span, which the reader has checked to lie within the certificate. */
static inline const guint8 *
cts_certificate_at (const CtsCertificate *certificate, CtsSpan span)
{
  return certificate->der + span.offset;
}

G_END_DECLS
