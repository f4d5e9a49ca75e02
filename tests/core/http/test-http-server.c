/* SPDX-License-Identifier: MIT */
#include "http-test.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PLENTY 1000

static void
check_closes (const char *answer)
{
  http_test_check_header (answer, "Connection: close");
}

/* What is answered without a handshake. */
static void
test_answers (void)
{
  static const struct
  {
    const char *request;
    guint status;
    const char *header;
    const char *body;
  } cases[] = {
    { "GET /health HTTP/1.1\r\nHost: a\r\n\r\n", 200, NULL, "OK" },
    { "GET /health/ HTTP/1.1\r\nHost: a\r\n\r\n", 200, NULL, "OK" },
    { "GET /health?x=1&y HTTP/1.1\r\nHost: a\r\n\r\n", 200, NULL, "OK" },
    { "GET http://a/health HTTP/1.1\r\nHost: a\r\n\r\n", 200, NULL, "OK" },
    { "\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n", 200, NULL, "OK" },
    { "GET /health HTTP/1.0\r\n\r\n", 200, NULL, "OK" },
    { "GET /health HTTP/1.0\n\n", 200, NULL, "OK" },
    { "GET /health HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", 200, NULL, "OK" },
    { "HEAD /health HTTP/1.1\r\nHost: a\r\n\r\n", 200, "Content-Length: 2", "" },
    { "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200, "Access-Control-Allow-Origin: *", NULL },
    { "GET /?a=b HTTP/1.1\r\nHost: a\r\n\r\n", 200, NULL, NULL },
    { "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", 200, NULL, "" },
    /* RFC 9110 §7.8: an Upgrade in HTTP/1.0 is ignored. */
    { "GET / HTTP/1.0\r\nHost: a\r\n" HTTP_TEST_UPGRADE "\r\n", 200, NULL, NULL },
    { "GET /full-stream HTTP/1.1\r\nHost: a\r\n\r\n", 426, "Upgrade: websocket", NULL },
    { "GET /full-stream/ HTTP/1.1\r\nHost: a\r\n\r\n", 426, "Upgrade: websocket", NULL },
    { "GET /domains-only?q HTTP/1.1\r\nHost: a\r\n\r\n", 426, "Upgrade: websocket", NULL },
    { "HEAD /domains-only HTTP/1.1\r\nHost: a\r\n\r\n", 426, "Upgrade: websocket", "" },
    { "GET /full HTTP/1.1\r\nHost: a\r\n\r\n", 404, NULL, NULL },
    { "GET /full-stream/x HTTP/1.1\r\nHost: a\r\n\r\n", 404, NULL, NULL },
    { "GET /full-stream// HTTP/1.1\r\nHost: a\r\n\r\n", 404, NULL, NULL },
    { "GET /healthy HTTP/1.1\r\nHost: a\r\n\r\n", 404, NULL, NULL },
    { "GET // HTTP/1.1\r\nHost: a\r\n\r\n", 404, NULL, NULL },
    { "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400, NULL, NULL },
    { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 405, "Allow: GET, HEAD", NULL },
    { "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n", 405, NULL,
      NULL },
    { "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 405,
      "Allow: GET, HEAD", NULL },
    { "DELETE /health HTTP/1.1\r\nHost: a\r\n\r\n", 405, NULL, NULL },
    { "OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n", 405, NULL, NULL },
    { "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 404, NULL, NULL },
    { "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 405, NULL, NULL },
    { "GET / HTTP/1.1\r\n\r\n", 400, NULL, NULL },
    { "GET nothing HTTP/1.1\r\nHost: a\r\n\r\n", 400, NULL, NULL },
    { "GET \r\n\r\n", 400, NULL, NULL },
    { "GET / FTP/1.1\r\nHost: a\r\n\r\n", 400, NULL, NULL },
    { "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501, NULL, "" },
    { "get / HTTP/1.1\r\nHost: a\r\n\r\n", 501, NULL, "" },
    { "\x16\x03\x01\x02\r\n\r\n", 501, NULL, "" },
  };
  HttpTest test;

  http_test_set_up (&test, PLENTY);
  for (guint t = 0; t < 2; t++)
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        g_autofree char *answer
            = http_test_ask (t == 0 ? test.tcp : test.unix_socket, cases[i].request);

        const char *last = answer;

        g_test_message ("%s -> %s", cases[i].request, answer);
        if (strstr (cases[i].request, "100-continue") != NULL)
          {
            http_test_check_status (answer, 100);
            last = http_test_get_body (answer);
          }
        http_test_check_status (last, cases[i].status);
        check_closes (last);
        if (cases[i].header != NULL)
          http_test_check_header (last, cases[i].header);
        if (cases[i].body != NULL)
          g_assert_cmpstr (http_test_get_body (last), ==, cases[i].body);
      }
  g_assert_cmpuint (cts_publisher_get_n_encoded (test.publisher, "lite"), ==, 0);
  http_test_tear_down (&test);
}

static void
test_streams (void)
{
  static const struct
  {
    const char *path;
    const char *format;
  } cases[] = {
    { "/", "lite" },
    { "/?", "lite" },
    { "/?since=now&unknown=%20&x", "lite" },
    { "/full-stream", "full" },
    { "/full-stream/", "full" },
    { "/full-stream/?x=1", "full" },
    { "/domains-only", "domains" },
    { "/domains-only/", "domains" },
    { "/domains-only?x", "domains" },
  };
  HttpTest test;

  http_test_set_up (&test, PLENTY);
  for (guint t = 0; t < 2; t++)
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        g_autoptr (StreamPeer) peer
            = http_test_open_stream (t == 0 ? test.tcp : test.unix_socket, cases[i].path, NULL, 0);
        guint64 first = test.next;

        g_assert_cmpuint (cts_http_server_get_n_connections (test.server), ==, 1);
        fake_publish (test.publisher, test.log, &test.next, 2, 3);
        for (guint64 k = first; k < test.next; k++)
          http_test_read_record (peer, cases[i].format, k);
        g_clear_pointer (&peer, stream_peer_free);
        http_test_wait_connections (&test, 0);
      }
  http_test_tear_down (&test);
}

/* Bytes that came in one piece with the handshake stand in the HTTP server's buffer. */
static void
test_pipelined (void)
{
  /* RFC 6455 §5.7: a masked "Hello", here as ping. */
  static const guint8 ping[] = { 0x89, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58 };
  HttpTest test;

  http_test_set_up (&test, PLENTY);
  for (guint t = 0; t < 2; t++)
    {
      CtsWebsocketOpcode opcode;
      g_autoptr (StreamPeer) peer
          = http_test_open_stream (t == 0 ? test.tcp : test.unix_socket, "/", ping, sizeof ping);
      g_autoptr (GBytes) pong = stream_peer_read (peer, &opcode);

      g_assert_cmpint (opcode, ==, CTS_WEBSOCKET_PONG);
      g_assert_cmpmem (g_bytes_get_data (pong, NULL), g_bytes_get_size (pong), "Hello", 5);

      /* Both directions go on. */
      stream_peer_write_frame (peer, 0x89, "again", 5);
      g_clear_pointer (&pong, g_bytes_unref);
      pong = stream_peer_read (peer, &opcode);
      g_assert_cmpmem (g_bytes_get_data (pong, NULL), g_bytes_get_size (pong), "again", 5);
    }
  http_test_tear_down (&test);
}

static void
test_bad_handshakes (void)
{
  static const struct
  {
    const char *request;
    guint status;
  } cases[] = {
    { "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\n\r\n",
      400 },
    { "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: " HTTP_TEST_KEY "\r\n\r\n",
      400 },
    { "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: " HTTP_TEST_KEY "\r\n\r\n",
      400 },
    { "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " HTTP_TEST_KEY "\r\n\r\n",
      400 },
    { "GET /full-stream HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", 426 },
    { "GET /nothing HTTP/1.1\r\nHost: a\r\n" HTTP_TEST_UPGRADE "\r\n", 404 },
    { "HEAD / HTTP/1.1\r\nHost: a\r\n" HTTP_TEST_UPGRADE "\r\n", 400 },
    { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n" HTTP_TEST_UPGRADE "\r\n", 405 },
  };
  HttpTest test;

  http_test_set_up (&test, PLENTY);
  for (guint t = 0; t < 2; t++)
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        g_autofree char *answer
            = http_test_ask (t == 0 ? test.tcp : test.unix_socket, cases[i].request);

        g_test_message ("%s -> %s", cases[i].request, answer);
        http_test_check_status (answer, cases[i].status);
        check_closes (answer);
        if (cases[i].status == 400)
          g_assert_nonnull (strstr (answer, "\r\nSec-WebSocket-Version: 13\r\n"));
      }
  http_test_tear_down (&test);
}

/* Any Origin is welcome; extensions and sub-protocols are not agreed on. */
static void
test_handshake_extras (void)
{
  HttpTest test;
  int fd;
  g_autofree char *answer = NULL;

  http_test_set_up (&test, PLENTY);
  fd = http_test_connect (test.tcp);
  http_test_write (fd, "GET / HTTP/1.1\r\nHost: a\r\nOrigin: http://elsewhere.example\r\n"
                       "Sec-WebSocket-Extensions: permessage-deflate\r\n"
                       "Sec-WebSocket-Protocol: chat\r\n" HTTP_TEST_UPGRADE "\r\n"
                       /* a masked close with 1000 */
                       "\x88\x82\x01\x02\x03\x04\x02\xea");
  answer = http_test_read_all (fd);
  http_test_check_status (answer, 101);
  g_assert_null (strstr (answer, "Sec-WebSocket-Extensions"));
  g_assert_null (strstr (answer, "Sec-WebSocket-Protocol"));
  /* The close frame is answered with its own code. */
  g_assert_cmpstr (http_test_get_body (answer), ==, "\x88\x02\x03\xe8");
  http_test_tear_down (&test);
}

/* A body, an expectation or a choice with a handshake is odd, and no reason to fail. */
static void
test_odd_handshakes (void)
{
  static const char *const extras[] = {
    "Content-Length: 3\r\n\r\nabc",   "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "Expect: 100-continue\r\n\r\n",   "Upgrade: h2c, TLS/1.0\r\n\r\n",
    "Connection: keep-alive\r\n\r\n",
  };
  HttpTest test;

  http_test_set_up (&test, PLENTY);
  for (guint i = 0; i < G_N_ELEMENTS (extras); i++)
    {
      g_autofree char *request = g_strdup_printf ("GET / HTTP/1.1\r\nHost: a\r\n" HTTP_TEST_UPGRADE
                                                  "%s\x88\x82\x01\x02\x03\x04\x02\xea",
                                                  extras[i]);
      g_autofree char *answer = http_test_ask (test.tcp, request);
      const char *last = answer;

      g_test_message ("%s", extras[i]);
      if (strstr (request, "Expect") != NULL)
        {
          http_test_check_status (last, 100);
          last = http_test_get_body (last);
        }
      http_test_check_status (last, 101);
      g_assert_cmpstr (http_test_get_body (last), ==, "\x88\x02\x03\xe8");
    }
  http_test_tear_down (&test);
}

static void
leave (int fd, gboolean reset)
{
  struct linger linger = { .l_onoff = 1, .l_linger = 0 };

  if (reset)
    setsockopt (fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  close (fd);
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* Clients that leave at any stage, politely or not, count no more, and keep no descriptor. */
static void
test_leaving (void)
{
  static const char *const said[] = {
    "",
    "GET / HT",
    "GET / HTTP/1.1\r\nHost: a\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf",
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n" HTTP_TEST_UPGRADE "\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n" HTTP_TEST_UPGRADE "\r\n\x89\x85",
    "BREW\r\n\r\n",
  };
  HttpTest test;
  guint before;

  http_test_set_up (&test, PLENTY);
  before = count_descriptors ();
  for (guint t = 0; t < 2; t++)
    for (guint reset = 0; reset < 2; reset++)
      for (guint i = 0; i < G_N_ELEMENTS (said); i++)
        for (guint turns = 0; turns < 8; turns++)
          {
            int fd = http_test_connect (t == 0 ? test.tcp : test.unix_socket);

            http_test_write (fd, said[i]);
            for (guint k = 0; k < turns; k++)
              g_main_context_iteration (NULL, FALSE);
            leave (fd, reset);
          }
  http_test_wait_connections (&test, 0);
  stream_test_wait_stat (test.shards, n_clients, 0);
  g_assert_cmpuint (count_descriptors (), ==, before);
  http_test_tear_down (&test);
}

static void
test_full (void)
{
  HttpTest test;
  g_autofree char *answer = NULL;
  g_autofree char *later = NULL;
  StreamPeer *peers[3];

  http_test_set_up (&test, G_N_ELEMENTS (peers));
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    peers[i] = http_test_open_stream (i == 0 ? test.unix_socket : test.tcp, "/", NULL, 0);

  g_test_expect_message ("cts-http", G_LOG_LEVEL_MESSAGE,
                         "*3 are open, 1 refused*max-connections*");
  answer = http_test_ask (test.tcp, "GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
  g_test_assert_expected_messages ();
  http_test_check_status (answer, 503);
  check_closes (answer);
  http_test_check_header (answer, "Retry-After: 30");
  http_test_check_header (answer, "Content-Length: 21");
  g_assert_cmpuint (strlen (http_test_get_body (answer)), ==, 21);

  /* Not said again at once. */
  g_free (http_test_ask (test.unix_socket, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"));

  stream_peer_free (peers[0]);
  http_test_wait_connections (&test, 2);
  later = http_test_ask (test.tcp, "GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
  http_test_check_status (later, 200);
  stream_peer_free (peers[1]);
  stream_peer_free (peers[2]);
  http_test_tear_down (&test);
}

/* Clients are with the shards: they outlive the server, and hear of the end from them. */
static void
test_stop (void)
{
  HttpTest test;
  g_autoptr (StreamPeer) peer = NULL;
  int idle, half;
  char byte;

  http_test_set_up (&test, PLENTY);
  peer = http_test_open_stream (test.tcp, "/", NULL, 0);
  idle = http_test_connect (test.tcp);
  half = http_test_connect (test.tcp);
  http_test_write (half, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
  http_test_wait_connections (&test, 3);

  cts_http_server_stop (test.server);
  g_assert_cmpint (recv (idle, &byte, 1, 0), ==, 0);
  g_assert_cmpint (recv (half, &byte, 1, 0), <=, 0);
  http_test_wait_connections (&test, 1);
  fake_publish (test.publisher, test.log, &test.next, 1, 1);
  http_test_read_record (peer, "lite", 0);

  g_clear_pointer (&peer, stream_peer_free);
  close (idle);
  close (half);
  http_test_tear_down (&test);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/server/answers", test_answers);
  g_test_add_func ("/http/server/streams", test_streams);
  g_test_add_func ("/http/server/pipelined", test_pipelined);
  g_test_add_func ("/http/server/bad-handshakes", test_bad_handshakes);
  g_test_add_func ("/http/server/handshake-extras", test_handshake_extras);
  g_test_add_func ("/http/server/odd-handshakes", test_odd_handshakes);
  g_test_add_func ("/http/server/leaving", test_leaving);
  g_test_add_func ("/http/server/full", test_full);
  g_test_add_func ("/http/server/stop", test_stop);
  return g_test_run ();
}
