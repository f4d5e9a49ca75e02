/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-record.h>
#include <ctstream/cts-stage.h>
#include <ctstream/cts-writer.h>

G_BEGIN_DECLS

/**
 * CTS_SERIALIZER_MAX_FORMATS:
 *
 * Most formats one serializer may name.
 *
 * Since: 1.0
 */
#define CTS_SERIALIZER_MAX_FORMATS 8

#define CTS_TYPE_SERIALIZER (cts_serializer_get_type ())
CTS_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (CtsSerializer, cts_serializer, CTS, SERIALIZER, CtsStage)

/**
 * CtsSerializer:
 *
 * Turns a record into the bytes that clients read, in one or several formats. Its options are
 * fixed when it is built, and its bytes depend on the record and those options alone.
 *
 * Since: 1.0
 */

/**
 * CtsSerializerClass:
 * @parent_class: the parent class
 * @formats: (array zero-terminated=1): names of the formats; at most %CTS_SERIALIZER_MAX_FORMATS
 * @encode: append one frame for @record to each writer that is not %NULL; @writers has one place
 *   for each format, in their order. Pure, on several workers at once. All wanted formats of a
 *   record are made in one call so that one can be cut out of the other
 *
 * Since: 1.0
 */
struct _CtsSerializerClass
{
  CtsStageClass parent_class;

  const char *const *formats;
  void (*encode) (CtsSerializer *serializer, CtsRecord *record, CtsWriter *const *writers);
};

CTS_AVAILABLE_IN_1_0
const char *const *cts_serializer_get_formats (CtsSerializer *serializer);

CTS_AVAILABLE_IN_1_0
void cts_serializer_encode (CtsSerializer *serializer,
                            CtsRecord *record,
                            CtsWriter *const *writers);

G_END_DECLS
