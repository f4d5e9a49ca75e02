/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-stream"

#include "cts-publisher.h"

#include "core/pipeline/cts-push-queue.h"
#include "core/stream/cts-encoder.h"

/* Free slabs kept warm: one a format for each worker of a small machine. */
#define KEPT_SLABS 8
/* A stream without clients is kept so long, for those that reconnect. */
#define IDLE_MS 60000

/* A batch on its way: encoded by a worker, appended by the publisher thread. */
typedef struct
{
  CtsPublisher *publisher;
  CtsGroup *group;
  CtsBatch *batch; /* the group's */
  guint64 first_seq;
  guint wanted[CTS_PUBLISHER_MAX_SERIALIZERS];
  GPtrArray *packets; /* of CtsPacket */
  gboolean encoded;
} Job;

/* A stream and who uses it. */
typedef struct
{
  CtsStream *stream;
  CtsEncoder *encoder;
  int format;
  guint n_users;
  gint64 idle_since_us;
} Opened;

/* A push sink's queue, or rather its place among the readers of a format. */
typedef struct
{
  CtsPushQueue *queue;
  const char *format;
} Pushed;

struct _CtsPublisher
{
  GObject parent_instance;

  CtsWorkers *workers;
  CtsShardPool *shards;
  CtsSlabPool *slabs;
  gsize ring_bytes;
  GThread *thread;

  /* Only ever added to; the number is stored last, so that readers need no lock. */
  CtsEncoder *encoders[CTS_PUBLISHER_MAX_SERIALIZERS];
  guint n_encoders;

  GMutex lock; /* guards all below, and `encoded` of each job */
  GCond changed;
  GQueue jobs;
  GPtrArray *opened; /* of Opened */
  GPtrArray *pushed; /* of Pushed */
  guint idle_ms;
  gboolean stopping;
};

G_DEFINE_FINAL_TYPE (CtsPublisher, cts_publisher, G_TYPE_OBJECT)

static void
job_free (Job *job)
{
  g_ptr_array_unref (job->packets);
  cts_group_unref (job->group);
  g_free (job);
}

static void
opened_free (gpointer data)
{
  Opened *opened = data;

  cts_encoder_remove_reader (opened->encoder, opened->format);
  cts_stream_unref (opened->stream);
  g_free (opened);
}

static void
pushed_free (gpointer data)
{
  Pushed *pushed = data;

  cts_push_queue_free (pushed->queue);
  g_free (pushed);
}

static void
job_encode (gpointer data)
{
  Job *job = data;
  CtsPublisher *self = job->publisher;

  for (guint i = 0; i < CTS_PUBLISHER_MAX_SERIALIZERS; i++)
    if (job->wanted[i] != 0)
      cts_encoder_encode (self->encoders[i], job->batch, job->first_seq, job->wanted[i],
                          job->packets);

  g_mutex_lock (&self->lock);
  job->encoded = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* Streams and sinks of now; appending goes on without the lock, which the main context takes. */
static GPtrArray *
publisher_snapshot_streams (CtsPublisher *self)
{
  GPtrArray *streams = g_ptr_array_new_with_free_func ((GDestroyNotify) cts_stream_unref);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->opened->len; i++)
    {
      Opened *opened = g_ptr_array_index (self->opened, i);

      g_ptr_array_add (streams, cts_stream_ref (opened->stream));
    }
  g_mutex_unlock (&self->lock);
  return streams;
}

static void
publisher_push_packet (CtsPublisher *self, CtsPacket *packet)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->pushed->len; i++)
    {
      Pushed *pushed = g_ptr_array_index (self->pushed, i);

      if (g_str_equal (pushed->format, cts_packet_get_format (packet)))
        cts_push_queue_push (pushed->queue, packet);
    }
  g_mutex_unlock (&self->lock);
}

/* A stream that was opened after the job was made begins with it if its packet is there because
 * somebody else reads the format, else with the next one. */
static void
publisher_append (CtsPublisher *self, Job *job)
{
  g_autoptr (GPtrArray) streams = publisher_snapshot_streams (self);

  for (guint p = 0; p < job->packets->len; p++)
    {
      CtsPacket *packet = g_ptr_array_index (job->packets, p);

      for (guint s = 0; s < streams->len; s++)
        {
          CtsStream *stream = g_ptr_array_index (streams, s);

          if (g_str_equal (cts_stream_get_format (stream), cts_packet_get_format (packet)))
            cts_stream_append (stream, packet);
        }
      publisher_push_packet (self, packet);
    }
  cts_shard_pool_wake (self->shards);
}

/* Drops streams that nobody used for a while. Returns when to look again, 0 for never. The lock is
 * held. */
static gint64
publisher_expire (CtsPublisher *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 next = 0;

  for (guint i = self->opened->len; i-- > 0;)
    {
      Opened *opened = g_ptr_array_index (self->opened, i);
      gint64 due = opened->idle_since_us + (gint64) self->idle_ms * 1000;

      if (opened->n_users > 0)
        continue;
      if (due <= now)
        g_ptr_array_remove_index (self->opened, i);
      else
        next = next == 0 ? due : MIN (next, due);
    }
  return next;
}

/* Waits for the oldest job to be encoded; NULL at the end, when all was published. The lock is
 * held. */
static Job *
publisher_next (CtsPublisher *self)
{
  while (!self->stopping || !g_queue_is_empty (&self->jobs))
    {
      Job *job = g_queue_peek_head (&self->jobs);
      gint64 next = publisher_expire (self);

      if (job != NULL && job->encoded)
        return g_queue_pop_head (&self->jobs);
      if (next > 0)
        g_cond_wait_until (&self->changed, &self->lock, next);
      else
        g_cond_wait (&self->changed, &self->lock);
    }
  return NULL;
}

static gpointer
publisher_run (gpointer data)
{
  CtsPublisher *self = data;
  Job *job;

  g_mutex_lock (&self->lock);
  while ((job = publisher_next (self)) != NULL)
    {
      g_mutex_unlock (&self->lock);
      publisher_append (self, job);
      job_free (job);
      g_mutex_lock (&self->lock);
    }
  g_mutex_unlock (&self->lock);
  return NULL;
}

static void
cts_publisher_finalize (GObject *object)
{
  CtsPublisher *self = CTS_PUBLISHER (object);

  g_ptr_array_unref (self->opened);
  g_ptr_array_unref (self->pushed);
  for (guint i = 0; i < self->n_encoders; i++)
    cts_encoder_free (self->encoders[i]);
  cts_slab_pool_unref (self->slabs);
  cts_workers_unref (self->workers);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (cts_publisher_parent_class)->finalize (object);
}

static void
cts_publisher_class_init (CtsPublisherClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cts_publisher_finalize;
}

static void
cts_publisher_init (CtsPublisher *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->jobs);
  self->slabs = cts_slab_pool_new (KEPT_SLABS);
  self->idle_ms = IDLE_MS;
  self->opened = g_ptr_array_new_with_free_func (opened_free);
  self->pushed = g_ptr_array_new_with_free_func (pushed_free);
}

/**
 * cts_publisher_new:
 * @workers: where records are encoded
 * @shards: who serves the streams; it outlives the publisher's thread
 * @ring_bytes: size of each stream's ring
 *
 * Starts a publisher. Call cts_publisher_stop() before the last reference is dropped.
 *
 * Returns: (transfer full): a publisher
 */
CtsPublisher *
cts_publisher_new (CtsWorkers *workers, CtsShardPool *shards, gsize ring_bytes)
{
  CtsPublisher *self = g_object_new (CTS_TYPE_PUBLISHER, NULL);

  self->workers = cts_workers_ref (workers);
  self->shards = shards;
  self->ring_bytes = ring_bytes;
  self->thread = g_thread_new ("cts-publisher", publisher_run, self);
  return self;
}

/**
 * cts_publisher_set_idle_ms:
 * @self: a publisher
 * @idle_ms: milliseconds
 *
 * Sets for how long a stream is kept that nobody uses. Any thread.
 */
void
cts_publisher_set_idle_ms (CtsPublisher *self, guint idle_ms)
{
  g_mutex_lock (&self->lock);
  self->idle_ms = idle_ms;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/**
 * cts_publisher_add_serializer:
 * @self: a publisher
 * @serializer: a serializer, of at most %CTS_PUBLISHER_MAX_SERIALIZERS
 *
 * Adds the formats of a serializer. Of two that name the same format the first is taken. Main
 * context.
 */
void
cts_publisher_add_serializer (CtsPublisher *self, CtsSerializer *serializer)
{
  g_return_if_fail (self->n_encoders < CTS_PUBLISHER_MAX_SERIALIZERS);

  self->encoders[self->n_encoders] = cts_encoder_new (serializer, self->slabs);
  __atomic_store_n (&self->n_encoders, self->n_encoders + 1, __ATOMIC_RELEASE);
}

static guint
publisher_get_n_encoders (CtsPublisher *self)
{
  return __atomic_load_n (&self->n_encoders, __ATOMIC_ACQUIRE);
}

static CtsEncoder *
publisher_find_encoder (CtsPublisher *self, const char *format, int *place)
{
  for (guint i = 0; i < publisher_get_n_encoders (self); i++)
    {
      *place = cts_encoder_find_format (self->encoders[i], format);
      if (*place >= 0)
        return self->encoders[i];
    }
  return NULL;
}

/**
 * cts_publisher_has_format:
 * @self: a publisher
 * @format: name of a format
 *
 * Returns: whether a serializer makes @format
 */
gboolean
cts_publisher_has_format (CtsPublisher *self, const char *format)
{
  int place;

  return publisher_find_encoder (self, format, &place) != NULL;
}

/**
 * cts_publisher_get_n_encoded:
 * @self: a publisher
 * @format: name of a format
 *
 * Returns: records encoded in @format so far, whoever read them
 */
guint64
cts_publisher_get_n_encoded (CtsPublisher *self, const char *format)
{
  int place;
  CtsEncoder *encoder = publisher_find_encoder (self, format, &place);

  return encoder != NULL ? cts_encoder_get_n_encoded (encoder, place) : 0;
}

/* The lock is held. */
static Opened *
publisher_find_opened (CtsPublisher *self, CtsEncoder *encoder, int format, CtsFraming framing)
{
  for (guint i = 0; i < self->opened->len; i++)
    {
      Opened *opened = g_ptr_array_index (self->opened, i);

      if (opened->encoder == encoder && opened->format == format
          && cts_stream_get_framing (opened->stream) == framing)
        return opened;
    }
  return NULL;
}

/**
 * cts_publisher_open_stream:
 * @self: a publisher
 * @format: name of a format
 * @framing: how messages are put on the wire
 *
 * Finds the stream of a format, or makes it: it then begins with the next batch committed. Each
 * call is undone by one of cts_publisher_close_stream(). Any thread.
 *
 * Returns: (transfer full) (nullable): the stream; %NULL when no serializer makes @format
 */
CtsStream *
cts_publisher_open_stream (CtsPublisher *self, const char *format, CtsFraming framing)
{
  int place;
  CtsEncoder *encoder = publisher_find_encoder (self, format, &place);
  Opened *opened;
  CtsStream *stream;

  if (encoder == NULL)
    return NULL;

  g_mutex_lock (&self->lock);
  opened = publisher_find_opened (self, encoder, place, framing);
  if (opened == NULL)
    {
      opened = g_new0 (Opened, 1);
      opened->stream = cts_stream_new (format, framing, self->ring_bytes);
      opened->encoder = encoder;
      opened->format = place;
      cts_encoder_add_reader (encoder, place);
      g_ptr_array_add (self->opened, opened);
    }
  opened->n_users++;
  stream = cts_stream_ref (opened->stream);
  g_mutex_unlock (&self->lock);
  return stream;
}

/**
 * cts_publisher_close_stream:
 * @self: a publisher
 * @stream: (transfer full): a stream from cts_publisher_open_stream()
 *
 * Says that one user of @stream is gone. Any thread.
 */
void
cts_publisher_close_stream (CtsPublisher *self, CtsStream *stream)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->opened->len; i++)
    {
      Opened *opened = g_ptr_array_index (self->opened, i);

      if (opened->stream == stream && --opened->n_users == 0)
        {
          opened->idle_since_us = g_get_monotonic_time ();
          g_cond_broadcast (&self->changed);
        }
    }
  g_mutex_unlock (&self->lock);
  cts_stream_unref (stream);
}

/**
 * cts_publisher_add_push_sink:
 * @self: a publisher
 * @sink: a push sink, started
 * @error: return location for an error
 *
 * Gives @sink the packets of the format it names, from the next batch committed on.
 *
 * Returns: %FALSE when no serializer makes that format
 */
gboolean
cts_publisher_add_push_sink (CtsPublisher *self, CtsSink *sink, GError **error)
{
  const char *format = cts_sink_get_stream (sink);
  CtsEncoder *encoder = NULL;
  Pushed *pushed;
  int place;

  if (format != NULL)
    encoder = publisher_find_encoder (self, format, &place);
  if (encoder == NULL)
    {
      g_set_error (error, CTS_STAGE_ERROR, CTS_STAGE_ERROR_FAILED,
                   "sink '%s': no serializer makes the format '%s' it names as stream",
                   cts_stage_get_name (CTS_STAGE (sink)), format != NULL ? format : "");
      return FALSE;
    }

  pushed = g_new (Pushed, 1);
  *pushed = (Pushed){ .queue = cts_push_queue_new (sink), .format = g_intern_string (format) };
  cts_encoder_add_reader (encoder, place);
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->pushed, pushed);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/* A job for @batch, or NULL when nobody wants it. */
static Job *
publisher_make_job (CtsPublisher *self, CtsGroup *group, CtsBatch *batch, guint64 first_seq)
{
  Job job = { .publisher = self, .batch = batch, .first_seq = first_seq };
  guint any = 0;

  for (guint i = 0; i < publisher_get_n_encoders (self); i++)
    any |= job.wanted[i] = cts_encoder_get_wanted (self->encoders[i]);
  if (any == 0)
    return NULL;

  job.group = cts_group_ref (group);
  job.packets = g_ptr_array_new_with_free_func ((GDestroyNotify) cts_packet_unref);
  return g_memdup2 (&job, sizeof job);
}

/**
 * cts_publisher_publish:
 * @self: a publisher
 * @group: a committed group; a reference is taken until it is published
 * @first_seq: sequence number of its first record
 *
 * Publishes a group. Groups come in order, on one thread at a time. What nobody reads is not
 * encoded.
 */
void
cts_publisher_publish (CtsPublisher *self, CtsGroup *group, guint64 first_seq)
{
  for (guint i = 0; i < cts_group_get_n_batches (group); i++)
    {
      CtsBatch *batch = cts_group_get_batch (group, i);
      Job *job = NULL;

      if (!cts_batch_is_empty (batch))
        job = publisher_make_job (self, group, batch, first_seq);
      first_seq += cts_batch_get_n_records (batch);
      if (job == NULL)
        continue;

      g_mutex_lock (&self->lock);
      g_queue_push_tail (&self->jobs, job);
      g_mutex_unlock (&self->lock);
      cts_workers_push (self->workers, job_encode, job);
    }
}

/**
 * cts_publisher_stop:
 * @self: a publisher that is given no group any more
 *
 * Publishes what it was given, then ends its thread and those of the push sinks.
 */
void
cts_publisher_stop (CtsPublisher *self)
{
  if (self->thread == NULL)
    return;

  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&self->thread, g_thread_join);

  /* Nobody pushes any more, so their queues are left to themselves. */
  g_ptr_array_set_size (self->pushed, 0);
}
