/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-source.h>

#include "core/api/cts-internal.h"

G_BEGIN_DECLS

#define CTS_TYPE_TRANSPORT (cts_transport_get_type ())
CTS_INTERNAL
G_DECLARE_INTERFACE (CtsTransport, cts_transport, CTS, TRANSPORT, GObject)

/**
 * CtsTransportInterface:
 * @g_iface: the parent interface
 * @request_async: GET @path below the log's URL; the answer is at most @max_size bytes
 * @request_finish: (transfer full): finish @request_async; errors in %CTS_SOURCE_ERROR
 *
 * What carries the requests of sources: the core's HTTP client. Main context.
 */
struct _CtsTransportInterface
{
  GTypeInterface g_iface;

  void (*request_async) (CtsTransport *transport,
                         CtsLogInfo *log,
                         const char *path,
                         gsize max_size,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
  GBytes *(*request_finish) (CtsTransport *transport, GAsyncResult *result, GError **error);
};

CTS_INTERNAL void cts_source_set_transport (CtsSource *source, CtsTransport *transport);

CTS_INTERNAL void cts_source_error_set_retry_after (GError *error, guint retry_after_ms);
CTS_INTERNAL guint cts_source_error_get_retry_after (const GError *error);

G_END_DECLS
