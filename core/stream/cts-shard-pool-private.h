/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/stream/cts-shard-pool.h"
#include "core/stream/cts-shard.h"

G_BEGIN_DECLS

/* With a clock of the caller's, for tests. */
CtsShardPool *cts_shard_pool_new_with_clock (const CtsShardOptions *options,
                                             CtsShardClock clock,
                                             gpointer clock_data);

G_END_DECLS
