/* SPDX-License-Identifier: MIT */
#include "core/stream/cts-encoder.h"

#include "fake-serializer.h"
#include "tests/support/cts-test-records.h"

#include <string.h>

/*
 * Writes frames of the size it is told to, one after the other.
 */
#define TYPE_SIZED_SERIALIZER (sized_serializer_get_type ())
G_DECLARE_FINAL_TYPE (SizedSerializer, sized_serializer, SIZED, SERIALIZER, CtsSerializer)

struct _SizedSerializer
{
  CtsSerializer parent_instance;
  const gsize *sizes;
};

G_DEFINE_FINAL_TYPE (SizedSerializer, sized_serializer, CTS_TYPE_SERIALIZER)

static const char *const sized_formats[] = { "sized", NULL };

static void
sized_serializer_encode (CtsSerializer *serializer, CtsRecord *record, CtsWriter *const *writers)
{
  static const char block[64 << 10];
  gsize size = *SIZED_SERIALIZER (serializer)->sizes++;

  for (; size > sizeof block; size -= sizeof block)
    cts_writer_append (writers[0], block, sizeof block);
  cts_writer_append (writers[0], block, size);
}

static void
sized_serializer_class_init (SizedSerializerClass *klass)
{
  CTS_SERIALIZER_CLASS (klass)->formats = sized_formats;
  CTS_SERIALIZER_CLASS (klass)->encode = sized_serializer_encode;
}

static void
sized_serializer_init (SizedSerializer *self)
{
}

static CtsEncoder *
encoder_new (void)
{
  g_autoptr (FakeSerializer) serializer = fake_serializer_new ();
  g_autoptr (CtsSlabPool) slabs = cts_slab_pool_new (2);

  return cts_encoder_new (CTS_SERIALIZER (serializer), slabs);
}

static GPtrArray *
packets_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) cts_packet_unref);
}

static void
test_formats (void)
{
  g_autoptr (CtsEncoder) encoder = encoder_new ();

  g_assert_cmpint (cts_encoder_find_format (encoder, "lite"), ==, 0);
  g_assert_cmpint (cts_encoder_find_format (encoder, "full"), ==, 1);
  g_assert_cmpint (cts_encoder_find_format (encoder, "domains"), ==, 2);
  g_assert_cmpint (cts_encoder_find_format (encoder, "Lite"), ==, -1);
  g_assert_cmpint (cts_encoder_find_format (encoder, ""), ==, -1);
}

static void
test_readers (void)
{
  g_autoptr (CtsEncoder) encoder = encoder_new ();

  g_assert_cmphex (cts_encoder_get_wanted (encoder), ==, 0);
  cts_encoder_add_reader (encoder, 1);
  cts_encoder_add_reader (encoder, 1);
  cts_encoder_add_reader (encoder, 2);
  g_assert_cmphex (cts_encoder_get_wanted (encoder), ==, 1 << 1 | 1 << 2);
  cts_encoder_remove_reader (encoder, 1);
  g_assert_cmpuint (cts_encoder_get_n_readers (encoder, 1), ==, 1);
  g_assert_cmphex (cts_encoder_get_wanted (encoder), ==, 1 << 1 | 1 << 2);
  cts_encoder_remove_reader (encoder, 1);
  cts_encoder_remove_reader (encoder, 2);
  g_assert_cmphex (cts_encoder_get_wanted (encoder), ==, 0);
}

static void
assert_frame (CtsPacket *packet, guint i, const char *wanted)
{
  gsize size;
  gconstpointer frame = cts_packet_get_frame (packet, i, &size);

  g_assert_cmpmem (frame, size, wanted, strlen (wanted));
}

static void
test_encode (void)
{
  g_autoptr (CtsEncoder) encoder = encoder_new ();
  g_autoptr (CtsLogInfo) log = cts_test_log ("log");
  g_autoptr (CtsBatch) batch = cts_test_batch (log, 9, 0, 3);
  g_autoptr (GPtrArray) packets = packets_new ();
  static const char *const formats[] = { "lite", "domains" };

  cts_encoder_encode (encoder, batch, 100, 1 << 0 | 1 << 2, packets);
  g_assert_cmpuint (packets->len, ==, 2);
  for (guint p = 0; p < 2; p++)
    {
      CtsPacket *packet = g_ptr_array_index (packets, p);

      g_assert_cmpstr (cts_packet_get_format (packet), ==, formats[p]);
      g_assert_true (cts_packet_get_batch (packet) == batch);
      g_assert_cmpuint (cts_packet_get_first_seq (packet), ==, 100);
      g_assert_cmpuint (cts_packet_get_n_frames (packet), ==, 3);
      for (guint i = 0; i < 3; i++)
        {
          g_autofree char *wanted = g_strdup_printf ("%s %u", formats[p], 9 + i);

          assert_frame (packet, i, wanted);
        }
    }
  g_assert_cmpuint (cts_encoder_get_n_encoded (encoder, 0), ==, 3);
  g_assert_cmpuint (cts_encoder_get_n_encoded (encoder, 1), ==, 0);
  g_assert_cmpuint (cts_encoder_get_n_encoded (encoder, 2), ==, 3);
}

static void
test_nothing_wanted (void)
{
  g_autoptr (CtsEncoder) encoder = encoder_new ();
  g_autoptr (CtsLogInfo) log = cts_test_log ("log");
  g_autoptr (CtsBatch) batch = cts_test_batch (log, 0, 0, 3);
  g_autoptr (GPtrArray) packets = packets_new ();

  cts_encoder_encode (encoder, batch, 1, 0, packets);
  g_assert_cmpuint (packets->len, ==, 0);
  g_assert_cmpuint (cts_encoder_get_n_encoded (encoder, 0), ==, 0);
}

/* Frames beyond a slab move to a larger one; one beyond the writer's bound is left empty, and
 * neither the one before nor the one behind it is touched. */
static void
test_sizes (void)
{
  static const gsize sizes[] = { 10, 0, 3 << 20, 257 << 20, 7, 1 };
  static const gsize wanted[] = { 10, 0, 3 << 20, 0, 7, 1 };
  g_autoptr (SizedSerializer) serializer = g_object_new (TYPE_SIZED_SERIALIZER, NULL);
  g_autoptr (CtsSlabPool) slabs = cts_slab_pool_new (2);
  g_autoptr (CtsEncoder) encoder = cts_encoder_new (CTS_SERIALIZER (serializer), slabs);
  g_autoptr (CtsLogInfo) log = cts_test_log ("log");
  g_autoptr (CtsBatch) batch = cts_test_batch (log, 0, 0, G_N_ELEMENTS (sizes));
  g_autoptr (GPtrArray) packets = packets_new ();

  serializer->sizes = sizes;
  g_test_expect_message ("cts-stream", G_LOG_LEVEL_WARNING, "*records are left out");
  cts_encoder_encode (encoder, batch, 1, 1 << 0, packets);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (packets->len, ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      gsize size;

      g_assert_nonnull (cts_packet_get_frame (g_ptr_array_index (packets, 0), i, &size));
      g_assert_cmpuint (size, ==, wanted[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stream/encoder/formats", test_formats);
  g_test_add_func ("/stream/encoder/readers", test_readers);
  g_test_add_func ("/stream/encoder/encode", test_encode);
  g_test_add_func ("/stream/encoder/nothing-wanted", test_nothing_wanted);
  g_test_add_func ("/stream/encoder/sizes", test_sizes);
  return g_test_run ();
}
