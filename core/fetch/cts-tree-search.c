/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-fetch"

#include "cts-tree-search.h"

/* What is looked for; the task's data. */
typedef struct
{
  CtsLogInfo *log;
  guint64 tree_size;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  cts_log_info_unref (search->log);
  g_free (search);
}

static void
on_frontier (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CtsSource *source = CTS_SOURCE (object);
  GError *error = NULL;
  GBytes *hashes = CTS_SOURCE_GET_CLASS (source)->fetch_frontier_finish (source, result, &error);

  if (hashes != NULL)
    g_task_return_pointer (task, hashes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/**
 * cts_tree_search_async:
 * @source: the protocol of @log
 * @log: a log
 * @tree_size: entries in the tree that is to be known, at least one
 * @cancellable: (nullable): to give up with
 * @callback: called when done
 * @user_data: data for @callback
 *
 * Asks for a frontier.
 */
void
cts_tree_search_async (CtsSource *source,
                       CtsLogInfo *log,
                       guint64 tree_size,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  GTask *task = g_task_new (source, cancellable, callback, user_data);
  Search *search = g_new (Search, 1);

  *search = (Search){ cts_log_info_ref (log), tree_size };
  g_task_set_source_tag (task, cts_tree_search_async);
  g_task_set_task_data (task, search, search_free);
  if (CTS_SOURCE_GET_CLASS (source)->fetch_frontier_async != NULL)
    {
      CTS_SOURCE_GET_CLASS (source)->fetch_frontier_async (source, log, tree_size, cancellable,
                                                           on_frontier, task);
      return;
    }
  g_task_return_new_error (task, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_FAILED,
                           "the protocol has no call for it");
  g_object_unref (task);
}

/**
 * cts_tree_search_finish:
 * @source: the protocol
 * @result: the result
 * @audit: knows the signed heads, and is shown the tree
 * @frontier: room for the frontier; unchanged when there is none
 *
 * Finishes cts_tree_search_async(). When the tree stays unknown, a line says so, unless it was
 * cancelled.
 *
 * Returns: whether @frontier is now that of the tree
 */
gboolean
cts_tree_search_finish (CtsSource *source,
                        GAsyncResult *result,
                        CtsLogAudit *audit,
                        CtsFrontier *frontier)
{
  const Search *search = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) hashes = g_task_propagate_pointer (G_TASK (result), &error);
  const char *problem = NULL;
  CtsFrontier found;

  if (hashes == NULL)
    problem = error->message;
  else if (g_bytes_get_size (hashes) % CTS_MERKLE_HASH_SIZE != 0
           || !cts_frontier_init_from_hashes (&found, search->tree_size,
                                              g_bytes_get_data (hashes, NULL),
                                              g_bytes_get_size (hashes) / CTS_MERKLE_HASH_SIZE))
    problem = "the proof has another size";
  else if (!cts_log_audit_fits (audit, &found))
    problem = "the proof is not of the signed tree";

  if (problem == NULL)
    {
      *frontier = found;
      cts_log_audit_take_tree (audit, frontier);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("log %s: only its signatures are verified, the tree before entry %" G_GUINT64_FORMAT
               " stays unknown: %s",
               cts_log_info_get_name (search->log), search->tree_size, problem);
  return problem == NULL;
}
