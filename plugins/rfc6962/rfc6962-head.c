/* SPDX-License-Identifier: MIT */
#include "rfc6962-head.h"

#include "core/codec/cts-base64.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define ROOT_SIZE 32
/* DigitallySigned (RFC 5246 §4.7): two algorithm bytes and a signature behind a 16-bit length. */
#define SIGNATURE_MAX (4 + G_MAXUINT16)
/* Arrays and objects of an answer. The reader descends into each by a call of itself, so their
 * number must be bounded before; a tree head is one object, the rest is left to unknown members. */
#define MAX_CONTAINERS 256

static CtsTreeHead *
malformed (GError **error, const char *what)
{
  g_set_error (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED, "get-sth: %s", what);
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
      g_set_error (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED,
                   "get-sth: no valid number '%s'", name);
      return FALSE;
    }
  *value = (guint64) json_node_get_int (node);
  return TRUE;
}

/* The bytes of a base64 member: between @min and @max of them. */
static GBytes *
read_bytes (JsonObject *object, const char *name, gsize min, gsize max, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);
  gssize size = -1;
  g_autofree guint8 *bytes = NULL;

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_STRING)
    {
      const char *text = json_node_get_string (node);
      gsize text_size = strlen (text);

      bytes = g_malloc (CTS_BASE64_DECODED_MAX (text_size) + 1);
      size = cts_base64_decode (bytes, text, text_size);
    }
  if (size < 0 || (gsize) size < min || (gsize) size > max)
    {
      g_set_error (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED, "get-sth: no valid '%s'",
                   name);
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&bytes), (gsize) size);
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
  return read_head (json_node_get_object (root), error);
}
