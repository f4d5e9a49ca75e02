/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-stream"

#include "cts-encoder.h"

#include "core/api/cts-packet-private.h"
#include "core/api/cts-writer-private.h"

typedef struct
{
  const char *name; /* interned */
  guint n_readers;
  guint64 n_encoded;
  guint64 n_failed;
} Format;

struct _CtsEncoder
{
  CtsSerializer *serializer;
  CtsSlabPool *slabs;
  guint n_formats;
  Format formats[CTS_SERIALIZER_MAX_FORMATS];
};

/* What one call writes: a writer and the ends of its frames for each wanted format. */
typedef struct
{
  CtsWriter writers[CTS_SERIALIZER_MAX_FORMATS];
  CtsWriter *wanted[CTS_SERIALIZER_MAX_FORMATS];
  guint32 ends[CTS_SERIALIZER_MAX_FORMATS][CTS_BATCH_MAX_RECORDS];
} Output;

/**
 * cts_encoder_new:
 * @serializer: a serializer; a reference is taken
 * @slabs: where packets get their memory
 *
 * Returns: (transfer full): an encoder nobody reads yet
 */
CtsEncoder *
cts_encoder_new (CtsSerializer *serializer, CtsSlabPool *slabs)
{
  CtsEncoder *encoder = g_new0 (CtsEncoder, 1);
  const char *const *names = cts_serializer_get_formats (serializer);

  encoder->serializer = g_object_ref (serializer);
  encoder->slabs = cts_slab_pool_ref (slabs);
  while (names[encoder->n_formats] != NULL && encoder->n_formats < CTS_SERIALIZER_MAX_FORMATS)
    {
      encoder->formats[encoder->n_formats].name = g_intern_string (names[encoder->n_formats]);
      encoder->n_formats++;
    }
  return encoder;
}

void
cts_encoder_free (CtsEncoder *encoder)
{
  cts_slab_pool_unref (encoder->slabs);
  g_object_unref (encoder->serializer);
  g_free (encoder);
}

int
cts_encoder_find_format (CtsEncoder *encoder, const char *format)
{
  for (guint i = 0; i < encoder->n_formats; i++)
    if (g_str_equal (encoder->formats[i].name, format))
      return (int) i;
  return -1;
}

void
cts_encoder_add_reader (CtsEncoder *encoder, int format)
{
  __atomic_add_fetch (&encoder->formats[format].n_readers, 1, __ATOMIC_RELAXED);
}

void
cts_encoder_remove_reader (CtsEncoder *encoder, int format)
{
  __atomic_sub_fetch (&encoder->formats[format].n_readers, 1, __ATOMIC_RELAXED);
}

guint
cts_encoder_get_n_readers (CtsEncoder *encoder, int format)
{
  return __atomic_load_n (&encoder->formats[format].n_readers, __ATOMIC_RELAXED);
}

guint64
cts_encoder_get_n_encoded (CtsEncoder *encoder, int format)
{
  return __atomic_load_n (&encoder->formats[format].n_encoded, __ATOMIC_RELAXED);
}

guint
cts_encoder_get_wanted (CtsEncoder *encoder)
{
  guint wanted = 0;

  for (guint i = 0; i < encoder->n_formats; i++)
    if (cts_encoder_get_n_readers (encoder, (int) i) > 0)
      wanted |= 1u << i;
  return wanted;
}

static void
format_note_failure (Format *format)
{
  if (__atomic_fetch_add (&format->n_failed, 1, __ATOMIC_RELAXED) == 0)
    g_warning ("format '%s': a batch is too large, records are left out", format->name);
}

/* Ends frame @i of each wanted format; one that met the writer's bound is left empty. */
static void
encoder_end_frames (CtsEncoder *encoder, Output *output, guint i)
{
  for (guint f = 0; f < CTS_SERIALIZER_MAX_FORMATS; f++)
    {
      CtsWriter *writer = output->wanted[f];

      if (writer == NULL)
        continue;
      if (writer->failed)
        {
          writer->size = i > 0 ? output->ends[f][i - 1] : 0;
          writer->failed = FALSE;
          format_note_failure (&encoder->formats[f]);
        }
      output->ends[f][i] = (guint32) writer->size;
    }
}

/**
 * cts_encoder_encode:
 * @encoder: an encoder
 * @batch: a committed batch
 * @first_seq: sequence number of its first record
 * @wanted: bits of the formats to make
 * @packets: (element-type CtsPacket): the packets are added here, one for each format
 *
 * Encodes each record once, in all wanted formats. A worker.
 */
void
cts_encoder_encode (CtsEncoder *encoder,
                    CtsBatch *batch,
                    guint64 first_seq,
                    guint wanted,
                    GPtrArray *packets)
{
  g_autofree Output *output = g_new (Output, 1);
  guint n_records = cts_batch_get_n_records (batch);

  for (guint f = 0; f < CTS_SERIALIZER_MAX_FORMATS; f++)
    {
      output->wanted[f] = (wanted & 1u << f) != 0 ? &output->writers[f] : NULL;
      if (output->wanted[f] != NULL)
        cts_writer_init (output->wanted[f], encoder->slabs);
    }

  for (guint i = 0; i < n_records; i++)
    {
      cts_serializer_encode (encoder->serializer, cts_batch_get_record (batch, i), output->wanted);
      encoder_end_frames (encoder, output, i);
    }

  for (guint f = 0; f < encoder->n_formats; f++)
    if (output->wanted[f] != NULL)
      {
        g_ptr_array_add (packets,
                         cts_packet_new (batch, encoder->formats[f].name, first_seq, encoder->slabs,
                                         cts_writer_steal (output->wanted[f]), output->ends[f],
                                         n_records));
        __atomic_add_fetch (&encoder->formats[f].n_encoded, n_records, __ATOMIC_RELAXED);
      }
}
