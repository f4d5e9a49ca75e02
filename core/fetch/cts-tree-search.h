/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-source.h>

#include "core/fetch/cts-log-audit.h"

G_BEGIN_DECLS

/* Learns the frontier of a log that is not read from its first entry: asks the log for it, by its
 * protocol, and holds the answer to the signed heads. Main context. */

void cts_tree_search_async (CtsSource *source,
                            CtsLogInfo *log,
                            guint64 tree_size,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean cts_tree_search_finish (CtsSource *source,
                                 GAsyncResult *result,
                                 CtsLogAudit *audit,
                                 CtsFrontier *frontier);

G_END_DECLS
