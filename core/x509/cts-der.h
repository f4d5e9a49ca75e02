/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Universal tags that certificates use (X.690 §8). */
enum
{
  CTS_DER_BOOLEAN = 0x01,
  CTS_DER_INTEGER = 0x02,
  CTS_DER_BIT_STRING = 0x03,
  CTS_DER_OCTET_STRING = 0x04,
  CTS_DER_NULL = 0x05,
  CTS_DER_OID = 0x06,
  CTS_DER_UTF8_STRING = 0x0c,
  CTS_DER_PRINTABLE_STRING = 0x13,
  CTS_DER_T61_STRING = 0x14,
  CTS_DER_IA5_STRING = 0x16,
  CTS_DER_UTC_TIME = 0x17,
  CTS_DER_GENERALIZED_TIME = 0x18,
  CTS_DER_UNIVERSAL_STRING = 0x1c,
  CTS_DER_BMP_STRING = 0x1e,
  CTS_DER_SEQUENCE = 0x30,
  CTS_DER_SET = 0x31,
};

/**
 * CtsDer:
 * @data: first byte not yet read
 * @size: bytes left
 * @issues: bits of #CtsX509Issues that reading met
 *
 * A cursor over DER. It is the only place where lengths are checked: whatever it hands out lies
 * within the bytes it was given.
 */
typedef struct
{
  const guint8 *data;
  gsize size;
  guint32 issues;
} CtsDer;

/**
 * CtsTlv:
 * @tag: the identifier octet; high tag numbers are refused
 * @data: first content octet
 * @size: content octets
 * @start: the identifier octet's place
 * @total: octets of the whole TLV
 *
 * One tag-length-value.
 */
typedef struct
{
  guint8 tag;
  const guint8 *data;
  gsize size;
  const guint8 *start;
  gsize total;
} CtsTlv;

static inline CtsDer
cts_der_init (const void *data, gsize size)
{
  return (CtsDer){ .data = data, .size = size };
}

static inline gboolean
cts_der_is_empty (const CtsDer *der)
{
  return der->size == 0;
}

/* A long length, passed by value so that cursors can stay in registers: the length in the low 32
 * bits, above it the octets of identifier and length together, above these the issue bits. */
#define CTS_DER_HEADER_SHIFT 32
#define CTS_DER_ISSUES_SHIFT 40

guint64 cts_der_long_length (const guint8 *data, gsize size);

/**
 * cts_der_read:
 * @der: a cursor
 * @tlv: (out): what was read
 *
 * Reads one TLV (X.690 §8.1) of any tag. Definite lengths of up to four octets are taken; one that
 * is longer than it need be sets an issue bit. Inline for the short form, which nearly all are.
 *
 * Returns: %FALSE, and nothing moves, at the end of the data, on a high tag number, an indefinite
 *   length and a length that goes beyond the end
 */
static inline gboolean
cts_der_read (CtsDer *der, CtsTlv *tlv)
{
  gsize header = 2, size;

  if (G_UNLIKELY (der->size < 2 || (der->data[0] & 0x1f) == 0x1f))
    return FALSE;
  size = der->data[1];
  if (size >= 0x80)
    {
      guint64 length = cts_der_long_length (der->data, der->size);

      if (length == 0)
        return FALSE;
      size = (guint32) length;
      header = (guint8) (length >> CTS_DER_HEADER_SHIFT);
      der->issues |= (guint32) (length >> CTS_DER_ISSUES_SHIFT);
    }
  else if (G_UNLIKELY (size > der->size - 2))
    return FALSE;

  *tlv = (CtsTlv){
    .tag = der->data[0],
    .data = der->data + header,
    .size = size,
    .start = der->data,
    .total = header + size,
  };
  der->data += header + size;
  der->size -= header + size;
  return TRUE;
}

/**
 * cts_der_peek_tag:
 * @der: a cursor
 * @tag: an identifier octet
 *
 * Returns: whether the next octet is @tag; the TLV may still be unreadable
 */
static inline gboolean
cts_der_peek_tag (const CtsDer *der, guint8 tag)
{
  return der->size > 0 && der->data[0] == tag;
}

/**
 * cts_der_read_tag:
 * @der: a cursor
 * @tag: the identifier octet to read
 * @tlv: (out): what was read
 *
 * Returns: %FALSE, and nothing moves, if another tag is next or the TLV is not readable
 */
static inline gboolean
cts_der_read_tag (CtsDer *der, guint8 tag, CtsTlv *tlv)
{
  return cts_der_peek_tag (der, tag) && cts_der_read (der, tlv);
}

/**
 * cts_der_inside:
 * @tlv: a constructed TLV
 *
 * Returns: a cursor over its contents, without issues
 */
static inline CtsDer
cts_der_inside (const CtsTlv *tlv)
{
  return cts_der_init (tlv->data, tlv->size);
}

G_END_DECLS
