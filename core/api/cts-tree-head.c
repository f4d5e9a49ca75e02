/* SPDX-License-Identifier: MIT */
#include <ctstream/cts-tree-head.h>

#include <string.h>

G_DEFINE_BOXED_TYPE (CtsTreeHead, cts_tree_head, cts_tree_head_copy, cts_tree_head_free)

/**
 * cts_tree_head_new:
 * @tree_size: entries in the tree
 * @timestamp_ms: milliseconds since 1970
 * @root: (array fixed-size=32): root hash
 * @signature: (nullable): the DigitallySigned
 *
 * Returns: (transfer full): a new tree head
 *
 * Since: 1.0
 */
CtsTreeHead *
cts_tree_head_new (guint64 tree_size, guint64 timestamp_ms, const guint8 *root, GBytes *signature)
{
  CtsTreeHead *head = g_new0 (CtsTreeHead, 1);

  head->tree_size = tree_size;
  head->timestamp_ms = timestamp_ms;
  memcpy (head->root, root, sizeof head->root);
  head->signature = signature != NULL ? g_bytes_ref (signature) : NULL;
  return head;
}

/**
 * cts_tree_head_copy:
 * @head: a tree head
 *
 * Returns: (transfer full): a copy
 *
 * Since: 1.0
 */
CtsTreeHead *
cts_tree_head_copy (const CtsTreeHead *head)
{
  return cts_tree_head_new (head->tree_size, head->timestamp_ms, head->root, head->signature);
}

/**
 * cts_tree_head_free:
 * @head: (transfer full): a tree head
 *
 * Frees a tree head.
 *
 * Since: 1.0
 */
void
cts_tree_head_free (CtsTreeHead *head)
{
  g_clear_pointer (&head->signature, g_bytes_unref);
  g_free (head);
}
