/* SPDX-License-Identifier: MIT */
#include "certstream-test.h"

/* The leaf of the lite message for @certificate, which is consumed. */
static JsonObject *
leaf_of (GByteArray *certificate)
{
  g_autoptr (CtsSerializer) serializer = g_object_new (CERTSTREAM_TYPE_SERIALIZER, NULL);
  g_autoptr (CtsRecord) record = test_record (CTS_ENTRY_X509, certificate->data, certificate->len);
  g_auto (Frames) frames = { 0 };
  g_autoptr (JsonNode) root = NULL;
  JsonObject *data;

  g_byte_array_unref (certificate);
  g_assert_nonnull (record);
  frames = encode (serializer, record, 1u << LITE);
  root = parse_object (frames.text[LITE], frames.size[LITE]);
  data = json_object_get_object_member (json_node_get_object (root), "data");
  return json_object_ref (json_object_get_object_member (data, "leaf_cert"));
}

static void
test_serial (void)
{
  const struct
  {
    const char *contents;
    const char *text;
  } cases[] = {
    { "01", "01" },
    { "7f", "7F" },
    { "00ff", "FF" },
    { "0000ff", "FF" },
    { "00", "00" },
    { "0000", "00" },
    { "", "00" },
    { "ff", "-01" },
    { "80", "-80" },
    { "ff7f", "-81" },
    { "ff00", "-0100" },
    { "ffff", "-01" },
    { "0102030405060708090a0b0c0d0e0f1011121314", "0102030405060708090A0B0C0D0E0F1011121314" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonObject) leaf
          = leaf_of (test_certificate (der_hex (cases[i].contents), NULL, NULL, NULL));

      g_assert_cmpstr (json_object_get_string_member (leaf, "serial_number"), ==, cases[i].text);
    }
}

static void
test_signature_algorithm (void)
{
  /* Object identifiers as `openssl asn1parse -genstr OID:…` encodes them. */
  const struct
  {
    const char *identifier;
    const char *text;
  } cases[] = {
    { "300d 06092a864886f70d010102 0500", "md2, rsa" },
    { "300d 06092a864886f70d010104 0500", "md5, rsa" },
    { "300d 06092a864886f70d010105 0500", "sha1, rsa" },
    { "300d 06092a864886f70d01010b 0500", "sha256, rsa" },
    { "300d 06092a864886f70d01010c 0500", "sha384, rsa" },
    { "300d 06092a864886f70d01010d 0500", "sha512, rsa" },
    { "3009 06072a8648ce3d0401", "ecdsa, sha1" },
    { "300a 06082a8648ce3d040302", "ecdsa, sha256" },
    { "300a 06082a8648ce3d040303", "ecdsa, sha384" },
    { "300a 06082a8648ce3d040304", "ecdsa, sha512" },
    { "3009 06072a8648ce380403", "dsa, sha1" },
    { "300b 0609608648016503040302", "dsa, sha256" },
    { "3005 06032b6570", "ed25519" },
    { "3005 06032b6571", "ed448" },
    { "300b 0609608648016503040311", "ml-dsa-44" },
    { "300b 0609608648016503040312", "ml-dsa-65" },
    { "300b 0609608648016503040313", "ml-dsa-87" },
    { "301e 06092a864886f70d01010a 3011 a00f 300d 0609608648016503040201 0500", "sha256, rsa-pss" },
    { "301c 06092a864886f70d01010a 300f a00d 300b 0609608648016503040202", "sha384, rsa-pss" },
    { "301c 06092a864886f70d01010a 300f a00d 300b 0609608648016503040203", "sha512, rsa-pss" },
    /* SHA-1 by default, and parameters that are no parameters. */
    { "300d 06092a864886f70d01010a 3000", "unknown" },
    { "300d 06092a864886f70d01010a 0500", "unknown" },
    { "300b 06092a864886f70d01010a", "unknown" },
    { "300d 06092a864886f70d010163 0500", "unknown" },
    { "3002 0600", "unknown" },
    { "3000", "unknown" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonObject) leaf
          = leaf_of (test_certificate (NULL, der_hex (cases[i].identifier), NULL, NULL));

      g_assert_cmpstr (json_object_get_string_member (leaf, "signature_algorithm"), ==,
                       cases[i].text);
    }
}

/* An RDN of one attribute; @type is the last arc below 2.5.4. */
static GByteArray *
rdn (guint type, guint8 tag, const char *hex)
{
  g_autofree char *oid = g_strdup_printf ("06035504%02x", type);

  return der (0x31, der (0x30, der_hex (oid), der (tag, der_hex (hex), NULL), NULL), NULL);
}

static GByteArray *
email_rdn (const char *text)
{
  return der (0x31, der (0x30, der_hex ("06092a864886f70d010901"), der_text (0x16, text), NULL),
              NULL);
}

enum
{
  CN = 3,
  C = 6,
  L = 7,
  ST = 8,
  STREET = 9,
  O = 10,
  OU = 11,
};

static void
assert_subject (GByteArray *subject, const char *expected_json)
{
  g_autoptr (JsonObject) leaf = leaf_of (test_certificate (NULL, NULL, subject, NULL));
  g_autofree char *text = json_to_string (json_object_get_member (leaf, "subject"), FALSE);

  g_assert_cmpstr (text, ==, expected_json);
}

/* The keys are always there, in this order; expected values by ISO 10646 and wire format §4c. */
static void
test_names (void)
{
  assert_subject (der_hex ("3000"),
                  "{\"C\":null,\"CN\":null,\"L\":null,\"O\":null,\"OU\":null,\"ST\":null,"
                  "\"aggregated\":\"\",\"email_address\":null,\"emailAddress\":null}");
  /* Every attribute; the street is none of them; the order of the text is fixed. */
  assert_subject (der (0x30, email_rdn ("a@b"), rdn (ST, 0x0c, "73"), rdn (STREET, 0x0c, "7878"),
                       rdn (OU, 0x0c, "75"), rdn (O, 0x0c, "6f"), rdn (L, 0x0c, "6c"),
                       rdn (CN, 0x0c, "6e"), rdn (C, 0x13, "5345"), NULL),
                  "{\"C\":\"SE\",\"CN\":\"n\",\"L\":\"l\",\"O\":\"o\",\"OU\":\"u\",\"ST\":\"s\","
                  "\"aggregated\":\"/C=SE/CN=n/L=l/O=o/OU=u/ST=s\",\"email_address\":\"a@b\","
                  "\"emailAddress\":\"a@b\"}");
  /* The last CN stands; others are joined. */
  assert_subject (der (0x30, rdn (CN, 0x0c, "61"), rdn (OU, 0x0c, "31"), rdn (OU, 0x0c, "32"),
                       rdn (CN, 0x0c, "62"), NULL),
                  "{\"C\":null,\"CN\":\"b\",\"L\":null,\"O\":null,\"OU\":\"1,2\",\"ST\":null,"
                  "\"aggregated\":\"/CN=b/OU=1,2\",\"email_address\":null,\"emailAddress\":null}");
}

static void
test_common_name (void)
{
  const struct
  {
    guint8 tag;
    const char *contents;
    const char *text;
  } cases[] = {
    { 0x0c, "c3a9", "é" },
    { 0x0c, "e9", "\357\277\275" },
    { 0x13, "6162", "ab" },
    { 0x14, "e9", "é" },
    { 0x1e, "00e9 4e2d", "é中" },
    { 0x1e, "d83d de00", "😀" },
    { 0x1c, "000000e9 0001f600", "é😀" },
    { 0x0c, "22 5c 2f 3c", "\"\\/<" },
    { 0x0c, "0a 7f", "\n\177" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonObject) leaf = leaf_of (
          test_certificate (NULL, NULL, der (0x30, rdn (CN, cases[i].tag, cases[i].contents), NULL),
                            NULL));
      JsonArray *domains = json_object_get_array_member (leaf, "all_domains");
      JsonObject *subject = json_object_get_object_member (leaf, "subject");

      g_assert_cmpstr (json_object_get_string_member (subject, "CN"), ==, cases[i].text);
      g_assert_cmpuint (json_array_get_length (domains), ==, 1);
      g_assert_cmpstr (json_array_get_string_element (domains, 0), ==, cases[i].text);
    }
}

/* One extension with the contents @value, as contents of Extensions. */
static GByteArray *
extension (const char *oid, GByteArray *value)
{
  return der (0x30, der (0x06, der_hex (oid), NULL), der (0x04, value, NULL), NULL);
}

static GByteArray *
dns_names (GByteArray *names)
{
  return extension ("551d11", der (0x30, names, NULL));
}

static char *
domains_of (GByteArray *subject, GByteArray *extensions)
{
  g_autoptr (JsonObject) leaf = leaf_of (test_certificate (NULL, NULL, subject, extensions));

  return json_to_string (json_object_get_member (leaf, "all_domains"), FALSE);
}

static void
test_domains (void)
{
  const char *basic_ca = "300f 0603551d13 0101ff 0405 30030101ff";
  const struct
  {
    const char *cn[2];
    const char *names;
    gboolean ca;
    const char *expected;
  } cases[] = {
    { { NULL }, "", FALSE, "[]" },
    { { "61" }, "", FALSE, "[\"a\"]" },
    { { "61" }, "", TRUE, "[]" },
    { { "61" }, "820162", TRUE, "[\"b\"]" },
    { { "61" }, "820162 820161", FALSE, "[\"a\",\"b\"]" },
    { { "61", "62" }, "", FALSE, "[\"b\"]" },
    { { "61", "" }, "", FALSE, "[\"a\"]" },
    { { "" }, "820162", FALSE, "[\"b\"]" },
    { { NULL }, "820162 820142 820162 8203 2a2e62", FALSE, "[\"b\",\"B\",\"*.b\"]" },
    /* Neither addresses nor mail nor URIs. */
    { { NULL }, "8704 01020304 810161 860161 820162", FALSE, "[\"b\"]" },
    { { NULL }, "8200", FALSE, "[\"\"]" },
    { { NULL }, "8202 6100", FALSE, "[\"a\\u0000\"]" },
    /* What stands before the fault. */
    { { NULL }, "820162 820561", FALSE, "[\"b\"]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GByteArray *name = der_hex ("");
      GByteArray *extensions = der_hex (cases[i].ca ? basic_ca : "");
      GByteArray *san = dns_names (der_hex (cases[i].names));
      g_autoptr (CtsSerializer) serializer = g_object_new (CERTSTREAM_TYPE_SERIALIZER, NULL);
      g_autoptr (GByteArray) certificate = NULL;
      g_autoptr (CtsRecord) record = NULL;
      g_auto (Frames) frames = { 0 };
      g_autofree char *expected = NULL;

      for (guint k = 0; k < G_N_ELEMENTS (cases[i].cn) && cases[i].cn[k] != NULL; k++)
        {
          g_autoptr (GByteArray) more = rdn (CN, 0x0c, cases[i].cn[k]);

          g_byte_array_append (name, more->data, more->len);
        }
      g_byte_array_append (extensions, san->data, san->len);
      g_byte_array_unref (san);
      certificate = test_certificate (NULL, NULL, der (0x30, name, NULL), extensions);
      record = test_record (CTS_ENTRY_X509, certificate->data, certificate->len);
      frames = encode (serializer, record, 1u << DOMAINS);
      expected
          = g_strdup_printf ("{\"message_type\":\"dns_entries\",\"data\":%s}", cases[i].expected);
      g_assert_cmpstr (frames.text[DOMAINS], ==, expected);
    }
}

/* With many names the hash table takes over from comparing; here at each number around there. */
static void
test_many_domains (void)
{
  for (guint n = 1; n <= 300; n = n < 40 ? n + 1 : n + 65)
    {
      g_autoptr (GString) expected = g_string_new ("[");
      GByteArray *names = g_byte_array_new ();
      g_autofree char *text = NULL;

      for (guint round = 0; round < 2; round++)
        for (guint i = 0; i < n; i++)
          {
            g_autofree char *name = g_strdup_printf ("host-%u.example.com", i);
            g_autoptr (GByteArray) tlv = der_text (0x82, name);

            g_byte_array_append (names, tlv->data, tlv->len);
            if (round == 0)
              g_string_append_printf (expected, "%s\"%s\"", i > 0 ? "," : "", name);
          }
      g_string_append_c (expected, ']');
      text = domains_of (NULL, dns_names (names));
      g_assert_cmpstr (text, ==, expected->str);
    }
}

static void
test_extensions (void)
{
  /* Contents of extnValue; NULL: the key is left out. */
  const struct
  {
    const char *oid;
    const char *value;
    const char *key;
    const char *text;
  } cases[] = {
    { "551d13", "3000", "basicConstraints", "CA:FALSE" },
    { "551d13", "3003 0101ff", "basicConstraints", "CA:TRUE" },
    { "551d13", "3006 0101ff 020103", "basicConstraints", "CA:TRUE" },
    { "551d13", "3003 020103", "basicConstraints", "CA:FALSE" },
    { "551d13", "0500", "basicConstraints", NULL },
    { "551d0e", "0403 0aff01", "subjectKeyIdentifier", "keyid:0a:ff:01" },
    { "551d0e", "0400", "subjectKeyIdentifier", "keyid:" },
    { "551d0e", "0aff01", "subjectKeyIdentifier", NULL },
    { "551d23", "3005 80030aff01", "authorityKeyIdentifier", "keyid:0a:ff:01" },
    { "551d23", "3000", "authorityKeyIdentifier", NULL },
    { "551d23", "3003 820101", "authorityKeyIdentifier", NULL },
    { "551d0f", "0302 0780", "keyUsage", "Digital Signature" },
    { "551d0f", "0303 07ff80", "keyUsage",
      "Digital Signature, Content Commitment, Key Encipherment, Data Encipherment, "
      "Key Agreement, Certificate Signing, CRL Signing, Encipher Only, Decipher Only" },
    /* Bits that are counted as unused say nothing. */
    { "551d0f", "0302 05ff", "keyUsage",
      "Digital Signature, Content Commitment, Key Encipherment" },
    { "551d0f", "0301 00", "keyUsage", NULL },
    { "551d0f", "0302 0880", "keyUsage", NULL },
    { "551d0f", "0300", "keyUsage", NULL },
    { "551d25",
      "3046 06082b06010505070301 06082b06010505070302 06082b06010505070303"
      "06082b06010505070304 06082b06010505070308 06082b06010505070309 0604551d2500"
      "06022a03",
      "extendedKeyUsage",
      "TLS Web Server Authentication, TLS Web Client Authentication, Code Signing, "
      "E-mail Protection, Time Stamping, OCSP Signing, Any Extended Key Usage, 1.2.3" },
    { "551d25", "300a 06082b06010505070311", "extendedKeyUsage", "1.3.6.1.5.5.7.3.17" },
    { "551d25", "3000", "extendedKeyUsage", NULL },
    { "551d25", "3002 0600", "extendedKeyUsage", NULL },
    { "551d25", "3003 060188", "extendedKeyUsage", NULL },
    { "551d20", "300c 300a 0608 67810c010201 8648", "certificatePolicies",
      "Policy: 2.23.140.1.2.1.840\n" },
    { "551d20", "3010 3004 06022a03 3008 0606 67810c010202", "certificatePolicies",
      "Policy: 1.2.3\nPolicy: 2.23.140.1.2.2\n" },
    { "551d20", "3002 3000", "certificatePolicies", NULL },
    /* 2.25 with the UUID f81d4fae-7dec-11d0-a765-00a0c91e6bf6: the example of X.667. */
    { "551d25", "3016 0614 6983f09da7ebcfdee0c7a1a7b2c0948cc8f9d776", "extendedKeyUsage",
      "2.25.329800735698586629295641978511506172918" },
    /* An arc of more than 128 bits. */
    { "551d25", "3016 0614 ff83f09da7ebcfdee0c7a1a7b2c0948cc8f9d776", "extendedKeyUsage", NULL },
    { "2b06010505070101",
      "3024 3010 06082b06010505073001 8604 6f637370 3010 06082b06010505073002 8604 69737375",
      "authorityInfoAccess", "URI:issu, URI:ocsp" },
    { "2b06010505070101", "300e 300c 06082b06010505073001 8200", "authorityInfoAccess", NULL },
    { "2b06010505070101", "3000", "authorityInfoAccess", NULL },
    { "551d1f", "300b 3009 a007 a005 8603 612f62", "crlDistributionPoints",
      "Full Name:\n URI:a/b" },
    { "551d1f", "3019 300d a00b a009 860161 820178 860162 3008 a006 a004 86026363",
      "crlDistributionPoints", "Full Name:\n URI:a URI:b\nFull Name:\n URI:cc" },
    { "551d1f", "3004 3002 8100", "crlDistributionPoints", NULL },
    { "551d1f", "3003 020101", "crlDistributionPoints", NULL },
    { "551d11",
      "302b 820161 8704c0000201 871020010db8000000000000000000000001 810162 860163"
      "8803 2a0304 8703 010203",
      "subjectAltName", "DNS:a, IP Address:192.0.2.1, IP Address:2001:db8::1, email:b, URI:c" },
    { "551d11", "3005 820161 8205", "subjectAltName", NULL },
    { "551d11", "3005 8803 2a0304", "subjectAltName", NULL },
    { "551d12", "3006 860161 820162", "issuerAltName", "URI:a, DNS:b" },
    { "2b06010401d679020402", "0403 fbffbf", "ctlSignedCertificateTimestamp", "BAP7_78=" },
    { "2b06010401d679020402", "fbffbf", "ctlSignedCertificateTimestamp", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonObject) leaf = leaf_of (
          test_certificate (NULL, NULL, NULL, extension (cases[i].oid, der_hex (cases[i].value))));
      JsonObject *extensions = json_object_get_object_member (leaf, "extensions");

      g_test_message ("%s %s", cases[i].key, cases[i].value);
      g_assert_cmpuint (json_object_get_size (extensions), ==, cases[i].text != NULL);
      if (cases[i].text != NULL)
        g_assert_cmpstr (json_object_get_string_member (extensions, cases[i].key), ==,
                         cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/certstream/text/serial", test_serial);
  g_test_add_func ("/certstream/text/signature-algorithm", test_signature_algorithm);
  g_test_add_func ("/certstream/text/names", test_names);
  g_test_add_func ("/certstream/text/common-name", test_common_name);
  g_test_add_func ("/certstream/text/domains", test_domains);
  g_test_add_func ("/certstream/text/many-domains", test_many_domains);
  g_test_add_func ("/certstream/text/extensions", test_extensions);
  return g_test_run ();
}
