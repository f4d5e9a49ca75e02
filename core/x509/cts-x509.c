/* SPDX-License-Identifier: MIT */
#include "cts-x509.h"

#include <string.h>

#include "core/x509/cts-der.h"
#include "core/x509/cts-name.h"
#include "core/x509/cts-x509-time.h"

/* Tags of TBSCertificate's optional fields (RFC 5280 §4.1). The unique identifiers are implicit bit
 * strings, which some encoders tag as constructed. */
enum
{
  TAG_VERSION = 0xa0,
  TAG_ISSUER_UNIQUE_ID = 0x81,
  TAG_SUBJECT_UNIQUE_ID = 0x82,
  TAG_EXTENSIONS = 0xa3,
  TAG_CONSTRUCTED = 0x20,
};

/* Octets of a serial number that RFC 5280 §4.1.2.2 allows. */
#define MAX_SERIAL_SIZE 20

#define MAX_VERSION 255

typedef struct
{
  CtsX509 *x509;
  const guint8 *base;
} Reader;

static CtsSpan
span (const Reader *reader, const guint8 *data, gsize size)
{
  return (CtsSpan){ .offset = (guint32) (data - reader->base), .size = (guint32) size };
}

static CtsSpan
contents (const Reader *reader, const CtsTlv *tlv)
{
  return span (reader, tlv->data, tlv->size);
}

static void
add_issue (Reader *reader, guint32 issue)
{
  reader->x509->issues |= issue;
}

/* What every cursor has to say before it is dropped. */
static void
finish (Reader *reader, const CtsDer *der)
{
  add_issue (reader, der->issues | (cts_der_is_empty (der) ? 0 : CTS_X509_ISSUE_TRAILING_BYTES));
}

/* Version ::= INTEGER { v1(0), v2(1), v3(2) } inside [0]. */
static void
read_version (Reader *reader, const CtsTlv *field)
{
  CtsDer der = cts_der_inside (field);
  CtsTlv number;

  reader->x509->version = MAX_VERSION;
  if (!cts_der_read_tag (&der, CTS_DER_INTEGER, &number))
    {
      add_issue (reader, CTS_X509_ISSUE_BAD_VERSION);
      return;
    }
  finish (reader, &der);
  if (number.size == 1 && number.data[0] < 0x80)
    reader->x509->version = number.data[0] + 1;
  if (reader->x509->version > 3)
    add_issue (reader, CTS_X509_ISSUE_BAD_VERSION);
}

static gboolean
serial_is_good (const CtsTlv *serial)
{
  const guint8 *data = serial->data;

  if (serial->tag != CTS_DER_INTEGER || serial->size == 0 || serial->size > MAX_SERIAL_SIZE)
    return FALSE;
  if (data[0] == 0)
    return serial->size > 1 && data[1] >= 0x80;
  return data[0] < 0x80;
}

static void
read_time (Reader *reader, CtsDer *validity, gint64 *time)
{
  CtsTlv tlv;

  if (!cts_der_read (validity, &tlv) || !cts_x509_time_read (&tlv, time, &reader->x509->issues))
    add_issue (reader, CTS_X509_ISSUE_IMPOSSIBLE_DATE);
}

static gboolean
read_validity (Reader *reader, CtsDer *tbs)
{
  CtsTlv validity;
  CtsDer inside;

  if (!cts_der_read_tag (tbs, CTS_DER_SEQUENCE, &validity))
    return FALSE;
  inside = cts_der_inside (&validity);
  read_time (reader, &inside, &reader->x509->not_before);
  read_time (reader, &inside, &reader->x509->not_after);
  finish (reader, &inside);
  return TRUE;
}

/* Only the SEQUENCE is the frame; what is odd inside shows as an issue. */
static gboolean
read_name (Reader *reader, CtsDer *tbs, CtsSpan *name)
{
  CtsTlv tlv;
  CtsNameIter iter;
  CtsNameValue value;

  if (!cts_der_read_tag (tbs, CTS_DER_SEQUENCE, &tlv))
    return FALSE;
  *name = contents (reader, &tlv);
  cts_name_iter_init (&iter, tlv.data, tlv.size);
  while (cts_name_iter_next (&iter, &value))
    ;
  add_issue (reader, iter.issues);
  return TRUE;
}

/* id-ce is 2.5.29, 55 1d in DER. */
static CtsX509ExtensionId
id_ce_extension (guint8 arc)
{
  switch (arc)
    {
    case 14:
      return CTS_X509_EXT_SUBJECT_KEY_ID;
    case 15:
      return CTS_X509_EXT_KEY_USAGE;
    case 17:
      return CTS_X509_EXT_SUBJECT_ALT_NAME;
    case 18:
      return CTS_X509_EXT_ISSUER_ALT_NAME;
    case 19:
      return CTS_X509_EXT_BASIC_CONSTRAINTS;
    case 31:
      return CTS_X509_EXT_CRL_DISTRIBUTION_POINTS;
    case 32:
      return CTS_X509_EXT_CERTIFICATE_POLICIES;
    case 35:
      return CTS_X509_EXT_AUTHORITY_KEY_ID;
    case 37:
      return CTS_X509_EXT_EXTENDED_KEY_USAGE;
    default:
      return CTS_X509_N_EXT;
    }
}

/* Which extension an OID names; CTS_X509_N_EXT for any other. */
static CtsX509ExtensionId
extension_from_oid (const CtsTlv *oid)
{
  /* id-pe-authorityInfoAccess, RFC 5280 §4.2.2.1 */
  static const guint8 aia[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01 };
  /* 1.3.6.1.4.1.11129.2.4, RFC 6962 §3.1 and §3.3 */
  static const guint8 ct[] = { 0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04 };

  if (oid->size == 3)
    return oid->data[0] == 0x55 && oid->data[1] == 0x1d ? id_ce_extension (oid->data[2])
                                                        : CTS_X509_N_EXT;
  if (oid->size == sizeof aia && memcmp (oid->data, aia, sizeof aia) == 0)
    return CTS_X509_EXT_AUTHORITY_INFO_ACCESS;
  if (oid->size == sizeof ct + 1 && memcmp (oid->data, ct, sizeof ct) == 0)
    {
      if (oid->data[sizeof ct] == 2)
        return CTS_X509_EXT_SCT_LIST;
      if (oid->data[sizeof ct] == 3)
        return CTS_X509_EXT_POISON;
    }
  return CTS_X509_N_EXT;
}

/* BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL } */
static void
read_basic_constraints (Reader *reader, const CtsTlv *value)
{
  CtsDer der = cts_der_inside (value);
  CtsDer inside;
  CtsTlv constraints, ca;

  if (!cts_der_read_tag (&der, CTS_DER_SEQUENCE, &constraints))
    {
      add_issue (reader, CTS_X509_ISSUE_BAD_EXTENSION);
      return;
    }
  finish (reader, &der);
  inside = cts_der_inside (&constraints);
  if (cts_der_read_tag (&inside, CTS_DER_BOOLEAN, &ca))
    reader->x509->is_ca = ca.size == 1 && ca.data[0] != 0;
  add_issue (reader, inside.issues);
}

static void
keep_extension (Reader *reader, const CtsTlv *oid, const CtsTlv *value)
{
  CtsX509ExtensionId id = extension_from_oid (oid);

  if (id == CTS_X509_N_EXT)
    return;
  if (cts_x509_has_extension (reader->x509, id))
    {
      add_issue (reader, CTS_X509_ISSUE_DUPLICATE_EXTENSION);
      return;
    }
  reader->x509->present |= 1u << id;
  reader->x509->extension[id] = contents (reader, value);
  if (id == CTS_X509_EXT_BASIC_CONSTRAINTS)
    read_basic_constraints (reader, value);
}

/* Extension ::= SEQUENCE { extnID OID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING } */
static void
read_extension (Reader *reader, const CtsTlv *extension)
{
  CtsDer der = cts_der_inside (extension);
  CtsTlv oid, critical, value;

  if (extension->tag != CTS_DER_SEQUENCE || !cts_der_read_tag (&der, CTS_DER_OID, &oid))
    {
      add_issue (reader, CTS_X509_ISSUE_BAD_EXTENSION);
      return;
    }
  cts_der_read_tag (&der, CTS_DER_BOOLEAN, &critical);
  if (!cts_der_read_tag (&der, CTS_DER_OCTET_STRING, &value))
    {
      add_issue (reader, CTS_X509_ISSUE_BAD_EXTENSION);
      return;
    }
  finish (reader, &der);
  keep_extension (reader, &oid, &value);
}

static void
read_extensions (Reader *reader, const CtsTlv *field)
{
  CtsDer outer = cts_der_inside (field);
  CtsDer inside;
  CtsTlv list, extension;

  if (!cts_der_read_tag (&outer, CTS_DER_SEQUENCE, &list))
    {
      add_issue (reader, CTS_X509_ISSUE_BAD_EXTENSION);
      return;
    }
  finish (reader, &outer);
  reader->x509->extensions = contents (reader, &list);

  inside = cts_der_inside (&list);
  while (cts_der_read (&inside, &extension))
    read_extension (reader, &extension);
  add_issue (reader, inside.issues);
  if (!cts_der_is_empty (&inside))
    add_issue (reader, CTS_X509_ISSUE_BAD_EXTENSION);
}

/* What may follow the key: unique identifiers and extensions, whatever the version is. */
static void
read_optional_fields (Reader *reader, CtsDer *tbs)
{
  CtsTlv field;
  gboolean has_extensions = FALSE;

  while (cts_der_read (tbs, &field))
    if (field.tag == TAG_EXTENSIONS && !has_extensions)
      {
        has_extensions = TRUE;
        read_extensions (reader, &field);
      }
    else if ((field.tag & ~TAG_CONSTRUCTED) != TAG_ISSUER_UNIQUE_ID
             && (field.tag & ~TAG_CONSTRUCTED) != TAG_SUBJECT_UNIQUE_ID)
      add_issue (reader, CTS_X509_ISSUE_TRAILING_BYTES);

  add_issue (reader, tbs->issues);
  if (!cts_der_is_empty (tbs))
    add_issue (reader, CTS_X509_ISSUE_BAD_EXTENSION);
}

static gboolean
read_tbs (Reader *reader, const CtsTlv *tlv)
{
  CtsX509 *x509 = reader->x509;
  CtsDer tbs = cts_der_inside (tlv);
  CtsTlv version, serial, signature, spki;

  x509->tbs = span (reader, tlv->start, tlv->total);
  x509->version = 1;
  if (cts_der_read_tag (&tbs, TAG_VERSION, &version))
    read_version (reader, &version);

  if (!cts_der_read (&tbs, &serial))
    return FALSE;
  x509->serial = contents (reader, &serial);
  if (!serial_is_good (&serial))
    add_issue (reader, CTS_X509_ISSUE_BAD_SERIAL);

  /* The algorithm is read from the outer field; this one should say the same. */
  if (!cts_der_read (&tbs, &signature) || !read_name (reader, &tbs, &x509->issuer)
      || !read_validity (reader, &tbs) || !read_name (reader, &tbs, &x509->subject)
      || !cts_der_read_tag (&tbs, CTS_DER_SEQUENCE, &spki))
    return FALSE;
  x509->spki = span (reader, spki.start, spki.total);

  read_optional_fields (reader, &tbs);
  return TRUE;
}

/* signatureAlgorithm and signatureValue. Nothing here is checked against the issuer, so that a
 * certificate without them is still worth showing. */
static void
read_signature (Reader *reader, CtsDer *certificate)
{
  CtsTlv algorithm, signature;

  if (!cts_der_read_tag (certificate, CTS_DER_SEQUENCE, &algorithm))
    {
      add_issue (reader, certificate->issues | CTS_X509_ISSUE_BAD_SIGNATURE);
      return;
    }
  reader->x509->signature_algorithm = contents (reader, &algorithm);
  if (!cts_der_read_tag (certificate, CTS_DER_BIT_STRING, &signature))
    {
      add_issue (reader, certificate->issues | CTS_X509_ISSUE_BAD_SIGNATURE);
      return;
    }
  finish (reader, certificate);
}

/**
 * cts_x509_read:
 * @x509: (out): what was found; undefined on %FALSE
 * @der: a certificate
 * @size: its bytes, at most %CTS_X509_MAX_SIZE
 *
 * Reads a certificate (RFC 5280 §4.1) in one pass, without allocation and from any thread. Strict
 * on the frame, lenient inside: what a log accepted is to be shown, and the misissued certificate
 * is the one that matters. What is odd sets a bit of @issues.
 *
 * Repeated extensions are noticed among those of #CtsX509ExtensionId; the first one counts.
 *
 * Returns: %FALSE if Certificate, TBSCertificate, serialNumber, signature, issuer, validity,
 *   subject or subjectPublicKeyInfo is not readable within its bounds
 */
gboolean
cts_x509_read (CtsX509 *x509, const void *der, gsize size)
{
  Reader reader = { .x509 = x509, .base = der };
  CtsDer outer = cts_der_init (der, size);
  CtsDer inside;
  CtsTlv certificate, tbs;

  *x509 = (CtsX509){ .version = 1 };
  if (size > CTS_X509_MAX_SIZE || !cts_der_read_tag (&outer, CTS_DER_SEQUENCE, &certificate))
    return FALSE;
  finish (&reader, &outer);

  inside = cts_der_inside (&certificate);
  if (!cts_der_read_tag (&inside, CTS_DER_SEQUENCE, &tbs) || !read_tbs (&reader, &tbs))
    return FALSE;
  read_signature (&reader, &inside);
  return TRUE;
}

/**
 * cts_x509_is_precert:
 * @x509: a certificate that was read
 *
 * Presence alone decides: certificate authorities got the extension's value and criticality wrong
 * and logs took it.
 *
 * Returns: whether it has the poison extension (RFC 6962 §3.1)
 */
gboolean
cts_x509_is_precert (const CtsX509 *x509)
{
  return cts_x509_has_extension (x509, CTS_X509_EXT_POISON);
}
