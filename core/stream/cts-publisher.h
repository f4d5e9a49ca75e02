/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

#include "core/pipeline/cts-workers.h"
#include "core/store/cts-group.h"
#include "core/stream/cts-shard-pool.h"
#include "core/stream/cts-stream.h"

G_BEGIN_DECLS

/* Serializers of a configuration; most have one. */
#define CTS_PUBLISHER_MAX_SERIALIZERS 8

/**
 * CtsPublisher:
 *
 * Takes committed groups in order, has them encoded on the workers, once for each format that
 * somebody reads, and appends them to all streams in order of their sequence numbers. The one place
 * where records leave for clients and push sinks.
 */
#define CTS_TYPE_PUBLISHER (cts_publisher_get_type ())
G_DECLARE_FINAL_TYPE (CtsPublisher, cts_publisher, CTS, PUBLISHER, GObject)

CtsPublisher *cts_publisher_new (CtsWorkers *workers, CtsShardPool *shards, gsize ring_bytes);
void cts_publisher_set_idle_ms (CtsPublisher *publisher, guint idle_ms);
void cts_publisher_add_serializer (CtsPublisher *publisher, CtsSerializer *serializer);
gboolean cts_publisher_add_push_sink (CtsPublisher *publisher, CtsSink *sink, GError **error);
CtsStream *cts_publisher_open_stream (CtsPublisher *publisher,
                                      const char *format,
                                      CtsFraming framing);
void cts_publisher_close_stream (CtsPublisher *publisher, CtsStream *stream);
gboolean cts_publisher_has_format (CtsPublisher *publisher, const char *format);
guint64 cts_publisher_get_n_encoded (CtsPublisher *publisher, const char *format);
void cts_publisher_publish (CtsPublisher *publisher, CtsGroup *group, guint64 first_seq);
void cts_publisher_stop (CtsPublisher *publisher);

G_END_DECLS
