/* SPDX-License-Identifier: MIT */
#include "stream-test.h"

#include <string.h>
#include <sys/socket.h>

/**
 * Fixture:
 *
 * A pool and a stream; time stands still until a test moves it.
 */
typedef struct
{
  CtsShardPool *pool;
  CtsStream *stream;
  gint64 time;
  int n_gone;
} Fixture;

#define RING (1u << 20)

/* Time for clients to close at the end of a test; those that do not have their own tests. */
#define END_MS 0

static gint64
fixture_clock (gpointer data)
{
  return __atomic_load_n (&((Fixture *) data)->time, __ATOMIC_SEQ_CST);
}

/* Moves the time and has the shards look at the clock. */
static void
pass_seconds (Fixture *fixture, guint seconds)
{
  __atomic_add_fetch (&fixture->time, seconds * G_TIME_SPAN_SECOND, __ATOMIC_SEQ_CST);
  cts_shard_pool_wake (fixture->pool);
}

static void
set_up (Fixture *fixture, gconstpointer options)
{
  fixture->time = 1000 * G_TIME_SPAN_SECOND;
  fixture->pool = cts_shard_pool_new_with_clock (options, fixture_clock, fixture);
  fixture->stream = cts_stream_new ("lite", CTS_FRAMING_WEBSOCKET, RING);
}

static void
tear_down (Fixture *fixture, gconstpointer options)
{
  if (fixture->pool != NULL)
    cts_shard_pool_free (fixture->pool, END_MS);
  cts_stream_unref (fixture->stream);
  g_assert_cmpuint (cts_segment_count_live (), ==, 0);
}

static void
adopt (Fixture *fixture, int fd)
{
  cts_shard_pool_adopt (fixture->pool, fd, fixture->stream, NULL, stream_test_count_gone,
                        &fixture->n_gone);
}

static StreamPeer *
add_tiny (Fixture *fixture)
{
  int fd;
  StreamPeer *peer = stream_peer_new_tiny (&fd);

  adopt (fixture, fd);
  return peer;
}

static StreamPeer *
add_tcp (Fixture *fixture)
{
  int fd;
  StreamPeer *peer = stream_peer_new_tcp (&fd);

  adopt (fixture, fd);
  return peer;
}

static void
publish (Fixture *fixture, guint64 seq, guint n, gsize size)
{
  stream_test_append (fixture->stream, seq, n, size);
  cts_shard_pool_wake (fixture->pool);
}

static CtsStreamStats
get_stats (Fixture *fixture)
{
  CtsStreamStats stats;

  cts_shard_pool_get_stats (fixture->pool, &stats);
  return stats;
}

static void
wait_gone (Fixture *fixture, int n)
{
  stream_test_wait_stat (fixture->pool, n_clients, get_stats (fixture).n_adopted - n);
  while (g_atomic_int_get (&fixture->n_gone) < n)
    g_thread_yield ();
}

/* Every message once and in order through buffers that hold a few of them. */
static void
check_delivery (Fixture *fixture, guint n_peers)
{
  g_autoptr (GPtrArray) peers = g_ptr_array_new_with_free_func ((GDestroyNotify) stream_peer_free);
  guint64 seq = 0;

  for (guint i = 0; i < n_peers; i++)
    g_ptr_array_add (peers, i % 2 == 0 ? add_tiny (fixture) : add_tcp (fixture));
  for (guint round = 0; round < 10; round++)
    {
      guint n = 20 + round;
      gsize size = 100 + 300 * round;

      publish (fixture, seq, n, size);
      for (guint i = 0; i < n_peers; i++)
        for (guint j = 0; j < n; j++)
          stream_peer_read_message (g_ptr_array_index (peers, i), seq + j, size);
      seq += n;
    }

  stream_test_wait_stat (fixture->pool, n_messages, seq * n_peers);
  g_assert_cmpuint (get_stats (fixture).n_lapped, ==, 0);
  g_assert_cmpuint (get_stats (fixture).n_clients, ==, n_peers);
}

static void
test_one_client (Fixture *fixture, gconstpointer options)
{
  check_delivery (fixture, 1);
}

static void
test_many_clients (Fixture *fixture, gconstpointer options)
{
  check_delivery (fixture, 20);
}

static void
test_large_messages (Fixture *fixture, gconstpointer options)
{
  g_autoptr (StreamPeer) tiny = add_tiny (fixture);
  g_autoptr (StreamPeer) tcp = add_tcp (fixture);

  for (guint i = 0; i < 4; i++)
    {
      publish (fixture, 3 * i, 1, 10);
      publish (fixture, 3 * i + 1, 1, 300000);
      publish (fixture, 3 * i + 2, 1, 126);
      for (guint p = 0; p < 2; p++)
        {
          stream_peer_read_message (p == 0 ? tiny : tcp, 3 * i, 10);
          stream_peer_read_message (p == 0 ? tiny : tcp, 3 * i + 1, 300000);
          stream_peer_read_message (p == 0 ? tiny : tcp, 3 * i + 2, 126);
        }
    }
}

/* Many messages of one moment take one call. */
static void
test_coalesces (Fixture *fixture, gconstpointer options)
{
  g_autoptr (StreamPeer) peer G_GNUC_UNUSED = add_tcp (fixture);
  CtsStreamStats before;

  publish (fixture, 0, 1, 500);
  stream_test_wait_stat (fixture->pool, n_messages, 1);
  before = get_stats (fixture);
  for (guint i = 1; i <= 100; i++)
    stream_test_append (fixture->stream, i, 1, 500);
  cts_shard_pool_wake (fixture->pool);
  stream_test_wait_stat (fixture->pool, n_messages, 101);
  g_assert_cmpuint (get_stats (fixture).n_sends, ==, before.n_sends + 1);
  g_assert_cmpuint (get_stats (fixture).n_bytes, ==, before.n_bytes + 100 * 504);

  /* Nor does each call for a pass make one. */
  for (guint i = 101; i <= 300; i++)
    publish (fixture, i, 1, 50);
  stream_test_wait_stat (fixture->pool, n_messages, 301);
  g_assert_cmpuint (get_stats (fixture).n_sends, <, before.n_sends + 100);
}

static void
test_newcomer (Fixture *fixture, gconstpointer options)
{
  g_autoptr (StreamPeer) early = add_tiny (fixture);
  g_autoptr (StreamPeer) late = NULL;

  publish (fixture, 0, 5, 50);
  late = add_tiny (fixture);
  publish (fixture, 5, 5, 50);
  for (guint i = 0; i < 10; i++)
    stream_peer_read_message (early, i, 50);
  for (guint i = 5; i < 10; i++)
    stream_peer_read_message (late, i, 50);
}

/* One that never reads is closed when the ring has gone past it; another loses nothing. */
static void
test_lapped (Fixture *fixture, gconstpointer options)
{
  g_autoptr (StreamPeer) slow = add_tiny (fixture);
  g_autoptr (StreamPeer) quick = add_tcp (fixture);
  CtsWebsocketOpcode opcode;
  guint64 seq = 0;
  guint64 n_read = 0;

  while (get_stats (fixture).n_lapped == 0)
    {
      publish (fixture, seq, 5, 10000);
      for (guint i = 0; i < 5; i++)
        stream_peer_read_message (quick, seq++, 10000);
      g_assert_cmpuint (seq, <, 100 * RING / 10000);
      /* Nothing but the ring and what one pass takes is kept. */
      g_assert_cmpuint (cts_segment_count_live (), <=, 2 * RING / CTS_SEGMENT_SIZE);
    }
  g_assert_cmpuint (seq, >=, RING / 10000 * 3 / 4);

  for (;;)
    {
      g_autoptr (GBytes) payload = stream_peer_read (slow, &opcode);

      if (opcode == CTS_WEBSOCKET_CLOSE)
        {
          g_assert_cmpmem (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload),
                           "\x03\xe9"
                           "fell behind",
                           13);
          break;
        }
      stream_test_check_message (payload, n_read++, 10000);
    }
  g_assert_cmpuint (n_read, >=, 1);
  stream_test_wait_stat (fixture->pool, n_messages, seq + n_read);

  stream_peer_write_frame (slow, 0x88, "\x03\xe9", 2);
  stream_peer_read_end (slow);
  shutdown (slow->fd, SHUT_WR);
  wait_gone (fixture, 1);
  g_assert_cmpuint (get_stats (fixture).n_lapped, ==, 1);
  publish (fixture, seq, 1, 100);
  stream_peer_read_message (quick, seq, 100);
}

/* Waits until no more than @most segments are alive. */
static void
wait_live (guint most)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (cts_segment_count_live () > most)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_thread_yield ();
    }
}

/* Closing does not wait for ever, and what a blocked client held of the ring is freed at once. */
static void
test_lapped_and_deaf (Fixture *fixture, gconstpointer options)
{
  g_autoptr (StreamPeer) slow G_GNUC_UNUSED = add_tiny (fixture);

  publish (fixture, 0, 1, 100000);
  for (guint i = 1; get_stats (fixture).n_lapped == 0; i++)
    publish (fixture, i, 1, 100000);
  /* The ring and a copy of the message that is half sent. */
  wait_live (RING / CTS_SEGMENT_SIZE + 1);

  pass_seconds (fixture, 4);
  publish (fixture, 0, 1, 10);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_gone), ==, 0);
  pass_seconds (fixture, 2);
  wait_gone (fixture, 1);
}

/* A question and its answer: the shard has seen the peer and all it said. */
static void
converse (StreamPeer *peer)
{
  CtsWebsocketOpcode opcode;
  g_autoptr (GBytes) pong = NULL;

  stream_peer_write_frame (peer, 0x89, NULL, 0);
  pong = stream_peer_read (peer, &opcode);
  g_assert_cmpint (opcode, ==, CTS_WEBSOCKET_PONG);
}

static void
test_ping_from_client (Fixture *fixture, gconstpointer options)
{
  g_autoptr (StreamPeer) peer = add_tiny (fixture);
  g_autofree char *longest = g_strnfill (125, 'p');
  const char *payloads[] = { "", "Hello", longest };

  for (guint i = 0; i < G_N_ELEMENTS (payloads); i++)
    {
      CtsWebsocketOpcode opcode;
      g_autoptr (GBytes) pong = NULL;

      stream_peer_write_frame (peer, 0x89, payloads[i], strlen (payloads[i]));
      pong = stream_peer_read (peer, &opcode);
      g_assert_cmpint (opcode, ==, CTS_WEBSOCKET_PONG);
      g_assert_cmpmem (g_bytes_get_data (pong, NULL), g_bytes_get_size (pong), payloads[i],
                       strlen (payloads[i]));
    }
}

/* A pong never gets into the middle of a message. */
static void
test_ping_while_blocked (Fixture *fixture, gconstpointer options)
{
  g_autoptr (StreamPeer) peer = add_tiny (fixture);
  CtsWebsocketOpcode opcode;
  guint n_pongs = 0;
  guint seq = 0;

  publish (fixture, 0, 3, 200000);
  stream_peer_write_frame (peer, 0x89, "now", 3);
  while (seq < 3 || n_pongs < 1)
    {
      g_autoptr (GBytes) payload = stream_peer_read (peer, &opcode);

      if (opcode == CTS_WEBSOCKET_PONG)
        {
          g_assert_cmpmem (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload), "now", 3);
          n_pongs++;
        }
      else
        stream_test_check_message (payload, seq++, 200000);
    }
}

static void
test_pending_input (Fixture *fixture, gconstpointer options)
{
  /* Half a ping comes with the handshake, half of it later. */
  g_autoptr (GBytes) pending = g_bytes_new_static ("\x89\x82\0\0\0\0o", 7);
  CtsWebsocketOpcode opcode;
  g_autoptr (GBytes) pong = NULL;
  int fd;
  g_autoptr (StreamPeer) peer = stream_peer_new_tiny (&fd);

  cts_shard_pool_adopt (fixture->pool, fd, fixture->stream, pending, NULL, NULL);
  stream_peer_write (peer, "k", 1);
  pong = stream_peer_read (peer, &opcode);
  g_assert_cmpint (opcode, ==, CTS_WEBSOCKET_PONG);
  g_assert_cmpmem (g_bytes_get_data (pong, NULL), g_bytes_get_size (pong), "ok", 2);
}

static void
test_close_from_client (Fixture *fixture, gconstpointer options)
{
  static const struct
  {
    const char *payload;
    gsize size;
    const char *answer;
    gsize answer_size;
  } cases[] = {
    { "", 0, "", 0 },
    { "\x03\xe8", 2, "\x03\xe8", 2 },
    { "\x03\xe9"
      "bye",
      5, "\x03\xe9", 2 },
    { "\x03\xee", 2, "\x03\xea", 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StreamPeer) peer = add_tcp (fixture);
      CtsWebsocketOpcode opcode;
      g_autoptr (GBytes) payload = NULL;

      stream_peer_write_frame (peer, 0x88, cases[i].payload, cases[i].size);
      payload = stream_peer_read (peer, &opcode);
      g_assert_cmpint (opcode, ==, CTS_WEBSOCKET_CLOSE);
      g_assert_cmpmem (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload),
                       cases[i].answer, cases[i].answer_size);
      stream_peer_read_end (peer);
      g_assert_cmpint (g_atomic_int_get (&fixture->n_gone), ==, i);
      shutdown (peer->fd, SHUT_WR);
      wait_gone (fixture, i + 1);
    }
}

/* A peer that does not close after the handshake of closing is dropped. */
static void
test_close_deadline (Fixture *fixture, gconstpointer options)
{
  g_autoptr (StreamPeer) peer = add_tiny (fixture);

  stream_peer_write_frame (peer, 0x88, "\x03\xe8", 2);
  stream_peer_read_close (peer, 1000, "");
  pass_seconds (fixture, 6);
  wait_gone (fixture, 1);
}

static void
test_peer_vanishes (Fixture *fixture, gconstpointer options)
{
  StreamPeer *peer = add_tcp (fixture);

  publish (fixture, 0, 1, 10);
  stream_peer_read_message (peer, 0, 10);
  stream_peer_free (peer);
  wait_gone (fixture, 1);
}

static void
test_input_ignored (Fixture *fixture, gconstpointer options)
{
  g_autoptr (StreamPeer) peer = add_tiny (fixture);
  g_autofree char *text = g_strnfill (70000, 't');
  CtsWebsocketOpcode opcode;
  g_autoptr (GBytes) pong = NULL;

  stream_peer_write_frame (peer, 0x81, "ping", 4);
  stream_peer_write_frame (peer, 0x81, text, 70000);
  stream_peer_write_frame (peer, 0x02, text, 70000);
  stream_peer_write_frame (peer, 0x00, text, 300);
  stream_peer_write_frame (peer, 0x80, text, 0);
  stream_peer_write_frame (peer, 0x89, "end", 3);
  pong = stream_peer_read (peer, &opcode);
  g_assert_cmpint (opcode, ==, CTS_WEBSOCKET_PONG);
  g_assert_cmpmem (g_bytes_get_data (pong, NULL), g_bytes_get_size (pong), "end", 3);
  publish (fixture, 0, 1, 10);
  stream_peer_read_message (peer, 0, 10);
}

/* More than is read at a time holds up neither its sender nor others. */
static void
test_input_flood (Fixture *fixture, gconstpointer options)
{
  g_autoptr (StreamPeer) loud = add_tcp (fixture);
  g_autoptr (StreamPeer) quiet = add_tcp (fixture);
  g_autofree char *text = g_strnfill (1 << 20, 't');

  stream_peer_write_frame (loud, 0x81, text, 1 << 20);
  publish (fixture, 0, 1, 10);
  stream_peer_read_message (quiet, 0, 10);
  stream_peer_read_message (loud, 0, 10);
  converse (loud);
}

static void
test_input_invalid (Fixture *fixture, gconstpointer options)
{
  static const struct
  {
    const char *data;
    gsize size;
  } cases[] = {
    { "\x81\x05Hello", 7 },    /* not masked */
    { "\xc1\x80\0\0\0\0", 6 }, /* reserved bit */
    { "\x83\x80\0\0\0\0", 6 }, /* reserved opcode */
    { "\x89\xfe\x00\x7e", 4 }, /* long control frame */
    { "\x09\x80\0\0\0\0", 6 }, /* control frame in fragments */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StreamPeer) peer = add_tcp (fixture);

      stream_peer_write (peer, cases[i].data, cases[i].size);
      stream_peer_read_close (peer, 1002, "protocol error");
      stream_peer_read_end (peer);
      shutdown (peer->fd, SHUT_WR);
      wait_gone (fixture, i + 1);
    }
}

static const CtsShardOptions pinging = { .n_shards = 1, .ping_seconds = 30 };

static void
test_ping_unanswered (Fixture *fixture, gconstpointer options)
{
  g_autoptr (StreamPeer) peer = add_tiny (fixture);
  CtsWebsocketOpcode opcode;

  converse (peer);
  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (GBytes) ping = NULL;

      pass_seconds (fixture, 31);
      ping = stream_peer_read (peer, &opcode);
      g_assert_cmpint (opcode, ==, CTS_WEBSOCKET_PING);
      /* A sign of life each other time is enough. */
      if (i % 2 == 1 && i < 4)
        converse (peer);
    }
  pass_seconds (fixture, 31);
  stream_peer_read_end (peer);
  wait_gone (fixture, 1);
  g_assert_cmpuint (get_stats (fixture).n_timed_out, ==, 1);
}

static const CtsShardOptions beating = { .n_shards = 1, .heartbeat_seconds = 10 };
static const CtsShardOptions beating_always
    = { .n_shards = 1, .heartbeat_seconds = 10, .heartbeat_always = TRUE };

static void
read_heartbeat (StreamPeer *peer)
{
  CtsWebsocketOpcode opcode;
  g_autoptr (GBytes) payload = stream_peer_read (peer, &opcode);
  gsize size;
  const char *data = g_bytes_get_data (payload, &size);
  g_autofree char *text = g_strndup (data, size);

  g_assert_cmpint (opcode, ==, CTS_WEBSOCKET_TEXT);
  g_assert_true (
      g_regex_match_simple ("^{\"message_type\":\"heartbeat\",\"timestamp\":[0-9]{10}\\.[0-9]{3}}$",
                            text, 0, 0));
}

/* Messages are published in time, so that a heartbeat comes only after them. */
static void
publish_and_pass (Fixture *fixture, StreamPeer *peer, guint64 seq)
{
  publish (fixture, seq, 1, 10);
  stream_peer_read_message (peer, seq, 10);
  /* What the peer has, the shard has booked once this is so. */
  stream_test_wait_stat (fixture->pool, n_messages, seq + 1);
  pass_seconds (fixture, 6);
}

static void
test_heartbeat (Fixture *fixture, gconstpointer options)
{
  g_autoptr (StreamPeer) peer = add_tiny (fixture);

  for (guint i = 0; i < 4; i++)
    publish_and_pass (fixture, peer, i);
  pass_seconds (fixture, 6);
  read_heartbeat (peer);
  pass_seconds (fixture, 11);
  read_heartbeat (peer);
}

static void
test_heartbeat_always (Fixture *fixture, gconstpointer options)
{
  g_autoptr (StreamPeer) peer = add_tiny (fixture);

  publish_and_pass (fixture, peer, 0);
  publish_and_pass (fixture, peer, 1);
  read_heartbeat (peer);
}

static const CtsShardOptions stalling = { .n_shards = 1, .stall_seconds = 30 };

static void
test_stall (Fixture *fixture, gconstpointer options)
{
  g_autoptr (StreamPeer) stuck = add_tiny (fixture);
  g_autoptr (StreamPeer) idle = add_tcp (fixture);
  guint64 n_bytes;

  publish (fixture, 0, 1, 500000);
  stream_peer_read_message (idle, 0, 500000);
  stream_test_wait_stat (fixture->pool, n_messages, 1);
  pass_seconds (fixture, 29);
  /* A whole turn of the shard. */
  publish (fixture, 1, 1, 10);
  stream_peer_read_message (idle, 1, 10);
  stream_test_wait_stat (fixture->pool, n_messages, 2);
  g_assert_cmpuint (get_stats (fixture).n_timed_out, ==, 0);
  n_bytes = get_stats (fixture).n_bytes;

  pass_seconds (fixture, 2);
  stream_test_wait_stat (fixture->pool, n_timed_out, 1);
  g_assert_cmpuint (get_stats (fixture).n_bytes, ==, n_bytes);

  /* One that wakes up in time gets the rest and learns why. */
  stream_peer_read_message (stuck, 0, 500000);
  stream_peer_read_close (stuck, 1001, "no progress");
  g_assert_cmpuint (get_stats (fixture).n_clients, >=, 1);
}

static void
test_free_closes (Fixture *fixture, gconstpointer options)
{
  g_autoptr (StreamPeer) idle = add_tiny (fixture);
  g_autoptr (StreamPeer) busy = add_tiny (fixture);
  g_autoptr (StreamPeer) other = add_tcp (fixture);

  publish (fixture, 0, 2, 50);
  stream_test_wait_stat (fixture->pool, n_messages, 6);
  /* None of them closes, so this waits for its end. */
  cts_shard_pool_free (g_steal_pointer (&fixture->pool), 50);
  g_assert_cmpint (fixture->n_gone, ==, 3);

  for (guint i = 0; i < 3; i++)
    {
      StreamPeer *peer = i == 0 ? idle : i == 1 ? busy : other;

      stream_peer_read_message (peer, 0, 50);
      stream_peer_read_message (peer, 1, 50);
      stream_peer_read_close (peer, 1001, "going away");
      stream_peer_read_end (peer);
    }
}

static const CtsShardOptions several = { .n_shards = 3 };

static void
test_spread (Fixture *fixture, gconstpointer options)
{
  g_autoptr (GPtrArray) peers = g_ptr_array_new_with_free_func ((GDestroyNotify) stream_peer_free);

  for (guint i = 0; i < 9; i++)
    g_ptr_array_add (peers, add_tiny (fixture));
  publish (fixture, 0, 10, 1000);
  for (guint i = 0; i < peers->len; i++)
    for (guint j = 0; j < 10; j++)
      stream_peer_read_message (g_ptr_array_index (peers, i), j, 1000);
  g_assert_cmpuint (get_stats (fixture).n_clients, ==, 9);
  g_ptr_array_set_size (peers, 0);
  wait_gone (fixture, 9);
}

#define ADD(name, options, func)                                                                   \
  g_test_add ("/stream/shard/" name, Fixture, options, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("one-client", &stream_test_quiet, test_one_client);
  ADD ("many-clients", &stream_test_quiet, test_many_clients);
  ADD ("large-messages", &stream_test_quiet, test_large_messages);
  ADD ("coalesces", &stream_test_quiet, test_coalesces);
  ADD ("newcomer", &stream_test_quiet, test_newcomer);
  ADD ("lapped", &stream_test_quiet, test_lapped);
  ADD ("lapped-and-deaf", &stream_test_quiet, test_lapped_and_deaf);
  ADD ("ping-from-client", &stream_test_quiet, test_ping_from_client);
  ADD ("ping-while-blocked", &stream_test_quiet, test_ping_while_blocked);
  ADD ("pending-input", &stream_test_quiet, test_pending_input);
  ADD ("close-from-client", &stream_test_quiet, test_close_from_client);
  ADD ("close-deadline", &stream_test_quiet, test_close_deadline);
  ADD ("peer-vanishes", &stream_test_quiet, test_peer_vanishes);
  ADD ("input-ignored", &stream_test_quiet, test_input_ignored);
  ADD ("input-flood", &stream_test_quiet, test_input_flood);
  ADD ("input-invalid", &stream_test_quiet, test_input_invalid);
  ADD ("ping-unanswered", &pinging, test_ping_unanswered);
  ADD ("heartbeat", &beating, test_heartbeat);
  ADD ("heartbeat-always", &beating_always, test_heartbeat_always);
  ADD ("stall", &stalling, test_stall);
  ADD ("free-closes", &stream_test_quiet, test_free_closes);
  ADD ("spread", &several, test_spread);
  return g_test_run ();
}
