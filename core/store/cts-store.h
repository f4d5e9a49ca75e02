/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "core/store/cts-group.h"

G_BEGIN_DECLS

/**
 * CtsStoreCallback:
 * @group: the group that was handed to cts_store_commit()
 * @first_seq: sequence number of its first record; the others follow without a gap
 * @error: (nullable): why it was not committed; then nothing of it was
 * @user_data: data of the caller
 *
 * Called once for each cts_store_commit(), in their order, on any thread.
 */
typedef void (*CtsStoreCallback) (CtsGroup *group,
                                  guint64 first_seq,
                                  const GError *error,
                                  gpointer user_data);

#define CTS_TYPE_STORE (cts_store_get_type ())
G_DECLARE_DERIVABLE_TYPE (CtsStore, cts_store, CTS, STORE, GObject)

/**
 * CtsStoreClass:
 * @commit: see cts_store_commit()
 * @get_position: see cts_store_get_position()
 *
 * Keeps records, positions, frontiers and keys; each group in one transaction.
 */
struct _CtsStoreClass
{
  GObjectClass parent_class;

  void (*commit) (CtsStore *store, CtsGroup *group, CtsStoreCallback callback, gpointer user_data);
  gboolean (*get_position) (CtsStore *store,
                            const guint8 *log_id,
                            guint64 *next_index,
                            GBytes **frontier);
};

void cts_store_commit (CtsStore *store,
                       CtsGroup *group,
                       CtsStoreCallback callback,
                       gpointer user_data);
gboolean cts_store_get_position (CtsStore *store,
                                 const guint8 *log_id,
                                 guint64 *next_index,
                                 GBytes **frontier);

G_END_DECLS
