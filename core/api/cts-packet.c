/* SPDX-License-Identifier: MIT */
#include "cts-packet-private.h"

#include <string.h>

struct _CtsPacket
{
  CtsBatch *batch;
  const char *format;
  guint64 first_seq;
  CtsSlabPool *pool;
  CtsSlab slab;
  guint n_frames;
  guint32 ends[];
};

G_DEFINE_BOXED_TYPE (CtsPacket, cts_packet, cts_packet_ref, cts_packet_unref)

static void
packet_clear (gpointer data)
{
  CtsPacket *packet = data;

  cts_slab_pool_give (packet->pool, packet->slab);
  cts_slab_pool_unref (packet->pool);
  cts_batch_unref (packet->batch);
}

/* A small packet, as in quiet times, does not keep a slab from others while it waits in queues. */
static CtsSlab
fit_slab (CtsSlabPool *pool, CtsSlab slab, gsize used)
{
  CtsSlab fitted;

  if (used > slab.size / 4)
    return slab;
  fitted = (CtsSlab){ .data = g_memdup2 (slab.data, used), .size = used };
  cts_slab_pool_give (pool, slab);
  return fitted;
}

/**
 * cts_packet_new:
 * @batch: the batch
 * @format: name of the format, interned
 * @first_seq: sequence number of the first record
 * @pool: where @slab goes back to
 * @slab: (transfer full): the frames, one after the other
 * @ends: (array length=n_frames): where each frame ends in @slab
 * @n_frames: as many as @batch has records
 *
 * Returns: (transfer full): a new packet
 */
CtsPacket *
cts_packet_new (CtsBatch *batch,
                const char *format,
                guint64 first_seq,
                CtsSlabPool *pool,
                CtsSlab slab,
                const guint32 *ends,
                guint n_frames)
{
  CtsPacket *packet = g_atomic_rc_box_alloc0 (sizeof *packet + n_frames * sizeof *ends);

  packet->batch = cts_batch_ref (batch);
  packet->format = format;
  packet->first_seq = first_seq;
  packet->pool = cts_slab_pool_ref (pool);
  packet->slab = fit_slab (pool, slab, n_frames > 0 ? ends[n_frames - 1] : 0);
  packet->n_frames = n_frames;
  if (n_frames > 0)
    memcpy (packet->ends, ends, n_frames * sizeof *ends);
  return packet;
}

/**
 * cts_packet_ref:
 * @packet: a packet
 *
 * Returns: (transfer full): @packet
 *
 * Since: 1.0
 */
CtsPacket *
cts_packet_ref (CtsPacket *packet)
{
  return g_atomic_rc_box_acquire (packet);
}

/**
 * cts_packet_unref:
 * @packet: (transfer full): a packet
 *
 * Drops a reference.
 *
 * Since: 1.0
 */
void
cts_packet_unref (CtsPacket *packet)
{
  g_atomic_rc_box_release_full (packet, packet_clear);
}

/**
 * cts_packet_get_batch:
 * @packet: a packet
 *
 * Returns: (transfer none): the batch it was made of
 *
 * Since: 1.0
 */
CtsBatch *
cts_packet_get_batch (const CtsPacket *packet)
{
  return packet->batch;
}

/**
 * cts_packet_get_format:
 * @packet: a packet
 *
 * Returns: (transfer none): name of the format of its frames
 *
 * Since: 1.0
 */
const char *
cts_packet_get_format (const CtsPacket *packet)
{
  return packet->format;
}

/**
 * cts_packet_get_first_seq:
 * @packet: a packet
 *
 * Returns: sequence number of its first record; the others follow without a gap
 *
 * Since: 1.0
 */
guint64
cts_packet_get_first_seq (const CtsPacket *packet)
{
  return packet->first_seq;
}

/**
 * cts_packet_get_n_frames:
 * @packet: a packet
 *
 * Returns: how many frames it holds, one for each record
 *
 * Since: 1.0
 */
guint
cts_packet_get_n_frames (const CtsPacket *packet)
{
  return packet->n_frames;
}

/**
 * cts_packet_get_memory:
 * @packet: a packet
 *
 * Returns: bytes that its frames keep
 */
gsize
cts_packet_get_memory (const CtsPacket *packet)
{
  return packet->slab.size;
}

/**
 * cts_packet_get_frame:
 * @packet: a packet
 * @i: place of the frame
 * @size: (out): its size in bytes
 *
 * Returns: (transfer none): the bytes of one record
 *
 * Since: 1.0
 */
gconstpointer
cts_packet_get_frame (const CtsPacket *packet, guint i, gsize *size)
{
  guint32 start = i > 0 ? packet->ends[i - 1] : 0;

  g_return_val_if_fail (i < packet->n_frames, NULL);

  *size = packet->ends[i] - start;
  return packet->slab.data + start;
}
