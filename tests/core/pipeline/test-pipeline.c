/* SPDX-License-Identifier: MIT */
#include "core/pipeline/cts-pipeline.h"

#include "core/store/cts-memory-store.h"
#include "plugins/dedup/dedup.h"
#include "tests/support/cts-test-records.h"
#include "tests/support/cts-test.h"

/*
 * An engine that holds each commit until the test lets it go, and can refuse it.
 */
#define HELD_TYPE_STORE (held_store_get_type ())
G_DECLARE_FINAL_TYPE (HeldStore, held_store, HELD, STORE, CtsStore)

struct _HeldStore
{
  CtsStore parent_instance;

  GMutex lock; /* guards all below */
  CtsGroup *held;
  CtsStoreCallback callback;
  gpointer callback_data;
  int n_commits;
  guint64 next_seq;
};

G_DEFINE_FINAL_TYPE (HeldStore, held_store, CTS_TYPE_STORE)

static void
held_store_commit (CtsStore *store, CtsGroup *group, CtsStoreCallback callback, gpointer user_data)
{
  HeldStore *self = HELD_STORE (store);

  g_mutex_lock (&self->lock);
  g_assert_null (self->held);
  self->held = cts_group_ref (group);
  self->callback = callback;
  self->callback_data = user_data;
  g_mutex_unlock (&self->lock);
  g_atomic_int_inc (&self->n_commits);
  g_main_context_wakeup (NULL);
}

static void
held_store_class_init (HeldStoreClass *klass)
{
  CTS_STORE_CLASS (klass)->commit = held_store_commit;
}

static void
held_store_init (HeldStore *self)
{
  g_mutex_init (&self->lock);
  self->next_seq = 1;
}

/* Lets the commit go that is held, or refuses it. */
static void
held_store_release (HeldStore *self, gboolean refuse)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CtsGroup) group = g_steal_pointer (&self->held);
  guint64 first_seq = self->next_seq;

  g_assert_nonnull (group);
  if (refuse)
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "the disk is full");
  else
    self->next_seq += cts_group_get_n_records (group);
  self->callback (group, first_seq, error, self->callback_data);
}

typedef struct
{
  int n_groups;
  int n_done;
  guint64 next_seq;
  GArray *indexes;
} Seen;

static void
on_committed (CtsGroup *group, guint64 first_seq, gpointer user_data)
{
  Seen *seen = user_data;

  g_assert_cmpuint (first_seq, ==, seen->next_seq);
  seen->next_seq += cts_group_get_n_records (group);
  for (guint i = 0; i < cts_group_get_n_batches (group); i++)
    {
      CtsBatch *batch = cts_group_get_batch (group, i);

      for (guint k = 0; k < cts_batch_get_n_records (batch); k++)
        {
          guint64 index = cts_record_get_index (cts_batch_get_record (batch, k));

          g_array_append_val (seen->indexes, index);
        }
    }
  g_atomic_int_inc (&seen->n_groups);
  g_main_context_wakeup (NULL);
}

static void
on_done (gpointer data)
{
  g_atomic_int_inc ((int *) data);
  g_main_context_wakeup (NULL);
}

static void
seen_init (Seen *seen)
{
  *seen = (Seen){ .next_seq = 1, .indexes = g_array_new (FALSE, FALSE, sizeof (guint64)) };
}

static void
wait_for (const int *counter, int value)
{
  while (g_atomic_int_get (counter) < value)
    {
      int reached = 0;
      g_autoptr (GSource) tick = g_timeout_source_new (1);

      g_source_set_callback (tick, G_SOURCE_FUNC (g_atomic_int_inc), &reached, NULL);
      g_source_attach (tick, NULL);
      cts_test_wait (&reached);
      g_source_destroy (tick);
    }
}

static void
test_nothing_before_commit (void)
{
  g_autoptr (HeldStore) store = g_object_new (HELD_TYPE_STORE, NULL);
  g_autoptr (CtsPipeline) pipeline = NULL;
  g_autoptr (CtsLogInfo) log = cts_test_log ("one");
  g_autoptr (CtsBatch) batch = cts_test_batch (log, 0, 0, 3);
  Seen seen;

  g_test_summary ("nothing is handed on before the engine has committed it, nor when it refuses");
  seen_init (&seen);
  pipeline = cts_pipeline_new (CTS_STORE (store), 1, on_committed, &seen);
  cts_pipeline_start (pipeline);
  cts_pipeline_push (pipeline, batch, on_done, &seen.n_done);

  wait_for (&store->n_commits, 1);
  g_assert_cmpint (g_atomic_int_get (&seen.n_groups), ==, 0);

  g_test_expect_message ("cts-pipeline", G_LOG_LEVEL_WARNING, "*the disk is full*");
  held_store_release (store, TRUE);
  g_test_assert_expected_messages ();
  wait_for (&store->n_commits, 2);
  g_assert_cmpint (g_atomic_int_get (&seen.n_groups), ==, 0);
  g_assert_cmpint (g_atomic_int_get (&seen.n_done), ==, 0);

  held_store_release (store, FALSE);
  wait_for (&seen.n_done, 1);
  g_assert_cmpint (seen.n_groups, ==, 1);
  g_assert_cmpuint (seen.indexes->len, ==, 3);

  cts_pipeline_stop (pipeline);
  g_array_unref (seen.indexes);
}

static void
test_order_across_failure (void)
{
  g_autoptr (HeldStore) store = g_object_new (HELD_TYPE_STORE, NULL);
  g_autoptr (CtsPipeline) pipeline = NULL;
  g_autoptr (CtsLogInfo) log = cts_test_log ("one");
  Seen seen;

  g_test_summary ("while a group is refused, those behind it wait; then all come in order");
  seen_init (&seen);
  pipeline = cts_pipeline_new (CTS_STORE (store), 1, on_committed, &seen);
  cts_pipeline_start (pipeline);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (CtsBatch) batch = cts_test_batch (log, 1000 * i, 0, 1000);

      cts_pipeline_push (pipeline, batch, on_done, &seen.n_done);
    }

  wait_for (&store->n_commits, 1);
  g_test_expect_message ("cts-pipeline", G_LOG_LEVEL_WARNING, "*the disk is full*");
  held_store_release (store, TRUE);
  g_test_assert_expected_messages ();
  for (int commits = 2; g_atomic_int_get (&seen.n_done) < 3; commits++)
    {
      wait_for (&store->n_commits, commits);
      held_store_release (store, FALSE);
    }

  g_assert_cmpuint (seen.indexes->len, ==, 3000);
  for (guint i = 0; i < 3000; i++)
    g_assert_cmpuint (g_array_index (seen.indexes, guint64, i), ==, i);
  cts_pipeline_stop (pipeline);
  g_array_unref (seen.indexes);
}

static void
test_filter_and_positions (void)
{
  g_autoptr (CtsStore) store = cts_memory_store_new ();
  g_autoptr (CtsPipeline) pipeline = NULL;
  g_autoptr (CtsFilter) filter = g_object_new (DEDUP_TYPE_FILTER, "name", "dedup", NULL);
  g_autoptr (CtsLogInfo) one = cts_test_log ("one");
  g_autoptr (CtsLogInfo) two = cts_test_log ("two");
  g_autoptr (CtsBatch) a = cts_test_batch (one, 4354630059, 0, 50);
  g_autoptr (CtsBatch) b = cts_test_batch (two, 10, 0, 50);
  g_autoptr (GBytes) frontier = NULL;
  guint64 next_index;
  Seen seen;

  g_test_summary ("a batch that lost all its records still commits its position");
  seen_init (&seen);
  pipeline = cts_pipeline_new (store, 1, on_committed, &seen);
  cts_pipeline_add_filter (pipeline, filter);
  cts_pipeline_start (pipeline);
  cts_pipeline_push (pipeline, a, on_done, &seen.n_done);
  cts_pipeline_push (pipeline, b, on_done, &seen.n_done);
  wait_for (&seen.n_done, 2);

  g_assert_cmpuint (seen.indexes->len, ==, 50);
  g_assert_true (cts_store_get_position (store, cts_log_info_get_id (one), &next_index, &frontier));
  g_assert_cmpuint (next_index, ==, 4354630109);
  g_assert_true (cts_store_get_position (store, cts_log_info_get_id (two), &next_index, &frontier));
  g_assert_cmpuint (next_index, ==, 60);
  cts_pipeline_stop (pipeline);
  g_array_unref (seen.indexes);
}

static void
test_stop_tells_everybody (void)
{
  g_autoptr (HeldStore) store = g_object_new (HELD_TYPE_STORE, NULL);
  CtsPipeline *pipeline;
  g_autoptr (CtsLogInfo) log = cts_test_log ("one");
  Seen seen;

  g_test_summary ("a pipeline that goes away is done with every batch it was given");
  seen_init (&seen);
  pipeline = cts_pipeline_new (CTS_STORE (store), 1, on_committed, &seen);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (CtsBatch) batch = cts_test_batch (log, i, i, 1);

      cts_pipeline_push (pipeline, batch, on_done, &seen.n_done);
    }
  cts_pipeline_stop (pipeline);
  g_object_unref (pipeline);
  g_assert_cmpint (seen.n_done, ==, 5);
  g_assert_cmpint (seen.n_groups, ==, 0);
  g_array_unref (seen.indexes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipeline/nothing-before-commit", test_nothing_before_commit);
  g_test_add_func ("/pipeline/order-across-failure", test_order_across_failure);
  g_test_add_func ("/pipeline/filter-and-positions", test_filter_and_positions);
  g_test_add_func ("/pipeline/stop", test_stop_tells_everybody);
  return g_test_run ();
}
