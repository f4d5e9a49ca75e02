/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/stream/cts-stream.h"

G_BEGIN_DECLS

/**
 * CtsStreamStats:
 * @n_clients: clients connected now
 * @n_adopted: clients ever taken over
 * @n_messages: messages delivered whole
 * @n_bytes: bytes sent
 * @n_sends: send calls
 * @n_lapped: clients closed because they fell behind the ring
 * @n_timed_out: clients closed because they made no progress or answered no ping
 *
 * What the shards have done.
 */
typedef struct
{
  guint64 n_clients;
  guint64 n_adopted;
  guint64 n_messages;
  guint64 n_bytes;
  guint64 n_sends;
  guint64 n_lapped;
  guint64 n_timed_out;
} CtsStreamStats;

/**
 * CtsShardOptions:
 * @n_shards: threads; 0 for one less than the cores, at least one
 * @heartbeat_seconds: send a heartbeat message on a connection silent for so long; 0 for none
 * @heartbeat_always: send it every @heartbeat_seconds, silent or not
 * @send_buffer: SO_SNDBUF of each client, bytes; 0 leaves the system's
 * @ping_seconds: time between two pings
 * @stall_seconds: a client with bytes pending that took none for so long is closed
 *
 * How clients are served.
 */
typedef struct
{
  guint n_shards;
  guint heartbeat_seconds;
  gboolean heartbeat_always;
  guint send_buffer;
  guint ping_seconds;
  guint stall_seconds;
} CtsShardOptions;

typedef struct _CtsShardPool CtsShardPool;

/* The defaults of all options. */
extern const CtsShardOptions cts_shard_options_default;

CtsShardPool *cts_shard_pool_new (const CtsShardOptions *options);
/* Stops: each client gets a close with 1001 at a frame border, then @timeout_ms at most. */
void cts_shard_pool_free (CtsShardPool *pool, guint timeout_ms);
/* Takes @fd, a non-blocking socket whose handshake is done, and @pending, bytes of the client that
 * were read past the handshake; the client gets @stream's messages from now on. @gone is called
 * once when it has left; any thread. */
void cts_shard_pool_adopt (CtsShardPool *pool,
                           int fd,
                           CtsStream *stream,
                           GBytes *pending,
                           GDestroyNotify gone,
                           gpointer gone_data);
/* The publisher appended to streams. */
void cts_shard_pool_wake (CtsShardPool *pool);
void cts_shard_pool_get_stats (CtsShardPool *pool, CtsStreamStats *stats);

G_END_DECLS
