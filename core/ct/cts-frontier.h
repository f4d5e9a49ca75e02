/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/ct/cts-merkle.h"

G_BEGIN_DECLS

/* One hash for each bit of a 64-bit tree size. */
#define CTS_FRONTIER_MAX_HASHES 64

/**
 * CtsFrontier:
 * @size: entries in the tree
 * @hashes: the roots of its complete subtrees, largest first; one for each bit set in @size
 *
 * All that must be kept of a Merkle tree to append to it and to know its root: at most 64 hashes.
 * A value: copied by assignment, shared by nobody.
 */
typedef struct
{
  guint64 size;
  guint8 hashes[CTS_FRONTIER_MAX_HASHES][CTS_MERKLE_HASH_SIZE];
} CtsFrontier;

void cts_frontier_init (CtsFrontier *frontier);
gboolean cts_frontier_init_from_hashes (CtsFrontier *frontier,
                                        guint64 size,
                                        const guint8 *hashes,
                                        gsize n_hashes);
guint cts_frontier_get_n_hashes (const CtsFrontier *frontier);
void cts_frontier_append (CtsFrontier *frontier, const guint8 *leaf_hash);
gboolean cts_frontier_append_subtree (CtsFrontier *frontier, guint level, const guint8 *hash);
void cts_frontier_get_root (const CtsFrontier *frontier, guint8 *root);
gboolean cts_frontier_equal (const CtsFrontier *a, const CtsFrontier *b);
GBytes *cts_frontier_to_bytes (const CtsFrontier *frontier);
gboolean cts_frontier_from_bytes (CtsFrontier *frontier, GBytes *bytes);

G_END_DECLS
