/* SPDX-License-Identifier: MIT */
#include "cts-connection.h"

#define ADDRESS_KEY "cts-connection"

struct _CtsConnectionCount
{
  guint n;
};

struct _CtsConnection
{
  CtsConnectionCount *count;
  GSocket *socket;
  CtsDeadline *deadline; /* NULL once it was met */
};

/**
 * cts_connection_count_new:
 *
 * Returns: (transfer full): a count of zero
 */
CtsConnectionCount *
cts_connection_count_new (void)
{
  return g_atomic_rc_box_new0 (CtsConnectionCount);
}

void
cts_connection_count_unref (CtsConnectionCount *count)
{
  g_atomic_rc_box_release (count);
}

guint
cts_connection_count_get (CtsConnectionCount *count)
{
  return __atomic_load_n (&count->n, __ATOMIC_RELAXED);
}

/**
 * cts_deadline_new:
 * @socket: an accepted socket; a reference is taken
 * @time_us: monotonic microseconds
 *
 * Returns: (transfer full): a deadline
 */
CtsDeadline *
cts_deadline_new (GSocket *socket, gint64 time_us)
{
  CtsDeadline *deadline = g_rc_box_new (CtsDeadline);

  *deadline = (CtsDeadline){ .socket = g_object_ref (socket), .time_us = time_us };
  return deadline;
}

/* There is nothing left to wait for. */
static void
deadline_meet (gpointer data)
{
  CtsDeadline *deadline = data;

  g_clear_object (&deadline->socket);
}

void
cts_deadline_unref (CtsDeadline *deadline)
{
  g_rc_box_release_full (deadline, deadline_meet);
}

/**
 * cts_connection_new:
 * @count: the count it stands in until it is freed
 * @socket: an accepted socket; a reference is taken
 * @deadline: until when the request must be there; a reference is taken
 *
 * Returns: (transfer full): a record
 */
CtsConnection *
cts_connection_new (CtsConnectionCount *count, GSocket *socket, CtsDeadline *deadline)
{
  CtsConnection *connection = g_atomic_rc_box_new0 (CtsConnection);

  connection->count = g_atomic_rc_box_acquire (count);
  __atomic_add_fetch (&count->n, 1, __ATOMIC_RELAXED);
  connection->socket = g_object_ref (socket);
  connection->deadline = g_rc_box_acquire (deadline);
  return connection;
}

CtsConnection *
cts_connection_ref (CtsConnection *connection)
{
  return g_atomic_rc_box_acquire (connection);
}

/* Off the main context only after the request was there: then the deadline is gone already. */
static void
connection_clear (gpointer data)
{
  CtsConnection *connection = data;

  cts_connection_meet_deadline (connection);
  __atomic_sub_fetch (&connection->count->n, 1, __ATOMIC_RELAXED);
  cts_connection_count_unref (connection->count);
  g_object_unref (connection->socket);
}

/**
 * cts_connection_unref:
 * @connection: (transfer full): a record
 *
 * Drops a reference; with the last one the connection is not counted any more. Any thread.
 */
void
cts_connection_unref (CtsConnection *connection)
{
  g_atomic_rc_box_release_full (connection, connection_clear);
}

GSocket *
cts_connection_get_socket (CtsConnection *connection)
{
  return connection->socket;
}

/**
 * cts_connection_meet_deadline:
 * @connection: a record
 *
 * Says that the request is there. Main context.
 */
void
cts_connection_meet_deadline (CtsConnection *connection)
{
  if (connection->deadline != NULL)
    deadline_meet (connection->deadline);
  g_clear_pointer (&connection->deadline, cts_deadline_unref);
}

/**
 * cts_connection_attach:
 * @connection: a record
 * @stream: the stream over its socket
 *
 * Puts the record on the stream's remote address. A peer on a Unix socket has no address that
 * would name it; the object serves all the same. The socket keeps that object until it is closed,
 * and the record keeps the socket: so whoever ends a connection closes the stream.
 *
 * Returns: (transfer full) (nullable): the address to hand to the HTTP server; %NULL when the peer
 *   has gone
 */
GSocketAddress *
cts_connection_attach (CtsConnection *connection, GSocketConnection *stream)
{
  GSocketAddress *address = g_socket_connection_get_remote_address (stream, NULL);

  if (address != NULL)
    g_object_set_data_full (G_OBJECT (address), ADDRESS_KEY, cts_connection_ref (connection),
                            (GDestroyNotify) cts_connection_unref);
  return address;
}

/**
 * cts_connection_from_address:
 * @address: (nullable): remote address of a request
 *
 * Returns: (transfer none) (nullable): the record that rides on it
 */
CtsConnection *
cts_connection_from_address (GSocketAddress *address)
{
  return address != NULL ? g_object_get_data (G_OBJECT (address), ADDRESS_KEY) : NULL;
}
