/* SPDX-License-Identifier: MIT */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Connects to a WebSocket, trying again while nobody listens yet. */
void demo_connect_async (const char *url, GAsyncReadyCallback callback, gpointer data);
SoupWebsocketConnection *demo_connect_finish (GAsyncResult *result, GError **error);

G_END_DECLS
