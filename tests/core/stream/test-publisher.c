/* SPDX-License-Identifier: MIT */
#include "core/stream/cts-publisher.h"

#include "fake-serializer.h"
#include "stream-test.h"
#include "tests/core/pipeline/fake-sink.h"
#include "tests/support/cts-test-records.h"

#include <string.h>

#define N_WORKERS  4
#define RING_BYTES (1u << 20)
/* What a push queue holds. */
#define MAX_PACKETS 16

typedef struct
{
  CtsWorkers *workers;
  CtsShardPool *shards;
  CtsPublisher *publisher;
  FakeSerializer *serializer;
  CtsLogInfo *log;
  guint64 next;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->workers = cts_workers_new (N_WORKERS);
  fixture->shards = cts_shard_pool_new (&stream_test_quiet);
  fixture->publisher = cts_publisher_new (fixture->workers, fixture->shards, RING_BYTES);
  fixture->serializer = fake_serializer_new ();
  fixture->log = cts_test_log ("log");
  cts_publisher_add_serializer (fixture->publisher, CTS_SERIALIZER (fixture->serializer));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  cts_publisher_stop (fixture->publisher);
  cts_shard_pool_free (fixture->shards, 0);
  g_object_add_weak_pointer (G_OBJECT (fixture->publisher), (gpointer *) &fixture->publisher);
  g_object_unref (fixture->publisher);
  g_assert_null (fixture->publisher);
  cts_workers_unref (fixture->workers);
  g_object_unref (fixture->serializer);
  cts_log_info_unref (fixture->log);
}

static void
publish (Fixture *fixture, guint n_batches, guint n_records)
{
  fake_publish (fixture->publisher, fixture->log, &fixture->next, n_batches, n_records);
}

/* A subscriber, on behalf of whom the stream is opened until the shards are gone. */
static StreamPeer *
subscribe (Fixture *fixture, const char *format)
{
  g_autoptr (CtsStream) stream
      = cts_publisher_open_stream (fixture->publisher, format, CTS_FRAMING_WEBSOCKET);
  int fd;
  StreamPeer *peer = stream_peer_new_tcp (&fd);

  g_assert_nonnull (stream);
  cts_shard_pool_adopt (fixture->shards, fd, stream, NULL, NULL, NULL);
  return peer;
}

static void
check_text (GBytes *bytes, const char *format, guint64 index)
{
  g_autofree char *wanted = g_strdup_printf ("%s %" G_GUINT64_FORMAT, format, index);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), wanted,
                   strlen (wanted));
}

static void
read_records (StreamPeer *peer, const char *format, guint64 first, guint64 end)
{
  for (guint64 i = first; i < end; i++)
    {
      CtsWebsocketOpcode opcode;
      g_autoptr (GBytes) payload = stream_peer_read (peer, &opcode);

      g_assert_cmpint (opcode, ==, CTS_WEBSOCKET_TEXT);
      check_text (payload, format, i);
    }
}

static FakeSink *
add_sink (Fixture *fixture, const char *name, const char *stream)
{
  g_autoptr (GError) error = NULL;
  FakeSink *sink = fake_sink_new (name, stream);

  g_assert_true (cts_publisher_add_push_sink (fixture->publisher, CTS_SINK (sink), &error));
  g_assert_no_error (error);
  return sink;
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (StreamPeer) peer = subscribe (fixture, "lite");

  for (guint i = 0; i < 100; i++)
    publish (fixture, 1 + i % 5, 1 + i % 13);
  read_records (peer, "lite", 0, fixture->next);
  g_assert_cmpuint (cts_publisher_get_n_encoded (fixture->publisher, "lite"), ==, fixture->next);
}

/* A batch that takes long holds back those behind it. */
static void
test_overtaken (Fixture *fixture, gconstpointer data)
{
  g_autoptr (StreamPeer) peer = subscribe (fixture, "lite");

  /* The first batch is not done before the last one of the next group is. */
  fake_serializer_hold (fixture->serializer, 3, 59);
  publish (fixture, 2, 10);
  publish (fixture, 4, 10);
  read_records (peer, "lite", 0, 60);
  fake_serializer_check (fixture->serializer, FAKE_LITE, 0, 60, 1);
}

/* Whoever comes while batches are on their way begins with the first record of one. */
static void
test_later (Fixture *fixture, gconstpointer data)
{
  g_autoptr (StreamPeer) first = subscribe (fixture, "lite");
  g_autoptr (StreamPeer) second = NULL;
  g_autoptr (StreamPeer) other = NULL;

  publish (fixture, 3, 7);
  read_records (first, "lite", 0, 21);

  fake_serializer_hold (fixture->serializer, 23, 35);
  publish (fixture, 2, 7);
  second = subscribe (fixture, "lite");
  other = subscribe (fixture, "full");
  publish (fixture, 2, 7);

  read_records (first, "lite", 21, 49);
  /* Nothing of it was published yet. */
  read_records (second, "lite", 21, 49);
  /* Nobody had wanted this format before. */
  read_records (other, "full", 35, 49);
  fake_serializer_check (fixture->serializer, FAKE_FULL, 0, 35, 0);
  fake_serializer_check (fixture->serializer, FAKE_FULL, 35, 49, 1);
}

/* Empty batches make no packet and take no number. */
static void
test_empty (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FakeSink) sink = add_sink (fixture, "sink", "domains");

  publish (fixture, 2, 0);
  publish (fixture, 1, 5);
  publish (fixture, 1, 0);
  publish (fixture, 1, 5);
  fake_sink_wait_packets (sink, 2);
  fake_sink_check_seqs (sink, 0, 0, 10);
}

static void
test_push_sink (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FakeSink) sink = add_sink (fixture, "sink", "full");
  g_autoptr (FakeSink) lite = add_sink (fixture, "lite", "lite");

  for (guint round = 1; round <= 10; round++)
    {
      publish (fixture, 4, 5);
      publish (fixture, MAX_PACKETS - 4, 5);
      fake_sink_wait_packets (sink, round * MAX_PACKETS);
      fake_sink_wait_packets (lite, round * MAX_PACKETS);
    }
  fake_sink_check_seqs (sink, 0, 0, (guint) fixture->next);
  fake_sink_check_seqs (lite, 0, 0, (guint) fixture->next);
  for (guint i = 0; i < fixture->next; i++)
    {
      check_text (g_ptr_array_index (sink->frames, i), "full", i);
      check_text (g_ptr_array_index (lite->frames, i), "lite", i);
    }
  g_assert_cmpuint (cts_publisher_get_n_encoded (fixture->publisher, "full"), ==, fixture->next);
  g_assert_cmpuint (cts_publisher_get_n_encoded (fixture->publisher, "domains"), ==, 0);
}

/* Nobody waits for a sink that hangs: clients and other sinks get their records meanwhile. */
static void
test_slow_sink (Fixture *fixture, gconstpointer data)
{
  g_autoptr (StreamPeer) peer = subscribe (fixture, "lite");
  g_autoptr (FakeSink) slow = add_sink (fixture, "slow", "lite");
  g_autoptr (FakeSink) quick = add_sink (fixture, "quick", "lite");
  const guint n = 10;

  fake_sink_hold (slow, TRUE);
  publish (fixture, 1, n);
  fake_sink_wait_writes (slow, 1);
  for (guint i = 0; i < 2 * MAX_PACKETS; i++)
    {
      publish (fixture, 1, n);
      fake_sink_wait_packets (quick, i + 2);
    }
  read_records (peer, "lite", 0, fixture->next);
  fake_sink_check_seqs (quick, 0, 0, (guint) fixture->next);
  g_assert_cmpuint (slow->n_packets, ==, 0);

  fake_sink_hold (slow, FALSE);
  fake_sink_wait_packets (slow, 1 + 2 * MAX_PACKETS);
  fake_sink_check_seqs (slow, 0, 0, (guint) fixture->next);
}

static void
test_unknown_format (Fixture *fixture, gconstpointer data)
{
  static const char *const streams[] = { "nothing", "", "Lite", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    {
      g_autoptr (FakeSink) sink = fake_sink_new ("lost", streams[i]);
      g_autoptr (GError) error = NULL;

      g_assert_false (cts_publisher_add_push_sink (fixture->publisher, CTS_SINK (sink), &error));
      g_assert_error (error, CTS_STAGE_ERROR, CTS_STAGE_ERROR_FAILED);
      g_assert_nonnull (strstr (error->message, "sink 'lost'"));
      if (streams[i] != NULL)
        {
          g_autofree char *quoted = g_strdup_printf ("'%s'", streams[i]);

          g_assert_nonnull (strstr (error->message, quoted));
          g_assert_false (cts_publisher_has_format (fixture->publisher, streams[i]));
          g_assert_null (
              cts_publisher_open_stream (fixture->publisher, streams[i], CTS_FRAMING_WEBSOCKET));
        }
    }
  publish (fixture, 1, 3);
  cts_publisher_stop (fixture->publisher);
  for (guint f = 0; f < FAKE_N_FORMATS; f++)
    fake_serializer_check (fixture->serializer, f, 0, 3, 0);
}

/* One stream for a format, however often it is opened. */
static void
test_shared_stream (Fixture *fixture, gconstpointer data)
{
  CtsStream *one = cts_publisher_open_stream (fixture->publisher, "lite", CTS_FRAMING_WEBSOCKET);
  CtsStream *two = cts_publisher_open_stream (fixture->publisher, "lite", CTS_FRAMING_WEBSOCKET);
  CtsStream *other = cts_publisher_open_stream (fixture->publisher, "full", CTS_FRAMING_WEBSOCKET);

  g_assert_true (one == two);
  g_assert_true (one != other);
  g_assert_cmpstr (cts_stream_get_format (other), ==, "full");
  cts_publisher_close_stream (fixture->publisher, one);
  cts_publisher_close_stream (fixture->publisher, two);
  /* Kept for whoever comes back. */
  one = cts_publisher_open_stream (fixture->publisher, "lite", CTS_FRAMING_WEBSOCKET);
  g_assert_true (one == two);
  cts_publisher_close_stream (fixture->publisher, one);
  cts_publisher_close_stream (fixture->publisher, other);
}

/* Whether a record is published that nobody wants as lite. @clock says when it is done. */
static gboolean
is_expired (Fixture *fixture, FakeSink *clock, guint *n_packets)
{
  guint64 before = cts_publisher_get_n_encoded (fixture->publisher, "lite");

  publish (fixture, 1, 1);
  fake_sink_wait_packets (clock, ++*n_packets);
  return cts_publisher_get_n_encoded (fixture->publisher, "lite") == before;
}

/* A stream that nobody came back to costs nothing any more, and can be had again. */
static void
test_expiry (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FakeSink) clock = add_sink (fixture, "clock", "full");
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  guint n_packets = 0;

  for (guint round = 0; round < 2; round++)
    {
      CtsStream *stream
          = cts_publisher_open_stream (fixture->publisher, "lite", CTS_FRAMING_WEBSOCKET);

      cts_publisher_set_idle_ms (fixture->publisher, 20);
      g_assert_false (is_expired (fixture, clock, &n_packets));
      cts_publisher_close_stream (fixture->publisher, stream);
      while (!is_expired (fixture, clock, &n_packets))
        g_assert_cmpint (g_get_monotonic_time (), <, end);
    }
}

typedef struct
{
  CtsPublisher *publisher;
  const char *format;
} Guest;

static gpointer
come_and_go (gpointer data)
{
  Guest *guest = data;

  for (guint i = 0; i < 500; i++)
    {
      CtsStream *stream
          = cts_publisher_open_stream (guest->publisher, guest->format, CTS_FRAMING_WEBSOCKET);

      g_assert_nonnull (stream);
      cts_publisher_close_stream (guest->publisher, stream);
    }
  return NULL;
}

/* Streams come and go on many threads while records are published. */
static void
test_threads (Fixture *fixture, gconstpointer data)
{
  Guest guests[] = { { fixture->publisher, "lite" },
                     { fixture->publisher, "full" },
                     { fixture->publisher, "lite" } };
  GThread *threads[G_N_ELEMENTS (guests)];
  g_autoptr (StreamPeer) peer = subscribe (fixture, "domains");

  cts_publisher_set_idle_ms (fixture->publisher, 0);
  for (guint i = 0; i < G_N_ELEMENTS (guests); i++)
    threads[i] = g_thread_new ("guest", come_and_go, &guests[i]);
  for (guint i = 0; i < 100; i++)
    publish (fixture, 1 + i % 3, 10);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  read_records (peer, "domains", 0, fixture->next);
}

/* An end with work on all threads. */
static void
test_stop (Fixture *fixture, gconstpointer data)
{
  g_autoptr (StreamPeer) peer = subscribe (fixture, "lite");
  g_autoptr (FakeSink) sink = add_sink (fixture, "sink", "lite");

  fake_serializer_hold (fixture->serializer, 3, 59);
  publish (fixture, 6, 10);
  cts_publisher_stop (fixture->publisher);
  /* Each batch was done before its memory went. */
  fake_serializer_check (fixture->serializer, FAKE_LITE, 0, 60, 1);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/stream/publisher/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("order", test_order);
  ADD ("overtaken", test_overtaken);
  ADD ("later", test_later);
  ADD ("empty", test_empty);
  ADD ("push-sink", test_push_sink);
  ADD ("slow-sink", test_slow_sink);
  ADD ("unknown-format", test_unknown_format);
  ADD ("shared-stream", test_shared_stream);
  ADD ("expiry", test_expiry);
  ADD ("threads", test_threads);
  ADD ("stop", test_stop);
  return g_test_run ();
}
