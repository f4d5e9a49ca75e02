/* SPDX-License-Identifier: MIT */
#include "cts-test-serializer.h"

struct _CtsTestSerializer
{
  CtsSerializer parent_instance;
};

G_DEFINE_FINAL_TYPE (CtsTestSerializer, cts_test_serializer, CTS_TYPE_SERIALIZER)

static const char *const formats[] = { "lite", "full", "domains", NULL };

/* Every 16th record takes as long as a few hundred others. */
static void
work (guint64 index)
{
  guint n_rounds = index % 16 == 0 ? 400 : 1;

  for (guint i = 0; i < n_rounds; i++)
    {
      g_autofree char *digest
          = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *) &index, sizeof index);

      g_assert_nonnull (digest);
    }
}

static void
cts_test_serializer_encode (CtsSerializer *serializer, CtsRecord *record, CtsWriter *const *writers)
{
  work (cts_record_get_index (record));
  for (guint i = 0; formats[i] != NULL; i++)
    if (writers[i] != NULL)
      {
        cts_writer_append_string (writers[i], formats[i]);
        cts_writer_append_string (writers[i], " ");
        cts_writer_append_uint64 (writers[i], cts_record_get_index (record));
      }
}

static void
cts_test_serializer_class_init (CtsTestSerializerClass *klass)
{
  CTS_SERIALIZER_CLASS (klass)->formats = formats;
  CTS_SERIALIZER_CLASS (klass)->encode = cts_test_serializer_encode;
}

static void
cts_test_serializer_init (CtsTestSerializer *self)
{
}

CtsSerializer *
cts_test_serializer_new (void)
{
  return g_object_new (CTS_TYPE_TEST_SERIALIZER, NULL);
}
