/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <nettle/sha2.h>

G_BEGIN_DECLS

/* Bytes of every hash in a tree (RFC 6962 §2.1). */
#define CTS_MERKLE_HASH_SIZE 32

/* The first byte under a hash keeps leaves and inner nodes apart (RFC 6962 §2.1). */
#define CTS_MERKLE_LEAF_PREFIX 0x00
#define CTS_MERKLE_NODE_PREFIX 0x01

/**
 * cts_merkle_empty_hash:
 * @hash: room for 32 bytes
 *
 * The root of a tree without entries: SHA-256 of nothing (RFC 6962 §2.1).
 */
static inline void
cts_merkle_empty_hash (guint8 *hash)
{
  struct sha256_ctx sha;

  sha256_init (&sha);
  sha256_digest (&sha, CTS_MERKLE_HASH_SIZE, hash);
}

/**
 * cts_merkle_leaf_hash:
 * @hash: room for 32 bytes
 * @leaf: a MerkleTreeLeaf
 * @size: its bytes
 *
 * The hash of a leaf (RFC 6962 §2.1). Any thread.
 */
static inline void
cts_merkle_leaf_hash (guint8 *hash, const void *leaf, gsize size)
{
  const guint8 prefix = CTS_MERKLE_LEAF_PREFIX;
  struct sha256_ctx sha;

  sha256_init (&sha);
  sha256_update (&sha, 1, &prefix);
  sha256_update (&sha, size, (const guint8 *) leaf);
  sha256_digest (&sha, CTS_MERKLE_HASH_SIZE, hash);
}

/**
 * cts_merkle_node_hash:
 * @hash: room for 32 bytes; may be @left or @right
 * @left: 32 bytes
 * @right: 32 bytes
 *
 * The hash over two subtrees (RFC 6962 §2.1). Any thread.
 */
static inline void
cts_merkle_node_hash (guint8 *hash, const guint8 *left, const guint8 *right)
{
  const guint8 prefix = CTS_MERKLE_NODE_PREFIX;
  struct sha256_ctx sha;

  sha256_init (&sha);
  sha256_update (&sha, 1, &prefix);
  sha256_update (&sha, CTS_MERKLE_HASH_SIZE, left);
  sha256_update (&sha, CTS_MERKLE_HASH_SIZE, right);
  sha256_digest (&sha, CTS_MERKLE_HASH_SIZE, hash);
}

G_END_DECLS
