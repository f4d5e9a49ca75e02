/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/stream/cts-shard-pool-private.h"
#include "core/stream/cts-stream-private.h"
#include "core/stream/cts-websocket.h"

G_BEGIN_DECLS

/* A packet of @n_frames messages of @size bytes, the first with the number @first_seq. A message
 * is made of its number alone, so that its receiver can tell each byte. */
CtsPacket *stream_test_packet (guint64 first_seq, guint n_frames, gsize size);

/* The same, appended to @stream. */
void stream_test_append (CtsStream *stream, guint64 first_seq, guint n_frames, gsize size);

/* Fails unless @payload is message @seq of @size bytes. */
void stream_test_check_message (GBytes *payload, guint64 seq, gsize size);

/**
 * StreamPeer:
 *
 * The other end of a client: reads frames of the server and writes frames of a client.
 */
typedef struct
{
  int fd;
  GByteArray *input;
  gboolean is_ended;
} StreamPeer;

/* A connection over loopback TCP, or a pair of Unix sockets with the smallest buffers there are;
 * @server_fd is the end for the pool. */
StreamPeer *stream_peer_new_tcp (int *server_fd);
StreamPeer *stream_peer_new_tiny (int *server_fd);
void stream_peer_free (StreamPeer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StreamPeer, stream_peer_free)

/* Waits for the next frame. Fails when none comes in time. */
GBytes *stream_peer_read (StreamPeer *peer, CtsWebsocketOpcode *opcode);

/* Waits for message @seq, passing over nothing. */
void stream_peer_read_message (StreamPeer *peer, guint64 seq, gsize size);

/* Waits for a close frame with @code and @reason. */
void stream_peer_read_close (StreamPeer *peer, guint code, const char *reason);

/* Waits for the end of the stream; bytes before it are a failure. */
void stream_peer_read_end (StreamPeer *peer);

void stream_peer_write (StreamPeer *peer, gconstpointer data, gsize size);

/* Writes a masked frame. @first is its first byte: FIN and opcode. */
void stream_peer_write_frame (StreamPeer *peer, guint8 first, gconstpointer payload, gsize size);

/* Lets the shards run until @value of the statistics has come to @wanted. */
#define stream_test_wait_stat(pool, field, wanted)                                                 \
  stream_test_wait_offset (pool, G_STRUCT_OFFSET (CtsStreamStats, field), wanted)
void stream_test_wait_offset (CtsShardPool *pool, glong offset, guint64 wanted);

/* Options without clocks: no pings, no heartbeats, no stalls; one shard. */
extern const CtsShardOptions stream_test_quiet;

/* Counts who has left; a GDestroyNotify for an int. */
void stream_test_count_gone (gpointer counter);

G_END_DECLS
