/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-log-info.h>
#include <ctstream/cts-stage.h>
#include <ctstream/cts-tree-head.h>

G_BEGIN_DECLS

/**
 * CTS_SOURCE_ERROR:
 *
 * Error domain of what comes from logs.
 *
 * Since: 1.0
 */
#define CTS_SOURCE_ERROR (cts_source_error_quark ())

/**
 * CtsSourceError:
 * @CTS_SOURCE_ERROR_FAILED: the log could not be reached or did not answer with success
 * @CTS_SOURCE_ERROR_BUSY: the log asks to come back later (429, 503)
 * @CTS_SOURCE_ERROR_RANGE: the log does not serve this range now (400, 403, 404)
 * @CTS_SOURCE_ERROR_MALFORMED: the answer breaks the protocol
 * @CTS_SOURCE_ERROR_TOO_LARGE: the answer is larger than the cap
 *
 * Codes of %CTS_SOURCE_ERROR.
 *
 * Since: 1.0
 */
typedef enum
{
  CTS_SOURCE_ERROR_FAILED,
  CTS_SOURCE_ERROR_BUSY,
  CTS_SOURCE_ERROR_RANGE,
  CTS_SOURCE_ERROR_MALFORMED,
  CTS_SOURCE_ERROR_TOO_LARGE,
} CtsSourceError;

CTS_AVAILABLE_IN_1_0
GQuark cts_source_error_quark (void);

/**
 * CtsEntryFunc:
 * @leaf_input: a MerkleTreeLeaf (RFC 6962 §3.4)
 * @leaf_size: its size in bytes
 * @extra_data: what the log keeps beside it (RFC 6962 §4.6)
 * @extra_size: its size in bytes
 * @user_data: data of the caller
 *
 * Takes one raw entry. The bytes are the callee's until it returns.
 *
 * Since: 1.0
 */
typedef void (*CtsEntryFunc) (gconstpointer leaf_input,
                              gsize leaf_size,
                              gconstpointer extra_data,
                              gsize extra_size,
                              gpointer user_data);

#define CTS_TYPE_SOURCE (cts_source_get_type ())
CTS_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (CtsSource, cts_source, CTS, SOURCE, CtsStage)

/**
 * CtsSourceClass:
 * @parent_class: the parent class
 * @protocol: the log protocol it speaks, as in a log's `protocol`: `rfc6962`, `static-ct`
 * @fetch_head_async: ask @log for its newest tree head; main context
 * @fetch_head_finish: finish @fetch_head_async
 * @fetch_entries_async: ask @log for the entries from @start up to, not including, @end; main
 *   context
 * @fetch_entries_finish: finish @fetch_entries_async: the answer's bytes, unread
 * @read_entries: hand each entry in the bytes of an answer to @func, in order; at most @max. Pure,
 *   on a worker. On an error the page is discarded whole, whatever @func was handed
 * @fetch_frontier_async: (nullable): ask @log for the frontier of its tree as it was with
 *   @tree_size entries, at least one; main context. Without it, or when it fails, a log that is
 *   not read from its first entry cannot be held to its Merkle tree
 * @fetch_frontier_finish: finish @fetch_frontier_async: 32 bytes for each bit set in `tree_size`,
 *   the roots of the complete subtrees, largest first. The core compares them with what was signed
 *
 * A log protocol: it turns requests into bytes and bytes into raw entries, and keeps nothing of a
 * log. The core owns position, order, pacing and retry, so rewinding is a call. All its HTTP goes
 * through cts_source_request_async().
 *
 * Since: 1.0
 */
struct _CtsSourceClass
{
  CtsStageClass parent_class;

  const char *protocol;

  void (*fetch_head_async) (CtsSource *source,
                            CtsLogInfo *log,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
  CtsTreeHead *(*fetch_head_finish) (CtsSource *source, GAsyncResult *result, GError **error);
  void (*fetch_entries_async) (CtsSource *source,
                               CtsLogInfo *log,
                               guint64 start,
                               guint64 end,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
  GBytes *(*fetch_entries_finish) (CtsSource *source, GAsyncResult *result, GError **error);
  gboolean (*read_entries) (CtsSource *source,
                            GBytes *page,
                            guint max,
                            CtsEntryFunc func,
                            gpointer user_data,
                            GError **error);
  void (*fetch_frontier_async) (CtsSource *source,
                                CtsLogInfo *log,
                                guint64 tree_size,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
  GBytes *(*fetch_frontier_finish) (CtsSource *source, GAsyncResult *result, GError **error);
};

CTS_AVAILABLE_IN_1_0
void cts_source_request_async (CtsSource *source,
                               CtsLogInfo *log,
                               const char *path,
                               gsize max_size,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

CTS_AVAILABLE_IN_1_0
GBytes *cts_source_request_finish (CtsSource *source, GAsyncResult *result, GError **error);

G_END_DECLS
