/* SPDX-License-Identifier: MIT */
#include "core/api/cts-packet-private.h"

#include "tests/support/cts-test-records.h"

#include <string.h>

/* Beyond 32 bits. */
#define FIRST_SEQ G_GUINT64_CONSTANT (8589934595)

static void
test_frames (void)
{
  static const char *const frames[] = { "{\"one\":1}", "", "{}", "\n" };
  g_autoptr (CtsLogInfo) log = cts_test_log ("packet");
  g_autoptr (CtsBatch) batch = cts_test_batch (log, 7, 0, G_N_ELEMENTS (frames));
  g_autoptr (CtsSlabPool) pool = cts_slab_pool_new (1);
  CtsSlab slab = cts_slab_pool_take (pool);
  guint32 ends[G_N_ELEMENTS (frames)], end = 0;
  g_autoptr (CtsPacket) packet = NULL;

  g_test_summary ("each frame reaches from the end of the one before to its own");
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      memcpy (slab.data + end, frames[i], strlen (frames[i]));
      ends[i] = end += (guint32) strlen (frames[i]);
    }
  packet = cts_packet_new (batch, "full", FIRST_SEQ, pool, slab, ends, G_N_ELEMENTS (frames));
  memset (ends, 0xff, sizeof ends);

  g_assert_cmpuint (cts_packet_get_n_frames (packet), ==, G_N_ELEMENTS (frames));
  g_assert_cmpuint (cts_packet_get_first_seq (packet), ==, FIRST_SEQ);
  g_assert_cmpstr (cts_packet_get_format (packet), ==, "full");
  g_assert_true (cts_packet_get_batch (packet) == batch);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      gsize size = 1000;
      gconstpointer frame = cts_packet_get_frame (packet, i, &size);

      g_assert_cmpmem (frame, size, frames[i], strlen (frames[i]));
    }
}

static void
test_life (void)
{
  g_autoptr (CtsLogInfo) log = cts_test_log ("packet");
  CtsBatch *batch = cts_test_batch (log, 7, 0, 1);
  g_autoptr (CtsSlabPool) pool = cts_slab_pool_new (1);
  CtsSlab slab = cts_slab_pool_take (pool);
  guint32 end = CTS_SLAB_SIZE;
  CtsPacket *packet = cts_packet_new (batch, "lite", 0, pool, slab, &end, 1);
  CtsSlab other;
  gsize size;

  g_test_summary ("it holds its batch, and its slab goes back with the last reference");
  cts_batch_unref (batch);
  cts_packet_unref (cts_packet_ref (packet));
  other = cts_slab_pool_take (pool);
  g_assert_true (other.data != slab.data);
  g_assert_cmpuint (cts_batch_get_first_index (cts_packet_get_batch (packet)), ==, 7);
  g_assert_true (cts_packet_get_frame (packet, 0, &size) == slab.data);
  g_assert_cmpuint (size, ==, CTS_SLAB_SIZE);

  cts_packet_unref (packet);
  cts_slab_pool_give (pool, other);
  other = cts_slab_pool_take (pool);
  g_assert_true (other.data == slab.data);
  cts_slab_pool_give (pool, other);
}

static void
test_small (void)
{
  g_autoptr (CtsLogInfo) log = cts_test_log ("packet");
  g_autoptr (CtsBatch) batch = cts_test_batch (log, 7, 0, 1);
  g_autoptr (CtsSlabPool) pool = cts_slab_pool_new (1);
  CtsSlab slab = cts_slab_pool_take (pool);
  g_autoptr (CtsPacket) packet = NULL;
  guint32 end = 4;
  CtsSlab other;
  gsize size;

  g_test_summary ("a small one gives its slab back at once");
  memcpy (slab.data, "data", 4);
  packet = cts_packet_new (batch, "lite", 0, pool, slab, &end, 1);
  other = cts_slab_pool_take (pool);
  g_assert_true (other.data == slab.data);
  memset (other.data, 0, 4);
  g_assert_cmpmem (cts_packet_get_frame (packet, 0, &size), 4, "data", 4);
  g_assert_cmpuint (cts_packet_get_memory (packet), ==, 4);
  cts_slab_pool_give (pool, other);
}

static void
test_empty (void)
{
  g_autoptr (CtsLogInfo) log = cts_test_log ("packet");
  g_autoptr (CtsBatch) batch = cts_test_batch (log, 7, 0, 0);
  g_autoptr (CtsSlabPool) pool = cts_slab_pool_new (1);
  g_autoptr (CtsPacket) packet
      = cts_packet_new (batch, "full", FIRST_SEQ, pool, cts_slab_pool_take (pool), NULL, 0);

  g_test_summary ("a batch without records makes a packet without frames");
  g_assert_cmpuint (cts_packet_get_n_frames (packet), ==, 0);
  g_assert_cmpuint (cts_packet_get_first_seq (packet), ==, FIRST_SEQ);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/packet/small", test_small);
  g_test_add_func ("/api/packet/frames", test_frames);
  g_test_add_func ("/api/packet/life", test_life);
  g_test_add_func ("/api/packet/empty", test_empty);
  return g_test_run ();
}
