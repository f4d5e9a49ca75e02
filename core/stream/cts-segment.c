/* SPDX-License-Identifier: MIT */
#include "cts-segment.h"

#include <string.h>

#define ENTRY_SIZE ((guint32) sizeof (guint32))

static atomic_uint n_live;

/**
 * cts_segment_new:
 * @frame_size: size of the first frame to be written, bytes
 * @first_seq: sequence number of that frame
 *
 * Makes an empty segment: a block of %CTS_SEGMENT_SIZE, or as large as the one frame needs.
 *
 * Returns: (transfer full): a new segment
 */
CtsSegment *
cts_segment_new (guint32 frame_size, guint64 first_seq)
{
  guint32 ordinary = CTS_SEGMENT_SIZE - (guint32) sizeof (CtsSegment);
  guint32 needed = (frame_size + ENTRY_SIZE - 1) / ENTRY_SIZE * ENTRY_SIZE + ENTRY_SIZE;
  guint32 capacity = MAX (ordinary, needed) & ~(ENTRY_SIZE - 1);
  CtsSegment *segment;

  /* A frame comes out of a slab, far below this. */
  g_return_val_if_fail (frame_size <= G_MAXINT32, NULL);

  segment = g_malloc (sizeof *segment + capacity);
  atomic_init (&segment->refs, 1);
  atomic_init (&segment->retired, FALSE);
  atomic_init (&segment->published, 0);
  atomic_init (&segment->next, NULL);
  segment->first_seq = first_seq;
  segment->capacity = capacity;
  segment->length = 0;
  segment->n_frames = 0;
  atomic_fetch_add_explicit (&n_live, 1, memory_order_relaxed);
  return segment;
}

/**
 * cts_segment_new_copy:
 * @segment: a segment
 * @frame: place of a published frame
 *
 * Makes a segment of that one frame and nothing after it, for a client that has to finish the
 * frame but may not keep the rest of the chain alive.
 *
 * Returns: (transfer full): a new segment
 */
CtsSegment *
cts_segment_new_copy (CtsSegment *segment, guint32 frame)
{
  guint32 start = frame > 0 ? cts_segment_get_frame_end (segment, frame - 1) : 0;
  guint32 size = cts_segment_get_frame_end (segment, frame) - start;
  CtsSegment *copy = cts_segment_new (size, segment->first_seq + frame);

  memcpy (cts_segment_reserve (copy, size), segment->data + start, size);
  cts_segment_publish (copy);
  return copy;
}

/**
 * cts_segment_ref:
 * @segment: a segment
 *
 * Returns: (transfer full): @segment
 */
CtsSegment *
cts_segment_ref (CtsSegment *segment)
{
  atomic_fetch_add_explicit (&segment->refs, 1, memory_order_relaxed);
  return segment;
}

/**
 * cts_segment_unref:
 * @segment: (transfer full) (nullable): a segment
 *
 * Drops a reference. Whatever of the chain after it nobody else holds goes too, in a loop: a chain
 * may be thousands long, too deep for recursion.
 */
void
cts_segment_unref (CtsSegment *segment)
{
  while (segment != NULL
         && atomic_fetch_sub_explicit (&segment->refs, 1, memory_order_acq_rel) == 1)
    {
      CtsSegment *next = atomic_load_explicit (&segment->next, memory_order_relaxed);

      g_free (segment);
      atomic_fetch_sub_explicit (&n_live, 1, memory_order_relaxed);
      segment = next;
    }
}

/**
 * cts_segment_get_size:
 * @segment: a segment
 *
 * Returns: bytes of memory it takes
 */
gsize
cts_segment_get_size (const CtsSegment *segment)
{
  return sizeof *segment + segment->capacity;
}

static guint32 *
table_entry (const CtsSegment *segment, guint32 frame)
{
  return (guint32 *) (segment->data + segment->capacity) - 1 - frame;
}

/**
 * cts_segment_reserve:
 * @segment: a segment
 * @size: size of a frame, bytes
 *
 * Takes room for one more frame. The caller fills it before it publishes. Writer's thread.
 *
 * Returns: (transfer none) (nullable): where the frame goes, or %NULL when it does not fit
 */
guint8 *
cts_segment_reserve (CtsSegment *segment, guint32 size)
{
  guint64 table = (guint64) (segment->n_frames + 1) * ENTRY_SIZE;
  guint8 *place = segment->data + segment->length;

  if (segment->length + (guint64) size + table > segment->capacity)
    return NULL;

  segment->length += size;
  *table_entry (segment, segment->n_frames) = segment->length;
  segment->n_frames++;
  return place;
}

/**
 * cts_segment_publish:
 * @segment: a segment
 *
 * Lets readers see all that was written so far. Writer's thread.
 */
void
cts_segment_publish (CtsSegment *segment)
{
  guint64 published = (guint64) segment->n_frames << 32 | segment->length;

  atomic_store_explicit (&segment->published, published, memory_order_release);
}

/**
 * cts_segment_link:
 * @segment: a segment that is published whole and will not grow
 * @next: what follows; a reference is taken
 *
 * Lets readers go on. Writer's thread.
 */
void
cts_segment_link (CtsSegment *segment, CtsSegment *next)
{
  atomic_store_explicit (&segment->next, cts_segment_ref (next), memory_order_release);
}

/**
 * cts_segment_view:
 * @segment: a segment
 *
 * Returns: what may be read now. Any thread.
 */
CtsSegmentView
cts_segment_view (CtsSegment *segment)
{
  guint64 published = atomic_load_explicit (&segment->published, memory_order_acquire);

  return (CtsSegmentView){ (guint32) published, (guint32) (published >> 32) };
}

/**
 * cts_segment_get_next:
 * @segment: a segment
 *
 * To know that a segment is read to its end, ask for the next one first and view it afterwards: it
 * grows no more once it has a next one. Any thread.
 *
 * Returns: (transfer none) (nullable): what follows, alive as long as @segment
 */
CtsSegment *
cts_segment_get_next (CtsSegment *segment)
{
  return atomic_load_explicit (&segment->next, memory_order_acquire);
}

/**
 * cts_segment_get_frame_end:
 * @segment: a segment
 * @frame: place of a published frame
 *
 * Returns: offset of the first byte after it
 */
guint32
cts_segment_get_frame_end (const CtsSegment *segment, guint32 frame)
{
  return *table_entry (segment, frame);
}

/**
 * cts_segment_retire:
 * @segment: a segment
 *
 * Marks it as dropped from the ring.
 */
void
cts_segment_retire (CtsSegment *segment)
{
  atomic_store_explicit (&segment->retired, TRUE, memory_order_release);
}

/**
 * cts_segment_is_retired:
 * @segment: a segment
 *
 * Returns: whether the ring has dropped it. Any thread.
 */
gboolean
cts_segment_is_retired (CtsSegment *segment)
{
  return atomic_load_explicit (&segment->retired, memory_order_acquire);
}

guint
cts_segment_count_live (void)
{
  return atomic_load_explicit (&n_live, memory_order_relaxed);
}
