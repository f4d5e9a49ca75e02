/* SPDX-License-Identifier: MIT */
#include "core/codec/cts-hex.h"

#include <string.h>

typedef gsize (*HexFunc) (char *out, const void *data, gsize size);

static void
check (HexFunc hex, const void *data, gsize size, const char *expected)
{
  g_autofree char *out = g_malloc (strlen (expected) > 0 ? strlen (expected) : 1);
  gsize n = hex (out, data, size);

  g_assert_cmpmem (out, n, expected, strlen (expected));
}

static void
test_cases (void)
{
  static const struct
  {
    const char *data;
    gsize size;
    const char *lower, *upper, *lower_colon, *upper_colon;
  } cases[] = {
    { "", 0, "", "", "", "" },
    { "\x00", 1, "00", "00", "00", "00" },
    { "\xaf", 1, "af", "AF", "af", "AF" },
    { "\x01\x9a", 2, "019a", "019A", "01:9a", "01:9A" },
    { "\xde\xad\xbe\xef", 4, "deadbeef", "DEADBEEF", "de:ad:be:ef", "DE:AD:BE:EF" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      check (cts_hex_lower, cases[i].data, cases[i].size, cases[i].lower);
      check (cts_hex_upper, cases[i].data, cases[i].size, cases[i].upper);
      check (cts_hex_lower_colon, cases[i].data, cases[i].size, cases[i].lower_colon);
      check (cts_hex_upper_colon, cases[i].data, cases[i].size, cases[i].upper_colon);
    }
}

static void
test_every_byte (void)
{
  for (guint byte = 0; byte < 256; byte++)
    {
      guint8 data[2] = { byte, 255 - byte };
      g_autofree char *lower = g_strdup_printf ("%02x%02x", data[0], data[1]);
      g_autofree char *upper = g_strdup_printf ("%02X%02X", data[0], data[1]);
      g_autofree char *lower_colon = g_strdup_printf ("%02x:%02x", data[0], data[1]);
      g_autofree char *upper_colon = g_strdup_printf ("%02X:%02X", data[0], data[1]);

      check (cts_hex_lower, data, 2, lower);
      check (cts_hex_upper, data, 2, upper);
      check (cts_hex_lower_colon, data, 2, lower_colon);
      check (cts_hex_upper_colon, data, 2, upper_colon);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/hex/cases", test_cases);
  g_test_add_func ("/codec/hex/every-byte", test_every_byte);
  return g_test_run ();
}
