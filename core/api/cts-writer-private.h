/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-writer.h>

#include "core/api/cts-internal.h"
#include "core/api/cts-slab.h"
#include "core/codec/cts-base64.h"
#include "core/codec/cts-json-text.h"

#include <string.h>

G_BEGIN_DECLS

/* A batch holds at most 4 MiB of certificates and each byte of them becomes at most about 20 bytes
 * of output (a name stands in four places, six bytes each); beyond this no slab grows. */
#define CTS_WRITER_MAX_SIZE (256u << 20)

struct _CtsWriter
{
  CtsSlab slab;
  gsize size;
  gboolean failed;
};

CTS_INTERNAL void cts_writer_init (CtsWriter *writer, CtsSlabPool *pool);
CTS_INTERNAL CtsSlab cts_writer_steal (CtsWriter *writer);
CTS_INTERNAL gboolean cts_writer_grow (CtsWriter *writer, gsize room);

/*
 * The inline forms serve our own serializer; each makes sure of its room in one place,
 * cts_writer_reserve(), which returns NULL only when the writer met its bound.
 */
static inline char *
cts_writer_reserve (CtsWriter *writer, gsize room)
{
  if (G_UNLIKELY (writer->slab.size - writer->size < room) && !cts_writer_grow (writer, room))
    return NULL;
  return (char *) writer->slab.data + writer->size;
}

static inline void
cts_writer_put (CtsWriter *writer, const void *data, gsize size)
{
  char *out = cts_writer_reserve (writer, size);

  if (G_LIKELY (out != NULL))
    {
      memcpy (out, data, size);
      writer->size += size;
    }
}

/* A string literal: its size is known to the compiler. */
#define cts_writer_put_literal(writer, literal)                                                    \
  cts_writer_put ((writer), "" literal "", sizeof (literal) - 1)

static inline void
cts_writer_put_json_text (CtsWriter *writer, const char *text, gsize size)
{
  char *out = cts_writer_reserve (writer, size * CTS_JSON_TEXT_MAX);

  if (G_LIKELY (out != NULL))
    writer->size += cts_json_text_escape (out, text, size);
}

static inline void
cts_writer_put_base64 (CtsWriter *writer, const void *data, gsize size)
{
  char *out = cts_writer_reserve (writer, CTS_BASE64_ENCODED_SIZE (size));

  if (G_LIKELY (out != NULL))
    writer->size += cts_base64_encode (out, data, size);
}

CTS_INTERNAL void cts_writer_put_uint64 (CtsWriter *writer, guint64 value);

G_END_DECLS
