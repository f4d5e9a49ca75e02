/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-pipeline"

#include "cts-push-queue.h"

/* Packets that wait at most; each holds a slab of 2 MiB or, rarely, more. */
#define MAX_PACKETS 16
/* Time between two tries of a packet that a sink refused. */
#define RETRY_MS 1000

struct _CtsPushQueue
{
  CtsSink *sink;
  GThread *thread;

  GMutex lock; /* guards all below */
  GCond changed;
  GQueue packets;
  guint64 n_dropped;
  gboolean stopping;
};

/* Waits until the queue is to stop, or @ms have gone. The lock is held. */
static void
push_queue_pause (CtsPushQueue *queue, guint ms)
{
  gint64 end = g_get_monotonic_time () + (gint64) ms * 1000;

  while (!queue->stopping && g_cond_wait_until (&queue->changed, &queue->lock, end))
    ;
}

/* Gives @packet to the sink until it takes it. The lock is held, but not while the sink works. */
static void
push_queue_write (CtsPushQueue *queue, CtsPacket *packet)
{
  gboolean logged = FALSE;

  while (!queue->stopping)
    {
      g_autoptr (GError) error = NULL;
      gboolean taken;

      g_mutex_unlock (&queue->lock);
      taken = cts_sink_write (queue->sink, packet, &error);
      g_mutex_lock (&queue->lock);
      if (taken)
        return;

      if (!logged)
        g_warning ("sink '%s': %s; the packet is tried again",
                   cts_stage_get_name (CTS_STAGE (queue->sink)),
                   error != NULL ? error->message : "refused without a reason");
      logged = TRUE;
      push_queue_pause (queue, RETRY_MS);
    }
}

static gpointer
push_queue_run (gpointer data)
{
  CtsPushQueue *queue = data;

  g_mutex_lock (&queue->lock);
  while (!queue->stopping)
    {
      g_autoptr (CtsPacket) packet = g_queue_pop_head (&queue->packets);

      if (packet != NULL)
        push_queue_write (queue, packet);
      else
        g_cond_wait (&queue->changed, &queue->lock);
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
 * Ends the thread once the sink has finished the packet it has; those behind it are dropped.
 */
void
cts_push_queue_free (CtsPushQueue *queue)
{
  g_mutex_lock (&queue->lock);
  queue->stopping = TRUE;
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
  gboolean first_drop = FALSE;

  g_mutex_lock (&queue->lock);
  if (g_queue_get_length (&queue->packets) < MAX_PACKETS)
    {
      g_queue_push_tail (&queue->packets, cts_packet_ref (packet));
      g_cond_signal (&queue->changed);
    }
  else
    {
      first_drop = queue->n_dropped == 0;
      queue->n_dropped += cts_packet_get_n_frames (packet);
    }
  g_mutex_unlock (&queue->lock);

  if (first_drop)
    g_warning ("sink '%s' does not keep up, records are dropped for it",
               cts_stage_get_name (CTS_STAGE (queue->sink)));
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
