/* SPDX-License-Identifier: MIT */
#include "certstream.h"
#include "certstream-private.h"
#include "core/codec/cts-mix.h"

/* Place of each format in the table of formats and in the array of writers. */
enum
{
  FORMAT_FULL,
  FORMAT_LITE,
  FORMAT_DOMAINS,
};

static const char *const formats[] = { "full", "lite", "domains", NULL };

/* Which strings are written where the older servers disagree. */
enum
{
  PROFILE_DEFAULT,
};

static const char *const profiles[] = { "default", NULL };

struct _CertstreamSerializer
{
  CtsSerializer parent_instance;

  guint profile;
  guint64 domains_key; /* Of the hash over names; so nobody can aim collisions. */
  CertstreamChainCache *chain_cache;
};

G_DEFINE_FINAL_TYPE (CertstreamSerializer, certstream_serializer, CTS_TYPE_SERIALIZER)

static const CtsOption options[] = {
  CTS_OPTION_ENUM ("profile",
                   CertstreamSerializer,
                   profile,
                   profiles,
                   PROFILE_DEFAULT,
                   CTS_OPTION_RESTART,
                   "Spelling of values; default is the only one so far"),
};

/*
 * Frame:
 * @start: where the frame begins in the writer
 * @domains: where the array of names begins
 * @domains_end: where it ends
 * @rest: where the leaf goes on behind `as_der`
 * @rest_end: where the leaf ends
 *
 * Places in a rendered frame that other formats are cut from.
 */
typedef struct
{
  gsize start;
  gsize domains;
  gsize domains_end;
  gsize rest;
  gsize rest_end;
} Frame;

/* Copies what stands between two places of @from; they lie within what was written. */
static void
cut (CtsWriter *writer, const CtsWriter *from, gsize begin, gsize end)
{
  cts_writer_put (writer, from->slab.data + begin, end - begin);
}

/* Renders envelope and leaf; the frame is still open behind the leaf. */
static Frame
put_leaf (CertstreamSerializer *self, CtsWriter *writer, CtsRecord *record, gboolean with_der)
{
  const CtsCertificate *leaf = &record->certificate;
  Frame frame = { .start = writer->size };

  certstream_put_envelope (writer, record);
  cts_writer_put_literal (writer, ",\"leaf_cert\":{\"all_domains\":");
  frame.domains = writer->size;
  certstream_put_domains (writer, leaf, self->domains_key);
  frame.domains_end = writer->size;
  cts_writer_put_literal (writer, ",");
  if (with_der)
    certstream_put_as_der (writer, leaf);
  frame.rest = writer->size;
  certstream_put_certificate (writer, leaf, record->entry_type == CTS_ENTRY_PRECERT);
  frame.rest_end = writer->size;
  return frame;
}

static gboolean
frame_is_too_large (const CtsWriter *writer, const Frame *frame)
{
  return writer->size - frame->start + strlen ("}}") > CERTSTREAM_FRAME_SIZE_MAX;
}

/* A chain that makes the frame too large is given without DER, or not at all. */
static Frame
put_full (CertstreamSerializer *self, CtsWriter *writer, CtsRecord *record)
{
  Frame frame = put_leaf (self, writer, record, TRUE);
  gsize chain;

  cts_writer_put_literal (writer, ",\"chain\":");
  chain = writer->size;
  certstream_put_chain (writer, self->chain_cache, record);
  if (frame_is_too_large (writer, &frame))
    {
      writer->size = chain;
      certstream_put_bare_chain (writer, record);
    }
  if (frame_is_too_large (writer, &frame))
    {
      writer->size = chain;
      cts_writer_put_literal (writer, "[]");
    }
  cts_writer_put_literal (writer, "}}");
  return frame;
}

/* The lite frame is the full one without `as_der` and `chain`. */
static void
cut_lite (CtsWriter *writer, const CtsWriter *full, const Frame *frame)
{
  cut (writer, full, frame->start, frame->domains_end);
  cts_writer_put_literal (writer, ",");
  cut (writer, full, frame->rest, frame->rest_end);
  cts_writer_put_literal (writer, "}}");
}

static void
begin_domains (CtsWriter *writer)
{
  cts_writer_put_literal (writer, "{\"message_type\":\"dns_entries\",\"data\":");
}

/* Renders each piece into the first wanted writer and cuts the other frames out of that one. */
static void
certstream_serializer_encode (CtsSerializer *serializer,
                              CtsRecord *record,
                              CtsWriter *const *writers)
{
  CertstreamSerializer *self = CERTSTREAM_SERIALIZER (serializer);
  CtsWriter *full = writers[FORMAT_FULL];
  CtsWriter *lite = writers[FORMAT_LITE];
  CtsWriter *domains = writers[FORMAT_DOMAINS];
  const CtsWriter *source = NULL;
  Frame frame = { 0 };

  if (full != NULL)
    {
      frame = put_full (self, full, record);
      /* A writer that met its bound holds no whole frame to cut from. */
      source = full->failed ? NULL : full;
    }
  if (lite != NULL && source != NULL)
    {
      cut_lite (lite, source, &frame);
    }
  else if (lite != NULL)
    {
      frame = put_leaf (self, lite, record, FALSE);
      cts_writer_put_literal (lite, "}}");
      source = lite->failed ? NULL : lite;
    }
  if (domains != NULL)
    {
      begin_domains (domains);
      if (source != NULL)
        cut (domains, source, frame.domains, frame.domains_end);
      else
        certstream_put_domains (domains, &record->certificate, self->domains_key);
      cts_writer_put_literal (domains, "}");
    }
}

static void
certstream_serializer_finalize (GObject *object)
{
  CertstreamSerializer *self = CERTSTREAM_SERIALIZER (object);

  g_clear_pointer (&self->chain_cache, certstream_chain_cache_free);
  G_OBJECT_CLASS (certstream_serializer_parent_class)->finalize (object);
}

static void
certstream_serializer_class_init (CertstreamSerializerClass *klass)
{
  CtsSerializerClass *serializer_class = CTS_SERIALIZER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = certstream_serializer_finalize;
  serializer_class->formats = formats;
  serializer_class->encode = certstream_serializer_encode;
  cts_stage_class_install_options (CTS_STAGE_CLASS (klass), options, G_N_ELEMENTS (options));
}

static void
certstream_serializer_init (CertstreamSerializer *self)
{
  self->domains_key = cts_mix_random_word () >> 4;
  self->chain_cache = certstream_chain_cache_new ();
}

CTS_MODULE_DEFINE (.id = "certstream",
                   .description = "The certstream wire format: full, lite and domains-only",
                   .version = "0.1.0",
                   .license = "MIT",
                   .types = { { CTS_ROLE_SERIALIZER, certstream_serializer_get_type } });
