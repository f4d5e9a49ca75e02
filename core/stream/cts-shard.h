/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/stream/cts-client.h"
#include "core/stream/cts-shard-pool.h"

G_BEGIN_DECLS

/**
 * CtsShardClock:
 * @data: data of the caller
 *
 * Returns: monotonic time, µs
 */
typedef gint64 (*CtsShardClock) (gpointer data);

/**
 * CtsShard:
 *
 * A thread with one epoll set that serves its own clients and shares none of their state.
 */
typedef struct _CtsShard CtsShard;

CtsShard *cts_shard_new (const CtsShardOptions *options, CtsShardClock clock, gpointer clock_data);
void cts_shard_adopt (CtsShard *shard, CtsClient *client, GBytes *pending);
void cts_shard_wake (CtsShard *shard);
guint cts_shard_get_n_clients (CtsShard *shard);
void cts_shard_add_stats (CtsShard *shard, CtsStreamStats *stats);
void cts_shard_stop (CtsShard *shard, guint timeout_ms);
void cts_shard_free (CtsShard *shard);

G_END_DECLS
