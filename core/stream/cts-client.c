/* SPDX-License-Identifier: MIT */
#include "cts-client.h"

#include "core/stream/cts-stream-private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* Segments in one send call; with 128 KiB each more than a share of a pass. */
#define MAX_PARTS 64

/* Bytes a client gets in one pass, so that one far behind does not hold up the others. */
#define SHARE_BYTES (1u << 20)

/* Reads in a row from one client, for the same reason. */
#define MAX_READS 4

/* Time a client has to take what closing needs, s. */
#define CLOSE_SECONDS 5

/* Pings without an answer after which nobody is taken to be there. */
#define MAX_UNANSWERED 2

/**
 * CtsShipment:
 * @parts: what goes out in one call
 * @n_parts: how many
 * @n_bytes: bytes in all
 * @n_rest: bytes of them that end a message begun earlier, before control frames
 * @n_control: bytes of control frames after these; messages follow
 * @is_full: there was more than a share
 */
typedef struct
{
  struct iovec parts[MAX_PARTS];
  guint n_parts;
  gsize n_bytes;
  gsize n_rest;
  gsize n_control;
  gboolean is_full;
} CtsShipment;

static void
count (_Atomic guint64 *counter, guint64 n)
{
  atomic_fetch_add_explicit (counter, n, memory_order_relaxed);
}

/**
 * cts_client_new:
 * @fd: (transfer full): a non-blocking socket
 * @stream: what it subscribes to; a reference is taken
 * @gone: (nullable): called when it has left
 * @gone_data: data for @gone
 *
 * Makes a client that gets what is published from now on. Any thread.
 *
 * Returns: (transfer full): a new client
 */
CtsClient *
cts_client_new (int fd, CtsStream *stream, GDestroyNotify gone, gpointer gone_data)
{
  CtsClient *client = g_new0 (CtsClient, 1);
  CtsSegmentView view;

  client->fd = fd;
  client->stream = cts_stream_ref (stream);
  client->segment = cts_stream_join (stream, &view);
  client->offset = view.length;
  client->frame = view.n_frames;
  client->gone = gone;
  client->gone_data = gone_data;
  return client;
}

/**
 * cts_client_free:
 * @client: (transfer full): a client
 *
 * Closes the socket and tells whoever wanted to know.
 */
void
cts_client_free (CtsClient *client)
{
  close (client->fd);
  cts_segment_unref (client->segment);
  cts_stream_unref (client->stream);
  cts_websocket_parser_clear (&client->parser);
  if (client->gone != NULL)
    client->gone (client->gone_data);
  g_free (client);
}

static guint32
border_before (const CtsClient *client)
{
  return client->frame > 0 ? cts_segment_get_frame_end (client->segment, client->frame - 1) : 0;
}

/* Whether no message is half sent. */
static gboolean
is_at_border (const CtsClient *client)
{
  return client->segment == NULL || client->offset == border_before (client);
}

static gboolean
is_blocked (const CtsClient *client)
{
  return (client->flags & CTS_CLIENT_BLOCKED) != 0;
}

static gboolean
is_closing (const CtsClient *client)
{
  return (client->flags & CTS_CLIENT_CLOSING) != 0;
}

static gboolean
is_retired (const CtsClient *client)
{
  return client->segment != NULL && cts_segment_is_retired (client->segment);
}

/**
 * cts_client_is_urgent:
 * @client: a client
 *
 * Returns: whether it has something to send that does not wait for the next pass
 */
gboolean
cts_client_is_urgent (const CtsClient *client)
{
  if ((client->flags & CTS_CLIENT_SHUT) != 0)
    return FALSE;
  return client->n_control > 0 || is_closing (client);
}

/* Puts whole frames into @control. What is there and not begun gives way when there is no room: of
 * two pings only the newer one needs an answer (RFC 6455 §5.5.3). */
static gboolean
queue_control (CtsClient *client, const guint8 *frame, gsize size)
{
  if (client->n_control + size > sizeof client->control)
    {
      if (client->n_control_sent > 0)
        return FALSE;
      client->n_control = 0;
    }
  memcpy (client->control + client->n_control, frame, size);
  client->n_control += (guint8) size;
  return TRUE;
}

/* Lets go of the ring; only the message that is half sent is kept. */
static void
leave_ring (CtsClient *client)
{
  g_autoptr (CtsSegment) segment = g_steal_pointer (&client->segment);

  if (segment == NULL)
    return;
  client->segment = segment;
  if (is_at_border (client))
    client->segment = NULL;
  else
    {
      guint32 start = border_before (client);

      client->segment = cts_segment_new_copy (segment, client->frame);
      client->offset -= start;
      client->frame = 0;
    }
}

/**
 * cts_client_close:
 * @client: a client
 * @host: what it shares
 * @code: why (RFC 6455 §7.4), or 0 to give no code
 * @reason: (nullable): the same in words, static
 *
 * Begins to close: the message that is half sent is finished, a close frame follows. The client is
 * dropped when the peer has closed too, or after five seconds.
 */
void
cts_client_close (CtsClient *client, CtsClientHost *host, guint16 code, const char *reason)
{
  if (is_closing (client))
    return;

  client->flags |= CTS_CLIENT_CLOSING;
  client->close_code = code;
  client->close_reason = reason;
  client->deadline = host->now + CLOSE_SECONDS;
  leave_ring (client);
}

/* The close frame is the last one: it goes in when all before it is out. */
static void
queue_close (CtsClient *client)
{
  if (!is_closing (client) || (client->flags & CTS_CLIENT_CLOSE_QUEUED) != 0)
    return;
  if (client->n_control > 0 || !is_at_border (client))
    return;

  client->n_control = (guint8) cts_websocket_write_close (client->control, client->close_code,
                                                          client->close_reason);
  client->flags |= CTS_CLIENT_CLOSE_QUEUED;
}

static void
add_part (CtsShipment *shipment, guint8 *bytes, gsize size)
{
  shipment->parts[shipment->n_parts++] = (struct iovec){ bytes, size };
  shipment->n_bytes += size;
}

/* Control frames may stand between messages, not within one (RFC 6455 §5.4 would let them stand
 * between fragments; our messages have none). */
static void
gather_control (CtsClient *client, CtsShipment *shipment)
{
  if (client->n_control == 0)
    return;

  if (client->n_control_sent == 0 && !is_at_border (client))
    {
      shipment->n_rest
          = cts_segment_get_frame_end (client->segment, client->frame) - client->offset;
      add_part (shipment, client->segment->data + client->offset, shipment->n_rest);
    }
  shipment->n_control = client->n_control - client->n_control_sent;
  add_part (shipment, client->control + client->n_control_sent, shipment->n_control);
}

static void
gather_messages (CtsClient *client, CtsShipment *shipment)
{
  CtsSegment *segment = client->segment;
  guint32 offset = client->offset + (guint32) shipment->n_rest;

  while (segment != NULL)
    {
      /* In this order: with a next one, the segment does not grow any more. */
      CtsSegment *next = cts_segment_get_next (segment);
      CtsSegmentView view = cts_segment_view (segment);

      if (view.length > offset)
        {
          if (shipment->n_parts == MAX_PARTS || shipment->n_bytes >= SHARE_BYTES)
            {
              shipment->is_full = TRUE;
              return;
            }
          add_part (shipment, segment->data + offset, view.length - offset);
        }
      segment = next;
      offset = 0;
    }
}

/* Moves on in a segment, counting the messages that are whole now. */
static guint64
advance_within (CtsClient *client, CtsSegmentView view, gsize n_bytes)
{
  guint32 before = client->frame;

  client->offset += (guint32) n_bytes;
  if (client->offset == view.length)
    client->frame = view.n_frames;
  else
    while (client->frame < view.n_frames
           && cts_segment_get_frame_end (client->segment, client->frame) <= client->offset)
      client->frame++;
  return client->frame - before;
}

/* Moves the place by @n_bytes, and off a segment that is read to its end, so that it can go. */
static void
advance (CtsClient *client, CtsClientHost *host, gsize n_bytes)
{
  guint64 n_messages = 0;

  while (client->segment != NULL)
    {
      CtsSegment *next = cts_segment_get_next (client->segment);
      CtsSegmentView view = cts_segment_view (client->segment);
      gsize n = MIN (n_bytes, view.length - client->offset);

      n_messages += advance_within (client, view, n);
      n_bytes -= n;
      if (next == NULL || client->offset < view.length)
        break;

      cts_segment_ref (next);
      cts_segment_unref (client->segment);
      client->segment = next;
      client->offset = 0;
      client->frame = 0;
    }
  if (n_messages > 0)
    count (&host->counters.n_messages, n_messages);
}

static void
account (CtsClient *client, CtsClientHost *host, const CtsShipment *shipment, gsize n_sent)
{
  gsize n_rest = MIN (n_sent, shipment->n_rest);
  gsize n_control = MIN (n_sent - n_rest, shipment->n_control);
  gsize n_data = n_sent - n_control;

  count (&host->counters.n_bytes, n_sent);
  client->last_progress = host->now;
  if (n_data > 0 && !host->options.heartbeat_always)
    client->last_data = host->now;

  advance (client, host, n_data);
  client->n_control_sent += (guint8) n_control;
  if (client->n_control > 0 && client->n_control_sent == client->n_control)
    {
      client->n_control = client->n_control_sent = 0;
      if ((client->flags & CTS_CLIENT_CLOSE_QUEUED) != 0)
        {
          shutdown (client->fd, SHUT_WR);
          client->flags |= CTS_CLIENT_SHUT;
        }
    }
}

static void
block (CtsClient *client, CtsClientHost *host)
{
  /* Idleness before this is no lack of progress. A ping may now stand behind much that is unread:
   * that it stays unanswered says nothing, and a peer that is gone makes no progress. */
  client->last_progress = host->now;
  client->n_unanswered = 0;
  client->flags |= CTS_CLIENT_BLOCKED;
}

/* One send call. Returns whether all of it was taken. */
static gboolean
ship (CtsClient *client, CtsClientHost *host, CtsShipment *shipment)
{
  struct msghdr message = { .msg_iov = shipment->parts, .msg_iovlen = shipment->n_parts };
  gssize n_sent;

  do
    n_sent = sendmsg (client->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (n_sent < 0 && errno == EINTR);

  count (&host->counters.n_sends, 1);
  if (n_sent < 0 && errno != EAGAIN)
    {
      client->flags |= CTS_CLIENT_DEAD;
      return FALSE;
    }
  if (n_sent > 0)
    account (client, host, shipment, n_sent);
  if (n_sent == (gssize) shipment->n_bytes)
    return TRUE;
  block (client, host);
  return FALSE;
}

/**
 * cts_client_check_lap:
 * @client: a client
 * @host: what it shares
 *
 * Closes a client that is blocked in a segment the ring has dropped, so that it keeps nothing of
 * the ring alive.
 */
void
cts_client_check_lap (CtsClient *client, CtsClientHost *host)
{
  if (!is_blocked (client) || !is_retired (client))
    return;

  count (&host->counters.n_lapped, 1);
  cts_client_close (client, host, CTS_WEBSOCKET_GOING_AWAY, "fell behind");
}

/**
 * cts_client_send:
 * @client: a client
 * @host: what it shares
 *
 * Sends what is pending: as a rule one call with all of it. More calls only to get control frames
 * in between messages, to close, or to get off a segment that the ring has dropped.
 */
void
cts_client_send (CtsClient *client, CtsClientHost *host)
{
  client->flags &= ~CTS_CLIENT_UNFINISHED;
  if ((client->flags & (CTS_CLIENT_BLOCKED | CTS_CLIENT_DEAD | CTS_CLIENT_SHUT)) != 0)
    return;

  /* Off a segment that was read to its end before it got a next one. */
  advance (client, host, 0);
  for (;;)
    {
      CtsShipment shipment;

      shipment.n_parts = 0;
      shipment.n_bytes = shipment.n_rest = shipment.n_control = 0;
      shipment.is_full = FALSE;
      queue_close (client);
      gather_control (client, &shipment);
      gather_messages (client, &shipment);
      if (shipment.n_bytes == 0 || !ship (client, host, &shipment))
        break;
      if (shipment.is_full)
        client->flags |= CTS_CLIENT_UNFINISHED;
      if (!cts_client_is_urgent (client) && !is_retired (client))
        break;
    }
  cts_client_check_lap (client, host);
}

static void
fail_protocol (CtsClient *client, CtsClientHost *host)
{
  client->flags |= CTS_CLIENT_DEAF;
  cts_client_close (client, host, CTS_WEBSOCKET_PROTOCOL_ERROR, "protocol error");
}

static void
handle_control (CtsClient *client, CtsClientHost *host, const CtsWebsocketControl *control)
{
  guint8 frame[CTS_WEBSOCKET_CONTROL_SIZE];

  if (control->opcode == CTS_WEBSOCKET_CLOSE)
    {
      client->flags |= CTS_CLIENT_DEAF;
      cts_client_close (client, host, cts_websocket_read_close (control->payload, control->size),
                        NULL);
    }
  else if (control->opcode == CTS_WEBSOCKET_PING && !is_closing (client))
    {
      gsize size
          = cts_websocket_write_short (frame, CTS_WEBSOCKET_PONG, control->payload, control->size);

      queue_control (client, frame, size);
    }
}

static void
take_input (CtsClient *client, CtsClientHost *host, const guint8 *data, gsize size)
{
  CtsWebsocketControl control;

  client->n_unanswered = 0;
  while (size > 0 && (client->flags & CTS_CLIENT_DEAF) == 0)
    switch (cts_websocket_parser_next (&client->parser, &data, &size, &control))
      {
      case CTS_WEBSOCKET_MORE:
        return;
      case CTS_WEBSOCKET_CONTROL:
        handle_control (client, host, &control);
        break;
      case CTS_WEBSOCKET_INVALID:
        fail_protocol (client, host);
        break;
      }
}

/**
 * cts_client_receive:
 * @client: a client
 * @host: what it shares
 *
 * Reads what the client says, a bounded amount at a time.
 */
void
cts_client_receive (CtsClient *client, CtsClientHost *host)
{
  for (guint i = 0; i < MAX_READS && (client->flags & CTS_CLIENT_READABLE) != 0; i++)
    {
      gssize n = recv (client->fd, host->input, sizeof host->input, MSG_DONTWAIT);

      if (n > 0)
        take_input (client, host, host->input, n);
      else if (n == 0)
        {
          client->flags &= ~CTS_CLIENT_READABLE;
          client->flags |= CTS_CLIENT_ENDED;
        }
      else if (errno == EAGAIN)
        client->flags &= ~CTS_CLIENT_READABLE;
      else if (errno != EINTR)
        client->flags |= CTS_CLIENT_DEAD;
    }
}

/**
 * cts_client_start:
 * @client: a client the shard has taken over just now
 * @host: what it shares
 * @pending: (nullable): what it said right after the handshake
 *
 * Starts its clocks. Pings are spread over the clients by their sockets.
 */
void
cts_client_start (CtsClient *client, CtsClientHost *host, GBytes *pending)
{
  guint ping_seconds = host->options.ping_seconds;

  client->last_progress = host->now;
  client->last_data = host->now;
  client->next_ping = host->now + (ping_seconds > 0 ? 1 + client->fd % ping_seconds : 0);
  if (pending != NULL)
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (pending, &size);

      take_input (client, host, data, size);
    }
}

static void
ping (CtsClient *client, CtsClientHost *host)
{
  guint8 frame[CTS_WEBSOCKET_CONTROL_SIZE];

  if (host->options.ping_seconds == 0 || host->now < client->next_ping)
    return;

  if (client->n_unanswered >= MAX_UNANSWERED)
    {
      count (&host->counters.n_timed_out, 1);
      client->flags |= CTS_CLIENT_DEAD;
      return;
    }
  client->next_ping = host->now + host->options.ping_seconds;
  if (queue_control (client, frame, cts_websocket_write_short (frame, CTS_WEBSOCKET_PING, NULL, 0)))
    client->n_unanswered++;
}

/* A text frame that some clients need before their read deadline ends; wire-format.md §1 and §3. */
static void
heartbeat (CtsClient *client, CtsClientHost *host)
{
  guint8 frame[CTS_WEBSOCKET_CONTROL_SIZE];
  char text[CTS_WEBSOCKET_CONTROL_PAYLOAD];
  gint64 time = g_get_real_time () / 1000;
  int length;

  if (host->options.heartbeat_seconds == 0
      || host->now - client->last_data < host->options.heartbeat_seconds)
    return;

  length = g_snprintf (text, sizeof text,
                       "{\"message_type\":\"heartbeat\",\"timestamp\":%" G_GINT64_FORMAT
                       ".%03" G_GINT64_FORMAT "}",
                       time / 1000, time % 1000);
  if (queue_control (client, frame,
                     cts_websocket_write_short (frame, CTS_WEBSOCKET_TEXT, text, length)))
    client->last_data = host->now;
}

/**
 * cts_client_tick:
 * @client: a client
 * @host: what it shares
 *
 * Does what is due by the clock: deadlines, stalls, pings, heartbeats. About once a second.
 */
void
cts_client_tick (CtsClient *client, CtsClientHost *host)
{
  if (is_closing (client))
    {
      if (host->now >= client->deadline)
        client->flags |= CTS_CLIENT_DEAD;
    }
  else if (is_blocked (client))
    {
      if (host->options.stall_seconds > 0
          && host->now - client->last_progress >= host->options.stall_seconds)
        {
          count (&host->counters.n_timed_out, 1);
          cts_client_close (client, host, CTS_WEBSOCKET_GOING_AWAY, "no progress");
        }
    }
  else
    {
      ping (client, host);
      heartbeat (client, host);
    }
  if (cts_client_is_urgent (client))
    cts_client_send (client, host);
}
