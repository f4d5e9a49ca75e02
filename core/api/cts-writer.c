/* SPDX-License-Identifier: MIT */
#include "cts-writer-private.h"

/* Digits of the largest 64-bit integer. */
#define UINT64_DIGITS 20

/**
 * cts_writer_init:
 * @writer: a writer, uninitialised
 * @pool: where its slab comes from
 *
 * Starts an empty writer on a slab of @pool.
 */
void
cts_writer_init (CtsWriter *writer, CtsSlabPool *pool)
{
  *writer = (CtsWriter){ .slab = cts_slab_pool_take (pool) };
}

/**
 * cts_writer_steal:
 * @writer: a writer
 *
 * Ends the writer and hands out what it wrote to.
 *
 * Returns: (transfer full): the slab
 */
CtsSlab
cts_writer_steal (CtsWriter *writer)
{
  CtsSlab slab = writer->slab;

  *writer = (CtsWriter){ 0 };
  return slab;
}

/**
 * cts_writer_grow:
 * @writer: a writer
 * @room: bytes wanted behind what is written
 *
 * Makes room by moving to a larger slab.
 *
 * Returns: %FALSE when the writer met its bound; it is then failed
 */
gboolean
cts_writer_grow (CtsWriter *writer, gsize room)
{
  gsize wanted;

  if (writer->failed || !g_size_checked_add (&wanted, writer->size, room)
      || wanted > CTS_WRITER_MAX_SIZE)
    {
      writer->failed = TRUE;
      return FALSE;
    }
  writer->slab.size = MIN (MAX (wanted, writer->slab.size * 2), CTS_WRITER_MAX_SIZE);
  writer->slab.data = g_realloc (writer->slab.data, writer->slab.size);
  return TRUE;
}

/* Two digits of each number below a hundred. */
static const char digit_pairs[]
    = "00010203040506070809101112131415161718192021222324252627282930313233"
      "34353637383940414243444546474849505152535455565758596061626364656667"
      "6869707172737475767778798081828384858687888990919293949596979899";

void
cts_writer_put_uint64 (CtsWriter *writer, guint64 value)
{
  char digits[UINT64_DIGITS];
  char *at = digits + sizeof digits;

  for (; value >= 100; value /= 100)
    {
      at -= 2;
      memcpy (at, digit_pairs + 2 * (value % 100), 2);
    }
  if (value >= 10)
    {
      at -= 2;
      memcpy (at, digit_pairs + 2 * value, 2);
    }
  else
    *--at = (char) ('0' + value);
  cts_writer_put (writer, at, (gsize) (digits + sizeof digits - at));
}

/**
 * cts_writer_append:
 * @writer: a writer
 * @data: bytes
 * @size: how many
 *
 * Appends bytes as they are.
 *
 * Since: 1.0
 */
void
cts_writer_append (CtsWriter *writer, gconstpointer data, gsize size)
{
  cts_writer_put (writer, data, size);
}

/**
 * cts_writer_append_string:
 * @writer: a writer
 * @string: a string
 *
 * Appends a string as it is.
 *
 * Since: 1.0
 */
void
cts_writer_append_string (CtsWriter *writer, const char *string)
{
  cts_writer_put (writer, string, strlen (string));
}

/**
 * cts_writer_append_uint64:
 * @writer: a writer
 * @value: a number
 *
 * Appends a number in decimal.
 *
 * Since: 1.0
 */
void
cts_writer_append_uint64 (CtsWriter *writer, guint64 value)
{
  cts_writer_put_uint64 (writer, value);
}

/**
 * cts_writer_append_int64:
 * @writer: a writer
 * @value: a number
 *
 * Appends a number in decimal.
 *
 * Since: 1.0
 */
void
cts_writer_append_int64 (CtsWriter *writer, gint64 value)
{
  if (value < 0)
    cts_writer_put_literal (writer, "-");
  cts_writer_put_uint64 (writer, value < 0 ? -(guint64) value : (guint64) value);
}

/**
 * cts_writer_append_json_text:
 * @writer: a writer
 * @text: text, UTF-8 or what claims to be
 * @size: its size in bytes
 *
 * Appends @text as the inside of a JSON string (RFC 8259 §7). Bytes that are no UTF-8 become
 * U+FFFD.
 *
 * Since: 1.0
 */
void
cts_writer_append_json_text (CtsWriter *writer, const char *text, gsize size)
{
  cts_writer_put_json_text (writer, text, size);
}

/**
 * cts_writer_append_base64:
 * @writer: a writer
 * @data: bytes
 * @size: how many
 *
 * Appends @data in base64 with padding (RFC 4648 §4).
 *
 * Since: 1.0
 */
void
cts_writer_append_base64 (CtsWriter *writer, gconstpointer data, gsize size)
{
  cts_writer_put_base64 (writer, data, size);
}

/**
 * cts_writer_get_size:
 * @writer: a writer
 *
 * Returns: bytes written
 *
 * Since: 1.0
 */
gsize
cts_writer_get_size (const CtsWriter *writer)
{
  return writer->size;
}
