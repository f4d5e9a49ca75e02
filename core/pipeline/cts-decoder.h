/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

#include "core/pipeline/cts-workers.h"

G_BEGIN_DECLS

/**
 * CtsDecodedPage:
 * @first_index: index of the first entry
 * @n_entries: entries in the page; at least one
 * @leaf_hashes: (array): 32 bytes for each entry, in order (RFC 6962 §2.1)
 * @records: (element-type CtsRecord): those that could be read, in order
 * @unparsed: (element-type guint64): indexes of those that could not be read
 *
 * A page of entries turned into records by a worker.
 */
typedef struct
{
  guint64 first_index;
  guint n_entries;
  guint8 *leaf_hashes;
  GPtrArray *records;
  GArray *unparsed;
} CtsDecodedPage;

void cts_decoded_page_free (CtsDecodedPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsDecodedPage, cts_decoded_page_free)

/**
 * CtsDecoder:
 *
 * Turns pages of raw entries into records on the workers. One for all logs: it keeps the
 * certificates of chains.
 */
#define CTS_TYPE_DECODER (cts_decoder_get_type ())
G_DECLARE_FINAL_TYPE (CtsDecoder, cts_decoder, CTS, DECODER, GObject)

CtsDecoder *cts_decoder_new (CtsWorkers *workers);

void cts_decoder_decode_async (CtsDecoder *decoder,
                               CtsSource *source,
                               CtsLogInfo *log,
                               GBytes *page,
                               guint64 first_index,
                               guint max,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
CtsDecodedPage *cts_decoder_decode_finish (CtsDecoder *decoder,
                                           GAsyncResult *result,
                                           GError **error);

/* The same at once, on the calling thread. */
CtsDecodedPage *cts_decoder_decode (CtsDecoder *decoder,
                                    CtsSource *source,
                                    CtsLogInfo *log,
                                    GBytes *page,
                                    guint64 first_index,
                                    guint max,
                                    GError **error);

G_END_DECLS
