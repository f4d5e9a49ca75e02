/* SPDX-License-Identifier: MIT */
#include "testlog-tree.h"

#include <string.h>

#include "core/ct/cts-merkle.h"

#define N_LEVELS 64

/* Subtrees of 2^level entries, from the first one known on. */
typedef struct
{
  guint64 first;
  GByteArray *hashes;
} Level;

struct _TestlogTree
{
  guint64 start_size;
  guint64 size;
  Level levels[N_LEVELS];
};

static void
append_random_hash (GByteArray *hashes)
{
  guint32 words[TESTLOG_HASH_SIZE / sizeof (guint32)];

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    words[i] = g_random_int ();
  g_byte_array_append (hashes, (const guint8 *) words, sizeof words);
}

TestlogTree *
testlog_tree_new (guint64 start_size)
{
  TestlogTree *tree = g_new0 (TestlogTree, 1);

  tree->start_size = tree->size = start_size;
  for (guint l = 0; l < N_LEVELS; l++)
    {
      Level *level = &tree->levels[l];

      /* A bit set in the size is a complete subtree whose sibling is still to come; it is all
       * that is ever needed of the past on this level. */
      level->first = (start_size >> l) & ~G_GUINT64_CONSTANT (1);
      level->hashes = g_byte_array_new ();
      if ((start_size >> l & 1) != 0)
        append_random_hash (level->hashes);
    }
  return tree;
}

void
testlog_tree_free (TestlogTree *tree)
{
  for (guint l = 0; l < N_LEVELS; l++)
    g_byte_array_unref (tree->levels[l].hashes);
  g_free (tree);
}

static const guint8 *
get_subtree (const TestlogTree *tree, guint l, guint64 index)
{
  const Level *level = &tree->levels[l];

  if (index < level->first || index - level->first >= level->hashes->len / TESTLOG_HASH_SIZE)
    return NULL;
  return level->hashes->data + (index - level->first) * TESTLOG_HASH_SIZE;
}

void
testlog_tree_append (TestlogTree *tree, const void *leaf, gsize size)
{
  guint8 hash[TESTLOG_HASH_SIZE];
  guint64 index = tree->size++;
  guint l = 0;

  cts_merkle_leaf_hash (hash, leaf, size);
  g_byte_array_append (tree->levels[0].hashes, hash, sizeof hash);
  for (; (index & 1) != 0; index >>= 1)
    {
      cts_merkle_node_hash (hash, get_subtree (tree, l, index - 1), hash);
      g_byte_array_append (tree->levels[++l].hashes, hash, sizeof hash);
    }
}

guint64
testlog_tree_get_size (const TestlogTree *tree)
{
  return tree->size;
}

/* The largest power of two below @n, which is at least 2 (RFC 6962 §2.1). */
static guint64
split (guint64 n)
{
  return G_GUINT64_CONSTANT (1) << (63 - __builtin_clzll (n - 1));
}

/* MTH (D[begin:end]); the range is what proofs are made of: aligned to its own size, or at the
 * right edge. */
static gboolean
hash_range (const TestlogTree *tree, guint64 begin, guint64 end, guint8 *hash)
{
  guint64 n = end - begin;
  guint8 right[TESTLOG_HASH_SIZE];

  if ((n & (n - 1)) == 0)
    {
      guint l = __builtin_ctzll (n);
      const guint8 *known = get_subtree (tree, l, begin >> l);

      if (known != NULL)
        memcpy (hash, known, TESTLOG_HASH_SIZE);
      return known != NULL;
    }
  if (!hash_range (tree, begin, begin + split (n), hash)
      || !hash_range (tree, begin + split (n), end, right))
    return FALSE;
  cts_merkle_node_hash (hash, hash, right);
  return TRUE;
}

void
testlog_tree_get_root (const TestlogTree *tree, guint64 size, guint8 *root)
{
  gboolean known = TRUE;

  g_return_if_fail (size >= tree->start_size && size <= tree->size);
  if (size == 0)
    cts_merkle_empty_hash (root);
  else
    known = hash_range (tree, 0, size, root);
  g_assert (known);
}

/* A scan of all leaf hashes: fast enough for a test log, and no index to keep. */
gboolean
testlog_tree_find (const TestlogTree *tree, const guint8 *leaf_hash, guint64 *index)
{
  for (*index = tree->start_size; *index < tree->size; (*index)++)
    if (memcmp (get_subtree (tree, 0, *index), leaf_hash, TESTLOG_HASH_SIZE) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
append_range (const TestlogTree *tree, guint64 begin, guint64 end, GByteArray *path)
{
  guint8 hash[TESTLOG_HASH_SIZE];

  if (!hash_range (tree, begin, end, hash))
    return FALSE;
  g_byte_array_append (path, hash, sizeof hash);
  return TRUE;
}

static gboolean
prove_in_range (const TestlogTree *tree,
                guint64 index,
                guint64 begin,
                guint64 end,
                GByteArray *path)
{
  guint64 middle;

  if (end - begin == 1)
    return TRUE;
  middle = begin + split (end - begin);
  if (index < middle)
    return prove_in_range (tree, index, begin, middle, path)
           && append_range (tree, middle, end, path);
  return prove_in_range (tree, index, middle, end, path)
         && append_range (tree, begin, middle, path);
}

gboolean
testlog_tree_prove_inclusion (const TestlogTree *tree,
                              guint64 index,
                              guint64 size,
                              GByteArray *path)
{
  g_return_val_if_fail (index < size && size <= tree->size, FALSE);
  return prove_in_range (tree, index, 0, size, path);
}

/* SUBPROOF of RFC 6962 §2.1.2 over D[begin:end]; @whole: the old tree is @begin to @first and
 * whoever asks knows its root. */
static gboolean
prove_old (const TestlogTree *tree,
           guint64 first,
           guint64 begin,
           guint64 end,
           gboolean whole,
           GByteArray *path)
{
  guint64 middle;

  if (first == end)
    return whole || append_range (tree, begin, end, path);
  middle = begin + split (end - begin);
  if (first <= middle)
    return prove_old (tree, first, begin, middle, whole, path)
           && append_range (tree, middle, end, path);
  return prove_old (tree, first, middle, end, FALSE, path)
         && append_range (tree, begin, middle, path);
}

gboolean
testlog_tree_prove_consistency (const TestlogTree *tree,
                                guint64 first,
                                guint64 second,
                                GByteArray *path)
{
  g_return_val_if_fail (first <= second && second <= tree->size, FALSE);
  if (first == 0 || first == second)
    return TRUE;
  return prove_old (tree, first, 0, second, TRUE, path);
}
