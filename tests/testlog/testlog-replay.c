/* SPDX-License-Identifier: MIT */
#include "testlog-replay.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>

/* Longest certificate a leaf can hold: its length is a u24. */
#define MAX_CERTIFICATE ((1 << 24) - 1)

static GPtrArray *
submissions_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) testlog_submission_unref);
}

/**
 * testlog_replay_certificates:
 * @path: a file of certificates, each behind its length as u32, big-endian
 * @chain: what goes for their chain
 * @error: return location for an error
 *
 * Reads certificates as x509 entries. Whether one is a certificate is not looked at; the empty
 * are left out, since no leaf can hold them.
 *
 * Returns: (transfer full) (element-type TestlogSubmission): in the order of the file
 */
GPtrArray *
testlog_replay_certificates (const char *path, GBytes *chain, GError **error)
{
  g_autoptr (GPtrArray) submissions = submissions_new ();
  g_autofree char *contents = NULL;
  gsize size, at = 0;

  if (!g_file_get_contents (path, &contents, &size, error))
    return NULL;

  while (at < size)
    {
      const guint8 *head = (const guint8 *) contents + at;
      gsize length = 0;

      if (size - at >= 4)
        length = (gsize) head[0] << 24 | head[1] << 16 | head[2] << 8 | head[3];
      if (size - at < 4 || length > size - at - 4 || length > MAX_CERTIFICATE)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "%s: bad length at offset %" G_GSIZE_FORMAT, path, at);
          return NULL;
        }
      if (length > 0)
        g_ptr_array_add (submissions, testlog_submission_new_x509 (head + 4, length, chain));
      at += 4 + length;
    }
  return g_steal_pointer (&submissions);
}

/* The array of entries, wherever the known shapes of file keep it: on top, in `entries`, or in
 * `get_entries`. */
static JsonArray *
find_entries (JsonNode *node)
{
  while (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_node_get_object (node);

      node = json_object_get_member (object, "entries");
      if (node == NULL)
        node = json_object_get_member (object, "get_entries");
    }
  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static guint8 *
decode_member (JsonNode *node, const char *name, gsize *size)
{
  const char *text = NULL;

  if (JSON_NODE_HOLDS_OBJECT (node))
    text = json_object_get_string_member_with_default (json_node_get_object (node), name, NULL);
  *size = 0;
  return text != NULL && *text != '\0' ? g_base64_decode (text, size) : NULL;
}

/**
 * testlog_replay_entries:
 * @path: a JSON file with objects of `leaf_input` and `extra_data`
 * @error: return location for an error
 *
 * Reads real entries, which are served byte for byte.
 *
 * Returns: (transfer full) (element-type TestlogSubmission): in the order of the file
 */
GPtrArray *
testlog_replay_entries (const char *path, GError **error)
{
  g_autoptr (GPtrArray) submissions = submissions_new ();
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *entries;

  if (!json_parser_load_from_file (parser, path, error))
    return NULL;
  entries = find_entries (json_parser_get_root (parser));

  for (guint i = 0; entries != NULL && i < json_array_get_length (entries); i++)
    {
      JsonNode *node = json_array_get_element (entries, i);
      gsize leaf_size, extra_size;
      g_autofree guint8 *leaf = decode_member (node, "leaf_input", &leaf_size);
      g_autofree guint8 *extra = decode_member (node, "extra_data", &extra_size);
      TestlogSubmission *submission
          = testlog_submission_new_replay (leaf, leaf_size, extra, extra_size);

      if (submission == NULL)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: entry %u has no leaf_input",
                       path, i);
          return NULL;
        }
      g_ptr_array_add (submissions, submission);
    }
  if (submissions->len == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: no entries in it", path);
      return NULL;
    }
  return g_steal_pointer (&submissions);
}
