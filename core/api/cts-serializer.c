/* SPDX-License-Identifier: MIT */
#include <ctstream/cts-serializer.h>

G_DEFINE_ABSTRACT_TYPE (CtsSerializer, cts_serializer, CTS_TYPE_STAGE)

static void
cts_serializer_class_init (CtsSerializerClass *klass)
{
}

static void
cts_serializer_init (CtsSerializer *self)
{
}

/**
 * cts_serializer_get_formats:
 * @serializer: a serializer
 *
 * Returns: (transfer none) (array zero-terminated=1): names of the formats it makes
 *
 * Since: 1.0
 */
const char *const *
cts_serializer_get_formats (CtsSerializer *serializer)
{
  return CTS_SERIALIZER_GET_CLASS (serializer)->formats;
}

/**
 * cts_serializer_encode:
 * @serializer: a serializer
 * @record: a record
 * @writers: (array): a writer or %NULL for each format, in their order
 *
 * Appends one frame for @record to each writer. Any thread.
 *
 * Since: 1.0
 */
void
cts_serializer_encode (CtsSerializer *serializer, CtsRecord *record, CtsWriter *const *writers)
{
  CTS_SERIALIZER_GET_CLASS (serializer)->encode (serializer, record, writers);
}
