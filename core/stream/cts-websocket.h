/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* RFC 6455 §5.5: a control frame carries at most so many bytes. */
#define CTS_WEBSOCKET_CONTROL_PAYLOAD 125
#define CTS_WEBSOCKET_CONTROL_SIZE    (2 + CTS_WEBSOCKET_CONTROL_PAYLOAD)

/* Longest header of a frame to a client, which has no mask (RFC 6455 §5.2). */
#define CTS_WEBSOCKET_HEADER_SIZE 10

/* RFC 6455 §5.2 */
typedef enum
{
  CTS_WEBSOCKET_CONTINUATION = 0,
  CTS_WEBSOCKET_TEXT = 1,
  CTS_WEBSOCKET_BINARY = 2,
  CTS_WEBSOCKET_CLOSE = 8,
  CTS_WEBSOCKET_PING = 9,
  CTS_WEBSOCKET_PONG = 10,
} CtsWebsocketOpcode;

/* RFC 6455 §7.4.1. wire-format.md §1 says why there are no others: some clients never come back
 * after them. */
#define CTS_WEBSOCKET_GOING_AWAY     1001
#define CTS_WEBSOCKET_PROTOCOL_ERROR 1002

gsize cts_websocket_header_size (guint64 payload_size);
gsize cts_websocket_write_header (guint8 *out, CtsWebsocketOpcode opcode, guint64 payload_size);
gsize cts_websocket_write_short (guint8 *out,
                                 CtsWebsocketOpcode opcode,
                                 gconstpointer payload,
                                 gsize size);
gsize cts_websocket_write_close (guint8 *out, guint16 code, const char *reason);
guint16 cts_websocket_read_close (const guint8 *payload, gsize size);

/**
 * CtsWebsocketParser:
 * @remaining: payload bytes of the current frame still to come
 * @payload: (nullable): payload of the current control frame; data frames are not kept
 * @header: header of the current frame as far as it has come
 * @n_header: how far that is
 * @in_payload: the header is complete
 *
 * Reads what a client sends. Keeps at most one control frame, skips data frames of any size. Start
 * with zeros.
 */
typedef struct
{
  guint64 remaining;
  guint8 *payload;
  guint8 header[14];
  guint8 n_header;
  guint8 in_payload;
} CtsWebsocketParser;

/**
 * CtsWebsocketEvent:
 * @CTS_WEBSOCKET_MORE: all bytes are used; nothing to do
 * @CTS_WEBSOCKET_CONTROL: a control frame is complete
 * @CTS_WEBSOCKET_INVALID: the client breaks the protocol: feed no more
 *
 * What the parser came upon.
 */
typedef enum
{
  CTS_WEBSOCKET_MORE,
  CTS_WEBSOCKET_CONTROL,
  CTS_WEBSOCKET_INVALID,
} CtsWebsocketEvent;

/**
 * CtsWebsocketControl:
 * @opcode: close, ping or pong
 * @size: size of @payload
 * @payload: its unmasked bytes
 *
 * A control frame of a client.
 */
typedef struct
{
  CtsWebsocketOpcode opcode;
  guint8 size;
  guint8 payload[CTS_WEBSOCKET_CONTROL_PAYLOAD];
} CtsWebsocketControl;

CtsWebsocketEvent cts_websocket_parser_next (CtsWebsocketParser *parser,
                                             const guint8 **data,
                                             gsize *size,
                                             CtsWebsocketControl *control);
void cts_websocket_parser_clear (CtsWebsocketParser *parser);

G_END_DECLS
