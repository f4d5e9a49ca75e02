/* SPDX-License-Identifier: MIT */
#include "rfc6962-frontier.h"

#include "core/ct/cts-merkle.h"
#include "rfc6962-answer.h"

#include <string.h>

/* One hash for each bit of a size. */
#define MAX_PATH 64

static GBytes *
malformed (GError **error, const char *what)
{
  g_set_error_literal (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED, what);
  return NULL;
}

/* Reads exactly @n hashes, from the leaf up. */
static gboolean
read_path (JsonObject *object, guint8 (*path)[CTS_MERKLE_HASH_SIZE], guint n)
{
  JsonNode *node = json_object_get_member (object, "audit_path");
  JsonArray *array
      = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL || json_array_get_length (array) != n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GBytes) hash = rfc6962_answer_decode (json_array_get_element (array, i));

      if (hash == NULL || g_bytes_get_size (hash) != CTS_MERKLE_HASH_SIZE)
        return FALSE;
      memcpy (path[i], g_bytes_get_data (hash, NULL), CTS_MERKLE_HASH_SIZE);
    }
  return TRUE;
}

/*
 * The path of the last entry holds the complete subtrees before it, smallest first: the frontier of
 * the tree without it. Appending the entry makes pairs of equal subtrees one, as in addition.
 */
static GBytes *
append_last (guint8 (*path)[CTS_MERKLE_HASH_SIZE], guint n, guint8 *hash, guint64 size_before)
{
  GByteArray *out = g_byte_array_new ();
  guint merged = 0;

  for (guint64 bit = 1; (size_before & bit) != 0; bit <<= 1)
    cts_merkle_node_hash (hash, path[merged++], hash);
  for (guint i = n; i > merged; i--)
    g_byte_array_append (out, path[i - 1], CTS_MERKLE_HASH_SIZE);
  g_byte_array_append (out, hash, CTS_MERKLE_HASH_SIZE);
  return g_byte_array_free_to_bytes (out);
}

static GBytes *
read_frontier (JsonObject *object, guint64 tree_size, GError **error)
{
  guint8 path[MAX_PATH][CTS_MERKLE_HASH_SIZE];
  guint8 hash[CTS_MERKLE_HASH_SIZE];
  guint n = (guint) __builtin_popcountll (tree_size - 1);
  g_autoptr (GBytes) leaf = rfc6962_answer_decode (json_object_get_member (object, "leaf_input"));

  if (leaf == NULL)
    return malformed (error, "no valid 'leaf_input'");
  if (!read_path (object, path, n))
    return malformed (error, "no valid 'audit_path'");
  cts_merkle_leaf_hash (hash, g_bytes_get_data (leaf, NULL), g_bytes_get_size (leaf));
  return append_last (path, n, hash, tree_size - 1);
}

/**
 * rfc6962_frontier_read:
 * @body: the get-entry-and-proof answer (RFC 6962 §4.8) for the last entry of a tree
 * @tree_size: entries in that tree, at least one
 * @error: return location for an error in %CTS_SOURCE_ERROR
 *
 * Makes the frontier of the tree out of the proof. Whether it is that of the log's tree only a
 * signed head can tell. Pure.
 *
 * Returns: (transfer full): the frontier: 32 bytes for each bit set in @tree_size
 */
GBytes *
rfc6962_frontier_read (GBytes *body, guint64 tree_size, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonObject *object = rfc6962_answer_read (parser, body, error);

  return object != NULL ? read_frontier (object, tree_size, error) : NULL;
}
