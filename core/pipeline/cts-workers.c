/* SPDX-License-Identifier: MIT */
#include "cts-workers.h"

struct _CtsWorkers
{
  GThreadPool *pool;
};

typedef struct
{
  CtsWorkFunc func;
  gpointer data;
} Work;

static void
work_run (gpointer data, gpointer user_data)
{
  g_autofree Work *work = data;

  work->func (work->data);
}

static void
workers_clear (gpointer data)
{
  CtsWorkers *workers = data;

  g_thread_pool_free (workers->pool, FALSE, TRUE);
}

/**
 * cts_workers_new:
 * @n_threads: threads; 0 for as many as there are cores, at least two
 *
 * Starts the workers. They are a pool of our own, since GLib's shared one serves name lookups and
 * file I/O.
 *
 * Returns: (transfer full): the workers
 */
CtsWorkers *
cts_workers_new (guint n_threads)
{
  CtsWorkers *workers = g_atomic_rc_box_new0 (CtsWorkers);

  if (n_threads == 0)
    n_threads = MAX (2, g_get_num_processors ());
  workers->pool = g_thread_pool_new (work_run, NULL, (int) n_threads, TRUE, NULL);
  return workers;
}

CtsWorkers *
cts_workers_ref (CtsWorkers *workers)
{
  return g_atomic_rc_box_acquire (workers);
}

/**
 * cts_workers_unref:
 * @workers: (transfer full): the workers
 *
 * Drops a reference. The last one waits for the work that was pushed, so it must not be dropped on
 * a worker.
 */
void
cts_workers_unref (CtsWorkers *workers)
{
  g_atomic_rc_box_release_full (workers, workers_clear);
}

/**
 * cts_workers_push:
 * @workers: the workers
 * @func: what to do
 * @data: data for @func
 *
 * Has @func called on a worker. Any thread.
 */
void
cts_workers_push (CtsWorkers *workers, CtsWorkFunc func, gpointer data)
{
  Work *work = g_new (Work, 1);

  *work = (Work){ .func = func, .data = data };
  g_thread_pool_push (workers->pool, work, NULL);
}
