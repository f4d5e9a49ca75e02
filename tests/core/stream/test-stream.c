/* SPDX-License-Identifier: MIT */
#include "stream-test.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

static void
test_segment_room (void)
{
  g_autoptr (CtsSegment) segment = cts_segment_new (1000, 7);
  guint32 n = 0;

  g_assert_cmpuint (cts_segment_get_size (segment), <=, CTS_SEGMENT_SIZE);
  while (cts_segment_reserve (segment, 1000) != NULL)
    n++;
  /* Frames and table fill all but less than one more frame. */
  g_assert_cmpuint (n * 1004, <=, segment->capacity);
  g_assert_cmpuint ((n + 1) * 1004, >, segment->capacity);
  g_assert_cmpuint (cts_segment_view (segment).n_frames, ==, 0);

  cts_segment_publish (segment);
  g_assert_cmpuint (cts_segment_view (segment).n_frames, ==, n);
  g_assert_cmpuint (cts_segment_view (segment).length, ==, n * 1000);
  for (guint32 i = 0; i < n; i++)
    g_assert_cmpuint (cts_segment_get_frame_end (segment, i), ==, (i + 1) * 1000);
}

static void
test_segment_own_size (void)
{
  for (guint32 size = CTS_SEGMENT_SIZE - 50; size < CTS_SEGMENT_SIZE + 5; size++)
    {
      g_autoptr (CtsSegment) segment = cts_segment_new (size, 0);
      guint8 *place = cts_segment_reserve (segment, size);

      g_assert_nonnull (place);
      memset (place, 'x', size);
      g_assert_cmpuint (cts_segment_get_frame_end (segment, 0), ==, size);
      g_assert_null (cts_segment_reserve (segment, CTS_SEGMENT_SIZE));
    }
}

static void
test_segment_copy (void)
{
  g_autoptr (CtsSegment) segment = cts_segment_new (0, 100);
  g_autoptr (CtsSegment) copy = NULL;

  memcpy (cts_segment_reserve (segment, 3), "one", 3);
  memcpy (cts_segment_reserve (segment, 5), "three", 5);
  memcpy (cts_segment_reserve (segment, 3), "two", 3);
  cts_segment_publish (segment);
  copy = cts_segment_new_copy (segment, 1);

  g_assert_cmpmem (copy->data, cts_segment_view (copy).length, "three", 5);
  g_assert_cmpuint (cts_segment_view (copy).n_frames, ==, 1);
  g_assert_cmpuint (copy->first_seq, ==, 101);
  g_assert_null (cts_segment_get_next (copy));
}

static void *
drop_chain (void *first)
{
  cts_segment_unref (first);
  return NULL;
}

/* On a stack that recursion over the chain would overflow. */
static void
test_segment_long_chain (void)
{
  enum
  {
    STACK = 20 << 10,
    LENGTH = STACK / 16
  };
  guint n_before = cts_segment_count_live ();
  CtsSegment *first = cts_segment_new (0, 0);
  CtsSegment *last = first;
  pthread_attr_t attributes;
  pthread_t thread;

  if (sysconf (_SC_THREAD_STACK_MIN) > STACK)
    {
      cts_segment_unref (first);
      g_test_skip ("threads need a larger stack here");
      return;
    }
  for (int i = 0; i < LENGTH; i++)
    {
      CtsSegment *next = cts_segment_new (0, 0);

      cts_segment_link (last, next);
      cts_segment_unref (next);
      last = next;
    }
  g_assert_cmpuint (cts_segment_count_live (), ==, n_before + LENGTH + 1);

  pthread_attr_init (&attributes);
  g_assert_cmpint (pthread_attr_setstacksize (&attributes, STACK), ==, 0);
  g_assert_cmpint (pthread_create (&thread, &attributes, drop_chain, first), ==, 0);
  pthread_join (thread, NULL);
  pthread_attr_destroy (&attributes);
  g_assert_cmpuint (cts_segment_count_live (), ==, n_before);
}

static void
test_append (void)
{
  g_autoptr (CtsStream) stream = cts_stream_new ("lite", CTS_FRAMING_WEBSOCKET, 1 << 20);
  CtsSegmentView view;
  g_autoptr (CtsSegment) segment = cts_stream_join (stream, &view);

  g_assert_cmpstr (cts_stream_get_format (stream), ==, "lite");
  g_assert_cmpint (cts_stream_get_framing (stream), ==, CTS_FRAMING_WEBSOCKET);
  g_assert_cmpuint (view.length, ==, 0);

  stream_test_append (stream, 40, 1, 2);
  stream_test_append (stream, 41, 2, 10);
  stream_test_append (stream, 43, 0, 10);
  view = cts_segment_view (segment);
  g_assert_cmpuint (segment->first_seq, ==, 40);
  g_assert_cmpuint (view.n_frames, ==, 3);
  g_assert_cmpuint (view.length, ==, 4 + 12 + 12);
  g_assert_cmpmem (segment->data, 2, "\x81\x02", 2);
  g_assert_cmpmem (segment->data + 4, 2, "\x81\x0a", 2);
  g_assert_cmpuint (cts_segment_get_frame_end (segment, 1), ==, 16);
}

/* A record that has no message is left out, and the numbers of those behind it stay right. */
static void
test_append_nothing (void)
{
  g_autoptr (CtsStream) stream = cts_stream_new ("lite", CTS_FRAMING_WEBSOCKET, 1 << 20);
  CtsSegmentView view;
  g_autoptr (CtsSegment) before = cts_stream_join (stream, &view);
  g_autoptr (CtsSegment) after = NULL;

  stream_test_append (stream, 40, 1, 5);
  stream_test_append (stream, 41, 1, 0);
  stream_test_append (stream, 42, 1, 5);
  after = cts_stream_join (stream, &view);
  g_assert_cmpuint (cts_segment_view (before).length, ==, 2 + 5);
  g_assert_true (after != before);
  g_assert_cmpuint (after->first_seq, ==, 42);
  g_assert_cmpuint (view.length, ==, 2 + 5);
}

/* Whoever joins is at the end of what is published, never inside a message. */
static void
test_join (void)
{
  g_autoptr (CtsStream) stream = cts_stream_new ("lite", CTS_FRAMING_WEBSOCKET, 1 << 20);

  for (guint i = 0; i < 300; i++)
    {
      CtsSegmentView view;
      g_autoptr (CtsSegment) segment = NULL;

      stream_test_append (stream, i, 1, 1000);
      segment = cts_stream_join (stream, &view);
      g_assert_cmpuint (segment->first_seq + view.n_frames, ==, i + 1);
      g_assert_cmpuint (cts_segment_get_frame_end (segment, view.n_frames - 1), ==, view.length);
    }
}

static void
test_ring_bound (void)
{
  enum
  {
    RING = 1 << 20
  };
  guint n_before = cts_segment_count_live ();
  CtsStream *stream = cts_stream_new ("lite", CTS_FRAMING_WEBSOCKET, RING);
  CtsSegmentView view;
  g_autoptr (CtsSegment) first = cts_stream_join (stream, &view);

  stream_test_append (stream, 0, 10, 60000);
  g_assert_false (cts_segment_is_retired (first));
  for (guint i = 1; i < 20; i++)
    stream_test_append (stream, i * 10, 10, 60000);

  /* What somebody reads stays, marked, and so does all after it. */
  g_assert_true (cts_segment_is_retired (first));
  g_assert_cmpuint (cts_segment_count_live () - n_before, ==, 100);
  g_clear_pointer (&first, cts_segment_unref);
  g_assert_cmpuint (cts_segment_count_live () - n_before, ==, RING / CTS_SEGMENT_SIZE);

  cts_stream_unref (stream);
  g_assert_cmpuint (cts_segment_count_live (), ==, n_before);
}

/* A ring smaller than a message holds the newest one all the same. */
static void
test_ring_tiny (void)
{
  guint n_before = cts_segment_count_live ();
  g_autoptr (CtsStream) stream = cts_stream_new ("lite", CTS_FRAMING_WEBSOCKET, 1);

  for (guint i = 0; i < 5; i++)
    {
      stream_test_append (stream, i, 1, 200000);
      g_assert_cmpuint (cts_segment_count_live () - n_before, ==, 1);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stream/segment/room", test_segment_room);
  g_test_add_func ("/stream/segment/own-size", test_segment_own_size);
  g_test_add_func ("/stream/segment/copy", test_segment_copy);
  g_test_add_func ("/stream/segment/long-chain", test_segment_long_chain);
  g_test_add_func ("/stream/stream/append", test_append);
  g_test_add_func ("/stream/stream/append-nothing", test_append_nothing);
  g_test_add_func ("/stream/stream/join", test_join);
  g_test_add_func ("/stream/stream/ring-bound", test_ring_bound);
  g_test_add_func ("/stream/stream/ring-tiny", test_ring_tiny);
  return g_test_run ();
}
