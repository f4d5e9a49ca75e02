/* SPDX-License-Identifier: MIT */
#include "core/stream/cts-publisher.h"

#include "stream-test.h"
#include "tests/support/cts-test-records.h"
#include "tests/support/cts-test-serializer.h"
#include "tests/support/cts-test-sink.h"

#include <string.h>

#define RING_BYTES (16u << 20)
#define N_WORKERS  4
/* Packets that wait for a push sink at most; one more is with the sink. */
#define QUEUE_PACKETS 16

typedef struct
{
  CtsWorkers *workers;
  CtsShardPool *shards;
  CtsPublisher *publisher;
  CtsLogInfo *log;
  /* The record published next; its sequence number is one more. */
  guint64 next_index;
  int n_groups_done;
} Fixture;

static void
fixture_open (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CtsSerializer) serializer = cts_test_serializer_new ();

  fixture->workers = cts_workers_new (N_WORKERS);
  fixture->shards = cts_shard_pool_new (&stream_test_quiet);
  fixture->publisher = cts_publisher_new (fixture->workers, fixture->shards, RING_BYTES);
  cts_publisher_add_serializer (fixture->publisher, serializer);
  fixture->log = cts_test_log ("log");
}

static void
fixture_close (Fixture *fixture, gconstpointer data)
{
  cts_publisher_stop (fixture->publisher);
  cts_shard_pool_free (fixture->shards, 0);
  g_assert_finalize_object (fixture->publisher);
  cts_workers_unref (fixture->workers);
  cts_log_info_unref (fixture->log);
}

static void
count_done (gpointer counter)
{
  g_atomic_int_inc ((int *) counter);
}

/* Publishes a group of batches of these sizes. */
static void
publish_sizes (Fixture *fixture, const guint *sizes, guint n_sizes)
{
  g_autoptr (CtsGroup) group = cts_group_new ();
  guint64 first_seq = fixture->next_index + 1;

  for (guint i = 0; i < n_sizes; i++)
    {
      g_autoptr (CtsBatch) batch = cts_test_batch (fixture->log, fixture->next_index, i, sizes[i]);

      cts_group_add (group, batch, i == 0 ? count_done : NULL, &fixture->n_groups_done);
      fixture->next_index += sizes[i];
    }
  cts_publisher_publish (fixture->publisher, group, first_seq);
}

static void
publish (Fixture *fixture, guint n_records)
{
  publish_sizes (fixture, &n_records, 1);
}

/* Groups of many shapes; sizes of 0 are batches that a filter has emptied. */
static void
publish_many (Fixture *fixture, guint n_groups)
{
  for (guint g = 0; g < n_groups; g++)
    {
      const guint sizes[] = { g % 5, 1 + g * 13 % 60, 0, g % 2 };

      publish_sizes (fixture, sizes, 1 + g % G_N_ELEMENTS (sizes));
    }
}

/* A client on a stream that the test opened for it: it gets what is appended from now on. */
static StreamPeer *
subscribe (Fixture *fixture, CtsStream *stream)
{
  int server_fd;
  StreamPeer *peer = stream_peer_new_tcp (&server_fd);

  cts_shard_pool_adopt (fixture->shards, server_fd, stream, NULL, NULL, NULL);
  return peer;
}

static guint64
read_index (StreamPeer *peer, const char *format)
{
  CtsWebsocketOpcode opcode;
  g_autoptr (GBytes) payload = stream_peer_read (peer, &opcode);
  gsize size;
  const char *data = g_bytes_get_data (payload, &size);
  g_autofree char *text = g_strndup (data, size);
  gsize n = strlen (format);

  g_assert_cmpint (opcode, ==, CTS_WEBSOCKET_TEXT);
  g_assert_true (g_str_has_prefix (text, format));
  g_assert_cmpint (text[n], ==, ' ');
  return g_ascii_strtoull (text + n + 1, NULL, 10);
}

static void
assert_gets (StreamPeer *peer, const char *format, guint64 from, guint64 end)
{
  for (guint64 i = from; i < end; i++)
    g_assert_cmpuint (read_index (peer, format), ==, i);
}

static guint64
get_n_encoded (Fixture *fixture, const char *format)
{
  return cts_publisher_get_n_encoded (fixture->publisher, format);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  CtsStream *lite = cts_publisher_open_stream (fixture->publisher, "lite", CTS_FRAMING_WEBSOCKET);
  CtsStream *domains
      = cts_publisher_open_stream (fixture->publisher, "domains", CTS_FRAMING_WEBSOCKET);
  g_autoptr (StreamPeer) first = subscribe (fixture, lite);
  g_autoptr (StreamPeer) second = subscribe (fixture, lite);
  g_autoptr (StreamPeer) third = subscribe (fixture, domains);

  publish_many (fixture, 300);
  assert_gets (first, "lite", 0, fixture->next_index);
  assert_gets (second, "lite", 0, fixture->next_index);
  assert_gets (third, "domains", 0, fixture->next_index);
  g_assert_cmpuint (get_n_encoded (fixture, "lite"), ==, fixture->next_index);
  g_assert_cmpuint (get_n_encoded (fixture, "domains"), ==, fixture->next_index);
  g_assert_cmpuint (get_n_encoded (fixture, "full"), ==, 0);

  cts_publisher_close_stream (fixture->publisher, lite);
  cts_publisher_close_stream (fixture->publisher, domains);
}

/* A stream has one serial number of its own; the second who wants it shares it. */
static void
test_shared (Fixture *fixture, gconstpointer data)
{
  CtsStream *first = cts_publisher_open_stream (fixture->publisher, "full", CTS_FRAMING_WEBSOCKET);
  CtsStream *second = cts_publisher_open_stream (fixture->publisher, "full", CTS_FRAMING_WEBSOCKET);
  CtsStream *other = cts_publisher_open_stream (fixture->publisher, "lite", CTS_FRAMING_WEBSOCKET);

  g_assert_true (first == second);
  g_assert_true (first != other);
  g_assert_cmpstr (cts_stream_get_format (first), ==, "full");
  cts_publisher_close_stream (fixture->publisher, first);
  cts_publisher_close_stream (fixture->publisher, second);
  cts_publisher_close_stream (fixture->publisher, other);
}

/* Whoever opens a stream while batches are on their way begins with the first record of one. */
static void
test_opened_later (Fixture *fixture, gconstpointer data)
{
  const guint batch_size = 50;

  for (guint round = 0; round < 9; round++)
    {
      static const char *const formats[] = { "lite", "full", "domains" };
      const char *format = formats[round % 3];
      CtsStream *stream;
      g_autoptr (StreamPeer) peer = NULL;
      guint64 opened_at, first;

      for (guint i = 0; i < 5; i++)
        publish (fixture, batch_size);
      stream = cts_publisher_open_stream (fixture->publisher, format, CTS_FRAMING_WEBSOCKET);
      peer = subscribe (fixture, stream);
      opened_at = fixture->next_index;
      for (guint i = 0; i < 5; i++)
        publish (fixture, batch_size);
      first = read_index (peer, format);
      g_assert_cmpuint (first % batch_size, ==, 0);
      g_assert_cmpuint (first, <=, opened_at);
      assert_gets (peer, format, first + 1, fixture->next_index);
      cts_publisher_close_stream (fixture->publisher, stream);
    }
}

/* Not a record is encoded that nobody wants, and its group is done at once. */
static void
test_no_reader (Fixture *fixture, gconstpointer data)
{
  publish_many (fixture, 20);
  g_assert_cmpuint (get_n_encoded (fixture, "lite"), ==, 0);
  g_assert_cmpuint (get_n_encoded (fixture, "full"), ==, 0);
  g_assert_cmpuint (get_n_encoded (fixture, "domains"), ==, 0);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_groups_done), ==, 20);
}

/* Those who come back soon find the stream they left, without a hole. */
static void
test_reopened (Fixture *fixture, gconstpointer data)
{
  CtsStream *before = cts_publisher_open_stream (fixture->publisher, "lite", CTS_FRAMING_WEBSOCKET);
  CtsStream *held = cts_stream_ref (before);
  CtsStream *after;

  cts_publisher_close_stream (fixture->publisher, before);
  publish (fixture, 10);
  g_assert_cmpuint (fixture->next_index, ==, 10);
  after = cts_publisher_open_stream (fixture->publisher, "lite", CTS_FRAMING_WEBSOCKET);
  g_assert_true (after == held);
  cts_publisher_close_stream (fixture->publisher, after);
  cts_stream_unref (held);
}

static gboolean
is_expired (Fixture *fixture)
{
  guint64 before = get_n_encoded (fixture, "lite");
  int n_done = g_atomic_int_get (&fixture->n_groups_done);

  publish (fixture, 1);
  /* Done means appended or wanted by nobody. */
  while (g_atomic_int_get (&fixture->n_groups_done) == n_done)
    g_thread_yield ();
  return get_n_encoded (fixture, "lite") == before;
}

/* A stream that nobody came back to costs nothing any more. */
static void
test_expiry (Fixture *fixture, gconstpointer data)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  CtsStream *stream;

  cts_publisher_set_idle_ms (fixture->publisher, 50);
  stream = cts_publisher_open_stream (fixture->publisher, "lite", CTS_FRAMING_WEBSOCKET);
  g_assert_false (is_expired (fixture));
  cts_publisher_close_stream (fixture->publisher, stream);
  while (!is_expired (fixture))
    g_assert_cmpint (g_get_monotonic_time (), <, end);

  /* And it can be had again. */
  stream = cts_publisher_open_stream (fixture->publisher, "lite", CTS_FRAMING_WEBSOCKET);
  g_assert_false (is_expired (fixture));
  cts_publisher_close_stream (fixture->publisher, stream);
}

static void
test_unknown_format (Fixture *fixture, gconstpointer data)
{
  static const char *const formats[] = { "Lite", "", "nothing" };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_assert_false (cts_publisher_has_format (fixture->publisher, formats[i]));
      g_assert_null (
          cts_publisher_open_stream (fixture->publisher, formats[i], CTS_FRAMING_WEBSOCKET));
      g_assert_cmpuint (get_n_encoded (fixture, formats[i]), ==, 0);
    }
  g_assert_true (cts_publisher_has_format (fixture->publisher, "domains"));
}

static void
test_push_sink (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CtsTestSink) sink = cts_test_sink_new ("full");
  g_autoptr (GError) error = NULL;

  publish (fixture, 3);
  cts_publisher_add_push_sink (fixture->publisher, CTS_SINK (sink), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 20; i++)
    {
      publish_many (fixture, 4);
      cts_test_sink_wait_records (sink, 4, (guint) fixture->next_index - 3);
    }
  g_assert_cmpuint (get_n_encoded (fixture, "full"), ==, fixture->next_index - 3);
  g_assert_cmpuint (get_n_encoded (fixture, "lite"), ==, 0);
  cts_publisher_stop (fixture->publisher);
}

static void
test_push_sink_format (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *format;
    const char *message;
  } cases[] = {
    { "nothing", "sink 'test': no serializer makes the format 'nothing' it names as stream" },
    { NULL, "sink 'test': no serializer makes the format '' it names as stream" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CtsTestSink) sink = cts_test_sink_new (cases[i].format);
      g_autoptr (GError) error = NULL;

      g_assert_false (cts_publisher_add_push_sink (fixture->publisher, CTS_SINK (sink), &error));
      g_assert_error (error, CTS_STAGE_ERROR, CTS_STAGE_ERROR_FAILED);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

/* A sink that stands still is left behind, and neither clients nor other sinks wait for it. */
static void
test_slow_push_sink (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CtsTestSink) slow = cts_test_sink_new ("lite");
  g_autoptr (CtsTestSink) quick = cts_test_sink_new ("lite");
  CtsStream *stream = cts_publisher_open_stream (fixture->publisher, "lite", CTS_FRAMING_WEBSOCKET);
  g_autoptr (StreamPeer) peer = subscribe (fixture, stream);

  g_assert_true (cts_publisher_add_push_sink (fixture->publisher, CTS_SINK (slow), NULL));
  g_assert_true (cts_publisher_add_push_sink (fixture->publisher, CTS_SINK (quick), NULL));
  cts_test_sink_set_gate (slow, FALSE);
  publish (fixture, 5);
  cts_test_sink_wait_held (slow);

  g_test_expect_message ("cts-pipeline", G_LOG_LEVEL_WARNING, "sink 'test' does not keep up*");
  for (guint i = 0; i < 2 * QUEUE_PACKETS; i++)
    {
      publish (fixture, 5);
      cts_test_sink_wait_records (quick, 1, (guint) fixture->next_index);
    }
  assert_gets (peer, "lite", 0, fixture->next_index);
  g_test_assert_expected_messages ();

  cts_test_sink_set_gate (slow, TRUE);
  cts_test_sink_wait_records (slow, 1, (1 + QUEUE_PACKETS) * 5);
  cts_publisher_close_stream (fixture->publisher, stream);
}

/* Batches that workers still have are let go, and nobody waits for what was not sent. */
static void
test_stop (Fixture *fixture, gconstpointer data)
{
  CtsStream *stream = cts_publisher_open_stream (fixture->publisher, "lite", CTS_FRAMING_WEBSOCKET);

  publish_many (fixture, 100);
  cts_publisher_stop (fixture->publisher);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_groups_done), ==, 100);
  cts_publisher_close_stream (fixture->publisher, stream);
}

typedef struct
{
  Fixture *fixture;
  const char *format;
} Reader;

/* Clients come and go while records are published. */
static gpointer
come_and_go (gpointer data)
{
  Reader *reader = data;
  CtsPublisher *publisher = reader->fixture->publisher;

  for (guint i = 0; i < 500; i++)
    {
      CtsStream *stream
          = cts_publisher_open_stream (publisher, reader->format, CTS_FRAMING_WEBSOCKET);

      g_assert_nonnull (stream);
      cts_publisher_close_stream (publisher, stream);
    }
  return NULL;
}

static void
test_threads (Fixture *fixture, gconstpointer data)
{
  Reader readers[] = { { fixture, "lite" }, { fixture, "full" }, { fixture, "lite" } };
  GThread *threads[G_N_ELEMENTS (readers)];
  CtsStream *stream
      = cts_publisher_open_stream (fixture->publisher, "domains", CTS_FRAMING_WEBSOCKET);
  g_autoptr (StreamPeer) peer = subscribe (fixture, stream);

  cts_publisher_set_idle_ms (fixture->publisher, 0);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("reader", come_and_go, &readers[i]);
  publish_many (fixture, 100);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  assert_gets (peer, "domains", 0, fixture->next_index);
  cts_publisher_close_stream (fixture->publisher, stream);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_open, func, fixture_close)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/stream/publisher/order", test_order);
  ADD ("/stream/publisher/shared", test_shared);
  ADD ("/stream/publisher/opened-later", test_opened_later);
  ADD ("/stream/publisher/no-reader", test_no_reader);
  ADD ("/stream/publisher/reopened", test_reopened);
  ADD ("/stream/publisher/expiry", test_expiry);
  ADD ("/stream/publisher/unknown-format", test_unknown_format);
  ADD ("/stream/publisher/push-sink", test_push_sink);
  ADD ("/stream/publisher/push-sink/format", test_push_sink_format);
  ADD ("/stream/publisher/push-sink/slow", test_slow_push_sink);
  ADD ("/stream/publisher/stop", test_stop);
  ADD ("/stream/publisher/threads", test_threads);
  return g_test_run ();
}
