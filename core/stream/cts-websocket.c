/* SPDX-License-Identifier: MIT */
#include "cts-websocket.h"

#include <string.h>

/* RFC 6455 §5.2: bits of the first two bytes of a frame. */
#define BIT_FIN        0x80
#define BITS_RESERVED  0x70
#define BITS_OPCODE    0x0f
#define BIT_CONTROL    0x08
#define BIT_MASK       0x80
#define BITS_LENGTH    0x7f
#define LENGTH_16_BITS 126
#define LENGTH_64_BITS 127
#define MASK_SIZE      4

/**
 * cts_websocket_header_size:
 * @payload_size: size of a payload, bytes
 *
 * Returns: size of the header before it, bytes (RFC 6455 §5.2, without mask)
 */
gsize
cts_websocket_header_size (guint64 payload_size)
{
  if (payload_size < LENGTH_16_BITS)
    return 2;
  return payload_size <= G_MAXUINT16 ? 4 : 10;
}

static gsize
write_big_endian (guint8 *out, guint64 value, gsize size)
{
  for (gsize i = 0; i < size; i++)
    out[i] = (guint8) (value >> 8 * (size - 1 - i));
  return size;
}

/**
 * cts_websocket_write_header:
 * @out: room for %CTS_WEBSOCKET_HEADER_SIZE bytes
 * @opcode: what the frame is
 * @payload_size: size of its payload, bytes
 *
 * Writes the header of an unfragmented frame of a server (RFC 6455 §5.2, without mask).
 *
 * Returns: bytes written
 */
gsize
cts_websocket_write_header (guint8 *out, CtsWebsocketOpcode opcode, guint64 payload_size)
{
  out[0] = (guint8) (BIT_FIN | opcode);
  switch (cts_websocket_header_size (payload_size))
    {
    case 2:
      out[1] = (guint8) payload_size;
      return 2;
    case 4:
      out[1] = LENGTH_16_BITS;
      return 2 + write_big_endian (out + 2, payload_size, 2);
    default:
      out[1] = LENGTH_64_BITS;
      return 2 + write_big_endian (out + 2, payload_size, 8);
    }
}

/**
 * cts_websocket_write_short:
 * @out: room for %CTS_WEBSOCKET_CONTROL_SIZE bytes
 * @opcode: what the frame is
 * @payload: (nullable): its payload
 * @size: size of @payload, at most %CTS_WEBSOCKET_CONTROL_PAYLOAD bytes
 *
 * Writes a whole frame of the size a control frame may have.
 *
 * Returns: bytes written
 */
gsize
cts_websocket_write_short (guint8 *out,
                           CtsWebsocketOpcode opcode,
                           gconstpointer payload,
                           gsize size)
{
  gsize header = cts_websocket_write_header (out, opcode, size);

  g_assert (size <= CTS_WEBSOCKET_CONTROL_PAYLOAD);
  if (size > 0)
    memcpy (out + header, payload, size);
  return header + size;
}

/**
 * cts_websocket_write_close:
 * @out: room for %CTS_WEBSOCKET_CONTROL_SIZE bytes
 * @code: why (RFC 6455 §7.4), or 0 to say nothing
 * @reason: (nullable): the same in words; cut where it is too long
 *
 * Writes a close frame (RFC 6455 §5.5.1).
 *
 * Returns: bytes written
 */
gsize
cts_websocket_write_close (guint8 *out, guint16 code, const char *reason)
{
  guint8 payload[CTS_WEBSOCKET_CONTROL_PAYLOAD];
  gsize size = 0;

  if (code != 0)
    {
      gsize room = sizeof payload - 2;
      gsize length = reason != NULL ? MIN (strlen (reason), room) : 0;

      size = write_big_endian (payload, code, 2);
      if (length > 0)
        memcpy (payload + size, reason, length);
      size += length;
    }
  return cts_websocket_write_short (out, CTS_WEBSOCKET_CLOSE, payload, size);
}

/**
 * cts_websocket_read_close:
 * @payload: payload of a client's close frame
 * @size: its size, bytes
 *
 * Returns: the code to answer with: the client's own, 0 when it gave none, or
 *   %CTS_WEBSOCKET_PROTOCOL_ERROR when it is not one that may be sent (RFC 6455 §7.4)
 */
guint16
cts_websocket_read_close (const guint8 *payload, gsize size)
{
  guint code;

  if (size == 0)
    return 0;
  if (size == 1)
    return CTS_WEBSOCKET_PROTOCOL_ERROR;

  code = payload[0] << 8 | payload[1];
  /* 1004 to 1006 and 1015 never travel; 1012 to 1014 were registered later and do. */
  if ((code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014)
      || (code >= 3000 && code <= 4999))
    return (guint16) code;
  return CTS_WEBSOCKET_PROTOCOL_ERROR;
}

/* Size of the whole header, as far as the bytes so far tell. */
static gsize
header_needed (const CtsWebsocketParser *parser)
{
  if (parser->n_header < 2)
    return 2;
  switch (parser->header[1] & BITS_LENGTH)
    {
    case LENGTH_16_BITS:
      return 2 + 2 + MASK_SIZE;
    case LENGTH_64_BITS:
      return 2 + 8 + MASK_SIZE;
    default:
      return 2 + MASK_SIZE;
    }
}

/* RFC 6455 §5.1: clients mask; §5.2: no extension was agreed on; §5.5: control frames are short and
 * whole. */
static gboolean
header_is_valid (const guint8 *header)
{
  guint8 opcode = header[0] & BITS_OPCODE;

  if ((header[1] & BIT_MASK) == 0 || (header[0] & BITS_RESERVED) != 0)
    return FALSE;
  if ((opcode & BIT_CONTROL) != 0)
    return opcode <= CTS_WEBSOCKET_PONG && (header[0] & BIT_FIN) != 0
           && (header[1] & BITS_LENGTH) <= CTS_WEBSOCKET_CONTROL_PAYLOAD;
  return opcode <= CTS_WEBSOCKET_BINARY;
}

static guint64
header_payload_size (const guint8 *header)
{
  guint8 length = header[1] & BITS_LENGTH;
  gsize n = length == LENGTH_16_BITS ? 2 : length == LENGTH_64_BITS ? 8 : 0;
  guint64 value = n == 0 ? length : 0;

  for (gsize i = 0; i < n; i++)
    value = value << 8 | header[2 + i];
  return value;
}

static gboolean
is_control (const CtsWebsocketParser *parser)
{
  return (parser->header[0] & BIT_CONTROL) != 0;
}

static CtsWebsocketEvent
parse_header (CtsWebsocketParser *parser, const guint8 **data, gsize *size)
{
  while (*size > 0 && parser->n_header < header_needed (parser))
    {
      parser->header[parser->n_header++] = *(*data)++;
      (*size)--;
      if (parser->n_header == 2 && !header_is_valid (parser->header))
        return CTS_WEBSOCKET_INVALID;
    }
  if (parser->n_header < header_needed (parser))
    return CTS_WEBSOCKET_MORE;

  parser->remaining = header_payload_size (parser->header);
  /* §5.2: the most significant bit of a 64-bit length must be 0. */
  if (parser->remaining > G_MAXINT64)
    return CTS_WEBSOCKET_INVALID;
  if (is_control (parser) && parser->remaining > 0)
    parser->payload = g_malloc (parser->remaining);
  parser->in_payload = TRUE;
  return CTS_WEBSOCKET_MORE;
}

static void
take_payload (CtsWebsocketParser *parser, const guint8 **data, gsize *size)
{
  gsize n = MIN (*size, parser->remaining);

  if (parser->payload != NULL)
    {
      const guint8 *mask = parser->header + parser->n_header - MASK_SIZE;
      gsize start = (parser->header[1] & BITS_LENGTH) - parser->remaining;

      for (gsize i = 0; i < n; i++)
        parser->payload[start + i] = (*data)[i] ^ mask[(start + i) % MASK_SIZE];
    }
  *data += n;
  *size -= n;
  parser->remaining -= n;
}

/* The frame is complete: on to the next one. */
static CtsWebsocketEvent
finish_frame (CtsWebsocketParser *parser, CtsWebsocketControl *control)
{
  gboolean wanted = is_control (parser);

  if (wanted)
    {
      control->opcode = parser->header[0] & BITS_OPCODE;
      control->size = parser->header[1] & BITS_LENGTH;
      if (control->size > 0)
        memcpy (control->payload, parser->payload, control->size);
    }
  cts_websocket_parser_clear (parser);
  return wanted ? CTS_WEBSOCKET_CONTROL : CTS_WEBSOCKET_MORE;
}

/**
 * cts_websocket_parser_next:
 * @parser: a parser
 * @data: (inout): bytes of the client; moved past what was used
 * @size: (inout): how many are left
 * @control: (out): the control frame, if one is complete
 *
 * Goes on to the next thing to do. Text, binary and continuation frames are skipped, whatever their
 * size: no message of a client means anything to us.
 *
 * Returns: what it came upon
 */
CtsWebsocketEvent
cts_websocket_parser_next (CtsWebsocketParser *parser,
                           const guint8 **data,
                           gsize *size,
                           CtsWebsocketControl *control)
{
  while (*size > 0)
    {
      if (!parser->in_payload && parse_header (parser, data, size) == CTS_WEBSOCKET_INVALID)
        return CTS_WEBSOCKET_INVALID;
      if (!parser->in_payload)
        return CTS_WEBSOCKET_MORE;

      take_payload (parser, data, size);
      if (parser->remaining == 0 && finish_frame (parser, control) == CTS_WEBSOCKET_CONTROL)
        return CTS_WEBSOCKET_CONTROL;
    }
  return CTS_WEBSOCKET_MORE;
}

/**
 * cts_websocket_parser_clear:
 * @parser: a parser
 *
 * Forgets the current frame and frees what is kept of it.
 */
void
cts_websocket_parser_clear (CtsWebsocketParser *parser)
{
  g_clear_pointer (&parser->payload, g_free);
  parser->n_header = 0;
  parser->in_payload = FALSE;
  parser->remaining = 0;
}
