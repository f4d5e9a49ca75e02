/* SPDX-License-Identifier: MIT */
#include "certstream-private.h"

#include "core/codec/cts-hex.h"
#include "core/x509/cts-general-names.h"

#include <arpa/inet.h>

/*
 * Each function below writes the text of one extension as the inside of a JSON string. It returns
 * FALSE where the extension is malformed; what it wrote by then is taken back, as is a text that
 * came out empty: the key is then left out.
 */
typedef gboolean (*PutExtension) (CtsWriter *writer, CtsDer value);

/* id-pkix (RFC 5280 §A.1) without its last arcs. */
#define ID_AD "\x2b\x06\x01\x05\x05\x07\x30"
#define ID_KP "\x2b\x06\x01\x05\x05\x07\x03"

/* Context tags, constructed and primitive. */
#define TAG_0_CONSTRUCTED 0xa0
#define TAG_0             0x80

/* Enters a TLV at the cursor. Bytes behind it do no harm and are left alone. */
static gboolean
enter (CtsDer *der, guint8 tag, CtsDer *inside)
{
  CtsTlv tlv;

  if (!cts_der_read_tag (der, tag, &tlv))
    return FALSE;
  *inside = cts_der_inside (&tlv);
  return TRUE;
}

static void
put_separator (CtsWriter *writer, gsize begin)
{
  if (writer->size > begin)
    cts_writer_put_literal (writer, ", ");
}

static gboolean
tlv_is (const CtsTlv *tlv, const char *bytes, gsize size)
{
  return tlv->size == size && memcmp (tlv->data, bytes, size) == 0;
}

/* The URIs of one access method, each after its separator. */
static gboolean
put_access_uris (CtsWriter *writer, CtsDer descriptions, const char *method, gsize begin)
{
  CtsDer description;
  CtsTlv oid, location;

  while (!cts_der_is_empty (&descriptions))
    {
      if (!enter (&descriptions, CTS_DER_SEQUENCE, &description)
          || !cts_der_read_tag (&description, CTS_DER_OID, &oid)
          || !cts_der_read (&description, &location))
        return FALSE;
      if (location.tag != CTS_GENERAL_NAME_URI || !tlv_is (&oid, method, strlen (method)))
        continue;
      put_separator (writer, begin);
      cts_writer_put_literal (writer, "URI:");
      cts_writer_put_json_text (writer, (const char *) location.data, location.size);
    }
  return TRUE;
}

/* AuthorityInfoAccessSyntax (RFC 5280 §4.2.2.1): issuers first, responders after them. */
static gboolean
put_authority_info_access (CtsWriter *writer, CtsDer value)
{
  gsize begin = writer->size;
  CtsDer descriptions;

  return enter (&value, CTS_DER_SEQUENCE, &descriptions)
         && put_access_uris (writer, descriptions, ID_AD "\x02", begin)
         && put_access_uris (writer, descriptions, ID_AD "\x01", begin);
}

static void
put_key_id (CtsWriter *writer, const CtsTlv *id)
{
  char *out;

  cts_writer_put_literal (writer, "keyid:");
  out = cts_writer_reserve (writer, 3 * id->size);
  if (G_LIKELY (out != NULL && id->size > 0))
    writer->size += cts_hex_lower_colon (out, id->data, id->size);
}

/* AuthorityKeyIdentifier (RFC 5280 §4.2.1.1); it may go without a key identifier. */
static gboolean
put_authority_key_id (CtsWriter *writer, CtsDer value)
{
  CtsDer fields;
  CtsTlv id;

  if (!enter (&value, CTS_DER_SEQUENCE, &fields) || !cts_der_read_tag (&fields, TAG_0, &id))
    return FALSE;
  put_key_id (writer, &id);
  return TRUE;
}

static gboolean
put_subject_key_id (CtsWriter *writer, CtsDer value)
{
  CtsTlv id;

  if (!cts_der_read_tag (&value, CTS_DER_OCTET_STRING, &id))
    return FALSE;
  put_key_id (writer, &id);
  return TRUE;
}

/* BasicConstraints (RFC 5280 §4.2.1.9); the length of paths is not shown. */
static gboolean
put_basic_constraints (CtsWriter *writer, CtsDer value)
{
  CtsDer fields;
  CtsTlv ca;

  if (!enter (&value, CTS_DER_SEQUENCE, &fields))
    return FALSE;
  if (!cts_der_peek_tag (&fields, CTS_DER_BOOLEAN))
    {
      cts_writer_put_literal (writer, "CA:FALSE");
      return TRUE;
    }
  if (!cts_der_read (&fields, &ca) || ca.size != 1)
    return FALSE;
  if (ca.data[0] != 0)
    cts_writer_put_literal (writer, "CA:TRUE");
  else
    cts_writer_put_literal (writer, "CA:FALSE");
  return TRUE;
}

/* CertificatePolicies (RFC 5280 §4.2.1.4), without their qualifiers. */
static gboolean
put_policies (CtsWriter *writer, CtsDer value)
{
  CtsDer policies, policy;
  CtsTlv oid;

  if (!enter (&value, CTS_DER_SEQUENCE, &policies))
    return FALSE;
  while (!cts_der_is_empty (&policies))
    {
      if (!enter (&policies, CTS_DER_SEQUENCE, &policy)
          || !cts_der_read_tag (&policy, CTS_DER_OID, &oid))
        return FALSE;
      cts_writer_put_literal (writer, "Policy: ");
      if (!certstream_put_oid (writer, oid.data, oid.size))
        return FALSE;
      cts_writer_put_literal (writer, "\\n");
    }
  return TRUE;
}

/* One DistributionPoint (RFC 5280 §4.2.1.13); nothing is written without a URI. */
static gboolean
put_distribution_point (CtsWriter *writer, CtsDer point, gsize begin)
{
  CtsDer outer, full_name;
  CtsGeneralNamesIter iter;
  CtsGeneralName name;
  gboolean first = TRUE;

  if (!cts_der_peek_tag (&point, TAG_0_CONSTRUCTED))
    return TRUE;
  if (!enter (&point, TAG_0_CONSTRUCTED, &outer))
    return FALSE;
  if (!cts_der_peek_tag (&outer, TAG_0_CONSTRUCTED))
    return TRUE;
  if (!enter (&outer, TAG_0_CONSTRUCTED, &full_name))
    return FALSE;

  cts_general_names_iter_init_contents (&iter, full_name.data, full_name.size);
  while (cts_general_names_iter_next (&iter, &name))
    {
      if (name.tag != CTS_GENERAL_NAME_URI)
        continue;
      if (first && writer->size > begin)
        cts_writer_put_literal (writer, "\\n");
      if (first)
        cts_writer_put_literal (writer, "Full Name:\\n");
      cts_writer_put_literal (writer, " URI:");
      cts_writer_put_json_text (writer, (const char *) name.data, name.size);
      first = FALSE;
    }
  return (iter.issues & CTS_X509_ISSUE_BAD_EXTENSION) == 0;
}

static gboolean
put_crl_distribution_points (CtsWriter *writer, CtsDer value)
{
  gsize begin = writer->size;
  CtsDer points, point;

  if (!enter (&value, CTS_DER_SEQUENCE, &points))
    return FALSE;
  while (!cts_der_is_empty (&points))
    if (!enter (&points, CTS_DER_SEQUENCE, &point)
        || !put_distribution_point (writer, point, begin))
      return FALSE;
  return TRUE;
}

/* The contents of the extension as they are, that is, with the inner OCTET STRING's header. */
static gboolean
put_sct_list (CtsWriter *writer, CtsDer value)
{
  char *out;

  if (!cts_der_peek_tag (&value, CTS_DER_OCTET_STRING))
    return FALSE;
  out = cts_writer_reserve (writer, CTS_BASE64_ENCODED_SIZE (value.size));
  if (G_LIKELY (out != NULL))
    writer->size += cts_base64url_encode (out, value.data, value.size);
  return TRUE;
}

static gboolean
put_key_purpose (CtsWriter *writer, const CtsTlv *oid)
{
  static const char *const purposes[] = {
    [1] = "TLS Web Server Authentication",
    [2] = "TLS Web Client Authentication",
    [3] = "Code Signing",
    [4] = "E-mail Protection",
    [8] = "Time Stamping",
    [9] = "OCSP Signing",
  };
  const gsize prefix = strlen (ID_KP);
  const char *purpose = NULL;

  if (oid->size == prefix + 1 && memcmp (oid->data, ID_KP, prefix) == 0
      && oid->data[prefix] < G_N_ELEMENTS (purposes))
    purpose = purposes[oid->data[prefix]];
  else if (tlv_is (oid, "\x55\x1d\x25\x00", 4))
    purpose = "Any Extended Key Usage";

  if (purpose == NULL)
    return certstream_put_oid (writer, oid->data, oid->size);
  cts_writer_put (writer, purpose, strlen (purpose));
  return TRUE;
}

/* ExtKeyUsageSyntax (RFC 5280 §4.2.1.12), in the order of the certificate. */
static gboolean
put_extended_key_usage (CtsWriter *writer, CtsDer value)
{
  gsize begin = writer->size;
  CtsDer purposes;
  CtsTlv oid;

  if (!enter (&value, CTS_DER_SEQUENCE, &purposes))
    return FALSE;
  while (!cts_der_is_empty (&purposes))
    {
      if (!cts_der_read_tag (&purposes, CTS_DER_OID, &oid))
        return FALSE;
      put_separator (writer, begin);
      if (!put_key_purpose (writer, &oid))
        return FALSE;
    }
  return TRUE;
}

/* KeyUsage (RFC 5280 §4.2.1.3): bit 0 is the highest bit of the first octet behind the one that
 * counts the unused bits. */
static gboolean
put_key_usage (CtsWriter *writer, CtsDer value)
{
  static const char *const usages[] = {
    "Digital Signature", "Content Commitment", "Key Encipherment",
    "Data Encipherment", "Key Agreement",      "Certificate Signing",
    "CRL Signing",       "Encipher Only",      "Decipher Only",
  };
  gsize begin = writer->size;
  gsize n_bits;
  CtsTlv bits;

  if (!cts_der_read_tag (&value, CTS_DER_BIT_STRING, &bits) || bits.size == 0 || bits.data[0] > 7
      || (bits.size == 1 && bits.data[0] > 0))
    return FALSE;
  n_bits = MIN ((bits.size - 1) * 8 - bits.data[0], G_N_ELEMENTS (usages));
  for (gsize i = 0; i < n_bits; i++)
    if ((bits.data[1 + i / 8] & (0x80 >> i % 8)) != 0)
      {
        put_separator (writer, begin);
        cts_writer_put (writer, usages[i], strlen (usages[i]));
      }
  return TRUE;
}

static void
put_labelled (CtsWriter *writer, const char *label, const CtsGeneralName *name, gsize begin)
{
  put_separator (writer, begin);
  cts_writer_put (writer, label, strlen (label));
  cts_writer_put_json_text (writer, (const char *) name->data, name->size);
}

/* An address of neither size cannot be shown and is passed over. */
static void
put_address (CtsWriter *writer, const CtsGeneralName *name, gsize begin)
{
  char text[INET6_ADDRSTRLEN];
  int family = name->size == sizeof (struct in_addr) ? AF_INET : AF_INET6;

  if (family == AF_INET6 && name->size != sizeof (struct in6_addr))
    return;
  inet_ntop (family, name->data, text, sizeof text);
  put_separator (writer, begin);
  cts_writer_put_literal (writer, "IP Address:");
  cts_writer_put (writer, text, strlen (text));
}

/* GeneralNames (RFC 5280 §4.2.1.6) of the four kinds that have a text, in their order. */
static gboolean
put_alt_names (CtsWriter *writer, CtsDer value)
{
  gsize begin = writer->size;
  CtsGeneralNamesIter iter;
  CtsGeneralName name;

  cts_general_names_iter_init (&iter, value.data, value.size);
  while (cts_general_names_iter_next (&iter, &name))
    switch (name.tag)
      {
      case CTS_GENERAL_NAME_DNS:
        put_labelled (writer, "DNS:", &name, begin);
        break;
      case CTS_GENERAL_NAME_IP:
        put_address (writer, &name, begin);
        break;
      case CTS_GENERAL_NAME_EMAIL:
        put_labelled (writer, "email:", &name, begin);
        break;
      case CTS_GENERAL_NAME_URI:
        put_labelled (writer, "URI:", &name, begin);
        break;
      default:
        break;
      }
  return (iter.issues & CTS_X509_ISSUE_BAD_EXTENSION) == 0;
}

#define EXTENSION(key, put)                                                                        \
  {                                                                                                \
    "\"" key "\":\"", sizeof ("\"" key "\":\"") - 1, (put)                                         \
  }

/* The reader's numbers are in the order of the keys. */
static const struct
{
  const char *key;
  guint key_size;
  PutExtension put;
} extensions[CTS_X509_N_EXT] = {
  [CTS_X509_EXT_AUTHORITY_INFO_ACCESS]
  = EXTENSION ("authorityInfoAccess", put_authority_info_access),
  [CTS_X509_EXT_AUTHORITY_KEY_ID] = EXTENSION ("authorityKeyIdentifier", put_authority_key_id),
  [CTS_X509_EXT_BASIC_CONSTRAINTS] = EXTENSION ("basicConstraints", put_basic_constraints),
  [CTS_X509_EXT_CERTIFICATE_POLICIES] = EXTENSION ("certificatePolicies", put_policies),
  [CTS_X509_EXT_CRL_DISTRIBUTION_POINTS]
  = EXTENSION ("crlDistributionPoints", put_crl_distribution_points),
  [CTS_X509_EXT_SCT_LIST] = EXTENSION ("ctlSignedCertificateTimestamp", put_sct_list),
  [CTS_X509_EXT_EXTENDED_KEY_USAGE] = EXTENSION ("extendedKeyUsage", put_extended_key_usage),
  [CTS_X509_EXT_ISSUER_ALT_NAME] = EXTENSION ("issuerAltName", put_alt_names),
  [CTS_X509_EXT_KEY_USAGE] = EXTENSION ("keyUsage", put_key_usage),
  [CTS_X509_EXT_SUBJECT_ALT_NAME] = EXTENSION ("subjectAltName", put_alt_names),
  [CTS_X509_EXT_SUBJECT_KEY_ID] = EXTENSION ("subjectKeyIdentifier", put_subject_key_id),
};

static void
put_extension (CtsWriter *writer, const CtsCertificate *certificate, CtsX509ExtensionId id)
{
  CtsSpan span = certificate->x509.extension[id];
  gsize begin = writer->size;
  gsize text;

  cts_writer_put (writer, extensions[id].key, extensions[id].key_size);
  text = writer->size;
  if (extensions[id].put (writer, cts_der_init (cts_certificate_at (certificate, span), span.size))
      && writer->size > text)
    cts_writer_put_literal (writer, "\",");
  else
    writer->size = begin;
}

/**
 * certstream_put_extensions:
 * @writer: a writer
 * @certificate: a certificate
 * @precert: whether it stands in a precert entry
 *
 * Appends the member `extensions` (wire format §4d), without a comma behind it.
 */
void
certstream_put_extensions (CtsWriter *writer, const CtsCertificate *certificate, gboolean precert)
{
  guint32 present = certificate->x509.present;

  cts_writer_put_literal (writer, "\"extensions\":{");
  for (; present != 0; present &= present - 1)
    {
      CtsX509ExtensionId id = __builtin_ctz (present);

      if (id != CTS_X509_EXT_POISON)
        put_extension (writer, certificate, id);
      else if (precert)
        cts_writer_put_literal (writer, "\"ctlPoisonByte\":true,");
    }
  certstream_close (writer, '}');
}
