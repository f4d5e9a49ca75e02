/* SPDX-License-Identifier: MIT */
#include "cts-frontier.h"

#include <string.h>

static guint
count_bits (guint64 size)
{
  return __builtin_popcountll (size);
}

/**
 * cts_frontier_init:
 * @frontier: room for a frontier
 *
 * Makes @frontier that of the empty tree. Only the hashes in use are ever read, so the others
 * stay as they were.
 */
void
cts_frontier_init (CtsFrontier *frontier)
{
  frontier->size = 0;
}

/**
 * cts_frontier_init_from_hashes:
 * @frontier: room for a frontier
 * @size: entries in the tree
 * @hashes: @n_hashes hashes of 32 bytes, the largest subtree first
 * @n_hashes: how many; must be the number of bits set in @size
 *
 * Takes a frontier as a proof or another node tells it. An audit path of entry n - 1 in a tree of
 * n entries, reversed, is that of size n - 1.
 *
 * Returns: %FALSE when @n_hashes does not fit @size; @frontier is unchanged then
 */
gboolean
cts_frontier_init_from_hashes (CtsFrontier *frontier,
                               guint64 size,
                               const guint8 *hashes,
                               gsize n_hashes)
{
  if (n_hashes != count_bits (size))
    return FALSE;

  frontier->size = size;
  if (n_hashes > 0)
    memcpy (frontier->hashes, hashes, n_hashes * CTS_MERKLE_HASH_SIZE);
  return TRUE;
}

/**
 * cts_frontier_get_n_hashes:
 * @frontier: a frontier
 *
 * Returns: how many of its hashes are in use
 */
guint
cts_frontier_get_n_hashes (const CtsFrontier *frontier)
{
  return count_bits (frontier->size);
}

/**
 * cts_frontier_append:
 * @frontier: a frontier
 * @leaf_hash: 32 bytes, from cts_merkle_leaf_hash()
 *
 * Appends an entry. Costs one hash on average, 63 at most.
 */
void
cts_frontier_append (CtsFrontier *frontier, const guint8 *leaf_hash)
{
  cts_frontier_append_subtree (frontier, 0, leaf_hash);
}

/**
 * cts_frontier_append_subtree:
 * @frontier: a frontier
 * @level: the subtree has 2^@level entries
 * @hash: its root, 32 bytes
 *
 * Appends a complete subtree, such as a hash out of a tile of a static log.
 *
 * Returns: %FALSE when a subtree of that size cannot stand here, or the tree would outgrow 64 bits
 */
gboolean
cts_frontier_append_subtree (CtsFrontier *frontier, guint level, const guint8 *hash)
{
  guint8 node[CTS_MERKLE_HASH_SIZE];
  guint64 added;
  guint n = count_bits (frontier->size);

  if (level >= 64)
    return FALSE;
  added = G_GUINT64_CONSTANT (1) << level;
  if ((frontier->size & (added - 1)) != 0 || frontier->size > G_MAXUINT64 - added)
    return FALSE;

  /* As in binary addition: each bit that carries is a pair of equal subtrees that become one. */
  memcpy (node, hash, CTS_MERKLE_HASH_SIZE);
  for (guint64 bit = added; (frontier->size & bit) != 0; bit <<= 1)
    cts_merkle_node_hash (node, frontier->hashes[--n], node);
  memcpy (frontier->hashes[n], node, CTS_MERKLE_HASH_SIZE);
  frontier->size += added;
  return TRUE;
}

/**
 * cts_frontier_get_root:
 * @frontier: a frontier
 * @root: (out): room for 32 bytes
 *
 * Computes the root hash of the tree, as a signed head of that size must hold it.
 */
void
cts_frontier_get_root (const CtsFrontier *frontier, guint8 *root)
{
  guint n = count_bits (frontier->size);

  if (n == 0)
    {
      cts_merkle_empty_hash (root);
      return;
    }

  memcpy (root, frontier->hashes[--n], CTS_MERKLE_HASH_SIZE);
  while (n > 0)
    cts_merkle_node_hash (root, frontier->hashes[--n], root);
}

/**
 * cts_frontier_equal:
 * @a: a frontier
 * @b: another
 *
 * Returns: whether both are of the same tree
 */
gboolean
cts_frontier_equal (const CtsFrontier *a, const CtsFrontier *b)
{
  return a->size == b->size
         && memcmp (a->hashes, b->hashes, count_bits (a->size) * CTS_MERKLE_HASH_SIZE) == 0;
}

/**
 * cts_frontier_to_bytes:
 * @frontier: a frontier
 *
 * Writes @frontier for storage: the size as 8 bytes, big-endian, and its hashes.
 *
 * Returns: (transfer full): at most 2,056 bytes
 */
GBytes *
cts_frontier_to_bytes (const CtsFrontier *frontier)
{
  gsize hashes_size = count_bits (frontier->size) * CTS_MERKLE_HASH_SIZE;
  guint64 size_be = GUINT64_TO_BE (frontier->size);
  guint8 *data = g_malloc (sizeof size_be + hashes_size);

  memcpy (data, &size_be, sizeof size_be);
  memcpy (data + sizeof size_be, frontier->hashes, hashes_size);
  return g_bytes_new_take (data, sizeof size_be + hashes_size);
}

/**
 * cts_frontier_from_bytes:
 * @frontier: room for a frontier
 * @bytes: as cts_frontier_to_bytes() wrote them
 *
 * Reads a stored frontier.
 *
 * Returns: %FALSE when @bytes are none; @frontier is unchanged then
 */
gboolean
cts_frontier_from_bytes (CtsFrontier *frontier, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  guint64 size_be;

  if (size < sizeof size_be || (size - sizeof size_be) % CTS_MERKLE_HASH_SIZE != 0)
    return FALSE;

  memcpy (&size_be, data, sizeof size_be);
  return cts_frontier_init_from_hashes (frontier, GUINT64_FROM_BE (size_be), data + sizeof size_be,
                                        (size - sizeof size_be) / CTS_MERKLE_HASH_SIZE);
}
