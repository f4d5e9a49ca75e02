/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TESTLOG_HASH_SIZE 32

/* A Merkle tree that keeps every complete subtree, so that any proof costs O(log²). It may begin
 * with a synthetic past: subtrees of random hashes in place of entries nobody stores. */
typedef struct _TestlogTree TestlogTree;

TestlogTree *testlog_tree_new (guint64 start_size);
void testlog_tree_free (TestlogTree *tree);
void testlog_tree_append (TestlogTree *tree, const void *leaf, gsize size);
guint64 testlog_tree_get_size (const TestlogTree *tree);
void testlog_tree_get_root (const TestlogTree *tree, guint64 size, guint8 *root);
gboolean testlog_tree_find (const TestlogTree *tree, const guint8 *leaf_hash, guint64 *index);

/* Both append 32-byte hashes to @path in the order of RFC 6962 §2.1 and return FALSE when the
 * proof reaches into the synthetic past. */
gboolean testlog_tree_prove_inclusion (const TestlogTree *tree,
                                       guint64 index,
                                       guint64 size,
                                       GByteArray *path);
gboolean testlog_tree_prove_consistency (const TestlogTree *tree,
                                         guint64 first,
                                         guint64 second,
                                         GByteArray *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestlogTree, testlog_tree_free)

G_END_DECLS
