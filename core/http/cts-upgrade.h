/* SPDX-License-Identifier: MIT */
#pragma once

#include <libsoup/soup.h>

#include "core/stream/cts-publisher.h"
#include "core/stream/cts-shard-pool.h"

G_BEGIN_DECLS

gboolean cts_upgrade_is_wanted (SoupServerMessage *message);
void cts_upgrade_start (SoupServerMessage *message,
                        CtsPublisher *publisher,
                        CtsShardPool *shards,
                        CtsStream *stream);

G_END_DECLS
