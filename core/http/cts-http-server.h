/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

#include "core/stream/cts-publisher.h"
#include "core/stream/cts-shard-pool.h"

G_BEGIN_DECLS

/**
 * CtsHttpServer:
 *
 * The daemon's one HTTP server, the core's #CtsHttpHost: routes, plain answers, and the WebSocket
 * handshake after which a connection goes to the shards. Main context.
 */
#define CTS_TYPE_HTTP_SERVER (cts_http_server_get_type ())
G_DECLARE_FINAL_TYPE (CtsHttpServer, cts_http_server, CTS, HTTP_SERVER, GObject)

CtsHttpServer *cts_http_server_new (CtsPublisher *publisher,
                                    CtsShardPool *shards,
                                    guint max_connections);
GSocketAddress *cts_http_server_listen (CtsHttpServer *server, const char *address, GError **error);
void cts_http_server_stop (CtsHttpServer *server);
guint cts_http_server_get_n_connections (CtsHttpServer *server);

G_END_DECLS
