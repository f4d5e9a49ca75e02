/* SPDX-License-Identifier: MIT */
#pragma once

#include <libsoup/soup.h>

#include "core/http/cts-connection.h"

G_BEGIN_DECLS

/**
 * CtsFrontDoor:
 *
 * Accepts connections and hands them to the HTTP server once a request's headers are there: an idle
 * connection inside the server would slow down every request. The server itself listens on nothing.
 * Main context.
 */
#define CTS_TYPE_FRONT_DOOR (cts_front_door_get_type ())
G_DECLARE_FINAL_TYPE (CtsFrontDoor, cts_front_door, CTS, FRONT_DOOR, GObject)

CtsFrontDoor *cts_front_door_new (SoupServer *server, guint max_connections);
void cts_front_door_set_request_ms (CtsFrontDoor *door, guint ms);
GSocketAddress *cts_front_door_listen (CtsFrontDoor *door, const char *address, GError **error);
void cts_front_door_stop (CtsFrontDoor *door);
guint cts_front_door_get_n_connections (CtsFrontDoor *door);
guint64 cts_front_door_get_n_refused (CtsFrontDoor *door);

G_END_DECLS
