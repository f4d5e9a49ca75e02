/* SPDX-License-Identifier: MIT */
#include "rfc6962-head.h"

#include "rfc6962-answer.h"

#define ROOT_SIZE 32
/* DigitallySigned (RFC 5246 §4.7): two algorithm bytes and a signature behind a 16-bit length. */
#define SIGNATURE_MAX (4 + G_MAXUINT16)

/*
 * Only what JSON calls an integer: through a double, sizes above 2^53 would change unseen. What
 * does not fit 63 bits comes out of the reader negative.
 */
static gboolean
read_number (JsonObject *object, const char *name, guint64 *value, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_INT64 || json_node_get_int (node) < 0)
    {
      g_set_error (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED, "no valid number '%s'",
                   name);
      return FALSE;
    }
  *value = (guint64) json_node_get_int (node);
  return TRUE;
}

/* The bytes of a base64 member: between @min and @max of them. */
static GBytes *
read_bytes (JsonObject *object, const char *name, gsize min, gsize max, GError **error)
{
  g_autoptr (GBytes) bytes = rfc6962_answer_decode (json_object_get_member (object, name));

  if (bytes == NULL || g_bytes_get_size (bytes) < min || g_bytes_get_size (bytes) > max)
    {
      g_set_error (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED, "no valid '%s'", name);
      return NULL;
    }
  return g_steal_pointer (&bytes);
}

static CtsTreeHead *
read_head (JsonObject *object, GError **error)
{
  guint64 tree_size, timestamp_ms;
  g_autoptr (GBytes) root = NULL;
  g_autoptr (GBytes) signature = NULL;

  if (!read_number (object, "tree_size", &tree_size, error)
      || !read_number (object, "timestamp", &timestamp_ms, error))
    return NULL;
  root = read_bytes (object, "sha256_root_hash", ROOT_SIZE, ROOT_SIZE, error);
  if (root == NULL)
    return NULL;
  signature = read_bytes (object, "tree_head_signature", 4, SIGNATURE_MAX, error);
  if (signature == NULL)
    return NULL;
  return cts_tree_head_new (tree_size, timestamp_ms, g_bytes_get_data (root, NULL), signature);
}

/**
 * rfc6962_head_read:
 * @body: a get-sth answer (RFC 6962 §4.3)
 * @error: return location for an error in %CTS_SOURCE_ERROR
 *
 * Reads a tree head. Its signature is not verified here. Pure.
 *
 * Returns: (transfer full): the head
 */
CtsTreeHead *
rfc6962_head_read (GBytes *body, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonObject *object = rfc6962_answer_read (parser, body, error);
  CtsTreeHead *head = object != NULL ? read_head (object, error) : NULL;

  if (head == NULL)
    g_prefix_error (error, "get-sth: ");
  return head;
}
