/* SPDX-License-Identifier: MIT */
#include "cts-base64.h"

#include "core/codec/cts-base64-private.h"

/* In the table of values: not of the alphabet. However far it is shifted, it sets the top bits. */
#define XX -1

static const char standard_alphabet[]
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_alphabet[]
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* clang-format off */
static const gint8 values[256] = {
  XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
  XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
  XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, 62, XX, XX, XX, 63,
  52, 53, 54, 55, 56, 57, 58, 59, 60, 61, XX, XX, XX, XX, XX, XX,
  XX,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
  15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, XX, XX, XX, XX, XX,
  XX, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
  41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, XX, XX, XX, XX, XX,
  XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
  XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
  XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
  XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
  XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
  XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
  XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
  XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
};
/* clang-format on */

static gsize
encode_with_table (char *out, const guint8 *data, gsize size, const char *alphabet)
{
  const char *start = out;

  for (; size >= 3; data += 3, size -= 3)
    {
      guint32 group = (guint32) data[0] << 16 | (guint32) data[1] << 8 | data[2];

      *out++ = alphabet[group >> 18];
      *out++ = alphabet[group >> 12 & 63];
      *out++ = alphabet[group >> 6 & 63];
      *out++ = alphabet[group & 63];
    }
  if (size > 0)
    {
      guint32 group = (guint32) data[0] << 16 | (size == 2 ? (guint32) data[1] << 8 : 0);

      *out++ = alphabet[group >> 18];
      *out++ = alphabet[group >> 12 & 63];
      *out++ = size == 2 ? alphabet[group >> 6 & 63] : '=';
      *out++ = '=';
    }
  return out - start;
}

/* libgcc asks the processor once, before main(); what is left of __builtin_cpu_supports() here is
 * a load and a test. */
static gsize
encode_blocks (char *out, const guint8 *data, gsize size, const char *alphabet)
{
#ifdef __x86_64__
  if (__builtin_cpu_supports ("avx2"))
    return cts_base64_encode_avx2 (out, data, size, alphabet[62], alphabet[63]);
#endif
  return 0;
}

static gsize
decode_blocks (guint8 *out, const char *text, gsize size)
{
#ifdef __x86_64__
  if (__builtin_cpu_supports ("avx2"))
    return cts_base64_decode_avx2 (out, text, size);
#endif
  return 0;
}

static gsize
encode (char *out, const guint8 *data, gsize size, const char *alphabet)
{
  gsize done, written;

  /* Nobody needs to have a pointer to nothing: arithmetic on NULL is undefined. */
  if (size == 0)
    return 0;

  done = encode_blocks (out, data, size, alphabet);
  written = done / 3 * 4;
  return written + encode_with_table (out + written, data + done, size - done, alphabet);
}

/* Returns bits above the low 24 when a character is foreign. */
static inline guint32
decode_group (const char *text)
{
  guint32 a = (guint32) values[(guint8) text[0]];
  guint32 b = (guint32) values[(guint8) text[1]];
  guint32 c = (guint32) values[(guint8) text[2]];
  guint32 d = (guint32) values[(guint8) text[3]];

  return a << 18 | b << 12 | c << 6 | d;
}

/* The last group, the only one that may end in padding. */
static gssize
decode_last_group (guint8 *out, const char *text)
{
  char group[4] = { text[0], text[1], text[2], text[3] };
  gssize size = 3;
  guint32 bits;

  /* 'A' is value 0, so that only the characters in front of the padding remain to be checked. */
  if (group[3] == '=')
    {
      group[3] = 'A';
      size = 2;
      if (group[2] == '=')
        {
          group[2] = 'A';
          size = 1;
        }
    }
  bits = decode_group (group);
  if (bits >> 24 != 0)
    return -1;

  /* There is room for whole groups, also for what the padding leaves out. */
  out[0] = bits >> 16;
  out[1] = bits >> 8;
  out[2] = bits;
  return size;
}

gsize
cts_base64_encode_portable (char *out, const void *data, gsize size)
{
  return encode_with_table (out, data, size, standard_alphabet);
}

gsize
cts_base64url_encode_portable (char *out, const void *data, gsize size)
{
  return encode_with_table (out, data, size, url_alphabet);
}

gssize
cts_base64_decode_portable (guint8 *out, const char *text, gsize size)
{
  const guint8 *start = out;
  gssize last;

  if (size % 4 != 0)
    return -1;
  if (size == 0)
    return 0;

  for (; size > 4; text += 4, size -= 4)
    {
      guint32 bits = decode_group (text);

      if (bits >> 24 != 0)
        return -1;
      *out++ = bits >> 16;
      *out++ = bits >> 8;
      *out++ = bits;
    }
  last = decode_last_group (out, text);
  return last < 0 ? -1 : out - start + last;
}

gsize
cts_base64_encode (char *out, const void *data, gsize size)
{
  return encode (out, data, size, standard_alphabet);
}

gsize
cts_base64url_encode (char *out, const void *data, gsize size)
{
  return encode (out, data, size, url_alphabet);
}

gssize
cts_base64_decode (guint8 *out, const char *text, gsize size)
{
  gsize done, written;
  gssize rest;

  if (size == 0)
    return 0;

  done = decode_blocks (out, text, size);
  written = done / 4 * 3;
  rest = cts_base64_decode_portable (out + written, text + done, size - done);
  return rest < 0 ? -1 : (gssize) written + rest;
}
