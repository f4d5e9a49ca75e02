/* SPDX-License-Identifier: MIT */
#include "cts-slab.h"

struct _CtsSlabPool
{
  GMutex lock; /* guards the two below */
  guint8 **kept;
  guint n_kept;
  guint max_kept;
};

static void
slab_pool_clear (gpointer data)
{
  CtsSlabPool *pool = data;

  for (guint i = 0; i < pool->n_kept; i++)
    g_free (pool->kept[i]);
  g_free (pool->kept);
  g_mutex_clear (&pool->lock);
}

/**
 * cts_slab_pool_new:
 * @n_kept: free slabs it keeps at most
 *
 * Returns: (transfer full): a new pool, for any thread
 */
CtsSlabPool *
cts_slab_pool_new (guint n_kept)
{
  CtsSlabPool *pool = g_atomic_rc_box_new0 (CtsSlabPool);

  g_mutex_init (&pool->lock);
  pool->kept = g_new (guint8 *, n_kept);
  pool->max_kept = n_kept;
  return pool;
}

CtsSlabPool *
cts_slab_pool_ref (CtsSlabPool *pool)
{
  return g_atomic_rc_box_acquire (pool);
}

void
cts_slab_pool_unref (CtsSlabPool *pool)
{
  g_atomic_rc_box_release_full (pool, slab_pool_clear);
}

/**
 * cts_slab_pool_take:
 * @pool: a pool
 *
 * Returns: a slab of %CTS_SLAB_SIZE bytes, its contents undefined
 */
CtsSlab
cts_slab_pool_take (CtsSlabPool *pool)
{
  guint8 *data = NULL;

  g_mutex_lock (&pool->lock);
  if (pool->n_kept > 0)
    data = pool->kept[--pool->n_kept];
  g_mutex_unlock (&pool->lock);

  if (data == NULL)
    data = g_malloc (CTS_SLAB_SIZE);
  return (CtsSlab){ .data = data, .size = CTS_SLAB_SIZE };
}

/**
 * cts_slab_pool_give:
 * @pool: a pool
 * @slab: a slab that came from it, grown or not
 *
 * Takes a slab back. One that grew, or that is one too many, is freed.
 */
void
cts_slab_pool_give (CtsSlabPool *pool, CtsSlab slab)
{
  if (slab.size == CTS_SLAB_SIZE)
    {
      g_mutex_lock (&pool->lock);
      if (pool->n_kept < pool->max_kept)
        pool->kept[pool->n_kept++] = g_steal_pointer (&slab.data);
      g_mutex_unlock (&pool->lock);
    }
  g_free (slab.data);
}
