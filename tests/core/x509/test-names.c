/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/x509/cts-general-names.h"
#include "core/x509/cts-name.h"
#include "core/x509/cts-x509-string.h"
#include "core/x509/cts-x509.h"

/* Expects attributes as "<attribute>:<text>" joined by '|'. */
static char *
describe_name (const void *name, gsize size, guint32 *issues)
{
  g_autoptr (GString) text = g_string_new (NULL);
  CtsNameIter iter;
  CtsNameValue value;

  cts_name_iter_init (&iter, name, size);
  while (cts_name_iter_next (&iter, &value))
    g_string_append_printf (text, "%s%d:%.*s", text->len > 0 ? "|" : "", value.attribute,
                            (int) value.size, (const char *) value.data);
  *issues = iter.issues;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

#define BYTES(literal) literal, sizeof literal - 1

#define C_DE                                                                                       \
  "\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02"                                                   \
  "DE"
#define CN_AB                                                                                      \
  "\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02"                                                   \
  "ab"

/* RFC 5280 §4.1.2.4; %d of each case is a #CtsNameAttribute. */
static void
test_name (void)
{
  static const struct
  {
    const char *name;
    gsize size;
    const char *expected;
    guint32 issues;
  } cases[] = {
    { BYTES (""), "", 0 },
    { BYTES (C_DE CN_AB), "1:DE|2:ab", 0 },
    { BYTES (CN_AB C_DE CN_AB), "2:ab|1:DE|2:ab", 0 },
    { BYTES ("\x31\x0a\x30\x08\x06\x03\x55\x04\x07\x0c\x01"
             "x"),
      "3:x", 0 },
    { BYTES ("\x31\x0a\x30\x08\x06\x03\x55\x04\x0a\x0c\x01"
             "x"),
      "4:x", 0 },
    { BYTES ("\x31\x0a\x30\x08\x06\x03\x55\x04\x0b\x0c\x01"
             "x"),
      "5:x", 0 },
    { BYTES ("\x31\x0a\x30\x08\x06\x03\x55\x04\x08\x0c\x01"
             "x"),
      "6:x", 0 },
    { BYTES ("\x31\x0a\x30\x08\x06\x03\x55\x04\x09\x0c\x01"
             "x"),
      "0:x", 0 },
    { BYTES ("\x31\x0a\x30\x08\x06\x03\x55\x05\x03\x0c\x01"
             "x"),
      "0:x", 0 },
    { BYTES ("\x31\x10\x30\x0e\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01\x16\x01"
             "x"),
      "7:x", 0 },
    { BYTES ("\x31\x10\x30\x0e\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x02\x16\x01"
             "x"),
      "0:x", 0 },
    /* two attributes in one RelativeDistinguishedName */
    { BYTES ("\x31\x15\x30\x09\x06\x03\x55\x04\x0b\x0c\x02"
             "u1\x30\x08\x06\x03\x55\x04\x03\x0c\x01"
             "x"),
      "5:u1|2:x", 0 },
    /* an empty value, an empty set */
    { BYTES ("\x31\x09\x30\x07\x06\x03\x55\x04\x03\x0c\x00"), "2:", 0 },
    { BYTES ("\x31\x00" CN_AB), "2:ab", CTS_X509_ISSUE_BAD_NAME },
    /* no set, no sequence, no OID, no value: passed over */
    { BYTES ("\x30\x09\x06\x03\x55\x04\x03\x0c\x02"
             "zz" CN_AB),
      "2:ab", CTS_X509_ISSUE_BAD_NAME },
    { BYTES ("\x31\x04\x0c\x02"
             "zz" CN_AB),
      "2:ab", CTS_X509_ISSUE_BAD_NAME },
    { BYTES ("\x31\x06\x30\x04\x0c\x02"
             "zz" CN_AB),
      "2:ab", CTS_X509_ISSUE_BAD_NAME },
    { BYTES ("\x31\x07\x30\x05\x06\x03\x55\x04\x03" CN_AB), "2:ab", CTS_X509_ISSUE_BAD_NAME },
    /* more after the value */
    { BYTES ("\x31\x0d\x30\x0b\x06\x03\x55\x04\x03\x0c\x02"
             "ab\x05\x00"),
      "2:ab", CTS_X509_ISSUE_BAD_NAME },
    /* a value, a pair, a set that ends too early */
    { BYTES ("\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x03"
             "ab" C_DE),
      "1:DE", CTS_X509_ISSUE_BAD_NAME },
    { BYTES ("\x31\x0b\x30\x0a\x06\x03\x55\x04\x03\x0c\x03"
             "ab" C_DE),
      "1:DE", CTS_X509_ISSUE_BAD_NAME },
    { BYTES (C_DE "\x31\x0b\x30\x09\x06"), "1:DE", CTS_X509_ISSUE_BAD_NAME },
    /* lengths longer than need be */
    { BYTES ("\x31\x81\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02"
             "ab"),
      "2:ab", CTS_X509_ISSUE_NON_MINIMAL_LENGTH },
    { BYTES ("\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x81\x02"
             "ab"),
      "2:ab", CTS_X509_ISSUE_NON_MINIMAL_LENGTH },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *copy = g_memdup2 (cases[i].name, MAX (cases[i].size, 1));
      guint32 issues;
      g_autofree char *found = describe_name (copy, cases[i].size, &issues);

      g_assert_cmpstr (found, ==, cases[i].expected);
      g_assert_cmphex (issues, ==, cases[i].issues);
    }
}

/* RFC 5280 §4.2.1.6; expects names as "<tag>:<contents>" joined by '|'. */
static void
test_general_names (void)
{
  static const struct
  {
    const char *value;
    gsize size;
    const char *expected;
    guint32 issues;
  } cases[] = {
    { BYTES ("\x30\x00"), "", 0 },
    { BYTES ("\x30\x0a\x82\x03"
             "a.b\x81\x03"
             "a@b"),
      "82:a.b|81:a@b", 0 },
    { BYTES ("\x30\x09\x82\x00\x86\x01"
             "u\x87\x02"
             "ip"),
      "82:|86:u|87:ip", 0 },
    { BYTES ("\x30\x06\xa4\x04\x30\x02\x31\x00"),
      "a4:0\x02"
      "1",
      0 },
    { BYTES ("\x30\x03\x8e\x01"
             "?"),
      "8e:?", 0 },
    { BYTES ("\x30\x05\x82\x03"
             "a.b\x05\x00"),
      "82:a.b", CTS_X509_ISSUE_TRAILING_BYTES },
    { BYTES ("\x30\x81\x05\x82\x03"
             "a.b"),
      "82:a.b", CTS_X509_ISSUE_NON_MINIMAL_LENGTH },
    { BYTES ("\x30\x06\x82\x81\x03"
             "a.b"),
      "82:a.b", CTS_X509_ISSUE_NON_MINIMAL_LENGTH },
    { BYTES ("\x30\x07\x82\x01"
             "a\x82\x03"
             "bc"),
      "82:a", CTS_X509_ISSUE_BAD_EXTENSION },
    { BYTES ("\x30\x05\x82\x01"
             "a\x9f\x01"),
      "82:a", CTS_X509_ISSUE_BAD_EXTENSION },
    { BYTES ("\x30\x06\x82\x01"
             "a"),
      "", CTS_X509_ISSUE_BAD_EXTENSION },
    { BYTES ("\x82\x03"
             "a.b"),
      "", CTS_X509_ISSUE_BAD_EXTENSION },
    { BYTES (""), "", CTS_X509_ISSUE_BAD_EXTENSION },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *copy = g_memdup2 (cases[i].value, MAX (cases[i].size, 1));
      g_autoptr (GString) found = g_string_new (NULL);
      CtsGeneralNamesIter iter;
      CtsGeneralName name;

      cts_general_names_iter_init (&iter, copy, cases[i].size);
      while (cts_general_names_iter_next (&iter, &name))
        g_string_append_printf (found, "%s%02x:%.*s", found->len > 0 ? "|" : "", name.tag,
                                (int) name.size, (const char *) name.data);
      g_assert_cmpstr (found->str, ==, cases[i].expected);
      g_assert_cmphex (iter.issues, ==, cases[i].issues);
    }
}

/* Every character, by the C library's converters. Surrogates are none, but pairs of them are. */
static void
test_every_character (void)
{
  static const struct
  {
    guint8 tag;
    const char *charset;
    gunichar end;
  } cases[] = {
    { CTS_DER_T61_STRING, "ISO-8859-1", 0x100 },
    { CTS_DER_BMP_STRING, "UTF-16BE", 0x110000 },
    { CTS_DER_UNIVERSAL_STRING, "UCS-4BE", 0x110000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) utf8 = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *encoded = NULL;
      g_autofree char *found = NULL;
      gsize size, n;

      for (gunichar c = 0; c < cases[i].end; c++)
        if (c < 0xd800 || c >= 0xe000)
          g_string_append_unichar (utf8, c);
      encoded = g_convert (utf8->str, utf8->len, cases[i].charset, "UTF-8", NULL, &size, &error);
      g_assert_no_error (error);

      found = g_malloc (CTS_X509_STRING_MAX (size));
      n = cts_x509_string_to_utf8 (found, cases[i].tag, encoded, size);
      g_assert_cmpmem (found, n, utf8->str, utf8->len);
    }
}

static void
test_odd_strings (void)
{
#define FFFD "\xef\xbf\xbd"
  static const struct
  {
    guint8 tag;
    const char *data;
    gsize size;
    const char *expected;
  } cases[] = {
    { CTS_DER_UTF8_STRING, BYTES ("a\xc3\xa4"), "a\xc3\xa4" },
    { CTS_DER_UTF8_STRING, BYTES ("a\xff"), "a\xff" },
    { CTS_DER_PRINTABLE_STRING, BYTES ("a\xe4"), "a\xe4" },
    { CTS_DER_IA5_STRING, BYTES (""), "" },
    { CTS_DER_INTEGER, BYTES ("\x05"), "\x05" },
    { CTS_DER_T61_STRING, BYTES ("\xe4\x80"), "\xc3\xa4\xc2\x80" },
    { CTS_DER_BMP_STRING, BYTES ("\0a\0"), "a" FFFD },
    { CTS_DER_BMP_STRING, BYTES ("a"), FFFD },
    { CTS_DER_BMP_STRING, BYTES ("\xd8\x3d\xde\x00"), "\xf0\x9f\x98\x80" },
    { CTS_DER_BMP_STRING, BYTES ("\xd8\x3d\0a"), FFFD "a" },
    { CTS_DER_BMP_STRING, BYTES ("\xd8\x3d"), FFFD },
    { CTS_DER_BMP_STRING, BYTES ("\xd8\x3d\xde"), FFFD FFFD },
    { CTS_DER_BMP_STRING, BYTES ("\xde\x00\0a"), FFFD "a" },
    { CTS_DER_BMP_STRING, BYTES ("\xd8\x3d\xd8\x3d\xde\x00"), FFFD "\xf0\x9f\x98\x80" },
    { CTS_DER_UNIVERSAL_STRING, BYTES ("\0\0\0a\0\0\0"), "a" FFFD },
    { CTS_DER_UNIVERSAL_STRING, BYTES ("\0\x11\0\0\0\0\xd8\0"), FFFD FFFD },
    { CTS_DER_UNIVERSAL_STRING, BYTES ("\xff\xff\xff\xff"), FFFD },
    { CTS_DER_UNIVERSAL_STRING, BYTES ("a"), FFFD },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize room = CTS_X509_STRING_MAX (cases[i].size);
      g_autofree char *copy = g_memdup2 (cases[i].data, MAX (cases[i].size, 1));
      g_autofree char *found = g_malloc (MAX (room, 1));
      gsize n = cts_x509_string_to_utf8 (found, cases[i].tag, copy, cases[i].size);

      g_assert_cmpmem (found, n, cases[i].expected, strlen (cases[i].expected));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/x509/name/attributes", test_name);
  g_test_add_func ("/x509/general-names/walk", test_general_names);
  g_test_add_func ("/x509/string/every-character", test_every_character);
  g_test_add_func ("/x509/string/odd", test_odd_strings);
  return g_test_run ();
}
