/* SPDX-License-Identifier: MIT */
#include "certstream-private.h"

/* Arcs up to this many bits are written; UUID arcs (X.667) have 128. */
#define ARC_BITS 128

typedef unsigned __int128 Arc;

static void
put_large_arc (CtsWriter *writer, Arc arc)
{
  char digits[40];
  guint n = 0;

  do
    digits[sizeof digits - ++n] = '0' + (char) (arc % 10);
  while ((arc /= 10) > 0);
  cts_writer_put (writer, digits + sizeof digits - n, n);
}

/* An arc and what separates it. Most have one digit. */
static void
put_arc (CtsWriter *writer, Arc arc)
{
  const char text[] = { '.', '0' + (char) arc };

  if (arc < 10)
    {
      cts_writer_put (writer, text, sizeof text);
      return;
    }
  cts_writer_put_literal (writer, ".");
  if (arc >> 64 == 0)
    cts_writer_put_uint64 (writer, arc);
  else
    put_large_arc (writer, arc);
}

/* The first two arcs share one number (X.690 §8.19.4). */
static void
put_first_arcs (CtsWriter *writer, Arc arc)
{
  const guint root = arc < 80 ? arc / 40 : 2;
  const char digit = '0' + root;

  cts_writer_put (writer, &digit, 1);
  put_arc (writer, arc - root * 40);
}

/**
 * certstream_put_oid:
 * @writer: a writer
 * @oid: contents of an OBJECT IDENTIFIER
 * @size: its bytes
 *
 * Writes an object identifier in dotted form.
 *
 * Returns: %FALSE when it is malformed or has an arc over 128 bits; part of it may be written
 */
gboolean
certstream_put_oid (CtsWriter *writer, const guint8 *oid, gsize size)
{
  Arc arc = 0;
  gboolean first = TRUE;

  if (size == 0 || (oid[size - 1] & 0x80) != 0)
    return FALSE;
  for (gsize i = 0; i < size; i++)
    {
      if (arc >> (ARC_BITS - 7) != 0)
        return FALSE;
      arc = arc << 7 | (oid[i] & 0x7f);
      if ((oid[i] & 0x80) != 0)
        continue;
      if (first)
        put_first_arcs (writer, arc);
      else
        put_arc (writer, arc);
      first = FALSE;
      arc = 0;
    }
  return TRUE;
}
