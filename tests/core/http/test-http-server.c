/* SPDX-License-Identifier: MIT */
#include "core/http/cts-http-server.h"

#include "http-test.h"
#include "tests/support/cts-test-records.h"
#include "tests/support/cts-test-serializer.h"
#include "tests/support/cts-test.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>

#define RING_BYTES      (16u << 20)
#define MAX_CONNECTIONS 300

/* The example of RFC 6455 §1.3, and the answer it asks for. */
#define KEY    "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
#define UPGRADE                                                                                    \
  "Host: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"          \
  "Sec-WebSocket-Key: " KEY "\r\n\r\n"

#define OPCODE_TEXT  0x1
#define OPCODE_CLOSE 0x8
#define OPCODE_PONG  0xa

typedef struct
{
  CtsWorkers *workers;
  CtsShardPool *shards;
  CtsPublisher *publisher;
  CtsHttpServer *server;
  GSocketAddress *address;
  guint64 next_index;
} Fixture;

static void
fixture_open (Fixture *fixture, gconstpointer data)
{
  const CtsShardOptions quiet = { .n_shards = 2 };
  g_autoptr (CtsSerializer) serializer = cts_test_serializer_new ();
  g_autoptr (GError) error = NULL;
  CtsHttpHost *host;

  fixture->workers = cts_workers_new (3);
  fixture->shards = cts_shard_pool_new (&quiet);
  fixture->publisher = cts_publisher_new (fixture->workers, fixture->shards, RING_BYTES);
  cts_publisher_add_serializer (fixture->publisher, serializer);
  fixture->server = cts_http_server_new (fixture->publisher, fixture->shards, MAX_CONNECTIONS);
  fixture->address = cts_http_server_listen (fixture->server, "127.0.0.1:0", &error);
  g_assert_no_error (error);

  host = CTS_HTTP_HOST (fixture->server);
  cts_http_host_add_stream (host, "/", "lite", CTS_FRAMING_WEBSOCKET);
  cts_http_host_add_stream (host, "/full-stream", "full", CTS_FRAMING_WEBSOCKET);
  cts_http_host_add_stream (host, "/domains-only", "domains", CTS_FRAMING_WEBSOCKET);
}

static guint
count_connections (gpointer data)
{
  return cts_http_server_get_n_connections (data);
}

static void
wait_connections (Fixture *fixture, guint wanted)
{
  http_test_wait_count (count_connections, fixture->server, wanted);
}

/* Whoever has left must be gone from all the books by then. */
static void
fixture_close (Fixture *fixture, gconstpointer data)
{
  wait_connections (fixture, 0);
  cts_http_server_stop (fixture->server);
  cts_publisher_stop (fixture->publisher);
  cts_shard_pool_free (fixture->shards, 1000);
  g_assert_finalize_object (fixture->server);
  g_assert_finalize_object (fixture->publisher);
  cts_workers_unref (fixture->workers);
  g_object_unref (fixture->address);
}

static char *
ask (Fixture *fixture, const char *request)
{
  g_autoptr (HttpPeer) peer = http_peer_new (fixture->address);

  http_peer_send (peer, request);
  return http_peer_read_answer (peer);
}

static guint
answer_get_status (const char *answer)
{
  g_assert_true (g_str_has_prefix (answer, "HTTP/1."));
  return (guint) g_ascii_strtoull (answer + strlen ("HTTP/1.1 "), NULL, 10);
}

typedef struct
{
  const char *request_line;
  guint status;
  const char *contains; /* NULL for anything */
} AnswerCase;

static const AnswerCase answer_cases[] = {
  { "GET /health HTTP/1.1", 200, "\r\n\r\nOK" },
  { "GET /health/ HTTP/1.1", 200, "\r\n\r\nOK" },
  { "GET /health?x=1 HTTP/1.1", 200, "\r\n\r\nOK" },
  { "HEAD /health HTTP/1.1", 200, "\r\nContent-Length: 2\r\n" },
  { "GET / HTTP/1.1", 200, "ctstream: " },
  { "GET /?unknown=key HTTP/1.1", 200, "ctstream: " },
  { "GET / HTTP/1.0", 200, "ctstream: " },
  { "GET /full-stream HTTP/1.1", 426, "\r\nUpgrade: websocket\r\n" },
  { "GET /full-stream/ HTTP/1.1", 426, "\r\nUpgrade: websocket\r\n" },
  { "GET /domains-only HTTP/1.1", 426, "\r\nUpgrade: websocket\r\n" },
  { "GET /domains-only/?a=b HTTP/1.1", 426, "\r\nUpgrade: websocket\r\n" },
  { "HEAD /full-stream HTTP/1.1", 426, "\r\nUpgrade: websocket\r\n" },
  { "GET /full-streams HTTP/1.1", 404, NULL },
  { "GET /full-stream// HTTP/1.1", 404, NULL },
  { "GET //full-stream HTTP/1.1", 404, NULL },
  { "GET /healthy HTTP/1.1", 404, NULL },
  { "GET /nothing HTTP/1.1", 404, NULL },
  { "GET /%00 HTTP/1.1", 400, NULL },
  { "GET /../../etc/passwd HTTP/1.1", 404, NULL },
  { "POST / HTTP/1.1", 405, "\r\nAllow: GET, HEAD\r\n" },
  { "PUT /health HTTP/1.1", 405, "\r\nAllow: GET, HEAD\r\n" },
  { "DELETE /full-stream HTTP/1.1", 405, "\r\nAllow: GET, HEAD\r\n" },
  { "OPTIONS * HTTP/1.1", 404, NULL },
  { "BREW / HTTP/1.1", 405, "\r\nAllow: GET, HEAD\r\n" },
};

static void
test_answers (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (answer_cases); i++)
    {
      const AnswerCase *c = &answer_cases[i];
      g_autofree char *request = g_strconcat (c->request_line, "\r\nHost: a\r\n\r\n", NULL);
      g_autofree char *answer = ask (fixture, request);

      g_test_message ("%s: %s", c->request_line, answer);
      g_assert_cmpuint (answer_get_status (answer), ==, c->status);
      g_assert_nonnull (strstr (answer, "\r\nConnection: close\r\n"));
      if (c->contains != NULL)
        g_assert_nonnull (strstr (answer, c->contains));
      if (g_str_has_prefix (c->request_line, "HEAD"))
        g_assert_true (g_str_has_suffix (answer, "\r\n\r\n"));
    }
}

/* Of requests sent at once the first is answered, and the answer says that it is the last. */
static void
test_pipelined (Fixture *fixture, gconstpointer data)
{
  g_autofree char *answer = ask (fixture, "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
                                          "GET /health HTTP/1.1\r\nHost: a\r\n\r\n");

  g_assert_cmpuint (answer_get_status (answer), ==, 200);
  g_assert_true (g_str_has_suffix (answer, "\r\n\r\nOK"));
  g_assert_null (strstr (answer + 1, "HTTP/1.1"));
}

/* The HTTP server asks for the body by itself; the answer comes behind that. */
static void
test_expectation (Fixture *fixture, gconstpointer data)
{
  g_autofree char *answer = ask (fixture, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
                                          "Expect: 100-continue\r\n\r\n{}");

  const char *final = strstr (answer, "HTTP/1.1 405 ");

  g_assert_cmpuint (answer_get_status (answer), ==, 100);
  g_assert_nonnull (final);
  g_assert_nonnull (strstr (final, "\r\nConnection: close\r\n"));
}

static const char *const garbage[] = {
  "\r\n\r\n",
  "\n\n\n\n",
  "GET\r\n\r\n",
  "GET / HTTP/9.9\r\n\r\n",
  "GET / HTTP/1.1\r\n\r\n",
  "GET http:// HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET http://[::1/ HTTP/1.1\r\nHost: [::1\r\n\r\n",
  "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: \xff\xff\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n",
  "GET / HTTP/1.1\r\nHost\r\n: b\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
  "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-maybe\r\n\r\n",
  "\x16\x03\x01\x02\x01\x01\xfc\x03\x03\r\n\r\n",
};

/* A warning would end the test. */
static void
test_garbage (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (garbage); i++)
    {
      g_autoptr (HttpPeer) peer = http_peer_new (fixture->address);
      g_autofree char *answer = NULL;

      http_peer_send (peer, garbage[i]);
      shutdown (peer->fd, SHUT_WR);
      answer = http_peer_read_answer (peer);
    }
  wait_connections (fixture, 0);
}

static const char *const good_upgrades[] = {
  "GET / HTTP/1.1\r\n" UPGRADE,
  "GET /? HTTP/1.1\r\n" UPGRADE,
  "GET /?unknown=key HTTP/1.1\r\n" UPGRADE,
  "GET /full-stream HTTP/1.1\r\n" UPGRADE,
  "GET /full-stream/ HTTP/1.1\r\n" UPGRADE,
  "GET /domains-only HTTP/1.1\r\n" UPGRADE,
  "GET /domains-only/?x HTTP/1.1\r\n" UPGRADE,
  "GET / HTTP/1.1\r\nOrigin: https://elsewhere.example\r\n" UPGRADE,
  "GET / HTTP/1.1\r\nSec-WebSocket-Extensions: permessage-deflate\r\n" UPGRADE,
  "GET / HTTP/1.1\r\nSec-WebSocket-Protocol: chat, superchat\r\n" UPGRADE,
  "GET / HTTP/1.1\r\nHost: a\r\nUPGRADE: WebSocket\r\nconnection: keep-alive, UPGRADE\r\n"
  "sec-websocket-version: 13\r\nsec-websocket-key: " KEY "\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c, websocket\r\nConnection: Upgrade\r\n"
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n\r\n",
};

static void
test_upgrades (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (good_upgrades); i++)
    {
      g_autoptr (HttpPeer) peer = http_peer_new (fixture->address);
      g_autofree char *head = NULL;

      http_peer_send (peer, good_upgrades[i]);
      head = http_peer_read_head (peer);
      g_test_message ("%s: %s", good_upgrades[i], head);
      g_assert_cmpuint (answer_get_status (head), ==, 101);
      g_assert_nonnull (strstr (head, "\r\nSec-WebSocket-Accept: " ACCEPT "\r\n"));
      g_assert_null (strstr (head, "Sec-WebSocket-Extensions"));
      g_assert_null (strstr (head, "Sec-WebSocket-Protocol"));
    }
  wait_connections (fixture, 0);
}

static const char *const bad_upgrades[] = {
  /* no key */
  "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
  "Sec-WebSocket-Version: 13\r\n\r\n",
  /* key of the wrong size */
  "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abcd\r\n\r\n",
  /* old version, no version */
  "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
  "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: " KEY "\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
  "Sec-WebSocket-Key: " KEY "\r\n\r\n",
  /* no Connection */
  "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
  "Sec-WebSocket-Key: " KEY "\r\n\r\n",
  "HEAD / HTTP/1.1\r\n" UPGRADE,
  "POST / HTTP/1.1\r\n" UPGRADE,
  "GET /nothing HTTP/1.1\r\n" UPGRADE,
};

/* fixture_close() checks that no connection and no stream is left behind. */
static void
test_bad_upgrades (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_upgrades); i++)
    {
      g_autofree char *answer = ask (fixture, bad_upgrades[i]);
      guint status = answer_get_status (answer);

      g_test_message ("%s: %s", bad_upgrades[i], answer);
      g_assert_cmpuint (status, >=, 400);
      g_assert_cmpuint (status, <, 500);
      g_assert_nonnull (strstr (answer, "\r\nConnection: close\r\n"));
      if (status == 400)
        g_assert_nonnull (strstr (answer, "\r\nSec-WebSocket-Version: 13\r\n"));
    }
}

static void
test_other_upgrade (Fixture *fixture, gconstpointer data)
{
  g_autofree char *answer = ask (fixture, "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\n"
                                          "Connection: Upgrade\r\n\r\n");

  g_assert_cmpuint (answer_get_status (answer), ==, 200);
}

static void
send_ping (HttpPeer *peer)
{
  static const guint8 ping[] = { 0x89, 0x82, 0, 0, 0, 0, 'h', 'i' };

  http_peer_send_bytes (peer, ping, sizeof ping);
}

static void
read_pong (HttpPeer *peer)
{
  guint8 opcode;
  g_autofree char *payload = http_peer_read_frame (peer, &opcode);

  g_assert_cmphex (opcode, ==, OPCODE_PONG);
  g_assert_cmpstr (payload, ==, "hi");
}

/* The pong says that the shard has taken the client over: it gets what is published from now on. */
static HttpPeer *
subscribe (Fixture *fixture, GSocketAddress *address, const char *path)
{
  g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\n" UPGRADE, path);
  HttpPeer *peer = http_peer_new (address);
  g_autofree char *head = NULL;

  http_peer_send (peer, request);
  head = http_peer_read_head (peer);
  g_assert_cmpuint (answer_get_status (head), ==, 101);
  send_ping (peer);
  read_pong (peer);
  return peer;
}

/* Frames that came with the handshake stand in the HTTP server's buffer, not on the socket. */
static void
test_frames_behind_handshake (Fixture *fixture, gconstpointer data)
{
  static const guint8 ping[] = { 0x89, 0x82, 1, 2, 3, 4, 'h' ^ 1, 'i' ^ 2 };
  g_autoptr (GString) request = g_string_new ("GET / HTTP/1.1\r\n" UPGRADE);
  g_autoptr (HttpPeer) peer = http_peer_new (fixture->address);
  g_autofree char *head = NULL;

  for (guint i = 0; i < 3; i++)
    g_string_append_len (request, (const char *) ping, sizeof ping);
  /* The second half of the last one comes later. */
  http_peer_send_bytes (peer, request->str, request->len - 3);
  head = http_peer_read_head (peer);
  g_assert_cmpuint (answer_get_status (head), ==, 101);
  read_pong (peer);
  read_pong (peer);
  http_peer_send_bytes (peer, request->str + request->len - 3, 3);
  read_pong (peer);
}

/* Clients that leave before, while and after they are handed over. */
static void
test_leaves (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 60; i++)
    {
      struct linger none = { .l_onoff = 1 };
      HttpPeer *peer = http_peer_new (fixture->address);

      http_peer_send (peer, "GET /full-stream HTTP/1.1\r\n" UPGRADE);
      if (i % 2 == 0)
        setsockopt (peer->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
      if (i % 3 == 1)
        send_ping (peer);
      else if (i % 3 == 2)
        g_free (http_peer_read_head (peer));
      http_peer_free (peer);
    }
  wait_connections (fixture, 0);
}

static void
publish (Fixture *fixture, guint n_groups)
{
  g_autoptr (CtsLogInfo) log = cts_test_log ("log");

  for (guint g = 0; g < n_groups; g++)
    {
      g_autoptr (CtsGroup) group = cts_group_new ();
      guint64 first = fixture->next_index;

      for (guint b = 0; b < 3; b++)
        {
          guint n_records = 5 + (g * 3 + b) * 7 % 40;
          g_autoptr (CtsBatch) batch = cts_test_batch (log, fixture->next_index, g, n_records);

          cts_group_add (group, batch, NULL, NULL);
          fixture->next_index += n_records;
        }
      /* Sequence numbers begin with 1. */
      cts_publisher_publish (fixture->publisher, group, first + 1);
    }
}

/* Each record exactly once, in order. */
static void
assert_gets (HttpPeer *peer, const char *format, guint64 from, guint64 end)
{
  for (guint64 i = from; i < end; i++)
    {
      guint8 opcode;
      g_autofree char *payload = http_peer_read_frame (peer, &opcode);
      g_autofree char *wanted = g_strdup_printf ("%s %" G_GUINT64_FORMAT, format, i);

      g_assert_cmphex (opcode, ==, OPCODE_TEXT);
      g_assert_cmpstr (payload, ==, wanted);
    }
}

static void
assert_encoded (Fixture *fixture, guint64 lite, guint64 full, guint64 domains)
{
  g_assert_cmpuint (cts_publisher_get_n_encoded (fixture->publisher, "lite"), ==, lite);
  g_assert_cmpuint (cts_publisher_get_n_encoded (fixture->publisher, "full"), ==, full);
  g_assert_cmpuint (cts_publisher_get_n_encoded (fixture->publisher, "domains"), ==, domains);
}

static void
test_no_reader (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HttpPeer) peer = NULL;
  guint64 before;

  publish (fixture, 10);
  assert_encoded (fixture, 0, 0, 0);

  /* The first client begins with what is published after it came. */
  before = fixture->next_index;
  peer = subscribe (fixture, fixture->address, "/");
  publish (fixture, 5);
  assert_gets (peer, "lite", before, fixture->next_index);
  assert_encoded (fixture, fixture->next_index - before, 0, 0);
}

static void
test_one_reader (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HttpPeer) peer = subscribe (fixture, fixture->address, "/full-stream");

  publish (fixture, 40);
  assert_gets (peer, "full", 0, fixture->next_index);
  assert_encoded (fixture, 0, fixture->next_index, 0);
}

static void
test_hundred_readers (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *path;
    const char *format;
  } streams[] = { { "/", "lite" }, { "/full-stream/", "full" } };
  HttpPeer *peers[100];

  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    peers[i] = subscribe (fixture, fixture->address, streams[i % 2].path);
  g_assert_cmpuint (cts_http_server_get_n_connections (fixture->server), ==, 100);

  publish (fixture, 20);
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    assert_gets (peers[i], streams[i % 2].format, 0, fixture->next_index);
  assert_encoded (fixture, fixture->next_index, fixture->next_index, 0);
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    http_peer_free (peers[i]);
}

static void
test_unix_and_ipv6 (Fixture *fixture, gconstpointer data)
{
  g_autofree char *dir = g_dir_make_tmp ("cts-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "socket", NULL);
  const char *listen[2] = { g_strconcat ("unix:", path, NULL), "[::1]:0" };

  for (guint i = 0; i < G_N_ELEMENTS (listen); i++)
    {
      g_autoptr (GSocketAddress) address
          = cts_http_server_listen (fixture->server, listen[i], NULL);
      g_autoptr (HttpPeer) peer = NULL;
      guint64 before = fixture->next_index;

      if (address == NULL && i == 1)
        continue;
      peer = subscribe (fixture, address, "/domains-only");
      publish (fixture, 2);
      assert_gets (peer, "domains", before, fixture->next_index);
    }
  g_free ((char *) listen[0]);
  wait_connections (fixture, 0);
  cts_http_server_stop (fixture->server);
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

/* Whoever is subscribed when the daemon ends is told with a close of 1001. */
static void
test_stop (Fixture *fixture, gconstpointer data)
{
  const CtsShardOptions quiet = { .n_shards = 1 };
  g_autoptr (HttpPeer) peer = subscribe (fixture, fixture->address, "/");
  g_autofree char *payload = NULL;
  guint8 opcode;

  cts_http_server_stop (fixture->server);
  cts_publisher_stop (fixture->publisher);
  cts_shard_pool_free (fixture->shards, 0);
  payload = http_peer_read_frame (peer, &opcode);
  g_assert_cmphex (opcode, ==, OPCODE_CLOSE);
  g_assert_cmphex ((guint8) payload[0] << 8 | (guint8) payload[1], ==, 1001);
  http_peer_read_end (peer);
  fixture->shards = cts_shard_pool_new (&quiet);
}

static void
test_unknown_format (Fixture *fixture, gconstpointer data)
{
  g_autofree char *answer = NULL;

  g_test_expect_message ("cts-http", G_LOG_LEVEL_WARNING,
                         "/odd: no serializer makes the format 'odd'");
  cts_http_host_add_stream (CTS_HTTP_HOST (fixture->server), "/odd", "odd", CTS_FRAMING_WEBSOCKET);
  g_test_assert_expected_messages ();
  answer = ask (fixture, "GET /odd HTTP/1.1\r\n" UPGRADE);
  g_assert_cmpuint (answer_get_status (answer), ==, 404);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_open, func, fixture_close)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/http/server/answers", test_answers);
  ADD ("/http/server/pipelined", test_pipelined);
  ADD ("/http/server/expectation", test_expectation);
  ADD ("/http/server/garbage", test_garbage);
  ADD ("/http/server/upgrade/good", test_upgrades);
  ADD ("/http/server/upgrade/bad", test_bad_upgrades);
  ADD ("/http/server/upgrade/other", test_other_upgrade);
  ADD ("/http/server/upgrade/frames-behind-handshake", test_frames_behind_handshake);
  ADD ("/http/server/upgrade/leaves", test_leaves);
  ADD ("/http/server/upgrade/unknown-format", test_unknown_format);
  ADD ("/http/server/delivery/no-reader", test_no_reader);
  ADD ("/http/server/delivery/one-reader", test_one_reader);
  ADD ("/http/server/delivery/hundred-readers", test_hundred_readers);
  ADD ("/http/server/delivery/unix-and-ipv6", test_unix_and_ipv6);
  ADD ("/http/server/stop", test_stop);
  return g_test_run ();
}
