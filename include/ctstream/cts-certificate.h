/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include <ctstream/cts-macros.h>

G_BEGIN_DECLS

/**
 * CtsCertificate:
 *
 * A certificate (RFC 5280) as a log holds it: its DER and what the reader found in it. It belongs
 * to the #CtsRecord it was asked from and lives as long. Immutable, any thread.
 *
 * Since: 1.0
 */
typedef struct _CtsCertificate CtsCertificate;

#define CTS_SHA1_SIZE   20
#define CTS_SHA256_SIZE 32

CTS_AVAILABLE_IN_1_0
gconstpointer cts_certificate_get_der (const CtsCertificate *certificate, gsize *size);

CTS_AVAILABLE_IN_1_0
const guint8 *cts_certificate_get_sha1 (const CtsCertificate *certificate);

CTS_AVAILABLE_IN_1_0
const guint8 *cts_certificate_get_sha256 (const CtsCertificate *certificate);

CTS_AVAILABLE_IN_1_0
gint64 cts_certificate_get_not_before (const CtsCertificate *certificate);

CTS_AVAILABLE_IN_1_0
gint64 cts_certificate_get_not_after (const CtsCertificate *certificate);

CTS_AVAILABLE_IN_1_0
gboolean cts_certificate_is_ca (const CtsCertificate *certificate);

G_END_DECLS
