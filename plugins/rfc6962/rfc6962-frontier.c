/* SPDX-License-Identifier: MIT */
#include "rfc6962-frontier.h"

#include "core/codec/cts-base64.h"
#include "core/ct/cts-merkle.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* One hash for each bit of a size. */
#define MAX_PATH 64
/* Arrays and objects of an answer, as the reader descends into each by a call of itself. */
#define MAX_CONTAINERS 256

static GBytes *
malformed (GError **error, const char *what)
{
  g_set_error_literal (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED, what);
  return NULL;
}

static gboolean
has_too_many_containers (const char *text, gsize size)
{
  guint n = 0;

  for (gsize i = 0; i < size && n <= MAX_CONTAINERS; i++)
    n += text[i] == '[' || text[i] == '{';
  return n > MAX_CONTAINERS;
}

/* Returns: (nullable): what a node says in base64 */
static GBytes *
decode_node (JsonNode *node)
{
  g_autofree guint8 *bytes = NULL;
  const char *text;
  gssize size;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  text = json_node_get_string (node);
  bytes = g_malloc (CTS_BASE64_DECODED_MAX (strlen (text)) + 1);
  size = cts_base64_decode (bytes, text, strlen (text));
  return size >= 0 ? g_bytes_new_take (g_steal_pointer (&bytes), (gsize) size) : NULL;
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
      g_autoptr (GBytes) hash = decode_node (json_array_get_element (array, i));

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
  g_autoptr (GBytes) leaf = decode_node (json_object_get_member (object, "leaf_input"));

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
  g_autoptr (GError) parse_error = NULL;
  gsize size;
  const char *text = g_bytes_get_data (body, &size);
  JsonNode *root;

  if (size == 0)
    return malformed (error, "empty answer");
  if (has_too_many_containers (text, size))
    return malformed (error, "nested too deeply");
  if (!json_parser_load_from_data (parser, text, (gssize) size, &parse_error))
    return malformed (error, parse_error->message);
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return malformed (error, "not an object");
  return read_frontier (json_node_get_object (root), tree_size, error);
}
