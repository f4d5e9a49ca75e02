/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-http"

#include "cts-upgrade.h"

#include "core/http/cts-connection.h"

#include <fcntl.h>

/* A client has no business sending much before the first message; more is left unread. */
#define MAX_PENDING (64u << 10)

/* A handshake under way, then a client of a shard. */
typedef struct
{
  CtsPublisher *publisher;
  CtsShardPool *shards;
  CtsStream *stream;
  CtsConnection *connection;
} Upgrade;

/* Main context, or the shard's thread when the client has left. */
static void
upgrade_free (gpointer data)
{
  Upgrade *upgrade = data;

  cts_publisher_close_stream (upgrade->publisher, upgrade->stream);
  g_object_unref (upgrade->publisher);
  cts_connection_unref (upgrade->connection);
  g_free (upgrade);
}

static void
upgrade_closure_free (gpointer data, GClosure *closure)
{
  Upgrade **slot = data;

  g_clear_pointer (slot, upgrade_free);
  g_free (slot);
}

/* What a client sent behind its handshake stands in the stream's buffer, not on the socket. */
static GBytes *
drain (GIOStream *stream)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream));
  g_autoptr (GByteArray) pending = g_byte_array_new ();
  guint8 buffer[4096];

  while (pending->len < MAX_PENDING)
    {
      gssize n
          = g_pollable_input_stream_read_nonblocking (input, buffer, sizeof buffer, NULL, NULL);

      if (n <= 0)
        break;
      g_byte_array_append (pending, buffer, (guint) n);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&pending));
}

/*
 * The answer is written: the connection is ours. The socket is taken from our own record, since the
 * stolen stream does not know it, and duplicated, since closing the stream closes it.
 */
static void
on_wrote_informational (SoupServerMessage *message, gpointer data)
{
  Upgrade **slot = data;
  Upgrade *upgrade = g_steal_pointer (slot);
  g_autoptr (SoupServerMessage) held = g_object_ref (message);
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (held);
  g_autoptr (GBytes) pending = drain (stream);
  GSocket *socket = cts_connection_get_socket (upgrade->connection);
  int fd = fcntl (g_socket_get_fd (socket), F_DUPFD_CLOEXEC, 0);

  g_io_stream_close (stream, NULL, NULL);
  if (fd < 0)
    {
      g_debug ("a client is sent away: no descriptor is free");
      upgrade_free (upgrade);
      return;
    }
  cts_shard_pool_adopt (upgrade->shards, fd, upgrade->stream, pending, upgrade_free, upgrade);
}

/**
 * cts_upgrade_is_wanted:
 * @message: a request
 *
 * Returns: whether it asks for a WebSocket (RFC 6455 §4.1)
 */
gboolean
cts_upgrade_is_wanted (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  return soup_message_headers_header_contains (headers, "Upgrade", "websocket");
}

/* The HTTP server has set status and text. The version goes with any mistake: it is the one that a
 * client can mend (RFC 6455 §4.4). */
static void
refuse (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_replace (headers, "Connection", "close");
  soup_message_headers_replace (headers, "Sec-WebSocket-Version", "13");
}

/**
 * cts_upgrade_start:
 * @message: a request for a WebSocket
 * @publisher: whose stream it is
 * @shards: who takes the client
 * @stream: (transfer full): the stream, opened for this client
 *
 * Answers the handshake, and hands the connection to the shards once the answer is written. A bad
 * handshake gets its error. Any Origin is welcome; extensions and sub-protocols are left out.
 */
void
cts_upgrade_start (SoupServerMessage *message,
                   CtsPublisher *publisher,
                   CtsShardPool *shards,
                   CtsStream *stream)
{
  CtsConnection *connection
      = cts_connection_from_address (soup_server_message_get_remote_address (message));
  Upgrade **slot;

  /* The front door put "close" there; the handshake brings its own. */
  soup_message_headers_remove (soup_server_message_get_response_headers (message), "Connection");
  /* The HTTP server wants this word alone; a client may offer others beside it (§4.2.1). */
  soup_message_headers_replace (soup_server_message_get_request_headers (message), "Upgrade",
                                "websocket");
  if (!soup_websocket_server_process_handshake (message, NULL, NULL, NULL, NULL))
    {
      refuse (message);
      cts_publisher_close_stream (publisher, stream);
      return;
    }

  slot = g_new (Upgrade *, 1);
  *slot = g_new (Upgrade, 1);
  **slot = (Upgrade){ .publisher = g_object_ref (publisher),
                      .shards = shards,
                      .stream = stream,
                      .connection = cts_connection_ref (connection) };
  g_signal_connect_data (message, "wrote-informational", G_CALLBACK (on_wrote_informational), slot,
                         upgrade_closure_free, 0);
}
