/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

#include "core/pipeline/cts-workers.h"
#include "core/store/cts-group.h"
#include "core/stream/cts-shard-pool.h"
#include "core/stream/cts-stream.h"

G_BEGIN_DECLS

/**
 * CtsPublisher:
 *
 * Takes committed groups in order, has them encoded once for each format that somebody reads, and
 * appends them to all streams in order of their sequence numbers.
 */
#define CTS_TYPE_PUBLISHER (cts_publisher_get_type ())
G_DECLARE_FINAL_TYPE (CtsPublisher, cts_publisher, CTS, PUBLISHER, GObject)

/**
 * CtsFormatStats:
 * @format: name of the format
 * @n_encoded: records encoded in it so far
 * @n_readers: streams and push sinks that want it now
 */
typedef struct
{
  const char *format;
  guint64 n_encoded;
  guint n_readers;
} CtsFormatStats;

CtsPublisher *cts_publisher_new (CtsWorkers *workers, CtsShardPool *shards, gsize ring_bytes);
void cts_publisher_add_serializer (CtsPublisher *publisher, CtsSerializer *serializer);
gboolean cts_publisher_has_format (CtsPublisher *publisher, const char *format);
/* The stream of @format in @framing, made now if need be; it lives while the caller or a client
 * holds it and 60 s longer. (transfer full) (nullable): NULL when nobody makes @format. */
CtsStream *cts_publisher_open_stream (CtsPublisher *publisher,
                                      const char *format,
                                      CtsFraming framing);
void cts_publisher_add_push_sink (CtsPublisher *publisher, CtsSink *sink);
void cts_publisher_publish (CtsPublisher *publisher, CtsGroup *group, guint64 first_seq);
gboolean cts_publisher_get_format_stats (CtsPublisher *publisher,
                                         const char *format,
                                         CtsFormatStats *stats);
void cts_publisher_stop (CtsPublisher *publisher);

G_END_DECLS
