/* SPDX-License-Identifier: MIT */
#include "testlog-endpoints.h"

#include <string.h>

/* What one log's handlers need; lives as long as the server. */
typedef struct
{
  TestlogLog *log;
  TestlogMint *mint;
  guint64 page_cap;
} Endpoints;

static void
append_base64 (GString *out, const void *data, gsize size)
{
  gsize at = out->len;
  int state = 0, save = 0;

  g_string_set_size (out, at + (size / 3 + 1) * 4 + 4);
  at += g_base64_encode_step (data, size, FALSE, out->str + at, &state, &save);
  at += g_base64_encode_close (FALSE, out->str + at, &state, &save);
  g_string_truncate (out, at);
}

/* The base64 of two parts as of one, without joining them first. */
static void
append_base64_pair (GString *out, const void *first, gsize first_size, GBytes *second)
{
  gsize second_size = second != NULL ? g_bytes_get_size (second) : 0;
  gsize at = out->len;
  int state = 0, save = 0;

  g_string_set_size (out, at + ((first_size + second_size) / 3 + 1) * 4 + 8);
  at += g_base64_encode_step (first, first_size, FALSE, out->str + at, &state, &save);
  if (second_size > 0)
    at += g_base64_encode_step (g_bytes_get_data (second, NULL), second_size, FALSE, out->str + at,
                                &state, &save);
  at += g_base64_encode_close (FALSE, out->str + at, &state, &save);
  g_string_truncate (out, at);
}

static void
append_path (GString *out, const char *name, const GByteArray *path)
{
  g_string_append_printf (out, "\"%s\":[", name);
  for (gsize at = 0; at < path->len; at += TESTLOG_HASH_SIZE)
    {
      g_string_append (out, at > 0 ? ",\"" : "\"");
      append_base64 (out, path->data + at, TESTLOG_HASH_SIZE);
      g_string_append_c (out, '"');
    }
  g_string_append_c (out, ']');
}

static void
append_entry (GString *out, const TestlogSubmission *entry)
{
  g_string_append (out, "\"leaf_input\":\"");
  append_base64 (out, entry->leaf, entry->leaf_size);
  g_string_append (out, "\",\"extra_data\":\"");
  append_base64_pair (out, entry->extra, entry->extra_size, entry->chain);
  g_string_append_c (out, '"');
}

static void
reply_json (SoupServerMessage *message, GString *body, const char *cache_control)
{
  gsize size = body->len;

  if (cache_control != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                  "Cache-Control", cache_control);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE,
                                    g_string_free (body, FALSE), size);
}

/* Status text, a line break, the detail: what the reference server sends. */
static void G_GNUC_PRINTF (3, 4)
    reply_error (SoupServerMessage *message, guint status, const char *format, ...)
{
  g_autofree char *detail = NULL;
  char *body;
  va_list args;

  va_start (args, format);
  detail = g_strdup_vprintf (format, args);
  va_end (args);
  body = g_strdup_printf ("%s\n%s\n", soup_status_get_phrase (status), detail);
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/plain; charset=utf-8", SOUP_MEMORY_TAKE, body,
                                    strlen (body));
}

/* Answers 400 when @name is not there or no number. */
static gboolean
get_number (SoupServerMessage *message, GHashTable *query, const char *name, guint64 *number)
{
  const char *text = query != NULL ? g_hash_table_lookup (query, name) : NULL;

  if (text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, number, NULL))
    return TRUE;
  reply_error (message, SOUP_STATUS_BAD_REQUEST, "bad or missing '%s' parameter", name);
  return FALSE;
}

static gboolean
check_tree_size (SoupServerMessage *message, const Endpoints *self, guint64 size)
{
  guint64 have = testlog_log_get_head (self->log)->size;

  if (size <= have)
    return TRUE;
  reply_error (message, SOUP_STATUS_BAD_REQUEST,
               "need tree size: %" G_GUINT64_FORMAT " but only got: %" G_GUINT64_FORMAT, size,
               have);
  return FALSE;
}

static void
get_sth (const Endpoints *self, SoupServerMessage *message, GHashTable *query)
{
  const TestlogHead *head = testlog_log_get_head (self->log);
  GString *body = g_string_new (NULL);

  g_string_printf (body,
                   "{\"tree_size\":%" G_GUINT64_FORMAT ",\"timestamp\":%" G_GUINT64_FORMAT
                   ",\"sha256_root_hash\":\"",
                   head->size, head->timestamp_ms);
  append_base64 (body, head->root, sizeof head->root);
  g_string_append (body, "\",\"tree_head_signature\":\"");
  append_base64 (body, g_bytes_get_data (head->signature, NULL),
                 g_bytes_get_size (head->signature));
  g_string_append (body, "\"}");
  reply_json (message, body, NULL);
}

/* Cuts a range as the reference server does: to a page, and a full page back to where an aligned
 * one ends, so that all later requests of a client are aligned. */
static guint64
cut_to_page (guint64 start, guint64 end, guint64 page_cap)
{
  if (end - start >= page_cap)
    end = start + page_cap - 1;
  if (end - start + 1 >= page_cap)
    end -= (end + 1) % page_cap;
  return end;
}

static void
get_entries (const Endpoints *self, SoupServerMessage *message, GHashTable *query)
{
  guint64 size = testlog_log_get_head (self->log)->size;
  guint64 start, end, last;
  GString *body;

  if (!get_number (message, query, "start", &start) || !get_number (message, query, "end", &end))
    return;
  if (start > end)
    {
      reply_error (message, SOUP_STATUS_BAD_REQUEST, "start is greater than end");
      return;
    }
  if (start >= size)
    {
      check_tree_size (message, self, start + (start < G_MAXUINT64));
      return;
    }
  if (start < testlog_log_get_start_size (self->log))
    {
      reply_error (message, SOUP_STATUS_NOT_FOUND, "this log does not keep its past");
      return;
    }

  last = MIN (cut_to_page (start, end, self->page_cap), size - 1);
  body = g_string_new ("{\"entries\":[");
  for (guint64 i = start; i <= last; i++)
    {
      g_string_append (body, i > start ? ",{" : "{");
      append_entry (body, testlog_log_get_entry (self->log, i));
      g_string_append_c (body, '}');
    }
  g_string_append (body, "]}");
  reply_json (message, body, last == end ? "public, max-age=86400" : "public, max-age=60");
}

static void
get_sth_consistency (const Endpoints *self, SoupServerMessage *message, GHashTable *query)
{
  g_autoptr (GByteArray) path = g_byte_array_new ();
  guint64 first, second;
  GString *body;

  if (!get_number (message, query, "first", &first)
      || !get_number (message, query, "second", &second)
      || !check_tree_size (message, self, second))
    return;
  if (first > second)
    {
      reply_error (message, SOUP_STATUS_BAD_REQUEST, "first is greater than second");
      return;
    }
  if (!testlog_tree_prove_consistency (testlog_log_get_tree (self->log), first, second, path))
    {
      reply_error (message, SOUP_STATUS_NOT_FOUND, "this log does not keep its past");
      return;
    }
  body = g_string_new ("{");
  append_path (body, "consistency", path);
  g_string_append_c (body, '}');
  reply_json (message, body, "public, max-age=86400");
}

static void
get_proof_by_hash (const Endpoints *self, SoupServerMessage *message, GHashTable *query)
{
  const TestlogTree *tree = testlog_log_get_tree (self->log);
  const char *text = query != NULL ? g_hash_table_lookup (query, "hash") : NULL;
  g_autoptr (GByteArray) path = g_byte_array_new ();
  g_autofree guint8 *hash = NULL;
  guint64 size, index;
  gsize hash_size = 0;
  GString *body;

  if (!get_number (message, query, "tree_size", &size) || !check_tree_size (message, self, size))
    return;
  if (text != NULL && *text != '\0')
    hash = g_base64_decode (text, &hash_size);
  if (hash_size != TESTLOG_HASH_SIZE)
    {
      reply_error (message, SOUP_STATUS_BAD_REQUEST, "bad or missing 'hash' parameter");
      return;
    }
  if (!testlog_tree_find (tree, hash, &index) || index >= size
      || !testlog_tree_prove_inclusion (tree, index, size, path))
    {
      reply_error (message, SOUP_STATUS_NOT_FOUND, "no such leaf in that tree");
      return;
    }
  body = g_string_new (NULL);
  g_string_printf (body, "{\"leaf_index\":%" G_GUINT64_FORMAT ",", index);
  append_path (body, "audit_path", path);
  g_string_append_c (body, '}');
  reply_json (message, body, "public, max-age=86400");
}

static void
get_entry_and_proof (const Endpoints *self, SoupServerMessage *message, GHashTable *query)
{
  g_autoptr (GByteArray) path = g_byte_array_new ();
  guint64 index, size;
  GString *body;

  if (!get_number (message, query, "leaf_index", &index)
      || !get_number (message, query, "tree_size", &size) || !check_tree_size (message, self, size))
    return;
  if (index >= size)
    {
      reply_error (message, SOUP_STATUS_BAD_REQUEST, "leaf_index is not below tree_size");
      return;
    }
  if (index < testlog_log_get_start_size (self->log)
      || !testlog_tree_prove_inclusion (testlog_log_get_tree (self->log), index, size, path))
    {
      reply_error (message, SOUP_STATUS_NOT_FOUND, "this log does not keep its past");
      return;
    }
  body = g_string_new ("{");
  append_entry (body, testlog_log_get_entry (self->log, index));
  g_string_append_c (body, ',');
  append_path (body, "audit_path", path);
  g_string_append_c (body, '}');
  reply_json (message, body, "public, max-age=86400");
}

static void
get_roots (const Endpoints *self, SoupServerMessage *message, GHashTable *query)
{
  GString *body = g_string_new ("{\"certificates\":[");

  for (guint i = 0; i < testlog_mint_get_n_issuers (self->mint); i++)
    {
      GBytes *root = testlog_mint_get_root (self->mint, i);

      g_string_append (body, i > 0 ? ",\"" : "\"");
      append_base64 (body, g_bytes_get_data (root, NULL), g_bytes_get_size (root));
      g_string_append_c (body, '"');
    }
  g_string_append (body, "]}");
  reply_json (message, body, NULL);
}

static const struct
{
  const char *name;
  void (*reply) (const Endpoints *self, SoupServerMessage *message, GHashTable *query);
} calls[] = {
  { "get-sth", get_sth },
  { "get-entries", get_entries },
  { "get-sth-consistency", get_sth_consistency },
  { "get-proof-by-hash", get_proof_by_hash },
  { "get-entry-and-proof", get_entry_and_proof },
  { "get-roots", get_roots },
};

static void
on_request (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer data)
{
  const Endpoints *self = data;
  const char *name = strrchr (path, '/') + 1;
  g_autofree char *prefix = g_strdup_printf ("/%s/ct/v1/", testlog_log_get_name (self->log));

  if (soup_server_message_get_method (message) != SOUP_METHOD_GET)
    {
      reply_error (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "only GET");
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    if (g_str_has_prefix (path, prefix) && strcmp (path + strlen (prefix), calls[i].name) == 0)
      {
        calls[i].reply (self, message, query);
        return;
      }
  reply_error (message, SOUP_STATUS_NOT_FOUND, "no such call: %s", name);
}

/**
 * testlog_endpoints_add:
 * @server: a server
 * @log: what is served; must outlive @server
 * @mint: whose roots it accepts; must outlive @server
 * @page_cap: most entries of one answer
 *
 * Serves @log under `/NAME/ct/v1/` (RFC 6962 §4).
 */
void
testlog_endpoints_add (SoupServer *server, TestlogLog *log, TestlogMint *mint, guint page_cap)
{
  g_autofree char *path = g_strdup_printf ("/%s", testlog_log_get_name (log));
  Endpoints *self = g_new0 (Endpoints, 1);

  self->log = log;
  self->mint = mint;
  self->page_cap = MAX (page_cap, 1);
  soup_server_add_handler (server, path, on_request, self, g_free);
}
