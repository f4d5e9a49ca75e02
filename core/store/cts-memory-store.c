/* SPDX-License-Identifier: MIT */
#include "cts-memory-store.h"

#include "core/api/cts-batch-private.h"

#include <string.h>

typedef struct
{
  guint8 log_id[CTS_LOG_ID_SIZE];
  guint64 next_index;
  GBytes *frontier;
} Position;

struct _CtsMemoryStore
{
  CtsStore parent_instance;

  GMutex lock; /* guards all below */
  GHashTable *positions;
  guint64 next_seq;
};

G_DEFINE_FINAL_TYPE (CtsMemoryStore, cts_memory_store, CTS_TYPE_STORE)

static guint
log_id_hash (gconstpointer data)
{
  guint hash;

  /* A log ID is a hash already. */
  memcpy (&hash, data, sizeof hash);
  return hash;
}

static gboolean
log_id_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, CTS_LOG_ID_SIZE) == 0;
}

static void
position_free (gpointer data)
{
  Position *position = data;

  g_clear_pointer (&position->frontier, g_bytes_unref);
  g_free (position);
}

static void
memory_store_set_position (CtsMemoryStore *self, CtsBatch *batch)
{
  const guint8 *log_id = cts_log_info_get_id (cts_batch_get_log (batch));
  GBytes *frontier = cts_batch_get_frontier (batch);
  Position *position = g_new0 (Position, 1);

  memcpy (position->log_id, log_id, sizeof position->log_id);
  position->next_index = cts_batch_get_end_index (batch);
  position->frontier = frontier != NULL ? g_bytes_ref (frontier) : NULL;
  g_hash_table_replace (self->positions, position->log_id, position);
}

static void
cts_memory_store_commit (CtsStore *store,
                         CtsGroup *group,
                         CtsStoreCallback callback,
                         gpointer user_data)
{
  CtsMemoryStore *self = CTS_MEMORY_STORE (store);
  guint64 first_seq;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < cts_group_get_n_batches (group); i++)
    memory_store_set_position (self, cts_group_get_batch (group, i));
  first_seq = self->next_seq;
  self->next_seq += cts_group_get_n_records (group);
  g_mutex_unlock (&self->lock);

  callback (group, first_seq, NULL, user_data);
}

static gboolean
cts_memory_store_get_position (CtsStore *store,
                               const guint8 *log_id,
                               guint64 *next_index,
                               GBytes **frontier)
{
  CtsMemoryStore *self = CTS_MEMORY_STORE (store);
  Position *position;
  gboolean known;

  g_mutex_lock (&self->lock);
  position = g_hash_table_lookup (self->positions, log_id);
  known = position != NULL;
  if (known)
    {
      *next_index = position->next_index;
      *frontier = position->frontier != NULL ? g_bytes_ref (position->frontier) : NULL;
    }
  g_mutex_unlock (&self->lock);
  return known;
}

static void
cts_memory_store_finalize (GObject *object)
{
  CtsMemoryStore *self = CTS_MEMORY_STORE (object);

  g_hash_table_unref (self->positions);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (cts_memory_store_parent_class)->finalize (object);
}

static void
cts_memory_store_class_init (CtsMemoryStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cts_memory_store_finalize;
  CTS_STORE_CLASS (klass)->commit = cts_memory_store_commit;
  CTS_STORE_CLASS (klass)->get_position = cts_memory_store_get_position;
}

static void
cts_memory_store_init (CtsMemoryStore *self)
{
  g_mutex_init (&self->lock);
  self->positions = g_hash_table_new_full (log_id_hash, log_id_equal, NULL, position_free);
  self->next_seq = 1;
}

/**
 * cts_memory_store_new:
 *
 * Returns: (transfer full): an empty store
 */
CtsStore *
cts_memory_store_new (void)
{
  return g_object_new (CTS_TYPE_MEMORY_STORE, NULL);
}
