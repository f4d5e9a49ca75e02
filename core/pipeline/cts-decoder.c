/* SPDX-License-Identifier: MIT */
#include "cts-decoder.h"

#include "core/api/cts-record-private.h"
#include "core/ct/cts-leaf.h"
#include "core/ct/cts-merkle.h"
#include "core/pipeline/cts-chain-cache.h"

/* Certificates of a chain that a record keeps; logs accept far shorter ones. */
#define MAX_CHAIN 32

struct _CtsDecoder
{
  GObject parent_instance;

  CtsWorkers *workers;
  CtsChainCache *chains;
};

G_DEFINE_FINAL_TYPE (CtsDecoder, cts_decoder, G_TYPE_OBJECT)

/* One page while it is decoded. */
typedef struct
{
  CtsDecoder *decoder;
  CtsLogInfo *log;
  CtsDecodedPage *page;
  guint max;
  gint64 seen_us;
} Decoding;

/* What an asynchronous call carries to the worker. */
typedef struct
{
  CtsSource *source;
  CtsLogInfo *log;
  GBytes *page;
  guint64 first_index;
  guint max;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_object_unref (request->source);
  cts_log_info_unref (request->log);
  g_bytes_unref (request->page);
  g_free (request);
}

void
cts_decoded_page_free (CtsDecodedPage *page)
{
  g_free (page->leaf_hashes);
  g_ptr_array_unref (page->records);
  g_array_unref (page->unparsed);
  g_free (page);
}

/* Takes the chain's certificates from the cache into @issuers. */
static guint
read_chain (CtsDecoder *self, CtsView chain, CtsIssuer **issuers)
{
  CtsView certificate;
  guint n = 0;

  while (n < MAX_CHAIN && cts_chain_next (&chain, &certificate))
    issuers[n++] = cts_chain_cache_get (self->chains, certificate.data, certificate.size);
  return n;
}

static CtsRecord *
decode_leaf (Decoding *decoding, const CtsLeaf *leaf, const CtsExtraData *extra, guint64 index)
{
  CtsView certificate
      = leaf->entry_type == CTS_ENTRY_PRECERT ? extra->precertificate : leaf->certificate;
  CtsIssuer *issuers[MAX_CHAIN];
  guint n_issuers = read_chain (decoding->decoder, extra->chain, issuers);
  CtsRecord *record
      = cts_record_new (decoding->log, index, leaf->entry_type, leaf->timestamp_ms,
                        decoding->seen_us, certificate.data, certificate.size, issuers, n_issuers);

  while (n_issuers > 0)
    cts_issuer_unref (issuers[--n_issuers]);
  return record;
}

static void
decode_entry (gconstpointer leaf_input,
              gsize leaf_size,
              gconstpointer extra_data,
              gsize extra_size,
              gpointer user_data)
{
  Decoding *decoding = user_data;
  CtsDecodedPage *page = decoding->page;
  guint64 index = page->first_index + page->n_entries;
  CtsRecord *record = NULL;
  CtsExtraData extra = { 0 };
  CtsLeaf leaf;

  g_return_if_fail (page->n_entries < decoding->max);

  cts_merkle_leaf_hash (page->leaf_hashes + (gsize) page->n_entries * CTS_MERKLE_HASH_SIZE,
                        leaf_input, leaf_size);
  page->n_entries++;

  /* Nothing vouches for extra data: of what is broken, the parts that can be read are kept, and a
   * certificate still stands in the leaf. */
  if (cts_leaf_read (&leaf, leaf_input, leaf_size) == CTS_LEAF_OK)
    {
      cts_extra_data_read (&extra, leaf.entry_type, extra_data, extra_size);
      record = decode_leaf (decoding, &leaf, &extra, index);
    }

  if (record != NULL)
    g_ptr_array_add (page->records, record);
  else
    g_array_append_val (page->unparsed, index);
}

static void
decode_on_worker (gpointer data)
{
  g_autoptr (GTask) task = data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;
  CtsDecodedPage *page;

  if (g_task_return_error_if_cancelled (task))
    return;
  page = cts_decoder_decode (g_task_get_source_object (task), request->source, request->log,
                             request->page, request->first_index, request->max, &error);
  if (page != NULL)
    g_task_return_pointer (task, page, (GDestroyNotify) cts_decoded_page_free);
  else
    g_task_return_error (task, error);
}

static void
cts_decoder_finalize (GObject *object)
{
  CtsDecoder *self = CTS_DECODER (object);

  cts_chain_cache_free (self->chains);
  cts_workers_unref (self->workers);
  G_OBJECT_CLASS (cts_decoder_parent_class)->finalize (object);
}

static void
cts_decoder_class_init (CtsDecoderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cts_decoder_finalize;
}

static void
cts_decoder_init (CtsDecoder *self)
{
  self->chains = cts_chain_cache_new (CTS_CHAIN_CACHE_MAX_BYTES);
}

/**
 * cts_decoder_new:
 * @workers: where pages are decoded
 *
 * Returns: (transfer full): a decoder
 */
CtsDecoder *
cts_decoder_new (CtsWorkers *workers)
{
  CtsDecoder *self = g_object_new (CTS_TYPE_DECODER, NULL);

  self->workers = cts_workers_ref (workers);
  return self;
}

/**
 * cts_decoder_decode:
 * @self: a decoder
 * @source: the protocol the page is in
 * @log: the log it is from
 * @page: the bytes of the answer
 * @first_index: index of its first entry
 * @max: entries that were asked for; more are an error
 * @error: return location for an error in %CTS_SOURCE_ERROR
 *
 * Decodes a page on the calling thread. Any thread.
 *
 * Returns: (transfer full): the records, or %NULL when the page as a whole cannot be read
 */
CtsDecodedPage *
cts_decoder_decode (CtsDecoder *self,
                    CtsSource *source,
                    CtsLogInfo *log,
                    GBytes *page,
                    guint64 first_index,
                    guint max,
                    GError **error)
{
  g_autoptr (CtsDecodedPage) decoded = g_new0 (CtsDecodedPage, 1);
  Decoding decoding
      = { .decoder = self, .log = log, .page = decoded, .max = max, .seen_us = g_get_real_time () };

  decoded->first_index = first_index;
  decoded->leaf_hashes = g_malloc ((gsize) max * CTS_MERKLE_HASH_SIZE);
  decoded->records = g_ptr_array_new_full (max, (GDestroyNotify) cts_record_unref);
  decoded->unparsed = g_array_new (FALSE, FALSE, sizeof (guint64));
  if (!CTS_SOURCE_GET_CLASS (source)->read_entries (source, page, max, decode_entry, &decoding,
                                                    error))
    return NULL;
  return g_steal_pointer (&decoded);
}

/**
 * cts_decoder_decode_async:
 * @self: a decoder
 * @source: the protocol the page is in
 * @log: the log it is from
 * @page: the bytes of the answer
 * @first_index: index of its first entry
 * @max: entries that were asked for; more are an error
 * @cancellable: (nullable): a cancellable
 * @callback: called on the context of the caller when done
 * @user_data: data for @callback
 *
 * Decodes a page on a worker.
 */
void
cts_decoder_decode_async (CtsDecoder *self,
                          CtsSource *source,
                          CtsLogInfo *log,
                          GBytes *page,
                          guint64 first_index,
                          guint max,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Request *request = g_new (Request, 1);

  *request = (Request){ .source = g_object_ref (source),
                        .log = cts_log_info_ref (log),
                        .page = g_bytes_ref (page),
                        .first_index = first_index,
                        .max = max };
  g_task_set_source_tag (task, cts_decoder_decode_async);
  g_task_set_task_data (task, request, request_free);
  cts_workers_push (self->workers, decode_on_worker, task);
}

/**
 * cts_decoder_decode_finish:
 * @self: a decoder
 * @result: the result handed to the callback
 * @error: return location for an error in %CTS_SOURCE_ERROR
 *
 * Finishes cts_decoder_decode_async().
 *
 * Returns: (transfer full): the records
 */
CtsDecodedPage *
cts_decoder_decode_finish (CtsDecoder *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
