/* SPDX-License-Identifier: MIT */
#include "cts-hex.h"

#include <string.h>

/* Both digits of each byte, and the colon behind them: written as four bytes at once, of which the
 * last is written over by what follows. */
typedef char Triple[4];

#define TRIPLE(digits, byte)                                                                       \
  {                                                                                                \
    (digits)[(byte) >> 4], (digits)[(byte) % 16], ':', 0                                           \
  }
#define ROW_4(digits, byte)                                                                        \
  TRIPLE (digits, byte), TRIPLE (digits, (byte) + 1), TRIPLE (digits, (byte) + 2),                 \
      TRIPLE (digits, (byte) + 3)
#define ROW_16(digits, byte)                                                                       \
  ROW_4 (digits, byte), ROW_4 (digits, (byte) + 4), ROW_4 (digits, (byte) + 8),                    \
      ROW_4 (digits, (byte) + 12)
#define ROW_64(digits, byte)                                                                       \
  ROW_16 (digits, byte), ROW_16 (digits, (byte) + 16), ROW_16 (digits, (byte) + 32),               \
      ROW_16 (digits, (byte) + 48)
#define TABLE(digits)                                                                              \
  {                                                                                                \
    ROW_64 (digits, 0), ROW_64 (digits, 64), ROW_64 (digits, 128), ROW_64 (digits, 192)            \
  }

static const Triple lower_triples[256] = TABLE ("0123456789abcdef");
static const Triple upper_triples[256] = TABLE ("0123456789ABCDEF");

static gsize
write_plain (char *out, const guint8 *data, gsize size, const Triple *triples)
{
  for (gsize i = 0; i < size; i++)
    memcpy (out + 2 * i, triples[data[i]], 2);
  return 2 * size;
}

static gsize
write_with_colons (char *out, const guint8 *data, gsize size, const Triple *triples)
{
  gsize last = size - 1;

  if (size == 0)
    return 0;

  /* The fourth byte of the one before the last lands on a digit of the last. */
  for (gsize i = 0; i < last; i++)
    memcpy (out + 3 * i, triples[data[i]], sizeof (Triple));
  memcpy (out + 3 * last, triples[data[last]], 2);
  return 3 * size - 1;
}

gsize
cts_hex_lower (char *out, const void *data, gsize size)
{
  return write_plain (out, data, size, lower_triples);
}

gsize
cts_hex_upper (char *out, const void *data, gsize size)
{
  return write_plain (out, data, size, upper_triples);
}

gsize
cts_hex_lower_colon (char *out, const void *data, gsize size)
{
  return write_with_colons (out, data, size, lower_triples);
}

gsize
cts_hex_upper_colon (char *out, const void *data, gsize size)
{
  return write_with_colons (out, data, size, upper_triples);
}
