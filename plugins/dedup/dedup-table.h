/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes of a key that is stored and restored: the first ones of a SHA-256. */
#define DEDUP_KEY_SIZE 16

/**
 * DedupTable:
 *
 * Remembers keys for a while, at most so many, in a fixed piece of memory: 16 bytes a key. A key
 * has two buckets of eight places, of which the emptier takes it; when both are full one of their
 * keys is moved to its other bucket. So the table fills to the last few per cent before a key must
 * go that is still in the window. Every call touches two buckets, rarely a few more: there is no
 * wipe and no turn-over. Not thread-safe.
 */
typedef struct _DedupTable DedupTable;

DedupTable *dedup_table_new (guint capacity);
void dedup_table_free (DedupTable *table);
gboolean dedup_table_add (DedupTable *table, const guint8 *key, gint64 now_us, gint64 window_us);
guint64 dedup_table_get_n_evicted (const DedupTable *table);
gsize dedup_table_get_bytes (const DedupTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DedupTable, dedup_table_free)

G_END_DECLS
