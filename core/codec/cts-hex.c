/* SPDX-License-Identifier: MIT */
#include "cts-hex.h"

static const char lower_digits[] = "0123456789abcdef";
static const char upper_digits[] = "0123456789ABCDEF";

static gsize
write_plain (char *out, const guint8 *data, gsize size, const char *digits)
{
  for (gsize i = 0; i < size; i++)
    {
      *out++ = digits[data[i] >> 4];
      *out++ = digits[data[i] & 15];
    }
  return 2 * size;
}

static gsize
write_with_colons (char *out, const guint8 *data, gsize size, const char *digits)
{
  if (size == 0)
    return 0;

  for (gsize i = 0; i < size; i++)
    {
      if (i > 0)
        *out++ = ':';
      *out++ = digits[data[i] >> 4];
      *out++ = digits[data[i] & 15];
    }
  return 3 * size - 1;
}

gsize
cts_hex_lower (char *out, const void *data, gsize size)
{
  return write_plain (out, data, size, lower_digits);
}

gsize
cts_hex_upper (char *out, const void *data, gsize size)
{
  return write_plain (out, data, size, upper_digits);
}

gsize
cts_hex_lower_colon (char *out, const void *data, gsize size)
{
  return write_with_colons (out, data, size, lower_digits);
}

gsize
cts_hex_upper_colon (char *out, const void *data, gsize size)
{
  return write_with_colons (out, data, size, upper_digits);
}
