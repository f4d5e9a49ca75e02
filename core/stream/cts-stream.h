/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

G_BEGIN_DECLS

/**
 * CtsStream:
 *
 * The messages of one format in one framing, put on the wire's form once and kept in a ring of
 * immutable segments that all its clients read. Appended to by the publisher alone; read by the
 * shards.
 */
typedef struct _CtsStream CtsStream;

CtsStream *cts_stream_new (const char *format, CtsFraming framing, gsize ring_bytes);
CtsStream *cts_stream_ref (CtsStream *stream);
void cts_stream_unref (CtsStream *stream);
const char *cts_stream_get_format (CtsStream *stream);
CtsFraming cts_stream_get_framing (CtsStream *stream);
void cts_stream_append (CtsStream *stream, CtsPacket *packet);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsStream, cts_stream_unref)

G_END_DECLS
