/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/x509/cts-x509.h"
#include "tests/core/x509/cts-test-certificates.h"
#include "tests/support/cts-test.h"

/* The fields of a certificate in the order of RFC 5280 §4.1, each as a whole TLV in hex digits. */
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

#define EXT_CA     "300f 0603551d13 0101ff 0405 3003 0101ff"
#define EXT_SAN    "300e 0603551d11 0407 3005 8203 612e62"
#define EXT_POISON "3013 060a2b06010401d679020403 0101ff 0402 0500"

static const char *const good[N_FIELDS] = {
  [VERSION] = "a003 020102",
  [SERIAL] = "020105",
  [INNER_ALGORITHM] = "3005 06032b6570",
  [ISSUER] = "300d 310b 3009 0603550406 1302 4445",
  [VALIDITY] = "301e 170d 3236303130313030303030305a 170d 3237303130313030303030305a",
  [SUBJECT] = "3000",
  [SPKI] = "3009 3005 06032b6570 0300",
  [EXTENSIONS] = ("a312 3010 " EXT_SAN),
  [OUTER_ALGORITHM] = "3005 06032b6570",
  [SIGNATURE] = "030100",
};

/* 2026-01-01 and 2027-01-01 */
#define NOT_BEFORE 1767225600
#define NOT_AFTER  1798761600

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

/* A SEQUENCE around @contents, which goes; its length takes the shortest form. */
static GByteArray *
wrap (GByteArray *contents)
{
  GByteArray *array = g_byte_array_new ();
  g_autofree char *header = NULL;

  g_assert_cmpuint (contents->len, <=, 0xffff);
  header = g_strdup_printf (contents->len < 0x80    ? "30%02x"
                            : contents->len < 0x100 ? "3081%02x"
                                                    : "3082%04x",
                            contents->len);
  append_hex (array, header);
  g_byte_array_append (array, contents->data, contents->len);
  g_byte_array_unref (contents);
  return array;
}

/* The good certificate with @field replaced and @tail behind it. */
static GByteArray *
make_certificate (Field field, const char *hex, const char *tail)
{
  GByteArray *tbs = g_byte_array_new ();
  GByteArray *whole;

  for (Field i = VERSION; i <= EXTENSIONS; i++)
    append_hex (tbs, i == field ? hex : good[i]);
  whole = wrap (tbs);
  for (Field i = OUTER_ALGORITHM; i <= SIGNATURE; i++)
    append_hex (whole, i == field ? hex : good[i]);
  whole = wrap (whole);
  append_hex (whole, tail);
  return whole;
}

static void
assert_span_hex (const guint8 *der, const CtsSpan *span, const char *hex)
{
  g_autoptr (GByteArray) expected = g_byte_array_new ();

  append_hex (expected, hex);
  g_assert_cmpmem (der + span->offset, span->size, expected->data, expected->len);
}

static void
test_good (void)
{
  g_autoptr (GByteArray) der = make_certificate (N_FIELDS, "", "");
  CtsX509 x509;

  g_assert_true (cts_x509_read (&x509, der->data, der->len));
  g_assert_cmphex (x509.issues, ==, 0);
  g_assert_cmpuint (x509.version, ==, 3);
  g_assert_cmpint (x509.not_before, ==, NOT_BEFORE);
  g_assert_cmpint (x509.not_after, ==, NOT_AFTER);
  g_assert_false (x509.is_ca);
  g_assert_false (cts_x509_is_precert (&x509));
  g_assert_cmphex (x509.present, ==, 1u << CTS_X509_EXT_SUBJECT_ALT_NAME);

  assert_span_hex (der->data, &x509.serial, "05");
  assert_span_hex (der->data, &x509.issuer, "310b 3009 0603550406 1302 4445");
  assert_span_hex (der->data, &x509.subject, "");
  assert_span_hex (der->data, &x509.spki, good[SPKI]);
  assert_span_hex (der->data, &x509.signature_algorithm, "06032b6570");
  assert_span_hex (der->data, &x509.extensions, EXT_SAN);
  assert_span_hex (der->data, &x509.extension[CTS_X509_EXT_SUBJECT_ALT_NAME], "3005 8203 612e62");
  g_assert_cmpuint (x509.tbs.offset, ==, 2);
  g_assert_cmpuint (x509.tbs.offset + x509.tbs.size, ==, der->len - 10);
}

/* What is odd, but read. */
static void
test_issues (void)
{
  static const struct
  {
    Field field;
    const char *hex;
    guint32 issues;
  } cases[] = {
    { VERSION, "", 0 },
    { VERSION, "a003 020100", 0 },
    { VERSION, "a003 020103", CTS_X509_ISSUE_BAD_VERSION },
    { VERSION, "a003 0201ff", CTS_X509_ISSUE_BAD_VERSION },
    { VERSION, "a004 02020002", CTS_X509_ISSUE_BAD_VERSION },
    { VERSION, "a002 0500", CTS_X509_ISSUE_BAD_VERSION },
    { VERSION, "a000", CTS_X509_ISSUE_BAD_VERSION },
    { VERSION, "a005 020102 0500", CTS_X509_ISSUE_TRAILING_BYTES },
    { SERIAL, "0200", CTS_X509_ISSUE_BAD_SERIAL },
    { SERIAL, "020100", CTS_X509_ISSUE_BAD_SERIAL },
    { SERIAL, "0201ff", CTS_X509_ISSUE_BAD_SERIAL },
    { SERIAL, "02020005", CTS_X509_ISSUE_BAD_SERIAL },
    { SERIAL, "02020080", 0 },
    { SERIAL, "0214 7f000000000000000000000000000000000000ff", 0 },
    { SERIAL, "0215 007f000000000000000000000000000000000000ff", CTS_X509_ISSUE_BAD_SERIAL },
    { SERIAL, "0401 05", CTS_X509_ISSUE_BAD_SERIAL },
    { SERIAL, "0281 01 05", CTS_X509_ISSUE_NON_MINIMAL_LENGTH },
    { INNER_ALGORITHM, "0500", 0 },
    { ISSUER, "3002 3100", CTS_X509_ISSUE_BAD_NAME },
    { SUBJECT, "3002 0500", CTS_X509_ISSUE_BAD_NAME },
    { SUBJECT, "308100", CTS_X509_ISSUE_NON_MINIMAL_LENGTH },
    { SPKI, "3000", 0 },
    { EXTENSIONS, "", 0 },
    { EXTENSIONS, "810100 8202 0001 a312 3010 " EXT_SAN, 0 },
    { EXTENSIONS, "a102 0500", 0 },
    { EXTENSIONS, "a300", CTS_X509_ISSUE_BAD_EXTENSION },
    { EXTENSIONS, "a302 3000", 0 },
    { EXTENSIONS, "a304 3000 0500", CTS_X509_ISSUE_TRAILING_BYTES },
    { EXTENSIONS, "a302 3000 0500", CTS_X509_ISSUE_TRAILING_BYTES },
    { EXTENSIONS, "a302 3000 a302 3000", CTS_X509_ISSUE_TRAILING_BYTES },
    { EXTENSIONS, "a302 3000 05", CTS_X509_ISSUE_BAD_EXTENSION },
    { EXTENSIONS, "a304 3002 0500", CTS_X509_ISSUE_BAD_EXTENSION },
    { EXTENSIONS, "a304 3002 3000", CTS_X509_ISSUE_BAD_EXTENSION },
    { EXTENSIONS, "a309 3007 3005 0603551d11", CTS_X509_ISSUE_BAD_EXTENSION },
    { EXTENSIONS, "a30b 3009 3007 0603551d11 0500", CTS_X509_ISSUE_BAD_EXTENSION },
    { EXTENSIONS, "a30f 300d 300b 0603551d0e 0402 0400 0500", CTS_X509_ISSUE_TRAILING_BYTES },
    { EXTENSIONS, "a30b 3009 3007 0603551d13 0400", CTS_X509_ISSUE_BAD_EXTENSION },
    { EXTENSIONS, "a322 3020 " EXT_SAN EXT_SAN, CTS_X509_ISSUE_DUPLICATE_EXTENSION },
    { OUTER_ALGORITHM, "", CTS_X509_ISSUE_BAD_SIGNATURE },
    { OUTER_ALGORITHM, "3009 0603", CTS_X509_ISSUE_BAD_SIGNATURE },
    { SIGNATURE, "", CTS_X509_ISSUE_BAD_SIGNATURE },
    { SIGNATURE, "0303 00", CTS_X509_ISSUE_BAD_SIGNATURE },
    { SIGNATURE, "030100 0500", CTS_X509_ISSUE_TRAILING_BYTES },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) der = make_certificate (cases[i].field, cases[i].hex, "");
      CtsX509 x509;

      if (!cts_x509_read (&x509, der->data, der->len))
        g_test_fail_printf ("refused: field %d, %s", cases[i].field, cases[i].hex);
      else if (x509.issues != cases[i].issues)
        g_test_fail_printf ("issues 0x%x: field %d, %s", x509.issues, cases[i].field, cases[i].hex);
      cts_test_assert_spans (&x509, der->len);
    }
}

/* A broken frame. */
static void
test_refused (void)
{
  static const struct
  {
    Field field;
    const char *hex;
  } cases[] = {
    { VERSION, "a003 02" },
    { SERIAL, "" },
    { SERIAL, "0280" },
    { SERIAL, "1f0101" },
    { SERIAL, "0284 ffffffff" },
    { INNER_ALGORITHM, "" },
    { ISSUER, "" },
    { ISSUER, "3100" },
    { ISSUER, "3082 ffff" },
    { VALIDITY, "" },
    { VALIDITY, "0500" },
    { VALIDITY, "3080" },
    { SUBJECT, "" },
    { SUBJECT, "0c00" },
    { SPKI, "" },
    { SPKI, "0300" },
    { SPKI, "3082 7fff" },
  };
  g_autoptr (GByteArray) der = make_certificate (N_FIELDS, "", "");
  CtsX509 x509;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) bad = make_certificate (cases[i].field, cases[i].hex, "");

      if (cts_x509_read (&x509, bad->data, bad->len))
        g_test_fail_printf ("read: field %d, %s", cases[i].field, cases[i].hex);
    }
  g_assert_false (cts_x509_read (&x509, NULL, 0));
  for (guint size = 0; size < der->len; size++)
    {
      g_autofree guint8 *cut = g_memdup2 (der->data, MAX (size, 1));

      g_assert_false (cts_x509_read (&x509, cut, size));
    }
}

static void
test_size_limit (void)
{
  gsize size = CTS_X509_MAX_SIZE + 1;
  g_autoptr (GByteArray) der = make_certificate (N_FIELDS, "", "");
  gsize used = der->len;
  CtsX509 x509;

  g_byte_array_set_size (der, size);
  memset (der->data + used, 0, size - used);
  g_assert_true (cts_x509_read (&x509, der->data, size - 1));
  g_assert_cmphex (x509.issues, ==, CTS_X509_ISSUE_TRAILING_BYTES);
  g_assert_false (cts_x509_read (&x509, der->data, size));
}

static void
test_versions (void)
{
  static const struct
  {
    const char *hex;
    guint8 version;
  } cases[] = {
    { "", 1 },
    { "a003 020100", 1 },
    { "a003 020101", 2 },
    { "a003 020102", 3 },
    { "a003 020179", 122 },
    { "a003 0201ff", 255 },
    { "a004 02020100", 255 },
    { "a002 0200", 255 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) der = make_certificate (VERSION, cases[i].hex, "");
      CtsX509 x509;

      g_assert_true (cts_x509_read (&x509, der->data, der->len));
      g_assert_cmpuint (x509.version, ==, cases[i].version);
      /* Extensions count in any version. */
      g_assert_true (cts_x509_has_extension (&x509, CTS_X509_EXT_SUBJECT_ALT_NAME));
    }
}

static void
test_dates (void)
{
  static const struct
  {
    const char *hex;
    gint64 not_before, not_after;
    guint32 issues;
  } cases[] = {
    { "301e 170d 3236303233303030303030305a 170d 3237303130313030303030305a", 0, NOT_AFTER,
      CTS_X509_ISSUE_IMPOSSIBLE_DATE },
    { "301e 170d 3236303130313030303030305a 170d 3237303130313234303030305a", NOT_BEFORE, 0,
      CTS_X509_ISSUE_IMPOSSIBLE_DATE },
    { "301c 170b 323630313031303030305a 170d 3237303130313030303030305a", NOT_BEFORE, NOT_AFTER,
      CTS_X509_ISSUE_ODD_DATE },
    { "300f 170d 3236303130313030303030305a", NOT_BEFORE, 0, CTS_X509_ISSUE_IMPOSSIBLE_DATE },
    { "3000", 0, 0, CTS_X509_ISSUE_IMPOSSIBLE_DATE },
    { "3020 170d 3236303130313030303030305a 170d 3237303130313030303030305a 0500", NOT_BEFORE,
      NOT_AFTER, CTS_X509_ISSUE_TRAILING_BYTES },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) der = make_certificate (VALIDITY, cases[i].hex, "");
      CtsX509 x509;

      g_assert_true (cts_x509_read (&x509, der->data, der->len));
      g_assert_cmpint (x509.not_before, ==, cases[i].not_before);
      g_assert_cmpint (x509.not_after, ==, cases[i].not_after);
      g_assert_cmphex (x509.issues, ==, cases[i].issues);
    }
}

static void
test_extensions (void)
{
  /* Each known extension with an empty value, by its dotted name in the standards. */
  static const struct
  {
    CtsX509ExtensionId id;
    const char *hex;
  } cases[] = {
    { CTS_X509_EXT_AUTHORITY_INFO_ACCESS, "a310 300e 300c 06082b06010505070101 0400" },
    { CTS_X509_EXT_SUBJECT_KEY_ID, "a30b 3009 3007 0603551d0e 0400" },
    { CTS_X509_EXT_KEY_USAGE, "a30b 3009 3007 0603551d0f 0400" },
    { CTS_X509_EXT_SUBJECT_ALT_NAME, "a30b 3009 3007 0603551d11 0400" },
    { CTS_X509_EXT_ISSUER_ALT_NAME, "a30b 3009 3007 0603551d12 0400" },
    { CTS_X509_EXT_BASIC_CONSTRAINTS, "a30b 3009 3007 0603551d13 0400" },
    { CTS_X509_EXT_CRL_DISTRIBUTION_POINTS, "a30b 3009 3007 0603551d1f 0400" },
    { CTS_X509_EXT_CERTIFICATE_POLICIES, "a30b 3009 3007 0603551d20 0400" },
    { CTS_X509_EXT_AUTHORITY_KEY_ID, "a30b 3009 3007 0603551d23 0400" },
    { CTS_X509_EXT_EXTENDED_KEY_USAGE, "a30b 3009 3007 0603551d25 0400" },
    { CTS_X509_EXT_SCT_LIST, "a312 3010 300e 060a2b06010401d679020402 0400" },
    { CTS_X509_EXT_POISON, "a312 3010 300e 060a2b06010401d679020403 0400" },
    { CTS_X509_N_EXT, "a30b 3009 3007 0603551d24 0400" },
    { CTS_X509_N_EXT, "a30b 3009 3007 0603551e11 0400" },
    { CTS_X509_N_EXT, "a310 300e 300c 06082b06010505070102 0400" },
    { CTS_X509_N_EXT, "a312 3010 300e 060a2b06010401d679020405 0400" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) der = make_certificate (EXTENSIONS, cases[i].hex, "");
      CtsX509 x509;

      g_assert_true (cts_x509_read (&x509, der->data, der->len));
      g_assert_cmphex (x509.present, ==, cases[i].id == CTS_X509_N_EXT ? 0 : 1u << cases[i].id);
      g_assert_cmpint (cts_x509_is_precert (&x509), ==, cases[i].id == CTS_X509_EXT_POISON);
    }
}

/* The first of two counts, and what stands before and after a bad one is kept. */
static void
test_extension_order (void)
{
  g_autoptr (GByteArray) der = make_certificate (EXTENSIONS,
                                                 "a34a 3048 " EXT_SAN "0500" EXT_POISON
                                                 "300e 0603551d11 0407 3005 8203 632e64" EXT_CA,
                                                 "");
  CtsX509 x509;

  g_assert_true (cts_x509_read (&x509, der->data, der->len));
  g_assert_cmphex (x509.issues, ==,
                   CTS_X509_ISSUE_BAD_EXTENSION | CTS_X509_ISSUE_DUPLICATE_EXTENSION);
  assert_span_hex (der->data, &x509.extension[CTS_X509_EXT_SUBJECT_ALT_NAME], "3005 8203 612e62");
  g_assert_true (x509.is_ca);
  g_assert_true (cts_x509_is_precert (&x509));
}

static void
test_basic_constraints (void)
{
  static const struct
  {
    const char *hex;
    gboolean is_ca;
    guint32 issues;
  } cases[] = {
    { "a30d 300b 3009 0603551d13 0402 3000", FALSE, 0 },
    { "a310 300e 300c 0603551d13 0405 3003 010100", FALSE, 0 },
    { "a310 300e 300c 0603551d13 0405 3003 0101ff", TRUE, 0 },
    { "a310 300e 300c 0603551d13 0405 3003 010101", TRUE, 0 },
    { "a313 3011 300f 0603551d13 0408 3006 0101ff 020100", TRUE, 0 },
    { "a310 300e 300c 0603551d13 0405 3003 020100", FALSE, 0 },
    { "a30f 300d 300b 0603551d13 0404 3002 0100", FALSE, 0 },
    { "a30e 300c 300a 0603551d13 0403 0101ff", FALSE, CTS_X509_ISSUE_BAD_EXTENSION },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) der = make_certificate (EXTENSIONS, cases[i].hex, "");
      CtsX509 x509;

      g_assert_true (cts_x509_read (&x509, der->data, der->len));
      g_assert_cmpint (x509.is_ca, ==, cases[i].is_ca);
      g_assert_cmphex (x509.issues, ==, cases[i].issues);
    }
}

static void
test_trailing_bytes (void)
{
  g_autoptr (GByteArray) der = make_certificate (N_FIELDS, "", "00");
  CtsX509 x509;

  g_assert_true (cts_x509_read (&x509, der->data, der->len));
  g_assert_cmphex (x509.issues, ==, CTS_X509_ISSUE_TRAILING_BYTES);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/x509/read/good", test_good);
  g_test_add_func ("/x509/read/issues", test_issues);
  g_test_add_func ("/x509/read/refused", test_refused);
  g_test_add_func ("/x509/read/size-limit", test_size_limit);
  g_test_add_func ("/x509/read/versions", test_versions);
  g_test_add_func ("/x509/read/dates", test_dates);
  g_test_add_func ("/x509/read/extensions", test_extensions);
  g_test_add_func ("/x509/read/extension-order", test_extension_order);
  g_test_add_func ("/x509/read/basic-constraints", test_basic_constraints);
  g_test_add_func ("/x509/read/trailing-bytes", test_trailing_bytes);
  return g_test_run ();
}
