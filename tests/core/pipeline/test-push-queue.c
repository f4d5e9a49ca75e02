/* SPDX-License-Identifier: MIT */
#include "core/pipeline/cts-push-queue.h"

#include "fake-sink.h"
#include "tests/core/stream/stream-test.h"

/* The queue holds 32 MiB: so many packets that fill a slab, and many more small ones. */
#define MAX_PACKETS 16
#define N_FRAMES    3
#define SMALL_FRAME 10
#define LARGE_FRAME ((2u << 20) / N_FRAMES)

static void
push_of (CtsPushQueue *queue, guint64 *next, gsize frame_size)
{
  g_autoptr (CtsPacket) packet = stream_test_packet (*next, N_FRAMES, frame_size);

  cts_push_queue_push (queue, packet);
  *next += N_FRAMES;
}

static void
push (CtsPushQueue *queue, guint64 *next)
{
  push_of (queue, next, SMALL_FRAME);
}

static void
test_order (void)
{
  g_autoptr (FakeSink) sink = fake_sink_new ("sink", "lite");
  g_autoptr (CtsPushQueue) queue = cts_push_queue_new (CTS_SINK (sink));
  guint64 next = 5;

  for (guint round = 1; round <= 10; round++)
    {
      for (guint i = 0; i < MAX_PACKETS; i++)
        push (queue, &next);
      fake_sink_wait_packets (sink, round * MAX_PACKETS);
    }
  fake_sink_check_seqs (sink, 0, 5, 10 * MAX_PACKETS * N_FRAMES);
  g_assert_cmpuint (cts_push_queue_get_n_dropped (queue), ==, 0);
  g_assert_true (cts_push_queue_get_sink (queue) == CTS_SINK (sink));
}

/* What does not fit is dropped and counted; what is in the queue is not. */
static void
test_slow (void)
{
  g_autoptr (FakeSink) sink = fake_sink_new ("slow", "lite");
  g_autoptr (CtsPushQueue) queue = cts_push_queue_new (CTS_SINK (sink));
  guint64 next = 0;

  fake_sink_hold (sink, TRUE);
  push_of (queue, &next, LARGE_FRAME);
  fake_sink_wait_writes (sink, 1);
  for (guint i = 0; i < MAX_PACKETS; i++)
    push_of (queue, &next, LARGE_FRAME);
  g_assert_cmpuint (cts_push_queue_get_n_dropped (queue), ==, 0);

  g_test_expect_message ("cts-pipeline", G_LOG_LEVEL_WARNING, "sink 'slow' does not keep up*");
  for (guint i = 0; i < 4; i++)
    push_of (queue, &next, LARGE_FRAME);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (cts_push_queue_get_n_dropped (queue), ==, 4 * N_FRAMES);

  fake_sink_hold (sink, FALSE);
  fake_sink_wait_packets (sink, 1 + MAX_PACKETS);
  push_of (queue, &next, LARGE_FRAME);
  fake_sink_wait_packets (sink, 1 + MAX_PACKETS + 1);
  fake_sink_check_seqs (sink, 0, 0, (1 + MAX_PACKETS) * N_FRAMES);
  fake_sink_check_seqs (sink, (1 + MAX_PACKETS) * N_FRAMES, next - N_FRAMES, N_FRAMES);
}

/* In quiet times packets are small: a sink that rests for a while misses none. */
static void
test_many_small (void)
{
  g_autoptr (FakeSink) sink = fake_sink_new ("slow", "lite");
  g_autoptr (CtsPushQueue) queue = cts_push_queue_new (CTS_SINK (sink));
  guint64 next = 0;

  fake_sink_hold (sink, TRUE);
  for (guint i = 0; i < 2000; i++)
    push (queue, &next);
  g_assert_cmpuint (cts_push_queue_get_n_dropped (queue), ==, 0);
  fake_sink_hold (sink, FALSE);
  fake_sink_wait_packets (sink, 2000);
  fake_sink_check_seqs (sink, 0, 0, 2000 * N_FRAMES);
}

/* A refused packet comes again, before those behind it. Takes the second between two tries. */
static void
test_refused (void)
{
  g_autoptr (FakeSink) sink = fake_sink_new ("moody", "lite");
  g_autoptr (CtsPushQueue) queue = cts_push_queue_new (CTS_SINK (sink));
  guint64 next = 0;

  sink->n_refusals = 1;
  g_test_expect_message ("cts-pipeline", G_LOG_LEVEL_WARNING,
                         "sink 'moody': not now; the packet is tried again");
  push (queue, &next);
  push (queue, &next);
  fake_sink_wait_packets (sink, 2);
  g_test_assert_expected_messages ();
  fake_sink_check_seqs (sink, 0, 0, 2 * N_FRAMES);
  g_assert_cmpuint (sink->n_writes, ==, 3);
}

/* Neither a sink that refuses for ever nor what waits behind it holds up the end. */
static void
test_stop (void)
{
  g_autoptr (FakeSink) sink = fake_sink_new ("moody", "lite");
  CtsPushQueue *queue = cts_push_queue_new (CTS_SINK (sink));
  guint64 next = 0;

  sink->n_refusals = G_MAXUINT;
  g_test_expect_message ("cts-pipeline", G_LOG_LEVEL_WARNING, "*tried again");
  push (queue, &next);
  push (queue, &next);
  fake_sink_wait_writes (sink, 1);
  cts_push_queue_free (queue);
  g_assert_cmpuint (sink->n_packets, ==, 0);
  g_test_assert_expected_messages ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipeline/push-queue/order", test_order);
  g_test_add_func ("/pipeline/push-queue/slow", test_slow);
  g_test_add_func ("/pipeline/push-queue/many-small", test_many_small);
  g_test_add_func ("/pipeline/push-queue/refused", test_refused);
  g_test_add_func ("/pipeline/push-queue/stop", test_stop);
  return g_test_run ();
}
