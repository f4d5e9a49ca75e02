/* SPDX-License-Identifier: MIT */
#include "certstream-private.h"

/* Bounds of the cache: its entries, and the bytes of their texts and certificates. */
#define MAX_FRAGMENTS 4096
#define MAX_BYTES     (32u << 20)

/* What is larger would push out too much; in a frame of at most 1 MiB it is not wanted either. */
#define MAX_FRAGMENT_BYTES CERTSTREAM_FRAME_SIZE_MAX

/* Fragments looked up under one lock; most chains have two or three certificates. */
#define LOOKUP_BATCH 8

/*
 * Fragment:
 * @issuer: the certificate; its address is the key, so it is kept alive
 * @used: whether it was wanted since it was last looked at for eviction; guarded by the lock
 * @size: bytes of @text
 * @text: the certificate's object
 */
typedef struct
{
  CtsIssuer *issuer;
  gboolean used;
  gsize size;
  char text[];
} Fragment;

struct _CertstreamChainCache
{
  GMutex lock; /* guards the rest, and which fragments were used */
  GHashTable *fragments;
  GQueue queue; /* the fragments in the order in which they are looked at for eviction */
  gsize n_bytes;
};

static void
fragment_clear (gpointer data)
{
  Fragment *fragment = data;

  cts_issuer_unref (fragment->issuer);
}

static void
fragment_unref (Fragment *fragment)
{
  g_atomic_rc_box_release_full (fragment, fragment_clear);
}

/* The larger part by far is text and certificate; the struct, two list nodes and a bit of room. */
static gsize
fragment_weight (const Fragment *fragment)
{
  return fragment->size + fragment->issuer->certificate.size + sizeof (CtsIssuer) + 128;
}

/**
 * certstream_chain_cache_new:
 *
 * Returns: (transfer full): an empty cache
 */
CertstreamChainCache *
certstream_chain_cache_new (void)
{
  CertstreamChainCache *cache = g_new0 (CertstreamChainCache, 1);

  g_mutex_init (&cache->lock);
  cache->fragments = g_hash_table_new (NULL, NULL);
  g_queue_init (&cache->queue);
  return cache;
}

void
certstream_chain_cache_free (CertstreamChainCache *cache)
{
  g_queue_clear_full (&cache->queue, (GDestroyNotify) fragment_unref);
  g_hash_table_unref (cache->fragments);
  g_mutex_clear (&cache->lock);
  g_free (cache);
}

/**
 * certstream_chain_cache_get_size:
 * @cache: a cache
 * @n_bytes: (out): what its entries weigh
 *
 * Returns: how many entries it holds
 */
guint
certstream_chain_cache_get_size (CertstreamChainCache *cache, gsize *n_bytes)
{
  guint n;

  g_mutex_lock (&cache->lock);
  n = cache->queue.length;
  *n_bytes = cache->n_bytes;
  g_mutex_unlock (&cache->lock);
  return n;
}

/* Looks up @n issuers; what is not there is NULL. References are taken, so that the copying is
 * done without the lock. */
static void
cache_lookup (CertstreamChainCache *cache, CtsIssuer *const *issuers, guint n, Fragment **found)
{
  g_mutex_lock (&cache->lock);
  for (guint i = 0; i < n; i++)
    {
      found[i] = g_hash_table_lookup (cache->fragments, issuers[i]);
      if (found[i] == NULL)
        continue;
      found[i]->used = TRUE;
      g_atomic_rc_box_acquire (found[i]);
    }
  g_mutex_unlock (&cache->lock);
}

/* Takes out the oldest fragment that was not used since it was last looked at. Each look clears
 * the mark, so this ends after one round. */
static void
evict_one (CertstreamChainCache *cache)
{
  Fragment *fragment = g_queue_pop_head (&cache->queue);

  while (fragment->used)
    {
      fragment->used = FALSE;
      g_queue_push_tail (&cache->queue, fragment);
      fragment = g_queue_pop_head (&cache->queue);
    }
  g_hash_table_remove (cache->fragments, fragment->issuer);
  cache->n_bytes -= fragment_weight (fragment);
  fragment_unref (fragment);
}

static void
cache_insert (CertstreamChainCache *cache, CtsIssuer *issuer, const guint8 *text, gsize size)
{
  Fragment *fragment;

  if (size > MAX_FRAGMENT_BYTES)
    return;
  fragment = g_atomic_rc_box_alloc (sizeof *fragment + size);
  fragment->issuer = cts_issuer_ref (issuer);
  fragment->used = FALSE;
  fragment->size = size;
  memcpy (fragment->text, text, size);

  g_mutex_lock (&cache->lock);
  /* Another worker may have been faster. */
  if (g_hash_table_contains (cache->fragments, issuer))
    {
      g_mutex_unlock (&cache->lock);
      fragment_unref (fragment);
      return;
    }
  while (cache->queue.length > 0
         && (cache->queue.length >= MAX_FRAGMENTS
             || cache->n_bytes + fragment_weight (fragment) > MAX_BYTES))
    evict_one (cache);
  g_hash_table_insert (cache->fragments, issuer, fragment);
  g_queue_push_tail (&cache->queue, fragment);
  cache->n_bytes += fragment_weight (fragment);
  g_mutex_unlock (&cache->lock);
}

static void
put_issuer_members (CtsWriter *writer, const CtsIssuer *issuer)
{
  CtsCertificate unread;

  if (issuer->parsed)
    {
      certstream_put_certificate (writer, &issuer->certificate, FALSE);
      return;
    }
  /* A reader that failed may leave anything in the struct it was to fill. */
  unread = issuer->certificate;
  unread.x509 = (CtsX509){ 0 };
  certstream_put_certificate (writer, &unread, FALSE);
}

static void
put_issuer (CtsWriter *writer, CertstreamChainCache *cache, CtsIssuer *issuer)
{
  gsize begin = writer->size;

  cts_writer_put_literal (writer, "{");
  certstream_put_as_der (writer, &issuer->certificate);
  put_issuer_members (writer, issuer);
  if (!writer->failed)
    cache_insert (cache, issuer, writer->slab.data + begin, writer->size - begin);
}

static void
put_batch (CtsWriter *writer, CertstreamChainCache *cache, CtsIssuer *const *issuers, guint n)
{
  Fragment *found[LOOKUP_BATCH];

  cache_lookup (cache, issuers, n, found);
  for (guint i = 0; i < n; i++)
    {
      if (found[i] != NULL)
        {
          cts_writer_put (writer, found[i]->text, found[i]->size);
          fragment_unref (found[i]);
        }
      else
        {
          put_issuer (writer, cache, issuers[i]);
        }
      cts_writer_put_literal (writer, ",");
    }
}

/**
 * certstream_put_chain:
 * @writer: a writer
 * @cache: where finished certificates are kept
 * @record: a record
 *
 * Appends the array `chain`: the same objects as of a leaf, without `all_domains`.
 */
void
certstream_put_chain (CtsWriter *writer, CertstreamChainCache *cache, const CtsRecord *record)
{
  cts_writer_put_literal (writer, "[");
  for (guint i = 0; i < record->n_chain; i += LOOKUP_BATCH)
    put_batch (writer, cache, record->chain + i, MIN (LOOKUP_BATCH, record->n_chain - i));
  certstream_close (writer, ']');
}

/**
 * certstream_put_bare_chain:
 * @writer: a writer
 * @record: a record
 *
 * Appends the array `chain` without any `as_der`, for frames that would become too large.
 */
void
certstream_put_bare_chain (CtsWriter *writer, const CtsRecord *record)
{
  cts_writer_put_literal (writer, "[");
  for (guint i = 0; i < record->n_chain; i++)
    {
      cts_writer_put_literal (writer, "{");
      put_issuer_members (writer, record->chain[i]);
      cts_writer_put_literal (writer, ",");
    }
  certstream_close (writer, ']');
}
