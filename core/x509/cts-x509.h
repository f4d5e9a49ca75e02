/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Most bytes of a certificate; TLS and the logs' own formats carry no longer one (uint24). */
#define CTS_X509_MAX_SIZE (1u << 24)

/**
 * CtsSpan:
 * @offset: from the first byte of the certificate
 * @size: bytes
 *
 * A part of a certificate. A span of size 0 at offset 0 is absent.
 */
typedef struct
{
  guint32 offset;
  guint32 size;
} CtsSpan;

/**
 * CtsX509Issues:
 * @CTS_X509_ISSUE_NON_MINIMAL_LENGTH: a length took more octets than it need have
 * @CTS_X509_ISSUE_TRAILING_BYTES: something stands behind what a part of the certificate ends with
 * @CTS_X509_ISSUE_DUPLICATE_EXTENSION: one of #CtsX509ExtensionId occurs again; the first counts
 * @CTS_X509_ISSUE_BAD_EXTENSION: an extension, or their list, is not readable
 * @CTS_X509_ISSUE_IMPOSSIBLE_DATE: a date is not readable or not in the calendar, its value is 0
 * @CTS_X509_ISSUE_BAD_SERIAL: no INTEGER, empty, zero, negative, not minimal or over 20 octets
 * @CTS_X509_ISSUE_BAD_NAME: a part of the issuer or subject is not readable
 * @CTS_X509_ISSUE_BAD_VERSION: not 1, 2 or 3
 * @CTS_X509_ISSUE_BAD_SIGNATURE: signatureAlgorithm or signature is not readable
 * @CTS_X509_ISSUE_ODD_DATE: a date in another form than RFC 5280 asks for, yet readable
 *
 * What was odd about a certificate that was read all the same.
 */
typedef enum
{
  CTS_X509_ISSUE_NON_MINIMAL_LENGTH = 1 << 0,
  CTS_X509_ISSUE_TRAILING_BYTES = 1 << 1,
  CTS_X509_ISSUE_DUPLICATE_EXTENSION = 1 << 2,
  CTS_X509_ISSUE_BAD_EXTENSION = 1 << 3,
  CTS_X509_ISSUE_IMPOSSIBLE_DATE = 1 << 4,
  CTS_X509_ISSUE_BAD_SERIAL = 1 << 5,
  CTS_X509_ISSUE_BAD_NAME = 1 << 6,
  CTS_X509_ISSUE_BAD_VERSION = 1 << 7,
  CTS_X509_ISSUE_BAD_SIGNATURE = 1 << 8,
  CTS_X509_ISSUE_ODD_DATE = 1 << 9,
} CtsX509Issues;

/**
 * CtsX509ExtensionId:
 *
 * The extensions the reader keeps a place for.
 */
typedef enum
{
  CTS_X509_EXT_AUTHORITY_INFO_ACCESS,
  CTS_X509_EXT_AUTHORITY_KEY_ID,
  CTS_X509_EXT_BASIC_CONSTRAINTS,
  CTS_X509_EXT_CERTIFICATE_POLICIES,
  CTS_X509_EXT_CRL_DISTRIBUTION_POINTS,
  CTS_X509_EXT_POISON,
  CTS_X509_EXT_SCT_LIST,
  CTS_X509_EXT_EXTENDED_KEY_USAGE,
  CTS_X509_EXT_ISSUER_ALT_NAME,
  CTS_X509_EXT_KEY_USAGE,
  CTS_X509_EXT_SUBJECT_ALT_NAME,
  CTS_X509_EXT_SUBJECT_KEY_ID,
  CTS_X509_N_EXT,
} CtsX509ExtensionId;

/**
 * CtsX509:
 * @tbs: the TBSCertificate, whole TLV
 * @serial: contents of serialNumber, as encoded (may be empty, negative or not minimal)
 * @issuer: contents of the issuer's RDNSequence
 * @subject: contents of the subject's RDNSequence
 * @spki: the SubjectPublicKeyInfo, whole TLV
 * @signature_algorithm: contents of the outer AlgorithmIdentifier
 * @extensions: contents of Extensions (the SEQUENCE inside [3])
 * @extension: for each known extension its first occurrence: the contents of extnValue, that is,
 *   what stands inside the OCTET STRING; look at @present, since a value may be empty
 * @present: bit 1 << CtsX509ExtensionId for each extension found
 * @issues: bits of #CtsX509Issues
 * @not_before: Unix seconds; 0 and an issue bit for an impossible date
 * @not_after: likewise
 * @version: 1, 2 or 3; what else stood there plus one; 255 for all but a single octet
 * @is_ca: basicConstraints with cA true
 *
 * What the reader finds in a certificate (RFC 5280 §4.1), as places in its DER.
 */
typedef struct
{
  CtsSpan tbs;
  CtsSpan serial;
  CtsSpan issuer;
  CtsSpan subject;
  CtsSpan spki;
  CtsSpan signature_algorithm;
  CtsSpan extensions;
  CtsSpan extension[CTS_X509_N_EXT];
  guint32 present;
  guint32 issues;
  gint64 not_before;
  gint64 not_after;
  guint8 version;
  gboolean is_ca;
} CtsX509;

static inline gboolean
cts_x509_has_extension (const CtsX509 *x509, CtsX509ExtensionId id)
{
  return (x509->present & (1u << id)) != 0;
}

gboolean cts_x509_read (CtsX509 *x509, const void *der, gsize size);
gboolean cts_x509_is_precert (const CtsX509 *x509);

G_END_DECLS
