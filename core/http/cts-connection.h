/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CtsConnection:
 *
 * Our record of an accepted connection, for as long as it is open: in the front door, inside the
 * HTTP server, with a shard. It rides on the remote address object through the HTTP server, which
 * hands the same object to request handlers.
 */
typedef struct _CtsConnection CtsConnection;

/* Connections open now, of all kinds; shared with records that outlive the front door. */
typedef struct _CtsConnectionCount CtsConnectionCount;

CtsConnectionCount *cts_connection_count_new (void);
void cts_connection_count_unref (CtsConnectionCount *count);
guint cts_connection_count_get (CtsConnectionCount *count);

/**
 * CtsDeadline:
 * @socket: (nullable): the socket; %NULL once the deadline was met
 * @time_us: when the request must be there, monotonic microseconds
 *
 * Shared by a connection and the front door's queue, so that a connection that closes early does
 * not keep its descriptor until then. Main context.
 */
typedef struct
{
  GSocket *socket;
  gint64 time_us;
} CtsDeadline;

CtsDeadline *cts_deadline_new (GSocket *socket, gint64 time_us);
void cts_deadline_unref (CtsDeadline *deadline);

CtsConnection *cts_connection_new (CtsConnectionCount *count,
                                   GSocket *socket,
                                   CtsDeadline *deadline);
CtsConnection *cts_connection_ref (CtsConnection *connection);
void cts_connection_unref (CtsConnection *connection);
GSocket *cts_connection_get_socket (CtsConnection *connection);
void cts_connection_meet_deadline (CtsConnection *connection);
GSocketAddress *cts_connection_attach (CtsConnection *connection, GSocketConnection *stream);
CtsConnection *cts_connection_from_address (GSocketAddress *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsConnection, cts_connection_unref)

G_END_DECLS
