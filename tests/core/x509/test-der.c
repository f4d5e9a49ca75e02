/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/x509/cts-der.h"
#include "core/x509/cts-x509.h"

/* Octets as hex digits, spaces allowed, into a block of exactly their size, so that the sanitizer
 * sees the first read beyond it. */
static guint8 *
from_hex (const char *hex, gsize *size)
{
  guint8 *data = g_malloc (strlen (hex) / 2 + 1);

  *size = 0;
  for (; *hex != 0; hex++)
    {
      if (*hex == ' ')
        continue;
      data[(*size)++] = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);
      hex++;
    }
  return g_realloc (data, MAX (*size, 1));
}

/* X.690 §8.1 */
static void
test_read (void)
{
  static const struct
  {
    const char *hex;
    guint8 tag;
    gsize header, size, rest;
    guint32 issues;
  } cases[] = {
    { "0500", CTS_DER_NULL, 2, 0, 0, 0 },
    { "0500 00", CTS_DER_NULL, 2, 0, 1, 0 },
    { "0101ff 05", CTS_DER_BOOLEAN, 2, 1, 1, 0 },
    { "9e00", 0x9e, 2, 0, 0, 0 },
    { "3003 020101 0500", CTS_DER_SEQUENCE, 2, 3, 2, 0 },
    { "0481 03 010203", CTS_DER_OCTET_STRING, 3, 3, 0, CTS_X509_ISSUE_NON_MINIMAL_LENGTH },
    { "0481 00 01", CTS_DER_OCTET_STRING, 3, 0, 1, CTS_X509_ISSUE_NON_MINIMAL_LENGTH },
    { "0482 0003 010203", CTS_DER_OCTET_STRING, 4, 3, 0, CTS_X509_ISSUE_NON_MINIMAL_LENGTH },
    { "0484 00000001 aa bb", CTS_DER_OCTET_STRING, 6, 1, 1, CTS_X509_ISSUE_NON_MINIMAL_LENGTH },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize size;
      g_autofree guint8 *data = from_hex (cases[i].hex, &size);
      CtsDer der = cts_der_init (data, size);
      CtsTlv tlv = { 0 };

      g_assert_true (cts_der_read (&der, &tlv));
      g_assert_cmphex (tlv.tag, ==, cases[i].tag);
      g_assert_true (tlv.start == data);
      g_assert_true (tlv.data == data + cases[i].header);
      g_assert_cmpuint (tlv.size, ==, cases[i].size);
      g_assert_cmpuint (tlv.total, ==, cases[i].header + cases[i].size);
      g_assert_true (der.data == data + tlv.total);
      g_assert_cmpuint (der.size, ==, cases[i].rest);
      g_assert_cmphex (der.issues, ==, cases[i].issues);
    }
}

static void
test_refuse (void)
{
  static const char *const cases[] = {
    "",
    "30",
    "0501",                  /* one octet short */
    "0403 0102",             /* likewise */
    "3080 0000",             /* indefinite length */
    "1f0100",                /* high tag number */
    "bf8101 00",             /* likewise */
    "0481",                  /* the length itself is cut */
    "0482 00",               /* likewise */
    "0481 80",               /* beyond the end */
    "0484 ffffffff 00",      /* likewise, by far */
    "0485 0000000001 00",    /* more than four octets of length */
    "04ff 00",               /* reserved */
    "0488 ffffffffffffffff", /* would be a negative size */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize size;
      g_autofree guint8 *data = from_hex (cases[i], &size);
      CtsDer der = cts_der_init (data, size);
      CtsTlv tlv = { 0 };

      g_assert_false (cts_der_read (&der, &tlv));
      g_assert_true (der.data == data);
      g_assert_cmpuint (der.size, ==, size);
      g_assert_cmphex (der.issues, ==, 0);
    }
}

/* Each length about the borders of the forms: the shortest header is no issue, all others are. */
static void
test_lengths (void)
{
  static const guint32 sizes[] = { 0, 1, 127, 128, 255, 256, 65535, 65536, 16777215, 16777216 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint n_octets = 1; n_octets <= 4; n_octets++)
      {
        gsize total = 2 + n_octets + sizes[i];
        g_autofree guint8 *data = NULL;
        gboolean minimal;
        CtsDer der;
        CtsTlv tlv = { 0 };

        if (n_octets < 4 && sizes[i] >> (8 * n_octets) != 0)
          continue;
        data = g_malloc0 (total);
        data[0] = CTS_DER_OCTET_STRING;
        data[1] = 0x80 | n_octets;
        for (guint k = 0; k < n_octets; k++)
          data[2 + k] = sizes[i] >> (8 * (n_octets - 1 - k));

        minimal = sizes[i] >= 128 && (n_octets == 1 || sizes[i] >> (8 * (n_octets - 1)) != 0);
        der = cts_der_init (data, total);
        g_assert_true (cts_der_read (&der, &tlv));
        g_assert_cmpuint (tlv.size, ==, sizes[i]);
        g_assert_true (cts_der_is_empty (&der));
        g_assert_cmphex (der.issues, ==, minimal ? 0 : CTS_X509_ISSUE_NON_MINIMAL_LENGTH);

        der = cts_der_init (data, total - 1);
        g_assert_false (cts_der_read (&der, &tlv));
      }
}

static void
test_tag (void)
{
  gsize size;
  g_autofree guint8 *data = from_hex ("3003 020105 0402", &size);
  CtsDer der = cts_der_init (data, size);
  CtsDer inside;
  CtsTlv tlv = { 0 };

  g_assert_false (cts_der_read_tag (&der, CTS_DER_SET, &tlv));
  g_assert_true (cts_der_peek_tag (&der, CTS_DER_SEQUENCE));
  g_assert_true (cts_der_read_tag (&der, CTS_DER_SEQUENCE, &tlv));

  inside = cts_der_inside (&tlv);
  g_assert_true (cts_der_read_tag (&inside, CTS_DER_INTEGER, &tlv));
  g_assert_cmpmem (tlv.data, tlv.size, "\005", 1);
  g_assert_true (cts_der_is_empty (&inside));
  g_assert_false (cts_der_peek_tag (&inside, CTS_DER_INTEGER));

  /* The right tag, but its contents are cut. */
  g_assert_true (cts_der_peek_tag (&der, CTS_DER_OCTET_STRING));
  g_assert_false (cts_der_read_tag (&der, CTS_DER_OCTET_STRING, &tlv));
  g_assert_cmpuint (der.size, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/x509/der/read", test_read);
  g_test_add_func ("/x509/der/refuse", test_refuse);
  g_test_add_func ("/x509/der/lengths", test_lengths);
  g_test_add_func ("/x509/der/tag", test_tag);
  return g_test_run ();
}
