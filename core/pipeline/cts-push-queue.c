/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-pipeline"

#include "cts-push-queue.h"

#include "core/api/cts-packet-private.h"

/* Bytes of frames that wait at most; a packet that comes when nothing waits may be larger. */
#define MAX_BYTES (32u << 20)
/* Time that a sink has at the end for what still waits. */
#define DRAIN_MS 3000
/* Least time between two lines about records dropped. */
#define DROP_REPORT_US (60 * G_USEC_PER_SEC)
/* Time between two tries of a packet that a sink refused. */
#define RETRY_MS 1000

struct _CtsPushQueue
{
  CtsSink *sink;
  GThread *thread;

  GMutex lock; /* guards all below */
  GCond changed;
  GQueue packets;
  gsize n_bytes;
  guint64 n_dropped;
  gint64 next_report_us;
  gboolean refusing;
  gboolean stopping;
  gint64 drain_until_us;
};

/* Waits until the queue is to stop, or @ms have gone. The lock is held. */
static void
push_queue_pause (CtsPushQueue *queue, guint ms)
{
  gint64 end = g_get_monotonic_time () + (gint64) ms * 1000;

  while (!queue->stopping && g_cond_wait_until (&queue->changed, &queue->lock, end))
    ;
}

/* Gives @packet to the sink until it takes it, or refuses it at the end. The lock is held, but not
 * while the sink works. */
static void
push_queue_write (CtsPushQueue *queue, CtsPacket *packet)
{
  do
    {
      g_autoptr (GError) error = NULL;
      gboolean taken;

      g_mutex_unlock (&queue->lock);
      taken = cts_sink_write (queue->sink, packet, &error);
      g_mutex_lock (&queue->lock);
      if (!taken && !queue->refusing)
        g_warning ("sink '%s': %s; the packet is tried again",
                   cts_stage_get_name (CTS_STAGE (queue->sink)),
                   error != NULL ? error->message : "refused without a reason");
      queue->refusing = !taken;
      if (taken)
        return;
      push_queue_pause (queue, RETRY_MS);
    }
  while (!queue->stopping);
}

/* At the end the sink may still take what waits, but not for ever. The lock is held. */
static gboolean
push_queue_goes_on (CtsPushQueue *queue)
{
  return !queue->stopping
         || (!g_queue_is_empty (&queue->packets)
             && g_get_monotonic_time () < queue->drain_until_us);
}

static gpointer
push_queue_run (gpointer data)
{
  CtsPushQueue *queue = data;

  g_mutex_lock (&queue->lock);
  while (push_queue_goes_on (queue))
    {
      g_autoptr (CtsPacket) packet = g_queue_pop_head (&queue->packets);

      if (packet == NULL)
        {
          g_cond_wait (&queue->changed, &queue->lock);
          continue;
        }
      queue->n_bytes -= cts_packet_get_memory (packet);
      push_queue_write (queue, packet);
    }
  g_mutex_unlock (&queue->lock);
  return NULL;
}

/**
 * cts_push_queue_new:
 * @sink: a push sink; a reference is taken
 *
 * Starts the thread of a push sink.
 *
 * Returns: (transfer full): its queue
 */
CtsPushQueue *
cts_push_queue_new (CtsSink *sink)
{
  CtsPushQueue *queue = g_new0 (CtsPushQueue, 1);

  queue->sink = g_object_ref (sink);
  g_mutex_init (&queue->lock);
  g_cond_init (&queue->changed);
  g_queue_init (&queue->packets);
  queue->thread = g_thread_new ("cts-push", push_queue_run, queue);
  return queue;
}

/**
 * cts_push_queue_free:
 * @queue: (transfer full): a queue
 *
 * Lets the sink take what waits, for three seconds at most, then ends the thread once the sink has
 * finished the packet it has.
 */
void
cts_push_queue_free (CtsPushQueue *queue)
{
  g_mutex_lock (&queue->lock);
  queue->stopping = TRUE;
  queue->drain_until_us = g_get_monotonic_time () + DRAIN_MS * 1000;
  g_cond_signal (&queue->changed);
  g_mutex_unlock (&queue->lock);
  g_thread_join (queue->thread);

  g_queue_clear_full (&queue->packets, (GDestroyNotify) cts_packet_unref);
  g_cond_clear (&queue->changed);
  g_mutex_clear (&queue->lock);
  g_object_unref (queue->sink);
  g_free (queue);
}

CtsSink *
cts_push_queue_get_sink (CtsPushQueue *queue)
{
  return queue->sink;
}

/* Counts a packet that does not fit; returns what to tell now, 0 for nothing. The lock is held. */
static guint64
push_queue_drop (CtsPushQueue *queue, CtsPacket *packet)
{
  gint64 now = g_get_monotonic_time ();

  queue->n_dropped += cts_packet_get_n_frames (packet);
  if (now < queue->next_report_us)
    return 0;
  queue->next_report_us = now + DROP_REPORT_US;
  return queue->n_dropped;
}

/**
 * cts_push_queue_push:
 * @queue: a queue
 * @packet: a packet
 *
 * Puts a packet at the end of the queue; never blocks. Any thread.
 */
void
cts_push_queue_push (CtsPushQueue *queue, CtsPacket *packet)
{
  gsize size = cts_packet_get_memory (packet);
  guint64 n_to_report = 0;

  g_mutex_lock (&queue->lock);
  if (g_queue_is_empty (&queue->packets) || queue->n_bytes + size <= MAX_BYTES)
    {
      g_queue_push_tail (&queue->packets, cts_packet_ref (packet));
      queue->n_bytes += size;
      g_cond_signal (&queue->changed);
    }
  else
    n_to_report = push_queue_drop (queue, packet);
  g_mutex_unlock (&queue->lock);

  if (n_to_report > 0)
    g_warning ("sink '%s' does not keep up: %" G_GUINT64_FORMAT " records dropped so far",
               cts_stage_get_name (CTS_STAGE (queue->sink)), n_to_report);
}

/**
 * cts_push_queue_get_n_dropped:
 * @queue: a queue
 *
 * Returns: records dropped because the sink did not keep up
 */
guint64
cts_push_queue_get_n_dropped (CtsPushQueue *queue)
{
  guint64 n_dropped;

  g_mutex_lock (&queue->lock);
  n_dropped = queue->n_dropped;
  g_mutex_unlock (&queue->lock);
  return n_dropped;
}
