/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include <stdatomic.h>

G_BEGIN_DECLS

/* Size of an ordinary block, bytes: about a hundred lite messages, and small beside the ring. */
#define CTS_SEGMENT_SIZE (128u << 10)

/**
 * CtsSegment:
 * @refs: references; each segment holds one on its @next
 * @retired: the ring has dropped it; who still reads it has fallen behind
 * @published: end of the last frame readers may see, and how many frames that is (high half); one
 *   word, so that both are always of the same moment
 * @next: (nullable): what follows; once set, @published is final
 * @first_seq: sequence number of the first frame
 * @capacity: bytes for frames and their table
 * @length: bytes written; the writer's own
 * @n_frames: frames written; the writer's own
 * @data: the frames growing up, and the end of each (guint32) growing down from the end
 *
 * A block of whole frames in wire form. One thread writes; nothing published is written again, so
 * any number of threads read without a lock.
 */
typedef struct _CtsSegment CtsSegment;

struct _CtsSegment
{
  atomic_uint refs;
  atomic_bool retired;
  _Atomic guint64 published;
  _Atomic (CtsSegment *) next;
  guint64 first_seq;
  guint32 capacity;
  guint32 length;
  guint32 n_frames;
  /* Aligned for the table; the capacity is a multiple of four. */
  _Alignas(guint32) guint8 data[];
};

/**
 * CtsSegmentView:
 * @length: end of the last published frame
 * @n_frames: frames published
 *
 * What of a segment may be read at one moment.
 */
typedef struct
{
  guint32 length;
  guint32 n_frames;
} CtsSegmentView;

CtsSegment *cts_segment_new (guint32 frame_size, guint64 first_seq);
CtsSegment *cts_segment_new_copy (CtsSegment *segment, guint32 frame);
CtsSegment *cts_segment_ref (CtsSegment *segment);
void cts_segment_unref (CtsSegment *segment);
gsize cts_segment_get_size (const CtsSegment *segment);
guint8 *cts_segment_reserve (CtsSegment *segment, guint32 size);
void cts_segment_publish (CtsSegment *segment);
void cts_segment_link (CtsSegment *segment, CtsSegment *next);
CtsSegmentView cts_segment_view (CtsSegment *segment);
CtsSegment *cts_segment_get_next (CtsSegment *segment);
guint32 cts_segment_get_frame_end (const CtsSegment *segment, guint32 frame);
void cts_segment_retire (CtsSegment *segment);
gboolean cts_segment_is_retired (CtsSegment *segment);

/* How many exist in the process; for tests of what is kept alive. */
guint cts_segment_count_live (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsSegment, cts_segment_unref)

G_END_DECLS
