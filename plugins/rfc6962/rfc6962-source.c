/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-rfc6962"

#include "rfc6962-source.h"

#include "core/codec/cts-base64.h"
#include "core/codec/cts-entries-scanner.h"
#include "rfc6962-frontier.h"
#include "rfc6962-head.h"

/* A tree head takes some 300 bytes. */
#define HEAD_MAX (64u << 10)
/* A page of 1000 entries takes some 5 MB; entries may be far larger than usual. */
#define PAGE_MAX (64u << 20)
/* One entry with its chain and at most 63 hashes. */
#define PROOF_MAX (4u << 20)

struct _Rfc6962Source
{
  CtsSource parent_instance;
};

G_DEFINE_FINAL_TYPE (Rfc6962Source, rfc6962_source, CTS_TYPE_SOURCE)

static void
on_request_done (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GBytes *body = cts_source_request_finish (g_task_get_source_object (task), result, &error);

  if (body != NULL)
    {
      g_task_return_pointer (task, body, (GDestroyNotify) g_bytes_unref);
      return;
    }
  g_prefix_error (&error, "%s: ", (const char *) g_task_get_task_data (task));
  g_task_return_error (task, error);
}

/* Asks for @path; @call is put before the message of an error. */
static void
request (CtsSource *source,
         CtsLogInfo *log,
         const char *call,
         const char *path,
         gsize max_size,
         GTask *task)
{
  g_task_set_task_data (task, (gpointer) call, NULL);
  cts_source_request_async (source, log, path, max_size, g_task_get_cancellable (task),
                            on_request_done, task);
}

static void
rfc6962_source_fetch_head_async (CtsSource *source,
                                 CtsLogInfo *log,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task = g_task_new (source, cancellable, callback, user_data);

  g_task_set_source_tag (task, rfc6962_source_fetch_head_async);
  request (source, log, "get-sth", "ct/v1/get-sth", HEAD_MAX, task);
}

static CtsTreeHead *
rfc6962_source_fetch_head_finish (CtsSource *source, GAsyncResult *result, GError **error)
{
  g_autoptr (GBytes) body = NULL;

  g_return_val_if_fail (g_task_is_valid (result, source), NULL);

  body = g_task_propagate_pointer (G_TASK (result), error);
  return body != NULL ? rfc6962_head_read (body, error) : NULL;
}

static void
rfc6962_source_fetch_entries_async (CtsSource *source,
                                    CtsLogInfo *log,
                                    guint64 start,
                                    guint64 end,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  GTask *task = g_task_new (source, cancellable, callback, user_data);
  g_autofree char *path = NULL;

  /* Both ends are inclusive on the wire (RFC 6962 §4.6). */
  path = g_strdup_printf ("ct/v1/get-entries?start=%" G_GUINT64_FORMAT "&end=%" G_GUINT64_FORMAT,
                          start, end - 1);
  g_task_set_source_tag (task, rfc6962_source_fetch_entries_async);
  request (source, log, "get-entries", path, PAGE_MAX, task);
}

static GBytes *
rfc6962_source_fetch_entries_finish (CtsSource *source, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, source), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Bytes that the entries of one page take turns in. */
typedef struct
{
  guint8 *data;
  gsize size;
} Scratch;

static guint8 *
scratch_get (Scratch *scratch, gsize size)
{
  if (size > scratch->size)
    {
      g_free (scratch->data);
      scratch->size = MAX (size, scratch->size * 2);
      scratch->data = g_malloc (scratch->size);
    }
  return scratch->data;
}

/* Decodes a value as it stands between its quotes to @out; -1 when it is no base64. */
static gssize
decode_value (guint8 *out, const char *text, gsize size, gboolean escaped)
{
  g_autofree char *plain = NULL;
  gssize plain_size;

  if (!escaped)
    return cts_base64_decode (out, text, size);
  plain = g_malloc (size);
  plain_size = cts_entries_scanner_unescape (plain, text, size);
  return plain_size < 0 ? -1 : cts_base64_decode (out, plain, (gsize) plain_size);
}

static gboolean
read_entry (const CtsRawText *entry, Scratch *scratch, CtsEntryFunc func, gpointer user_data)
{
  /* One byte more, so that there is memory to point at for an empty value. */
  guint8 *leaf = scratch_get (scratch, CTS_BASE64_DECODED_MAX (entry->leaf_size)
                                           + CTS_BASE64_DECODED_MAX (entry->extra_size) + 1);
  guint8 *extra = leaf + CTS_BASE64_DECODED_MAX (entry->leaf_size);
  gssize leaf_size = decode_value (leaf, entry->leaf_input, entry->leaf_size, entry->leaf_escaped);
  gssize extra_size
      = decode_value (extra, entry->extra_data, entry->extra_size, entry->extra_escaped);

  if (leaf_size < 0 || extra_size < 0)
    return FALSE;
  func (leaf, (gsize) leaf_size, extra, (gsize) extra_size, user_data);
  return TRUE;
}

static gboolean
read_all (GBytes *page,
          guint max,
          Scratch *scratch,
          CtsEntryFunc func,
          gpointer user_data,
          GError **error)
{
  CtsEntriesScanner scanner;
  CtsRawText entry;
  const char *problem = NULL;
  gsize size;
  const void *data = g_bytes_get_data (page, &size);
  guint n = 0;

  cts_entries_scanner_init (&scanner, data, size);
  while (problem == NULL && cts_entries_scanner_next (&scanner, &entry))
    if (n++ == max)
      problem = "more entries than asked for";
    else if (!read_entry (&entry, scratch, func, user_data))
      problem = "not base64";
  if (cts_entries_scanner_failed (&scanner))
    problem = "not the JSON of entries";

  if (problem != NULL)
    g_set_error (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED,
                 "get-entries: entry %u of the answer: %s", n, problem);
  else if (n == 0)
    g_set_error (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_RANGE, "get-entries: no entries");
  return problem == NULL && n > 0;
}

static gboolean
rfc6962_source_read_entries (CtsSource *source,
                             GBytes *page,
                             guint max,
                             CtsEntryFunc func,
                             gpointer user_data,
                             GError **error)
{
  Scratch scratch = { 0 };
  gboolean ok = read_all (page, max, &scratch, func, user_data, error);

  g_free (scratch.data);
  return ok;
}

/* The last entry of a tree, and the hashes beside it up to the root, are the frontier. */
static void
on_proof (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const guint64 *tree_size = g_task_get_task_data (task);
  g_autoptr (GBytes) body = NULL;
  GBytes *frontier = NULL;
  GError *error = NULL;

  body = cts_source_request_finish (g_task_get_source_object (task), result, &error);
  if (body != NULL)
    frontier = rfc6962_frontier_read (body, *tree_size, &error);
  if (frontier != NULL)
    {
      g_task_return_pointer (task, frontier, (GDestroyNotify) g_bytes_unref);
      return;
    }
  g_prefix_error (&error, "get-entry-and-proof: ");
  g_task_return_error (task, error);
}

static void
rfc6962_source_fetch_frontier_async (CtsSource *source,
                                     CtsLogInfo *log,
                                     guint64 tree_size,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  GTask *task = g_task_new (source, cancellable, callback, user_data);
  g_autofree char *path = g_strdup_printf ("ct/v1/get-entry-and-proof?leaf_index=%" G_GUINT64_FORMAT
                                           "&tree_size=%" G_GUINT64_FORMAT,
                                           tree_size - 1, tree_size);

  g_task_set_source_tag (task, rfc6962_source_fetch_frontier_async);
  g_task_set_task_data (task, g_memdup2 (&tree_size, sizeof tree_size), g_free);
  cts_source_request_async (source, log, path, PROOF_MAX, cancellable, on_proof, task);
}

static GBytes *
rfc6962_source_fetch_frontier_finish (CtsSource *source, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, source), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
rfc6962_source_class_init (Rfc6962SourceClass *klass)
{
  CtsSourceClass *source_class = CTS_SOURCE_CLASS (klass);

  source_class->protocol = "rfc6962";
  source_class->fetch_head_async = rfc6962_source_fetch_head_async;
  source_class->fetch_head_finish = rfc6962_source_fetch_head_finish;
  source_class->fetch_entries_async = rfc6962_source_fetch_entries_async;
  source_class->fetch_entries_finish = rfc6962_source_fetch_entries_finish;
  source_class->read_entries = rfc6962_source_read_entries;
  source_class->fetch_frontier_async = rfc6962_source_fetch_frontier_async;
  source_class->fetch_frontier_finish = rfc6962_source_fetch_frontier_finish;
}

static void
rfc6962_source_init (Rfc6962Source *self)
{
}

CTS_MODULE_DEFINE (.id = "rfc6962",
                   .description = "Reads certificate transparency logs over HTTP (RFC 6962)",
                   .version = "1.0",
                   .license = "MIT",
                   .types = { { CTS_ROLE_SOURCE, rfc6962_source_get_type } });
