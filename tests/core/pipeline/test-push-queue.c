/* SPDX-License-Identifier: MIT */
#include "core/pipeline/cts-push-queue.h"

#include "core/api/cts-packet-private.h"
#include "tests/support/cts-test-records.h"
#include "tests/support/cts-test-sink.h"

/* Packets that wait at most; one more is with the sink. */
#define QUEUE_PACKETS 16
#define FRAMES        3

/* Packet @i of a row: its numbers follow those of the one before it. */
static void
push (CtsPushQueue *queue, guint i)
{
  static const guint32 ends[FRAMES] = { 0 };
  g_autoptr (CtsLogInfo) log = cts_test_log ("log");
  g_autoptr (CtsBatch) batch = cts_test_batch (log, 0, 0, FRAMES);
  g_autoptr (CtsSlabPool) pool = cts_slab_pool_new (0);
  CtsSlab slab = { g_malloc (1), 1 };
  g_autoptr (CtsPacket) packet
      = cts_packet_new (batch, "lite", 1 + i * FRAMES, pool, slab, ends, FRAMES);

  cts_push_queue_push (queue, packet);
}

static void
test_order (void)
{
  g_autoptr (CtsTestSink) sink = cts_test_sink_new ("lite");
  g_autoptr (CtsPushQueue) queue = cts_push_queue_new (CTS_SINK (sink));

  g_assert_true (cts_push_queue_get_sink (queue) == CTS_SINK (sink));
  for (guint i = 0; i < 200; i++)
    {
      push (queue, i);
      /* Never more at a time than the queue holds. */
      if (i % QUEUE_PACKETS == 0)
        cts_test_sink_wait_records (sink, 1, (i + 1) * FRAMES);
    }
  cts_test_sink_wait_records (sink, 1, 200 * FRAMES);
  g_assert_cmpuint (cts_push_queue_get_n_dropped (queue), ==, 0);
}

/* What does not fit is dropped and counted, and pushing does not wait. */
static void
test_slow_sink (void)
{
  g_autoptr (CtsTestSink) sink = cts_test_sink_new ("lite");
  g_autoptr (CtsPushQueue) queue = cts_push_queue_new (CTS_SINK (sink));

  cts_test_sink_set_gate (sink, FALSE);
  push (queue, 0);
  cts_test_sink_wait_held (sink);
  for (guint i = 1; i <= QUEUE_PACKETS; i++)
    push (queue, i);
  g_assert_cmpuint (cts_push_queue_get_n_dropped (queue), ==, 0);

  g_test_expect_message ("cts-pipeline", G_LOG_LEVEL_WARNING, "sink 'test' does not keep up*");
  for (guint i = 0; i < 5; i++)
    push (queue, 1000 + i);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (cts_push_queue_get_n_dropped (queue), ==, 5 * FRAMES);

  cts_test_sink_set_gate (sink, TRUE);
  cts_test_sink_wait_records (sink, 1, (1 + QUEUE_PACKETS) * FRAMES);
}

static void
test_refused (void)
{
  g_autoptr (CtsTestSink) sink = cts_test_sink_new ("lite");
  g_autoptr (CtsPushQueue) queue = cts_push_queue_new (CTS_SINK (sink));

  g_test_expect_message ("cts-pipeline", G_LOG_LEVEL_WARNING,
                         "sink 'test': not now; the packet is tried again");
  cts_test_sink_refuse_next (sink);
  push (queue, 0);
  push (queue, 1);
  cts_test_sink_wait_records (sink, 1, 2 * FRAMES);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (cts_push_queue_get_n_dropped (queue), ==, 0);
}

/* Packets that still wait are dropped, and nobody keeps the sink. */
static void
test_free (void)
{
  CtsTestSink *sink = cts_test_sink_new ("lite");
  CtsPushQueue *queue = cts_push_queue_new (CTS_SINK (sink));

  for (guint i = 0; i < QUEUE_PACKETS / 2; i++)
    push (queue, i);
  cts_push_queue_free (queue);
  g_assert_finalize_object (sink);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipeline/push-queue/order", test_order);
  g_test_add_func ("/pipeline/push-queue/slow-sink", test_slow_sink);
  g_test_add_func ("/pipeline/push-queue/refused", test_refused);
  g_test_add_func ("/pipeline/push-queue/free", test_free);
  return g_test_run ();
}
