/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-pipeline"

#include "cts-pipeline.h"

/* A group holds at most so many records, */
#define GROUP_MAX_RECORDS 1024
/* or so many batches, since empty ones cost a position each. */
#define GROUP_MAX_BATCHES 256
/* Time between two tries to commit a group that failed. */
#define RETRY_MS 500

typedef struct
{
  CtsBatch *batch;
  GDestroyNotify done;
  gpointer done_data;
} Item;

struct _CtsPipeline
{
  GObject parent_instance;

  CtsStore *store;
  CtsCommittedFunc committed;
  gpointer committed_data;
  gint64 commit_interval_us;
  GThread *thread;

  /* Only ever added to; the number is stored last, so that the pipeline thread needs no lock. */
  CtsFilter *filters[CTS_PIPELINE_MAX_FILTERS];
  guint n_filters;

  /* The pipeline thread's alone. */
  CtsGroup *group;
  gint64 group_deadline_us;

  GMutex lock; /* guards all below */
  GCond changed;
  GQueue items;
  CtsGroup *in_flight;
  gboolean in_flight_failed;
  gint64 retry_us;
  gboolean failure_logged;
  gboolean stopping;
};

G_DEFINE_FINAL_TYPE (CtsPipeline, cts_pipeline, G_TYPE_OBJECT)

static void
item_free (Item *item)
{
  cts_batch_unref (item->batch);
  if (item->done != NULL)
    item->done (item->done_data);
  g_free (item);
}

static void
pipeline_group_failed (CtsPipeline *self, const GError *error)
{
  g_mutex_lock (&self->lock);
  if (!self->failure_logged)
    g_warning ("the store refused a group, nothing is sent until it takes it: %s", error->message);
  self->failure_logged = TRUE;
  self->in_flight_failed = TRUE;
  self->retry_us = g_get_monotonic_time () + RETRY_MS * 1000;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
pipeline_group_committed (CtsPipeline *self, CtsGroup *group, guint64 first_seq)
{
  /* Freed without the lock: it may hold a thousand records. */
  g_autoptr (CtsGroup) committed = NULL;

  self->committed (group, first_seq, self->committed_data);

  g_mutex_lock (&self->lock);
  if (self->failure_logged)
    g_message ("the store takes groups again");
  self->failure_logged = FALSE;
  committed = g_steal_pointer (&self->in_flight);
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
on_store_done (CtsGroup *group, guint64 first_seq, const GError *error, gpointer user_data)
{
  g_autoptr (CtsPipeline) self = user_data;

  if (error != NULL)
    pipeline_group_failed (self, error);
  else
    pipeline_group_committed (self, group, first_seq);
}

static void
pipeline_take (CtsPipeline *self, Item *item)
{
  g_autoptr (CtsBatch) batch = g_steal_pointer (&item->batch);
  guint n_filters = __atomic_load_n (&self->n_filters, __ATOMIC_ACQUIRE);

  for (guint i = 0; i < n_filters; i++)
    {
      CtsBatch *filtered = cts_filter_filter (self->filters[i], batch);

      cts_batch_unref (batch);
      batch = filtered;
    }

  if (self->group == NULL)
    {
      self->group = cts_group_new ();
      self->group_deadline_us = g_get_monotonic_time () + self->commit_interval_us;
    }
  cts_group_add (self->group, batch, item->done, item->done_data);
  g_free (item);
}

/* Whether the batch that comes next must wait for another group. The lock is held. */
static gboolean
pipeline_group_is_full (CtsPipeline *self)
{
  Item *next = g_queue_peek_head (&self->items);
  guint n_records = next != NULL ? cts_batch_get_n_records (next->batch) : 0;

  if (self->group == NULL)
    return FALSE;
  n_records += cts_group_get_n_records (self->group);
  return n_records > GROUP_MAX_RECORDS || cts_group_get_n_records (self->group) == GROUP_MAX_RECORDS
         || cts_group_get_n_batches (self->group) == GROUP_MAX_BATCHES;
}

static gboolean
pipeline_group_is_due (CtsPipeline *self, gint64 now)
{
  return self->group != NULL && (pipeline_group_is_full (self) || now >= self->group_deadline_us);
}

/* When something is to be done without anything new coming; 0 for never. */
static gint64
pipeline_next_deadline (CtsPipeline *self)
{
  if (self->in_flight != NULL)
    return self->in_flight_failed ? self->retry_us : 0;
  return self->group != NULL ? self->group_deadline_us : 0;
}

/* Hands over the group in flight; the lock is not held, since an engine may call back at once. */
static void
pipeline_commit (CtsPipeline *self)
{
  g_mutex_unlock (&self->lock);
  cts_store_commit (self->store, self->in_flight, on_store_done, g_object_ref (self));
  g_mutex_lock (&self->lock);
}

/*
 * One group is in flight at a time: if it fails, nothing behind it may be committed before it.
 * Meanwhile the next one fills.
 */
static void
pipeline_step (CtsPipeline *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 deadline;

  if (self->in_flight_failed && now >= self->retry_us)
    {
      self->in_flight_failed = FALSE;
      pipeline_commit (self);
    }
  else if (self->in_flight == NULL && pipeline_group_is_due (self, now))
    {
      self->in_flight = g_steal_pointer (&self->group);
      pipeline_commit (self);
    }
  else if (!g_queue_is_empty (&self->items) && !pipeline_group_is_full (self))
    {
      Item *item = g_queue_pop_head (&self->items);

      g_mutex_unlock (&self->lock);
      pipeline_take (self, item);
      g_mutex_lock (&self->lock);
    }
  else if ((deadline = pipeline_next_deadline (self)) > 0)
    g_cond_wait_until (&self->changed, &self->lock, deadline);
  else
    g_cond_wait (&self->changed, &self->lock);
}

static gpointer
pipeline_run (gpointer data)
{
  CtsPipeline *self = data;

  g_mutex_lock (&self->lock);
  while (!self->stopping)
    pipeline_step (self);
  while (self->in_flight != NULL && !self->in_flight_failed)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
  return NULL;
}

static void
cts_pipeline_finalize (GObject *object)
{
  CtsPipeline *self = CTS_PIPELINE (object);

  g_clear_pointer (&self->group, cts_group_unref);
  g_clear_pointer (&self->in_flight, cts_group_unref);
  g_queue_clear_full (&self->items, (GDestroyNotify) item_free);
  for (guint i = 0; i < self->n_filters; i++)
    g_object_unref (self->filters[i]);
  g_clear_object (&self->store);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (cts_pipeline_parent_class)->finalize (object);
}

static void
cts_pipeline_class_init (CtsPipelineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cts_pipeline_finalize;
}

static void
cts_pipeline_init (CtsPipeline *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->items);
}

/**
 * cts_pipeline_new:
 * @store: where groups are committed
 * @commit_interval_ms: longest time a batch waits for others, milliseconds
 * @committed: called for each group once it is committed
 * @user_data: data for @committed
 *
 * Makes the pipeline: one queue over all logs, filters, groups.
 *
 * Returns: (transfer full): a pipeline, not yet started
 */
CtsPipeline *
cts_pipeline_new (CtsStore *store,
                  guint commit_interval_ms,
                  CtsCommittedFunc committed,
                  gpointer user_data)
{
  CtsPipeline *self = g_object_new (CTS_TYPE_PIPELINE, NULL);

  self->store = g_object_ref (store);
  self->commit_interval_us = (gint64) commit_interval_ms * 1000;
  self->committed = committed;
  self->committed_data = user_data;
  return self;
}

/**
 * cts_pipeline_add_filter:
 * @self: a pipeline
 * @filter: the next filter, of at most %CTS_PIPELINE_MAX_FILTERS; a reference is taken
 *
 * Puts a filter behind those it has. A filter that could not start at first may come later: it sees
 * the batches from then on. Main context.
 */
void
cts_pipeline_add_filter (CtsPipeline *self, CtsFilter *filter)
{
  g_return_if_fail (self->n_filters < CTS_PIPELINE_MAX_FILTERS);

  self->filters[self->n_filters] = g_object_ref (filter);
  __atomic_store_n (&self->n_filters, self->n_filters + 1, __ATOMIC_RELEASE);
}

/**
 * cts_pipeline_start:
 * @self: a pipeline
 *
 * Starts the pipeline thread.
 */
void
cts_pipeline_start (CtsPipeline *self)
{
  g_return_if_fail (self->thread == NULL);

  self->thread = g_thread_new ("cts-pipeline", pipeline_run, self);
}

void
cts_pipeline_push (CtsPipeline *self, CtsBatch *batch, GDestroyNotify done, gpointer done_data)
{
  Item *item = g_new (Item, 1);

  *item = (Item){ .batch = cts_batch_ref (batch), .done = done, .done_data = done_data };
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->items, item);
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
}

/**
 * cts_pipeline_stop:
 * @self: a pipeline
 *
 * Ends the pipeline thread, after the group in flight. What was not committed is dropped: it is
 * read again at the next start.
 */
void
cts_pipeline_stop (CtsPipeline *self)
{
  if (self->thread == NULL)
    return;

  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&self->thread, g_thread_join);
}
