/* SPDX-License-Identifier: MIT */
#include "cts-shard-pool-private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

struct _CtsShardPool
{
  guint send_buffer;
  guint n_shards;
  CtsShard *shards[];
};

/* Without a cap of the send buffer stalled clients were measured to take over two megabytes of
 * kernel memory each, with this one a quarter of one. */
const CtsShardOptions cts_shard_options_default = {
  .n_shards = 0,
  .heartbeat_seconds = 10,
  .heartbeat_always = FALSE,
  .send_buffer = 128u << 10,
  .ping_seconds = 30,
  .stall_seconds = 30,
};

static gint64
monotonic_clock (gpointer data)
{
  return g_get_monotonic_time ();
}

/**
 * cts_shard_pool_new:
 * @options: (nullable): how clients are served; %NULL for the defaults
 *
 * Starts the shards.
 *
 * Returns: (transfer full): a new pool
 */
CtsShardPool *
cts_shard_pool_new (const CtsShardOptions *options)
{
  return cts_shard_pool_new_with_clock (options, monotonic_clock, NULL);
}

CtsShardPool *
cts_shard_pool_new_with_clock (const CtsShardOptions *options,
                               CtsShardClock clock,
                               gpointer clock_data)
{
  const CtsShardOptions *chosen = options != NULL ? options : &cts_shard_options_default;
  guint n_shards = chosen->n_shards;
  CtsShardPool *pool;

  if (n_shards == 0)
    n_shards = MAX (g_get_num_processors (), 2) - 1;
  pool = g_malloc0 (sizeof *pool + n_shards * sizeof (CtsShard *));
  pool->send_buffer = chosen->send_buffer;
  pool->n_shards = n_shards;
  for (guint i = 0; i < n_shards; i++)
    pool->shards[i] = cts_shard_new (chosen, clock, clock_data);
  return pool;
}

/**
 * cts_shard_pool_free:
 * @pool: (transfer full): a pool
 * @timeout_ms: time for clients to take what closing needs
 *
 * Closes each client with 1001 at a border between messages, all shards at the same time, and ends
 * the threads. Blocks for @timeout_ms at most.
 */
void
cts_shard_pool_free (CtsShardPool *pool, guint timeout_ms)
{
  for (guint i = 0; i < pool->n_shards; i++)
    cts_shard_stop (pool->shards[i], timeout_ms);
  for (guint i = 0; i < pool->n_shards; i++)
    cts_shard_free (pool->shards[i]);
  g_free (pool);
}

static CtsShard *
find_emptiest (CtsShardPool *pool)
{
  CtsShard *best = pool->shards[0];

  for (guint i = 1; i < pool->n_shards; i++)
    if (cts_shard_get_n_clients (pool->shards[i]) < cts_shard_get_n_clients (best))
      best = pool->shards[i];
  return best;
}

static void
prepare_socket (CtsShardPool *pool, int fd)
{
  int size = (int) pool->send_buffer;
  int on = 1;

  if (size > 0)
    setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  /* We coalesce ourselves; what is sent shall not wait for an answer. Fails on Unix sockets, which
   * do not wait anyway. */
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/**
 * cts_shard_pool_adopt:
 * @pool: a pool
 * @fd: (transfer full): a non-blocking socket whose handshake is done
 * @stream: what it subscribes to
 * @pending: (nullable): bytes of the client that were read past the handshake
 * @gone: (nullable): called once when the client has left, on any thread
 * @gone_data: data for @gone
 *
 * Takes over a client. It gets all that is appended to @stream from now on. Any thread.
 */
void
cts_shard_pool_adopt (CtsShardPool *pool,
                      int fd,
                      CtsStream *stream,
                      GBytes *pending,
                      GDestroyNotify gone,
                      gpointer gone_data)
{
  prepare_socket (pool, fd);
  cts_shard_adopt (find_emptiest (pool), cts_client_new (fd, stream, gone, gone_data), pending);
}

/**
 * cts_shard_pool_wake:
 * @pool: a pool
 *
 * The publisher appended to streams. Any thread.
 */
void
cts_shard_pool_wake (CtsShardPool *pool)
{
  for (guint i = 0; i < pool->n_shards; i++)
    cts_shard_wake (pool->shards[i]);
}

/**
 * cts_shard_pool_get_stats:
 * @pool: a pool
 * @stats: (out): what its shards have done
 *
 * Sums up the counters. Any thread.
 */
void
cts_shard_pool_get_stats (CtsShardPool *pool, CtsStreamStats *stats)
{
  *stats = (CtsStreamStats){ 0 };
  for (guint i = 0; i < pool->n_shards; i++)
    cts_shard_add_stats (pool->shards[i], stats);
}
