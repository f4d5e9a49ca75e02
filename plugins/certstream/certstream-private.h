/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

#include "core/api/cts-record-private.h"
#include "core/api/cts-writer-private.h"
#include "core/x509/cts-der.h"
#include "core/x509/cts-x509-string.h"

G_BEGIN_DECLS

/* A frame should stay below this: client libraries stop at 1 MiB by default. */
#define CERTSTREAM_FRAME_SIZE_MAX (1u << 20)

/**
 * CertstreamChainCache:
 *
 * Chain certificates as they stand in a message, ready to be copied. Any thread.
 */
typedef struct _CertstreamChainCache CertstreamChainCache;

CertstreamChainCache *certstream_chain_cache_new (void);
void certstream_chain_cache_free (CertstreamChainCache *cache);
guint certstream_chain_cache_get_size (CertstreamChainCache *cache, gsize *n_bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CertstreamChainCache, certstream_chain_cache_free)

void certstream_put_envelope (CtsWriter *writer, const CtsRecord *record);
void certstream_put_domains (CtsWriter *writer, const CtsCertificate *certificate, guint64 key);
void certstream_put_as_der (CtsWriter *writer, const CtsCertificate *certificate);
void certstream_put_certificate (CtsWriter *writer,
                                 const CtsCertificate *certificate,
                                 gboolean precert);
void certstream_put_chain (CtsWriter *writer, CertstreamChainCache *cache, const CtsRecord *record);
void certstream_put_bare_chain (CtsWriter *writer, const CtsRecord *record);

void certstream_put_string (CtsWriter *writer, guint8 tag, const guint8 *data, gsize size);
void certstream_put_name (CtsWriter *writer, const CtsCertificate *certificate, CtsSpan name);
void certstream_put_extensions (CtsWriter *writer,
                                const CtsCertificate *certificate,
                                gboolean precert);
const char *certstream_signature_algorithm (const guint8 *identifier, gsize size);
gboolean certstream_put_oid (CtsWriter *writer, const guint8 *oid, gsize size);

/* Whether a string is of a type that is neither ASCII nor UTF-8. */
static inline gboolean
certstream_string_needs_decoding (guint8 tag)
{
  return tag == CTS_DER_T61_STRING || tag == CTS_DER_BMP_STRING || tag == CTS_DER_UNIVERSAL_STRING;
}

/* Appends a second time what stands between two places of the same writer. */
static inline void
certstream_repeat (CtsWriter *writer, gsize from, gsize to)
{
  char *out = cts_writer_reserve (writer, to - from);

  if (G_LIKELY (out != NULL))
    {
      memcpy (out, writer->slab.data + from, to - from);
      writer->size += to - from;
    }
}

/* Ends an array or object each of whose members has a comma behind it: takes the last comma back,
 * if there is one. */
static inline void
certstream_close (CtsWriter *writer, char bracket)
{
  if (writer->size > 0 && writer->slab.data[writer->size - 1] == ',')
    writer->size--;
  cts_writer_put (writer, &bracket, 1);
}

G_END_DECLS
