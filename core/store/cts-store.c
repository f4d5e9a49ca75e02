/* SPDX-License-Identifier: MIT */
#include "cts-store.h"

G_DEFINE_ABSTRACT_TYPE (CtsStore, cts_store, G_TYPE_OBJECT)

static void
cts_store_class_init (CtsStoreClass *klass)
{
}

static void
cts_store_init (CtsStore *self)
{
}

/**
 * cts_store_commit:
 * @store: a store
 * @group: what to commit; a reference is taken
 * @callback: called when it is committed, or failed
 * @user_data: data for @callback
 *
 * Commits the records, positions, frontiers and keys of @group together, and gives its records
 * sequence numbers. A group that failed may be handed in again. One thread at a time.
 */
void
cts_store_commit (CtsStore *store, CtsGroup *group, CtsStoreCallback callback, gpointer user_data)
{
  /* The callback may drop the caller's reference before an engine has returned. */
  g_autoptr (CtsGroup) held = cts_group_ref (group);

  CTS_STORE_GET_CLASS (store)->commit (store, held, callback, user_data);
}

/**
 * cts_store_get_position:
 * @store: a store
 * @log_id: (array fixed-size=32): ID of a log
 * @next_index: (out): index where reading goes on
 * @frontier: (out) (transfer full) (nullable): Merkle frontier at @next_index, where known
 *
 * Asks where a log was left. Any thread.
 *
 * Returns: whether the log is known
 */
gboolean
cts_store_get_position (CtsStore *store,
                        const guint8 *log_id,
                        guint64 *next_index,
                        GBytes **frontier)
{
  return CTS_STORE_GET_CLASS (store)->get_position (store, log_id, next_index, frontier);
}
