/* SPDX-License-Identifier: MIT */
#include "testlog-certificate.h"

#include <string.h>

#include "testlog-der.h"

enum
{
  DER_BOOLEAN = 0x01,
  DER_INTEGER = 0x02,
  DER_BIT_STRING = 0x03,
  DER_OCTET_STRING = 0x04,
  DER_OID = 0x06,
  DER_UTF8_STRING = 0x0c,
  DER_PRINTABLE_STRING = 0x13,
  DER_SEQUENCE = 0x30,
  DER_SET = 0x31,
  GENERAL_NAME_DNS = 0x82,
  GENERAL_NAME_URI = 0x86,
  GENERAL_NAME_IP = 0x87,
};

/* Octets of a key identifier made by hashing (RFC 5280 §4.2.1.2 leaves the method open). */
#define KEY_ID_SIZE 20

/* Whole TLVs: ecdsa-with-SHA256, and OIDs of the extensions below. */
#define ECDSA_WITH_SHA256 "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"
#define OID_KEY_USAGE     "\x55\x1d\x0f"
#define OID_EXT_KEY_USAGE "\x55\x1d\x25"
#define OID_CONSTRAINTS   "\x55\x1d\x13"
#define OID_SUBJECT_KEY   "\x55\x1d\x0e"
#define OID_AUTHORITY_KEY "\x55\x1d\x23"
#define OID_INFO_ACCESS   "\x2b\x06\x01\x05\x05\x07\x01\x01"
#define OID_ALT_NAME      "\x55\x1d\x11"
#define OID_POLICIES      "\x55\x1d\x20"
#define OID_CRL_POINTS    "\x55\x1d\x1f"
#define OID_POISON        "\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x03"
#define OID_OCSP          "\x2b\x06\x01\x05\x05\x07\x30\x01"
#define OID_CA_ISSUERS    "\x2b\x06\x01\x05\x05\x07\x30\x02"

static void
add_attribute (GByteArray *out, const char *oid, guint8 tag, const char *value)
{
  gsize set = testlog_der_begin (out), attribute;

  if (value == NULL)
    return;
  attribute = testlog_der_begin (out);
  testlog_der_add_text (out, DER_OID, oid);
  testlog_der_add_text (out, tag, value);
  testlog_der_end (out, attribute, DER_SEQUENCE);
  testlog_der_end (out, set, DER_SET);
}

/**
 * testlog_name_new:
 * @country: (nullable): two letters
 * @organization: (nullable): O
 * @common_name: (nullable): CN
 *
 * Returns: (transfer full): a Name (RFC 5280 §4.1.2.4), DER
 */
GBytes *
testlog_name_new (const char *country, const char *organization, const char *common_name)
{
  GByteArray *out = g_byte_array_new ();

  add_attribute (out, "\x55\x04\x06", DER_PRINTABLE_STRING, country);
  add_attribute (out, "\x55\x04\x0a", DER_UTF8_STRING, organization);
  add_attribute (out, "\x55\x04\x03", DER_UTF8_STRING, common_name);
  testlog_der_end (out, 0, DER_SEQUENCE);
  return g_byte_array_free_to_bytes (out);
}

/* Begins an extension; what follows until end_extension() is its value. */
static gsize
begin_extension (GByteArray *out, const char *oid, gboolean critical, gsize *value)
{
  gsize begin = testlog_der_begin (out);

  testlog_der_add_text (out, DER_OID, oid);
  if (critical)
    testlog_der_add (out, DER_BOOLEAN, "\xff", 1);
  *value = testlog_der_begin (out);
  return begin;
}

static void
end_extension (GByteArray *out, gsize begin, gsize value)
{
  testlog_der_end (out, value, DER_OCTET_STRING);
  testlog_der_end (out, begin, DER_SEQUENCE);
}

static void
add_extension (GByteArray *out, const char *oid, gboolean critical, const char *data, gsize size)
{
  gsize value, begin = begin_extension (out, oid, critical, &value);

  g_byte_array_append (out, (const guint8 *) data, size);
  end_extension (out, begin, value);
}

static void
add_key_ids (GByteArray *out, const TestlogCertificate *certificate)
{
  gsize value, begin = begin_extension (out, OID_SUBJECT_KEY, FALSE, &value);

  testlog_der_add (out, DER_OCTET_STRING, certificate->subject_id, KEY_ID_SIZE);
  end_extension (out, begin, value);

  begin = begin_extension (out, OID_AUTHORITY_KEY, FALSE, &value);
  testlog_der_add (out, 0x80, certificate->issuer_id, KEY_ID_SIZE);
  testlog_der_end (out, value, DER_SEQUENCE);
  end_extension (out, begin, value);
}

static void
add_access (GByteArray *out, const char *method, const char *authority, const char *path)
{
  g_autofree char *uri = g_strconcat ("http://", authority, path, NULL);
  gsize begin = testlog_der_begin (out);

  testlog_der_add_text (out, DER_OID, method);
  testlog_der_add_text (out, GENERAL_NAME_URI, uri);
  testlog_der_end (out, begin, DER_SEQUENCE);
}

static void
add_urls (GByteArray *out, const char *authority)
{
  g_autofree char *crl = g_strconcat ("http://crl.", authority, "/1.crl", NULL);
  gsize value, begin = begin_extension (out, OID_INFO_ACCESS, FALSE, &value);
  gsize point;

  add_access (out, OID_OCSP, authority, "/ocsp");
  add_access (out, OID_CA_ISSUERS, authority, "/issuer.crt");
  testlog_der_end (out, value, DER_SEQUENCE);
  end_extension (out, begin, value);

  begin = begin_extension (out, OID_CRL_POINTS, FALSE, &value);
  point = testlog_der_begin (out);
  testlog_der_add_text (out, GENERAL_NAME_URI, crl);
  testlog_der_end (out, point, 0xa0);
  testlog_der_end (out, point, 0xa0);
  testlog_der_end (out, point, DER_SEQUENCE);
  testlog_der_end (out, value, DER_SEQUENCE);
  end_extension (out, begin, value);
}

static void
add_alt_name (GByteArray *out, const TestlogCertificate *certificate)
{
  gsize value;
  gsize begin = begin_extension (out, OID_ALT_NAME, certificate->san_is_critical, &value);

  for (guint i = 0; i < certificate->names->len; i++)
    testlog_der_add_text (out, GENERAL_NAME_DNS, g_ptr_array_index (certificate->names, i));
  if (certificate->address != NULL)
    testlog_der_add (out, GENERAL_NAME_IP, g_bytes_get_data (certificate->address, NULL),
                     g_bytes_get_size (certificate->address));
  testlog_der_end (out, value, DER_SEQUENCE);
  end_extension (out, begin, value);
}

#define ADD_EXTENSION(out, oid, critical, literal)                                                 \
  add_extension (out, oid, critical, literal, sizeof (literal) - 1)

static void
add_authority_extensions (GByteArray *out, const TestlogCertificate *certificate)
{
  ADD_EXTENSION (out, OID_KEY_USAGE, TRUE, "\x03\x02\x01\x06");       /* keyCertSign, cRLSign */
  ADD_EXTENSION (out, OID_CONSTRAINTS, TRUE, "\x30\x03\x01\x01\xff"); /* cA */
  add_key_ids (out, certificate);
}

static void
add_leaf_extensions (GByteArray *out, const TestlogCertificate *certificate, gboolean poison)
{
  ADD_EXTENSION (out, OID_KEY_USAGE, TRUE, "\x03\x02\x07\x80"); /* digitalSignature */
  ADD_EXTENSION (out, OID_EXT_KEY_USAGE, FALSE,                 /* serverAuth, clientAuth */
                 "\x30\x14\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01"
                 "\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02");
  ADD_EXTENSION (out, OID_CONSTRAINTS, TRUE, "\x30\x00");
  add_key_ids (out, certificate);
  add_urls (out, certificate->authority);
  /* Somewhere in the middle, so that taking it out is more than cutting off the end. */
  if (poison)
    ADD_EXTENSION (out, OID_POISON, TRUE, "\x05\x00");
  add_alt_name (out, certificate);
  ADD_EXTENSION (out, OID_POLICIES, FALSE, /* domain validated, 2.23.140.1.2.1 */
                 "\x30\x0a\x30\x08\x06\x06\x67\x81\x0c\x01\x02\x01");
}

/**
 * testlog_certificate_make_tbs:
 * @certificate: what it says
 * @poison: make it a precertificate's (RFC 6962 §3.1)
 *
 * The same @certificate with and without @poison differs in that extension and the lengths around
 * it only, which is what a log's leaf needs.
 *
 * Returns: (transfer full): a TBSCertificate, DER
 */
GByteArray *
testlog_certificate_make_tbs (const TestlogCertificate *certificate, gboolean poison)
{
  GByteArray *out = g_byte_array_new ();
  gsize begin;

  testlog_der_add_literal (out, "\xa0\x03\x02\x01\x02"); /* version 3 */
  testlog_der_add (out, DER_INTEGER, certificate->serial, sizeof certificate->serial);
  testlog_der_add_literal (out, ECDSA_WITH_SHA256);
  testlog_der_add_bytes (out, certificate->issuer);
  begin = testlog_der_begin (out);
  testlog_der_add_time (out, certificate->not_before);
  testlog_der_add_time (out, certificate->not_after);
  testlog_der_end (out, begin, DER_SEQUENCE);
  testlog_der_add_bytes (out, certificate->subject);
  testlog_der_add_bytes (out, certificate->spki);

  begin = testlog_der_begin (out);
  if (certificate->is_ca)
    add_authority_extensions (out, certificate);
  else
    add_leaf_extensions (out, certificate, poison);
  testlog_der_end (out, begin, DER_SEQUENCE);
  testlog_der_end (out, begin, 0xa3);
  testlog_der_end (out, 0, DER_SEQUENCE);
  return out;
}

/**
 * testlog_certificate_sign:
 * @tbs: a TBSCertificate
 * @key: the issuer's
 *
 * Returns: (transfer full): the certificate, DER
 */
GByteArray *
testlog_certificate_sign (const GByteArray *tbs, const TestlogKey *key)
{
  g_autoptr (GBytes) signature = testlog_key_sign (key, tbs->data, tbs->len);
  GByteArray *out = g_byte_array_new ();
  gsize begin;

  g_byte_array_append (out, tbs->data, tbs->len);
  testlog_der_add_literal (out, ECDSA_WITH_SHA256);
  begin = testlog_der_begin (out);
  testlog_der_add_literal (out, "\0"); /* no unused bits */
  testlog_der_add_bytes (out, signature);
  testlog_der_end (out, begin, DER_BIT_STRING);
  testlog_der_end (out, 0, DER_SEQUENCE);
  return out;
}
