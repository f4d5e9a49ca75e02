/* SPDX-License-Identifier: MIT */
#include "rfc6962-answer.h"

#include "core/codec/cts-base64.h"

#include <string.h>

/* Arrays and objects of an answer. The reader descends into each by a call of itself, so their
 * number must be bounded before; a tree head is one object, the rest is left to unknown members. */
#define MAX_CONTAINERS 256

static JsonObject *
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

/**
 * rfc6962_answer_read:
 * @parser: a parser; the object lives as long as it
 * @body: a small answer: anything but get-entries
 * @error: return location for an error in %CTS_SOURCE_ERROR
 *
 * Reads the one object that an answer is. Pure.
 *
 * Returns: (transfer none): the object
 */
JsonObject *
rfc6962_answer_read (JsonParser *parser, GBytes *body, GError **error)
{
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
  return json_node_get_object (root);
}

/**
 * rfc6962_answer_decode:
 * @node: (nullable): a member of an answer
 *
 * Returns: (transfer full) (nullable): the bytes that it says in base64; %NULL when it does not
 */
GBytes *
rfc6962_answer_decode (JsonNode *node)
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
