/* SPDX-License-Identifier: MIT */
#include "cts-x509-string.h"

#include <string.h>

#include "core/x509/cts-der.h"

#define REPLACEMENT 0xfffd

/* One character; what is no Unicode scalar value becomes U+FFFD. */
static gsize
put_char (char *out, guint32 c)
{
  return g_unichar_to_utf8 (g_unichar_validate (c) ? c : REPLACEMENT, out);
}

/* T.61 has a code of its own, but what stands in certificates of that type is Latin-1. */
static gsize
from_latin1 (char *out, const guint8 *data, gsize size)
{
  gsize n = 0;

  for (gsize i = 0; i < size; i++)
    n += put_char (out + n, data[i]);
  return n;
}

static guint32
utf16_unit (const guint8 *data)
{
  return (guint32) data[0] << 8 | data[1];
}

/* BMPString has no surrogates by its definition, but encoders that write UTF-16 exist. */
static gsize
from_utf16 (char *out, const guint8 *data, gsize size)
{
  gsize n = 0, i = 0;

  while (i + 2 <= size)
    {
      guint32 c = utf16_unit (data + i);

      i += 2;
      if (c >= 0xd800 && c < 0xdc00 && i + 2 <= size)
        {
          guint32 low = utf16_unit (data + i);

          if (low >= 0xdc00 && low < 0xe000)
            {
              c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
              i += 2;
            }
        }
      n += put_char (out + n, c);
    }
  if (i < size)
    n += put_char (out + n, REPLACEMENT);
  return n;
}

static gsize
from_ucs4 (char *out, const guint8 *data, gsize size)
{
  gsize n = 0, i = 0;

  for (; i + 4 <= size; i += 4)
    n += put_char (out + n, utf16_unit (data + i) << 16 | utf16_unit (data + i + 2));
  if (i < size)
    n += put_char (out + n, REPLACEMENT);
  return n;
}

/**
 * cts_x509_string_to_utf8:
 * @out: room for CTS_X509_STRING_MAX (@size) bytes
 * @tag: the string's tag
 * @data: its contents
 * @size: their bytes
 *
 * Makes UTF-8 of a string of a name. T61String is read as Latin-1, BMPString as UTF-16,
 * UniversalString as UCS-4; half units and lone surrogates become U+FFFD. Every other type passes
 * as it is: most are UTF-8 or ASCII already, and whoever writes the text out checks it.
 *
 * Returns: bytes written; nothing is terminated, NUL may occur inside
 */
gsize
cts_x509_string_to_utf8 (char *out, guint8 tag, const void *data, gsize size)
{
  switch (tag)
    {
    case CTS_DER_T61_STRING:
      return from_latin1 (out, data, size);
    case CTS_DER_BMP_STRING:
      return from_utf16 (out, data, size);
    case CTS_DER_UNIVERSAL_STRING:
      return from_ucs4 (out, data, size);
    default:
      if (size > 0)
        memcpy (out, data, size);
      return size;
    }
}
