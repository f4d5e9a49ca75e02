/* SPDX-License-Identifier: MIT */
#include "core/pipeline/cts-workers.h"

/* Something that work waits for; a test that would wait for ever fails after this. */
#define PATIENCE (20 * G_TIME_SPAN_SECOND)

typedef struct
{
  GMutex lock; /* guards is_open */
  GCond cond;
  gboolean is_open;
} Gate;

static void
gate_open (gpointer data)
{
  Gate *gate = data;

  g_mutex_lock (&gate->lock);
  gate->is_open = TRUE;
  g_cond_signal (&gate->cond);
  g_mutex_unlock (&gate->lock);
}

static void
gate_pass (gpointer data)
{
  Gate *gate = data;
  gint64 end = g_get_monotonic_time () + PATIENCE;

  g_mutex_lock (&gate->lock);
  while (!gate->is_open)
    g_assert_true (g_cond_wait_until (&gate->cond, &gate->lock, end));
  g_mutex_unlock (&gate->lock);
}

static void
count (gpointer data)
{
  g_atomic_int_inc ((int *) data);
}

static void
test_all_run (void)
{
  int counts[1000] = { 0 };
  CtsWorkers *workers = cts_workers_new (3);

  g_test_summary ("whatever was pushed has run, once, when the last reference is gone");
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    cts_workers_push (workers, count, &counts[i]);
  cts_workers_unref (workers);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    g_assert_cmpint (g_atomic_int_get (&counts[i]), ==, 1);
}

static void
test_no_order (void)
{
  static const guint n_threads[] = { 2, 0 };

  g_test_summary ("work pushed first may end last: it waits here for what was pushed behind it");
  for (guint i = 0; i < G_N_ELEMENTS (n_threads); i++)
    {
      Gate gate = { 0 };
      CtsWorkers *workers = cts_workers_new (n_threads[i]);

      cts_workers_push (workers, gate_pass, &gate);
      cts_workers_push (workers, gate_open, &gate);
      cts_workers_unref (workers);
      g_assert_true (gate.is_open);
    }
}

static void
test_unref (void)
{
  Gate gate = { 0 };
  int n = 0;
  CtsWorkers *workers = cts_workers_new (1);

  g_test_summary ("only the last reference waits, and then for work that has not begun too");
  cts_workers_push (workers, gate_pass, &gate);
  for (guint i = 0; i < 100; i++)
    cts_workers_push (workers, count, &n);
  cts_workers_unref (cts_workers_ref (workers));
  g_assert_cmpint (g_atomic_int_get (&n), ==, 0);
  gate_open (&gate);
  cts_workers_unref (workers);
  g_assert_cmpint (g_atomic_int_get (&n), ==, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/workers/all-run", test_all_run);
  g_test_add_func ("/workers/no-order", test_no_order);
  g_test_add_func ("/workers/unref", test_unref);
  return g_test_run ();
}
