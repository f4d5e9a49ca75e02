/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/api/cts-certificate-private.h"
#include "core/api/cts-internal.h"

G_BEGIN_DECLS

/**
 * CtsIssuer:
 * @certificate: the certificate; its DER stands behind the struct
 * @parsed: whether the reader could read it; if not, only DER and hashes are there
 *
 * A certificate of a chain, shared by all records that were issued under it.
 */
typedef struct
{
  CtsCertificate certificate;
  gboolean parsed;
} CtsIssuer;

CTS_INTERNAL CtsIssuer *cts_issuer_new (const void *der, gsize size);
CTS_INTERNAL CtsIssuer *cts_issuer_ref (CtsIssuer *issuer);
CTS_INTERNAL void cts_issuer_unref (CtsIssuer *issuer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsIssuer, cts_issuer_unref)

G_END_DECLS
