/* SPDX-License-Identifier: MIT */
#include "cts-stream-private.h"

#include "core/stream/cts-websocket.h"

#include <string.h>

struct _CtsStream
{
  atomic_uint refs;
  char *format;
  CtsFraming framing;

  /* The publisher's: the ring from its oldest segment to the head, bytes in it, most of them. */
  CtsSegment *first;
  gsize n_bytes;
  gsize ring_bytes;

  /* Guards head, which those who join read. */
  GMutex lock;
  CtsSegment *head;
};

/**
 * cts_stream_new:
 * @format: name of the format
 * @framing: how messages are put on the wire
 * @ring_bytes: memory the ring may take; it always holds the newest segment
 *
 * Makes an empty stream.
 *
 * Returns: (transfer full): a new stream
 */
CtsStream *
cts_stream_new (const char *format, CtsFraming framing, gsize ring_bytes)
{
  CtsStream *stream = g_new0 (CtsStream, 1);

  atomic_init (&stream->refs, 1);
  stream->format = g_strdup (format);
  stream->framing = framing;
  stream->ring_bytes = ring_bytes;
  g_mutex_init (&stream->lock);
  stream->first = stream->head = cts_segment_new (0, 0);
  stream->n_bytes = cts_segment_get_size (stream->first);
  return stream;
}

/**
 * cts_stream_ref:
 * @stream: a stream
 *
 * Returns: (transfer full): @stream. Any thread.
 */
CtsStream *
cts_stream_ref (CtsStream *stream)
{
  atomic_fetch_add_explicit (&stream->refs, 1, memory_order_relaxed);
  return stream;
}

/**
 * cts_stream_unref:
 * @stream: (transfer full): a stream
 *
 * Drops a reference. Any thread.
 */
void
cts_stream_unref (CtsStream *stream)
{
  if (atomic_fetch_sub_explicit (&stream->refs, 1, memory_order_acq_rel) > 1)
    return;

  cts_segment_unref (stream->first);
  g_mutex_clear (&stream->lock);
  g_free (stream->format);
  g_free (stream);
}

/**
 * cts_stream_get_format:
 * @stream: a stream
 *
 * Returns: (transfer none): name of the format it carries
 */
const char *
cts_stream_get_format (CtsStream *stream)
{
  return stream->format;
}

/**
 * cts_stream_get_framing:
 * @stream: a stream
 *
 * Returns: how its messages are put on the wire
 */
CtsFraming
cts_stream_get_framing (CtsStream *stream)
{
  return stream->framing;
}

/* Clients that still read the oldest segment see that it is retired in their shard's next pass. */
static void
drop_oldest (CtsStream *stream)
{
  CtsSegment *oldest = stream->first;

  stream->first = cts_segment_ref (cts_segment_get_next (oldest));
  stream->n_bytes -= cts_segment_get_size (oldest);
  cts_segment_retire (oldest);
  cts_segment_unref (oldest);
}

/* Ends the newest segment and begins one that can take a frame of @size. */
static void
add_segment (CtsStream *stream, guint32 size, guint64 seq)
{
  g_autoptr (CtsSegment) segment = cts_segment_new (size, seq);

  cts_segment_publish (stream->head);
  cts_segment_link (stream->head, segment);
  g_mutex_lock (&stream->lock);
  stream->head = segment;
  g_mutex_unlock (&stream->lock);

  stream->n_bytes += cts_segment_get_size (segment);
  while (stream->n_bytes > stream->ring_bytes && stream->first != segment)
    drop_oldest (stream);
}

static void
append_frame (CtsStream *stream, gconstpointer payload, gsize payload_size, guint64 seq)
{
  guint32 size = (guint32) (cts_websocket_header_size (payload_size) + payload_size);
  guint8 *place;

  /* An empty head was made before the sequence number was known; within a segment numbers follow
   * without a gap. */
  if (stream->head->n_frames == 0)
    stream->head->first_seq = seq;
  else if (seq != stream->head->first_seq + stream->head->n_frames)
    add_segment (stream, size, seq);
  place = cts_segment_reserve (stream->head, size);
  if (place == NULL)
    {
      add_segment (stream, size, seq);
      place = cts_segment_reserve (stream->head, size);
    }
  place += cts_websocket_write_header (place, CTS_WEBSOCKET_TEXT, payload_size);
  if (payload_size > 0)
    memcpy (place, payload, payload_size);
}

/**
 * cts_stream_append:
 * @stream: a stream
 * @packet: messages in the stream's format
 *
 * Puts the messages of @packet on the wire's form and lets the shards see them, all at once but
 * where a segment ends between them. The caller wakes the shards. Publisher thread.
 */
void
cts_stream_append (CtsStream *stream, CtsPacket *packet)
{
  guint64 first_seq = cts_packet_get_first_seq (packet);

  for (guint i = 0; i < cts_packet_get_n_frames (packet); i++)
    {
      gsize size;
      gconstpointer frame = cts_packet_get_frame (packet, i, &size);

      /* A serializer had nothing to say of the record, or no room to say it. */
      if (size > 0)
        append_frame (stream, frame, size, first_seq + i);
    }
  cts_segment_publish (stream->head);
}

/**
 * cts_stream_join:
 * @stream: a stream
 * @view: (out): how much of the segment is behind the newcomer
 *
 * Finds the place where a new client begins: the head as published at this moment. Any thread.
 *
 * Returns: (transfer full): the newest segment
 */
CtsSegment *
cts_stream_join (CtsStream *stream, CtsSegmentView *view)
{
  CtsSegment *segment;

  g_mutex_lock (&stream->lock);
  segment = cts_segment_ref (stream->head);
  g_mutex_unlock (&stream->lock);
  *view = cts_segment_view (segment);
  return segment;
}
