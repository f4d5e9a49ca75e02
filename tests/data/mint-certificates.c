/* SPDX-License-Identifier: MIT */
/* Makes minted.bin: certificates of our own, good and odd. Run by hand when a case is added:
 *   mint-certificates tests/data/minted.bin
 * Names, serials and dates are fixed; keys are new each time. */
#include <glib.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>

#define NOT_BEFORE 1767225600 /* 2026-01-01 */
#define NOT_AFTER  1774915200 /* 2026-03-31 */

/* The fields of a certificate in the order of RFC 5280 §4.1. */
typedef enum
{
  VERSION,
  SERIAL,
  INNER_ALGORITHM,
  ISSUER,
  VALIDITY,
  SUBJECT,
  SPKI,
  EXTENSIONS,
  OUTER_ALGORITHM,
  SIGNATURE,
  N_FIELDS,
} Field;

typedef struct
{
  Field field;
  const char *hex;
} Patch;

static GByteArray *output;
static guint n_minted;

static void
check (int result)
{
  if (result < 0)
    g_error ("GnuTLS: %s", gnutls_strerror (result));
}

static void
emit (const void *der, gsize size)
{
  guint32 length = GUINT32_TO_BE ((guint32) size);

  g_byte_array_append (output, (const guint8 *) &length, sizeof length);
  g_byte_array_append (output, der, size);
  n_minted++;
}

static void
append_hex (GByteArray *array, const char *hex)
{
  for (; *hex != 0; hex++)
    {
      guint8 byte;

      if (*hex == ' ')
        continue;
      byte = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);
      g_byte_array_append (array, &byte, 1);
      hex++;
    }
}

static gsize
header_size (const guint8 *tlv)
{
  return tlv[1] < 0x80 ? 2 : 2 + (tlv[1] & 0x7f);
}

/* The octets of a TLV that GnuTLS wrote. */
static gsize
total_size (const guint8 *tlv)
{
  gsize header = header_size (tlv), size = 0;

  if (header == 2)
    return 2 + tlv[1];
  for (gsize i = 2; i < header; i++)
    size = size << 8 | tlv[i];
  return header + size;
}

static GByteArray *
wrap (guint8 tag, GByteArray *contents)
{
  GByteArray *array = g_byte_array_new ();
  g_autofree char *header = g_strdup_printf (contents->len < 0x80    ? "%02x%02x"
                                             : contents->len < 0x100 ? "%02x81%02x"
                                                                     : "%02x82%04x",
                                             tag, contents->len);

  append_hex (array, header);
  g_byte_array_append (array, contents->data, contents->len);
  g_byte_array_unref (contents);
  return array;
}

/* Where each field of a version 3 certificate begins; the one after the last is the end. */
static void
split (const guint8 *der, const guint8 *field[N_FIELDS + 1])
{
  const guint8 *tbs = der + header_size (der);

  field[VERSION] = tbs + header_size (tbs);
  for (Field i = SERIAL; i <= EXTENSIONS; i++)
    field[i] = field[i - 1] + total_size (field[i - 1]);
  for (Field i = OUTER_ALGORITHM; i <= N_FIELDS; i++)
    field[i] = field[i - 1] + total_size (field[i - 1]);
}

/* The certificate with one field replaced by other bytes, its lengths made to fit. */
static void
emit_patched (const gnutls_datum_t *der, const Patch *patch)
{
  const guint8 *field[N_FIELDS + 1];
  g_autoptr (GByteArray) certificate = NULL;
  GByteArray *part = g_byte_array_new ();

  split (der->data, field);
  for (Field i = VERSION; i < N_FIELDS; i++)
    {
      if (i == OUTER_ALGORITHM)
        part = wrap (0x30, part);
      if (i == patch->field)
        append_hex (part, patch->hex);
      else
        g_byte_array_append (part, field[i], field[i + 1] - field[i]);
    }
  certificate = wrap (0x30, part);
  emit (certificate->data, certificate->len);
}

static gnutls_privkey_t
new_key (gnutls_pk_algorithm_t algorithm, guint bits)
{
  gnutls_privkey_t key;

  check (gnutls_privkey_init (&key));
  check (gnutls_privkey_generate (key, algorithm, bits, 0));
  return key;
}

/* An Ed25519 key makes the smallest certificates; one serves for all that are not about keys. */
static gnutls_privkey_t
small_key (void)
{
  static gnutls_privkey_t key;

  if (key == NULL)
    key = new_key (GNUTLS_PK_EDDSA_ED25519, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_ED25519));
  return key;
}

static void
set_public_key (gnutls_x509_crt_t certificate, gnutls_privkey_t key)
{
  gnutls_pubkey_t public_key;

  check (gnutls_pubkey_init (&public_key));
  check (gnutls_pubkey_import_privkey (public_key, key, 0, 0));
  check (gnutls_x509_crt_set_pubkey (certificate, public_key));
  gnutls_pubkey_deinit (public_key);
}

static gnutls_x509_crt_t
begin_certificate (gnutls_privkey_t key)
{
  gnutls_x509_crt_t certificate;
  guint32 serial = GUINT32_TO_BE (0x10000000 + n_minted);

  check (gnutls_x509_crt_init (&certificate));
  set_public_key (certificate, key);
  check (gnutls_x509_crt_set_version (certificate, 3));
  check (gnutls_x509_crt_set_serial (certificate, &serial, sizeof serial));
  check (gnutls_x509_crt_set_activation_time (certificate, NOT_BEFORE));
  check (gnutls_x509_crt_set_expiration_time (certificate, NOT_AFTER));
  return certificate;
}

static gnutls_datum_t
end_certificate (gnutls_x509_crt_t certificate, gnutls_privkey_t key)
{
  gnutls_x509_crt_t issuer;
  gnutls_datum_t der;

  /* The signing function takes the issuer's name and kind of key from a certificate of his. */
  check (gnutls_x509_crt_init (&issuer));
  set_public_key (issuer, key);
  check (gnutls_x509_crt_set_dn (issuer, "C=XX,O=Minted,CN=Minted CA 1", NULL));
  check (gnutls_x509_crt_privkey_sign (certificate, issuer, key, GNUTLS_DIG_UNKNOWN, 0));
  check (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_DER, &der));
  gnutls_x509_crt_deinit (issuer);
  gnutls_x509_crt_deinit (certificate);
  return der;
}

static void
finish_certificate (gnutls_x509_crt_t certificate, gnutls_privkey_t key)
{
  gnutls_datum_t der = end_certificate (certificate, key);

  emit (der.data, der.size);
  gnutls_free (der.data);
}

static void
set_extension (gnutls_x509_crt_t certificate, const char *oid, const char *hex, gboolean critical)
{
  g_autoptr (GByteArray) value = g_byte_array_new ();

  append_hex (value, hex);
  check (
      gnutls_x509_crt_set_extension_by_oid (certificate, oid, value->data, value->len, critical));
}

/* The certificate that patches and cuts start from. */
static gnutls_datum_t
plain_certificate (void)
{
  gnutls_x509_crt_t certificate = begin_certificate (small_key ());

  check (gnutls_x509_crt_set_dn (certificate, "CN=plain.example", NULL));
  check (gnutls_x509_crt_set_basic_constraints (certificate, 0, -1));
  check (gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_DNSNAME, "plain.example", 13,
                                               GNUTLS_FSAN_SET));
  return end_certificate (certificate, small_key ());
}

/* Subjects as GnuTLS encodes them. */
static void
mint_names (void)
{
  static const char *const cases[] = {
    "CN=a.example",
    "CN=A.EXAMPLE",
    "CN=*.wild.example",
    "CN=xn--bcher-kva.example",
    "CN=b\303\274cher.example",
    "CN=\346\227\245\346\234\254.example",
    "CN=\360\237\230\200",
    "C=DE,O=Beispiel GmbH,CN=c.example",
    "C=DE,ST=Bayern,L=M\303\274nchen,O=Beispiel,OU=Eins,OU=Zwei,CN=d.example",
    "O=No Common Name",
    "CN=first.example,CN=second.example",
    "CN=e.example,EMAIL=who@e.example",
    "serialNumber=12345,CN=f.example",
    "DC=example,DC=g,CN=g.example",
    "CN=with\\, comma",
    "CN=with \\\"quotes\\\" and \\\\ backslash",
    "CN=\\#hash",
    "CN=plus\\+plus",
    "CN=tab\there",
    "C=US,ST=California,L=Mountain View,O=A,CN=h.example",
    "O=O1,O=O2,O=O3,CN=i.example",
    "CN=<script>alert(1)</script>",
    "CN=192.0.2.1",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gnutls_x509_crt_t certificate = begin_certificate (small_key ());
      const char *where;

      check (gnutls_x509_crt_set_dn (certificate, cases[i], &where));
      finish_certificate (certificate, small_key ());
    }
}

/* Common names of each string type, good and bad: the value's whole TLV. */
static void
mint_strings (void)
{
  static const char *const cases[] = {
    "1e06 0061002e0062",
    "1e04 d83dde00",
    "1e02 d800",
    "1e03 006100",
    "1e00",
    "1c08 0000006100000062",
    "1c04 0001f600",
    "1c03 000061",
    "1c04 ffffffff",
    "1403 e4f6fc",
    "1404 612e6578",
    "1400",
    "0c02 c3a4",
    "0c02 ff61",
    "0c03 eda080",
    "0c00",
    "0c03 610062",
    "1303 612e62",
    "1302 e461",
    "1603 612e62",
    "1603 61e462",
    "1a03 612e62",
    "1203 313233",
    "0201 05",
    "0403 612e62",
    "0c8103 612e62",
    "3003 020101",
    "130a 20612e6578 2020202020",
    "0c06 0a0d090b0c1b",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *hex = NULL;
      g_autoptr (GByteArray) name = g_byte_array_new ();
      gnutls_datum_t der = plain_certificate ();

      append_hex (name, "0603550403");
      append_hex (name, cases[i]);
      name = wrap (0x30, wrap (0x31, wrap (0x30, name)));
      hex = g_malloc0 (name->len * 2 + 1);
      for (guint k = 0; k < name->len; k++)
        g_snprintf (hex + 2 * k, 3, "%02x", name->data[k]);
      emit_patched (&der, &(Patch){ SUBJECT, hex });
      emit_patched (&der, &(Patch){ ISSUER, hex });
      gnutls_free (der.data);
    }
}

static void
mint_alternative_names (void)
{
  static const struct
  {
    gnutls_x509_subject_alt_name_t type;
    const char *text;
    guint size;
  } cases[] = {
    { GNUTLS_SAN_DNSNAME, "san.example", 11 },
    { GNUTLS_SAN_DNSNAME, "*.san.example", 13 },
    { GNUTLS_SAN_DNSNAME, "SAN.Example", 11 },
    { GNUTLS_SAN_DNSNAME, "xn--bcher-kva.example", 21 },
    { GNUTLS_SAN_DNSNAME, "under_score.example", 19 },
    { GNUTLS_SAN_DNSNAME, " space.example ", 15 },
    { GNUTLS_SAN_DNSNAME, "a.", 2 },
    { GNUTLS_SAN_RFC822NAME, "who@san.example", 15 },
    { GNUTLS_SAN_URI, "https://san.example/?a=\"b\"", 26 },
    { GNUTLS_SAN_IPADDRESS, "\300\000\002\001", 4 },
    { GNUTLS_SAN_IPADDRESS, " \001\r\270\0\0\0\0\0\0\0\0\0\0\0\001", 16 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint n = 1; n <= 3; n++)
      {
        gnutls_x509_crt_t certificate = begin_certificate (small_key ());

        check (gnutls_x509_crt_set_dn (certificate, "CN=san.example", NULL));
        for (guint k = 0; k < n; k++)
          {
            gsize which = (i + k * 4) % G_N_ELEMENTS (cases);

            check (gnutls_x509_crt_set_subject_alt_name (certificate, cases[which].type,
                                                         cases[which].text, cases[which].size,
                                                         k == 0 ? GNUTLS_FSAN_SET
                                                                : GNUTLS_FSAN_APPEND));
          }
        finish_certificate (certificate, small_key ());
      }
}

/* Hundreds of names. */
static void
mint_many_names (void)
{
  gnutls_x509_crt_t certificate = begin_certificate (small_key ());

  check (gnutls_x509_crt_set_dn (certificate, "CN=many.example", NULL));
  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *name = g_strdup_printf ("host-%03u.many.example", i % 250);

      check (gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_DNSNAME, name,
                                                   strlen (name),
                                                   i == 0 ? GNUTLS_FSAN_SET : GNUTLS_FSAN_APPEND));
    }
  finish_certificate (certificate, small_key ());
}

/* Extensions by their contents; poison and SCT list among them. */
static void
mint_extensions (void)
{
  static const struct
  {
    const char *oid;
    const char *hex;
    gboolean critical;
  } cases[] = {
    { "1.3.6.1.4.1.11129.2.4.3", "0500", TRUE },
    { "1.3.6.1.4.1.11129.2.4.3", "0500", FALSE },
    { "1.3.6.1.4.1.11129.2.4.3", "040100", TRUE },
    { "1.3.6.1.4.1.11129.2.4.2", "0402 0000", FALSE },
    { "1.3.6.1.4.1.11129.2.4.2", "00", FALSE },
    { "1.3.6.1.5.5.7.1.1", "3019 3017 06082b06010505073002 860b 687474703a2f2f612e62 2f", FALSE },
    { "2.5.29.14", "0403 010203", FALSE },
    { "2.5.29.15", "0302 05a0", TRUE },
    { "2.5.29.15", "0303 070080", TRUE },
    { "2.5.29.18", "3005 8203 612e62", FALSE },
    { "2.5.29.19", "3000", TRUE },
    { "2.5.29.19", "3003 0101ff", TRUE },
    { "2.5.29.19", "3006 0101ff 020103", FALSE },
    { "2.5.29.19", "3003 020103", FALSE },
    { "2.5.29.17", "3000", FALSE },
    { "2.5.29.17", "3002 8200", FALSE },
    { "2.5.29.17", "3007 8205 6100622e63", FALSE },
    { "2.5.29.17", "3006 8204 c3a42e62", FALSE },
    { "2.5.29.17", "3007 8703 010203 8200", FALSE },
    { "2.5.29.17", "3010 a00e 06032a0304 a007 0c05 68656c6c6f", FALSE },
    { "2.5.29.17", "3005 8803 2a0304", FALSE },
    { "2.5.29.17", "3014 a412 3010 310e 300c 0603550403 0c05 6469726e6d", FALSE },
    { "2.5.29.17", "3006 8e04 61626364", FALSE },
    { "2.5.29.17", "3005 8203 612e62 00", FALSE },
    { "2.5.29.17", "3009 8203 612e62", FALSE },
    { "2.5.29.17", "8203 612e62", FALSE },
    { "2.5.29.31", "3014 3012 a010 a00e 860c 687474703a2f2f612e622f63", FALSE },
    { "2.5.29.32", "3008 3006 060467810c01", FALSE },
    { "2.5.29.35", "3005 8003 010203", FALSE },
    { "2.5.29.37", "3014 06082b06010505070302 06082b06010505070301", FALSE },
    { "2.5.29.37", "3006 0604551d2500", TRUE },
    { "1.2.3.4", "0c02 6869", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gnutls_x509_crt_t certificate = begin_certificate (small_key ());

      check (gnutls_x509_crt_set_dn (certificate, "CN=extension.example", NULL));
      set_extension (certificate, cases[i].oid, cases[i].hex, cases[i].critical);
      set_extension (certificate, "1.3.6.1.4.1.55555.1", "0101ff", FALSE);
      finish_certificate (certificate, small_key ());
    }
}

static void
mint_keys (void)
{
  static const struct
  {
    gnutls_pk_algorithm_t algorithm;
    guint bits;
  } cases[] = {
    { GNUTLS_PK_RSA, 1024 },
    { GNUTLS_PK_RSA, 2048 },
    { GNUTLS_PK_RSA, 4096 },
    { GNUTLS_PK_RSA_PSS, 2048 },
    { GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1) },
    { GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP384R1) },
    { GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP521R1) },
    { GNUTLS_PK_EDDSA_ED25519, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_ED25519) },
    { GNUTLS_PK_EDDSA_ED448, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_ED448) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gnutls_privkey_t key = new_key (cases[i].algorithm, cases[i].bits);

      for (guint ca = 0; ca <= 1; ca++)
        {
          gnutls_x509_crt_t certificate = begin_certificate (key);

          check (gnutls_x509_crt_set_dn (certificate, "O=Minted,CN=Key Kind", NULL));
          check (gnutls_x509_crt_set_basic_constraints (certificate, ca, ca ? 2 : -1));
          check (gnutls_x509_crt_set_key_usage (certificate, ca ? GNUTLS_KEY_KEY_CERT_SIGN
                                                                : GNUTLS_KEY_DIGITAL_SIGNATURE));
          check (gnutls_x509_crt_set_subject_key_id (certificate, "0123456789abcdefghij", 20));
          check (gnutls_x509_crt_set_authority_key_id (certificate, "jihgfedcba9876543210", 20));
          finish_certificate (certificate, key);
        }
      gnutls_privkey_deinit (key);
    }
}

/* Each text once as notBefore and once as notAfter: a UTCTime, or with a G in front, which does
 * not count, a GeneralizedTime. */
static void
mint_dates (void)
{
  static const char *const cases[] = {
    "500101000000Z",
    "691231235959Z",
    "700101000000Z",
    "000229000000Z",
    "491231235959Z",
    "380119031408Z",
    "2601010000Z",
    "260101000000+0100",
    "2601010000-0730",
    "260101000000",
    "260230000000Z",
    "250229000000Z",
    "261301000000Z",
    "260001000000Z",
    "260100000000Z",
    "260101240000Z",
    "260101006000Z",
    "260101000060Z",
    "26010100000Z",
    "",
    "Z",
    "2601010000000Z",
    "26 101000000Z",
    "G19500101000000Z",
    "G19491231235959Z",
    "G18991231235959Z",
    "G16000229000000Z",
    "G00010101000000Z",
    "G00000101000000Z",
    "G20500101000000Z",
    "G99991231235959Z",
    "G20260101000000.5Z",
    "G202601010000Z",
    "G2026010100Z",
    "G20260101000000+0500",
    "G20260101000000",
    "G21000229000000Z",
    "G20001301000000Z",
    "G-0010101000000Z",
    "G20260101000000ZZ",
  };
  static const char good[] = "170d3236303130313030303030305a";

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint after = 0; after <= 1; after++)
      {
        gboolean generalized = cases[i][0] == 'G';
        const char *text = cases[i] + generalized;
        gnutls_datum_t der = plain_certificate ();
        g_autoptr (GString) time = g_string_new (NULL);
        g_autofree char *hex = NULL;

        g_string_append_printf (time, "%02x%02x", generalized ? 0x18 : 0x17, (guint) strlen (text));
        for (; *text != 0; text++)
          g_string_append_printf (time, "%02x", (guint8) *text);
        hex = g_strdup_printf ("30%02x%s%s", (guint) (time->len + strlen (good)) / 2,
                               after ? good : time->str, after ? time->str : good);
        emit_patched (&der, &(Patch){ VALIDITY, hex });
        gnutls_free (der.data);
      }
}

static void
mint_patches (void)
{
  static const Patch cases[] = {
    { VERSION, "" },
    { VERSION, "a003 020100" },
    { VERSION, "a003 020101" },
    { VERSION, "a003 020103" },
    { VERSION, "a003 0201ff" },
    { VERSION, "a004 02020002" },
    { VERSION, "a002 0500" },
    { VERSION, "a08103 020102" },
    { SERIAL, "0200" },
    { SERIAL, "020100" },
    { SERIAL, "0201ff" },
    { SERIAL, "020180" },
    { SERIAL, "02020080" },
    { SERIAL, "0202007f" },
    { SERIAL, "0202ff80" },
    { SERIAL, "0203800000" },
    { SERIAL, "02147fffffffffffffffffffffffffffffffffffffff" },
    { SERIAL, "021500ffffffffffffffffffffffffffffffffffffffff" },
    { SERIAL,
      "022801020304050607080910111213141516171819202122232425262728293031323334353637383940" },
    { SERIAL, "02810105" },
    { SERIAL, "0282000105" },
    { SERIAL, "0284 00000001 05" },
    { SERIAL, "0285 0000000001 05" },
    { SERIAL, "0280 05 0000" },
    { SERIAL, "" },
    { SERIAL, "040105" },
    { INNER_ALGORITHM, "3000" },
    { INNER_ALGORITHM, "300b06092a864886f70d01010b" },
    { INNER_ALGORITHM, "300d06092a864886f70d01010b0500" },
    { INNER_ALGORITHM, "" },
    { ISSUER, "3000" },
    { ISSUER, "" },
    { ISSUER, "3100" },
    { ISSUER, "30023100" },
    { VALIDITY, "3000" },
    { VALIDITY, "" },
    { VALIDITY, "300f170d3236303130313030303030305a" },
    { SUBJECT, "3000" },
    { SUBJECT, "308100" },
    { SUBJECT, "30820000" },
    { SUBJECT, "30023100" },
    { SUBJECT, "3004 3102 3000" },
    { SUBJECT, "300b 3109 3007 0603550403 0c00" },
    { SUBJECT, "300e 310c 300a 0603550403 0c03 612e62" },
    { SUBJECT, "301a 3118 300a 0603550403 0c03 612e62 300a 060355040b 0c03 632e64" },
    { SUBJECT, "300e 310c 300a 0603550403 0c04 612e62" },
    { SUBJECT, "300e 310c 300b 0603550403 0c03 612e62" },
    { SUBJECT, "3010 310e 300c 0603550403 0c03 612e62 0500" },
    { SPKI, "3000" },
    { SPKI, "" },
    { SPKI, "3082ffff" },
    { EXTENSIONS, "" },
    { EXTENSIONS, "a300" },
    { EXTENSIONS, "a3023000" },
    { EXTENSIONS, "81020001 82020002 a3023000" },
    { EXTENSIONS, "a310 300e 300c 0603551d13 0405 3003 0101ff" },
    { EXTENSIONS, "a313 3011 300f 0603551d13 0101ff 0405 3003 0101ff" },
    { EXTENSIONS,
      "a322 3020 300e 0603551d11 0407 3005 8203 612e62 300e 0603551d11 0407 3005 8203 632e64" },
    { EXTENSIONS,
      "a322 3020 300e 06032a0304 0407 3005 8203 612e62 300e 06032a0304 0407 3005 8203 632e64" },
    { EXTENSIONS, "a312 3010 300e 0603551d11 0408 3005 8203 612e62" },
    { EXTENSIONS, "a313 3010 300e 0603551d11 0407 3005 8203 612e62 00" },
    { EXTENSIONS, "a30b 3009 3007 0603551d11 0500" },
    { EXTENSIONS, "a30b 3009 3007 0603551d11 0400" },
    { EXTENSIONS, "a309 3007 3005 0603551d11" },
    { EXTENSIONS, "a3023000 a3023000" },
    { OUTER_ALGORITHM, "" },
    { OUTER_ALGORITHM, "3000" },
    { OUTER_ALGORITHM, "300506032b6571" },
    { OUTER_ALGORITHM, "300d06092a864886f70d01010b0500" },
    { OUTER_ALGORITHM, "30090603" },
    { SIGNATURE, "" },
    { SIGNATURE, "0300" },
    { SIGNATURE, "030100" },
    { SIGNATURE, "030100 0500" },
    { SIGNATURE, "0303 00" },
  };
  gnutls_datum_t der = plain_certificate ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    emit_patched (&der, &cases[i]);
  gnutls_free (der.data);
}

/* Cut short, with bytes behind, and with one octet in each place of the frame changed. */
static void
mint_damage (void)
{
  gnutls_datum_t der = plain_certificate ();
  g_autofree guint8 *longer = g_malloc0 (der.size + 3);

  for (guint size = 0; size < der.size; size += 13)
    emit (der.data, size);
  memcpy (longer, der.data, der.size);
  emit (longer, der.size + 1);
  emit (longer, der.size + 3);
  for (guint i = 0; i < der.size; i += 3)
    {
      longer[i] ^= 1 << i % 8;
      emit (longer, der.size);
      longer[i] = der.data[i];
    }
  gnutls_free (der.data);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (argc != 2)
    {
      g_printerr ("usage: %s FILE\n", argv[0]);
      return EXIT_FAILURE;
    }
  output = g_byte_array_new ();
  mint_names ();
  mint_strings ();
  mint_alternative_names ();
  mint_many_names ();
  mint_extensions ();
  mint_keys ();
  mint_dates ();
  mint_patches ();
  mint_damage ();

  if (!g_file_set_contents (argv[1], (const char *) output->data, output->len, &error))
    g_error ("%s", error->message);
  g_print ("%u certificates, %u bytes\n", n_minted, output->len);
  g_byte_array_unref (output);
  return EXIT_SUCCESS;
}
