/* SPDX-License-Identifier: MIT */
#include "fake-sink.h"

#define WAIT_SECONDS 20

G_DEFINE_FINAL_TYPE (FakeSink, fake_sink, CTS_TYPE_SINK)

static void
fake_sink_take (FakeSink *self, CtsPacket *packet)
{
  for (guint i = 0; i < cts_packet_get_n_frames (packet); i++)
    {
      guint64 seq = cts_packet_get_first_seq (packet) + i;
      gsize size;
      gconstpointer frame = cts_packet_get_frame (packet, i, &size);

      g_array_append_val (self->seqs, seq);
      g_ptr_array_add (self->frames, g_bytes_new (frame, size));
    }
  self->n_packets++;
}

static gboolean
fake_sink_write (CtsSink *sink, CtsPacket *packet, GError **error)
{
  FakeSink *self = FAKE_SINK (sink);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gboolean taken;

  self->n_writes++;
  g_cond_broadcast (&self->changed);
  while (self->is_held)
    g_cond_wait (&self->changed, &self->lock);

  taken = self->n_refusals == 0;
  if (taken)
    fake_sink_take (self, packet);
  else
    {
      self->n_refusals--;
      g_set_error_literal (error, CTS_STAGE_ERROR, CTS_STAGE_ERROR_FAILED, "not now");
    }
  g_cond_broadcast (&self->changed);
  return taken;
}

static void
fake_sink_finalize (GObject *object)
{
  FakeSink *self = FAKE_SINK (object);

  g_array_unref (self->seqs);
  g_ptr_array_unref (self->frames);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (fake_sink_parent_class)->finalize (object);
}

static void
fake_sink_class_init (FakeSinkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_sink_finalize;
  CTS_SINK_CLASS (klass)->write = fake_sink_write;
}

static void
fake_sink_init (FakeSink *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->seqs = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

FakeSink *
fake_sink_new (const char *name, const char *stream)
{
  return g_object_new (FAKE_TYPE_SINK, "name", name, "stream", stream, NULL);
}

void
fake_sink_hold (FakeSink *sink, gboolean hold)
{
  g_mutex_lock (&sink->lock);
  sink->is_held = hold;
  g_cond_broadcast (&sink->changed);
  g_mutex_unlock (&sink->lock);
}

static void
wait_counter (FakeSink *sink, const guint *counter, guint n)
{
  gint64 end = g_get_monotonic_time () + WAIT_SECONDS * G_TIME_SPAN_SECOND;

  g_mutex_lock (&sink->lock);
  while (*counter < n)
    if (!g_cond_wait_until (&sink->changed, &sink->lock, end))
      g_error ("%u of %u after %d s", *counter, n, WAIT_SECONDS);
  g_mutex_unlock (&sink->lock);
}

void
fake_sink_wait_writes (FakeSink *sink, guint n_writes)
{
  wait_counter (sink, &sink->n_writes, n_writes);
}

void
fake_sink_wait_packets (FakeSink *sink, guint n_packets)
{
  wait_counter (sink, &sink->n_packets, n_packets);
}

void
fake_sink_check_seqs (FakeSink *sink, guint at, guint64 first, guint n)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&sink->lock);

  g_assert_cmpuint (sink->seqs->len, >=, at + n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (g_array_index (sink->seqs, guint64, at + i), ==, first + i);
}
