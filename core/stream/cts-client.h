/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/stream/cts-segment.h"
#include "core/stream/cts-shard-pool.h"
#include "core/stream/cts-websocket.h"

G_BEGIN_DECLS

/**
 * CtsShardCounters:
 *
 * What a shard has done: the fields of #CtsStreamStats. Its thread writes, any thread reads.
 */
typedef struct
{
  _Atomic guint64 n_messages;
  _Atomic guint64 n_bytes;
  _Atomic guint64 n_sends;
  _Atomic guint64 n_lapped;
  _Atomic guint64 n_timed_out;
} CtsShardCounters;

/* Bytes read from a client at a time. */
#define CTS_CLIENT_INPUT_SIZE (16u << 10)

/**
 * CtsClientHost:
 * @options: how clients are served
 * @now: the shard's time, s; whole seconds do, for nothing here is finer
 * @counters: what is counted
 * @input: what was read from a client just now
 *
 * What the clients of one shard share. The shard's thread.
 */
typedef struct
{
  CtsShardOptions options;
  guint32 now;
  CtsShardCounters counters;
  guint8 input[CTS_CLIENT_INPUT_SIZE];
} CtsClientHost;

/**
 * CtsClientFlags:
 * @CTS_CLIENT_BLOCKED: the socket takes nothing until it says so
 * @CTS_CLIENT_READABLE: there may be something to read
 * @CTS_CLIENT_UNFINISHED: has used up its share of the pass and wants another one at once
 * @CTS_CLIENT_CLOSING: gets no more messages but the rest of one, then a close frame
 * @CTS_CLIENT_CLOSE_QUEUED: the close frame is in @control
 * @CTS_CLIENT_SHUT: the close frame is sent
 * @CTS_CLIENT_DEAF: what it says is not listened to any more
 * @CTS_CLIENT_ENDED: it sends no more
 * @CTS_CLIENT_DEAD: to be dropped
 */
typedef enum
{
  CTS_CLIENT_BLOCKED = 1 << 0,
  CTS_CLIENT_READABLE = 1 << 1,
  CTS_CLIENT_UNFINISHED = 1 << 2,
  CTS_CLIENT_CLOSING = 1 << 3,
  CTS_CLIENT_CLOSE_QUEUED = 1 << 4,
  CTS_CLIENT_SHUT = 1 << 5,
  CTS_CLIENT_DEAF = 1 << 6,
  CTS_CLIENT_ENDED = 1 << 7,
  CTS_CLIENT_DEAD = 1 << 8,
} CtsClientFlags;

/**
 * CtsClient:
 * @segment: (nullable): where it reads; %NULL when it gets no more messages
 * @stream: keeps the stream alive
 * @gone: (nullable): called when it has left, with @gone_data
 * @close_reason: (nullable): words for the close frame, static
 * @parser: reads what it says
 * @fd: its socket
 * @offset: bytes of @segment sent
 * @frame: frames of @segment sent whole
 * @index: its place among the shard's clients
 * @last_progress: when its socket last took something, s
 * @last_data: when its silence began, s
 * @next_ping: when it is to be pinged, s
 * @deadline: when it is dropped if closing is not done, s
 * @flags: #CtsClientFlags
 * @close_code: why it is closed
 * @n_unanswered: pings sent since it last said something
 * @n_control: bytes in @control
 * @n_control_sent: how many of them are sent
 * @control: whole short frames that go out at the next border between messages
 *
 * One subscriber: a place in a stream. The shard's thread.
 */
typedef struct
{
  CtsSegment *segment;
  CtsStream *stream;
  GDestroyNotify gone;
  gpointer gone_data;
  const char *close_reason;
  CtsWebsocketParser parser;
  int fd;
  guint32 offset;
  guint32 frame;
  guint32 index;
  guint32 last_progress;
  guint32 last_data;
  guint32 next_ping;
  guint32 deadline;
  guint16 flags;
  guint16 close_code;
  guint8 n_unanswered;
  guint8 n_control;
  guint8 n_control_sent;
  guint8 control[CTS_WEBSOCKET_CONTROL_SIZE];
} CtsClient;

/* Ten thousand clients stay below three megabytes. */
G_STATIC_ASSERT (sizeof (CtsClient) <= 256);

CtsClient *cts_client_new (int fd, CtsStream *stream, GDestroyNotify gone, gpointer gone_data);
void cts_client_free (CtsClient *client);
void cts_client_start (CtsClient *client, CtsClientHost *host, GBytes *pending);
void cts_client_send (CtsClient *client, CtsClientHost *host);
void cts_client_receive (CtsClient *client, CtsClientHost *host);
void cts_client_check_lap (CtsClient *client, CtsClientHost *host);
void cts_client_tick (CtsClient *client, CtsClientHost *host);
void cts_client_close (CtsClient *client, CtsClientHost *host, guint16 code, const char *reason);
gboolean cts_client_is_urgent (const CtsClient *client);

G_END_DECLS
