/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

void cts_http_request_async (SoupSession *session,
                             const char *uri,
                             gsize max_size,
                             guint timeout_ms,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
GBytes *cts_http_request_finish (GAsyncResult *result, GError **error);

G_END_DECLS
