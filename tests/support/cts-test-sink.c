/* SPDX-License-Identifier: MIT */
#include "cts-test-sink.h"

#define WAIT_SECONDS 30

struct _CtsTestSink
{
  CtsSink parent_instance;

  GMutex lock; /* guards all below */
  GCond changed;
  GArray *seqs; /* of guint64 */
  gboolean shut;
  gboolean refuses;
  gboolean holds;
};

G_DEFINE_FINAL_TYPE (CtsTestSink, cts_test_sink, CTS_TYPE_SINK)

static gboolean
cts_test_sink_write (CtsSink *sink, CtsPacket *packet, GError **error)
{
  CtsTestSink *self = CTS_TEST_SINK (sink);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->refuses)
    {
      self->refuses = FALSE;
      g_set_error_literal (error, CTS_STAGE_ERROR, CTS_STAGE_ERROR_FAILED, "not now");
      return FALSE;
    }
  self->holds = TRUE;
  g_cond_broadcast (&self->changed);
  while (self->shut)
    g_cond_wait (&self->changed, &self->lock);
  self->holds = FALSE;
  for (guint i = 0; i < cts_packet_get_n_frames (packet); i++)
    {
      guint64 seq = cts_packet_get_first_seq (packet) + i;

      g_array_append_val (self->seqs, seq);
    }
  g_cond_broadcast (&self->changed);
  return TRUE;
}

static void
cts_test_sink_finalize (GObject *object)
{
  CtsTestSink *self = CTS_TEST_SINK (object);

  g_array_unref (self->seqs);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (cts_test_sink_parent_class)->finalize (object);
}

static void
cts_test_sink_class_init (CtsTestSinkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cts_test_sink_finalize;
  CTS_SINK_CLASS (klass)->write = cts_test_sink_write;
}

static void
cts_test_sink_init (CtsTestSink *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->seqs = g_array_new (FALSE, FALSE, sizeof (guint64));
}

CtsTestSink *
cts_test_sink_new (const char *format)
{
  return g_object_new (CTS_TYPE_TEST_SINK, "name", "test", "stream", format, NULL);
}

void
cts_test_sink_set_gate (CtsTestSink *self, gboolean open)
{
  g_mutex_lock (&self->lock);
  self->shut = !open;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

void
cts_test_sink_refuse_next (CtsTestSink *self)
{
  g_mutex_lock (&self->lock);
  self->refuses = TRUE;
  g_mutex_unlock (&self->lock);
}

/* The lock is held. */
static void
wait_changed (CtsTestSink *self)
{
  gint64 end = g_get_monotonic_time () + WAIT_SECONDS * G_TIME_SPAN_SECOND;

  if (!g_cond_wait_until (&self->changed, &self->lock, end))
    g_error ("the sink was given nothing within %d s", WAIT_SECONDS);
}

void
cts_test_sink_wait_held (CtsTestSink *self)
{
  g_mutex_lock (&self->lock);
  while (!self->holds)
    wait_changed (self);
  g_mutex_unlock (&self->lock);
}

void
cts_test_sink_wait_records (CtsTestSink *self, guint64 first_seq, guint n)
{
  g_mutex_lock (&self->lock);
  while (self->seqs->len < n)
    wait_changed (self);
  g_assert_cmpuint (self->seqs->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (g_array_index (self->seqs, guint64, i), ==, first_seq + i);
  g_mutex_unlock (&self->lock);
}
