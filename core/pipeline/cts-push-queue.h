/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

G_BEGIN_DECLS

/**
 * CtsPushQueue:
 *
 * What stands between the publisher and a push sink: a bounded queue and the sink's own thread, so
 * that a slow sink holds up nobody. Of a sink that falls behind the queue, packets are dropped and
 * counted.
 */
typedef struct _CtsPushQueue CtsPushQueue;

CtsPushQueue *cts_push_queue_new (CtsSink *sink);
void cts_push_queue_free (CtsPushQueue *queue);
CtsSink *cts_push_queue_get_sink (CtsPushQueue *queue);
void cts_push_queue_push (CtsPushQueue *queue, CtsPacket *packet);
guint64 cts_push_queue_get_n_dropped (CtsPushQueue *queue);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsPushQueue, cts_push_queue_free)

G_END_DECLS
