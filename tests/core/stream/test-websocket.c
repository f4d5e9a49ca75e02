/* SPDX-License-Identifier: MIT */
#include "core/stream/cts-websocket.h"

#include <string.h>

static void
test_header (void)
{
  /* RFC 6455 §5.2 and the examples of §5.7. */
  static const struct
  {
    CtsWebsocketOpcode opcode;
    guint64 payload_size;
    guint8 header[10];
    gsize size;
  } cases[] = {
    { CTS_WEBSOCKET_TEXT, 0, { 0x81, 0x00 }, 2 },
    { CTS_WEBSOCKET_TEXT, 5, { 0x81, 0x05 }, 2 },
    { CTS_WEBSOCKET_TEXT, 125, { 0x81, 0x7d }, 2 },
    { CTS_WEBSOCKET_TEXT, 126, { 0x81, 0x7e, 0x00, 0x7e }, 4 },
    { CTS_WEBSOCKET_BINARY, 256, { 0x82, 0x7e, 0x01, 0x00 }, 4 },
    { CTS_WEBSOCKET_TEXT, 65535, { 0x81, 0x7e, 0xff, 0xff }, 4 },
    { CTS_WEBSOCKET_BINARY, 65536, { 0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0 }, 10 },
    { CTS_WEBSOCKET_TEXT, 65536, { 0x81, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0 }, 10 },
    { CTS_WEBSOCKET_PING, 5, { 0x89, 0x05 }, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint8 out[CTS_WEBSOCKET_HEADER_SIZE];
      gsize size = cts_websocket_write_header (out, cases[i].opcode, cases[i].payload_size);

      g_assert_cmpmem (out, size, cases[i].header, cases[i].size);
      g_assert_cmpuint (cts_websocket_header_size (cases[i].payload_size), ==, size);
    }
}

static void
test_write_close (void)
{
  guint8 out[CTS_WEBSOCKET_CONTROL_SIZE];
  g_autofree char *long_reason = g_strnfill (200, 'x');
  gsize size;

  size = cts_websocket_write_close (out, 1001, "fell");
  g_assert_cmpmem (out, size,
                   "\x88\x06\x03\xe9"
                   "fell",
                   8);
  size = cts_websocket_write_close (out, 0, "unsaid");
  g_assert_cmpmem (out, size, "\x88\x00", 2);
  size = cts_websocket_write_close (out, 1001, long_reason);
  g_assert_cmpuint (size, ==, 2 + 125);
}

static void
test_read_close (void)
{
  /* RFC 6455 §7.4.1 and §7.4.2. */
  static const struct
  {
    const char *payload;
    gsize size;
    guint code;
  } cases[] = {
    { "", 0, 0 },
    { "\x03", 1, 1002 },
    { "\x03\xe8", 2, 1000 },
    { "\x03\xe9"
      "bye",
      5, 1001 },
    { "\x03\xed", 2, 1002 }, /* 1005 */
    { "\x03\xee", 2, 1002 }, /* 1006 */
    { "\x03\xf7", 2, 1002 }, /* 1015 */
    { "\x00\x01", 2, 1002 },
    { "\x0b\xb8", 2, 3000 },
    { "\x13\x87", 2, 4999 },
    { "\x13\x88", 2, 1002 }, /* 5000 */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (cts_websocket_read_close ((const guint8 *) cases[i].payload, cases[i].size),
                      ==, cases[i].code);
}

/* Feeds @data in pieces of @step; returns the first event that is not MORE. */
static CtsWebsocketEvent
feed (CtsWebsocketParser *parser,
      const guint8 *data,
      gsize size,
      gsize step,
      CtsWebsocketControl *control)
{
  for (gsize start = 0; start < size; start += step)
    {
      const guint8 *piece = data + start;
      gsize n = MIN (step, size - start);

      while (n > 0)
        {
          CtsWebsocketEvent event = cts_websocket_parser_next (parser, &piece, &n, control);

          if (event != CTS_WEBSOCKET_MORE)
            return event;
        }
    }
  return CTS_WEBSOCKET_MORE;
}

static void
test_parse_control (void)
{
  /* A masked "Hello" in text, skipped, then the masked pong of RFC 6455 §5.7. */
  static const guint8 data[] = { 0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
                                 0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58 };

  for (gsize step = 1; step <= sizeof data; step++)
    {
      CtsWebsocketParser parser = { 0 };
      CtsWebsocketControl control = { 0 };

      g_assert_cmpint (feed (&parser, data, sizeof data, step, &control), ==,
                       CTS_WEBSOCKET_CONTROL);
      g_assert_cmpint (control.opcode, ==, CTS_WEBSOCKET_PONG);
      g_assert_cmpmem (control.payload, control.size, "Hello", 5);
      cts_websocket_parser_clear (&parser);
    }
}

static void
test_parse_skip (void)
{
  /* The longest frame there may be: 2^63 - 1 bytes, of which two come. */
  static const guint8 longest[]
      = { 0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4, 'a', 'b' };
  /* Fragments with a ping in between (RFC 6455 §5.4). */
  static const guint8 fragments[]
      = { 0x01, 0x81, 0, 0, 0, 0, 'a', 0x89, 0x80, 0, 0, 0, 0, 0x80, 0x81, 0, 0, 0, 0, 'b' };
  CtsWebsocketParser parser = { 0 };
  CtsWebsocketControl control;

  g_assert_cmpint (feed (&parser, longest, sizeof longest, 3, &control), ==, CTS_WEBSOCKET_MORE);
  g_assert_cmpuint (parser.remaining, ==, G_MAXINT64 - 2);
  g_assert_null (parser.payload);
  cts_websocket_parser_clear (&parser);

  g_assert_cmpint (feed (&parser, fragments, 13, 13, &control), ==, CTS_WEBSOCKET_CONTROL);
  g_assert_cmpint (control.opcode, ==, CTS_WEBSOCKET_PING);
  g_assert_cmpuint (control.size, ==, 0);
  g_assert_cmpint (feed (&parser, fragments + 13, 7, 7, &control), ==, CTS_WEBSOCKET_MORE);
  g_assert_cmpuint (parser.n_header, ==, 0);
}

static void
test_parse_invalid (void)
{
  static const struct
  {
    const char *what;
    gsize size;
    guint8 data[14];
  } cases[] = {
    { "not masked", 3, { 0x81, 0x05, 'H' } },
    { "reserved bit 1", 2, { 0xc1, 0x85 } },
    { "reserved bit 3", 2, { 0x91, 0x85 } },
    { "reserved data opcode", 2, { 0x83, 0x85 } },
    { "reserved control opcode", 2, { 0x8b, 0x85 } },
    { "control frame in fragments", 2, { 0x09, 0x80 } },
    { "control frame of 126 bytes", 4, { 0x89, 0xfe, 0x00, 0x7e } },
    { "highest bit of the length", 14, { 0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].what);
      for (gsize step = 1; step <= cases[i].size; step++)
        {
          CtsWebsocketParser parser = { 0 };
          CtsWebsocketControl control;

          g_assert_cmpint (feed (&parser, cases[i].data, cases[i].size, step, &control), ==,
                           CTS_WEBSOCKET_INVALID);
          cts_websocket_parser_clear (&parser);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stream/websocket/header", test_header);
  g_test_add_func ("/stream/websocket/write-close", test_write_close);
  g_test_add_func ("/stream/websocket/read-close", test_read_close);
  g_test_add_func ("/stream/websocket/parse-control", test_parse_control);
  g_test_add_func ("/stream/websocket/parse-skip", test_parse_skip);
  g_test_add_func ("/stream/websocket/parse-invalid", test_parse_invalid);
  return g_test_run ();
}
