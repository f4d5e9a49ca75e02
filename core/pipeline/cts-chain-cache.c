/* SPDX-License-Identifier: MIT */
#include "cts-chain-cache.h"

#include "core/codec/cts-mix.h"

#include <string.h>

/* The end of a certificate is its signature: random bytes that tell it from all others. */
#define KEY_TAIL 24

/* Beside its DER a cached certificate costs the issuer's struct, the key and a slot in a table. */
#define ENTRY_OVERHEAD (sizeof (CtsIssuer) + sizeof (Key) + 4 * sizeof (gpointer))

typedef struct
{
  guint64 hash;
  const guint8 *der;
  gsize size;
  CtsIssuer *issuer;
} Key;

/*
 * Two generations: what is asked for moves to the young one; when that is half of the bound, the
 * old one is dropped and the young one takes its place. No entry is ever searched for to evict.
 */
struct _CtsChainCache
{
  GMutex lock; /* guards all below but seed */
  GHashTable *young;
  GHashTable *old;
  gsize young_bytes;
  gsize old_bytes;
  gsize max_bytes;
  guint64 seed[2];
};

static guint
key_hash (gconstpointer data)
{
  return (guint) ((const Key *) data)->hash;
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  const Key *x = a, *y = b;

  return x->hash == y->hash && x->size == y->size && memcmp (x->der, y->der, x->size) == 0;
}

static void
key_free (gpointer data)
{
  Key *key = data;

  cts_issuer_unref (key->issuer);
  g_free (key);
}

static GHashTable *
generation_new (void)
{
  return g_hash_table_new_full (key_hash, key_equal, NULL, key_free);
}

/* Keyed, so that nobody can choose certificates that collide. */
static guint64
tail_hash (const CtsChainCache *cache, const guint8 *der, gsize size)
{
  guint64 words[KEY_TAIL / sizeof (guint64)] = { 0 };
  gsize n = MIN (size, KEY_TAIL);

  memcpy (words, der + size - n, n);
  return cts_mix (cts_mix (words[0] ^ cache->seed[0], words[1] ^ cache->seed[1]) ^ words[2],
                  size ^ cache->seed[0]);
}

/**
 * cts_chain_cache_new:
 * @max_bytes: bytes it keeps at most
 *
 * Returns: (transfer full): an empty cache
 */
CtsChainCache *
cts_chain_cache_new (gsize max_bytes)
{
  CtsChainCache *cache = g_new0 (CtsChainCache, 1);

  g_mutex_init (&cache->lock);
  cache->young = generation_new ();
  cache->old = generation_new ();
  cache->max_bytes = max_bytes;
  cache->seed[0] = cts_mix_random_word ();
  cache->seed[1] = cts_mix_random_word ();
  return cache;
}

void
cts_chain_cache_free (CtsChainCache *cache)
{
  g_hash_table_unref (cache->young);
  g_hash_table_unref (cache->old);
  g_mutex_clear (&cache->lock);
  g_free (cache);
}

static void
chain_cache_insert (CtsChainCache *cache, Key *key)
{
  gsize bytes = key->size + ENTRY_OVERHEAD;

  if (cache->young_bytes + bytes > cache->max_bytes / 2)
    {
      g_hash_table_unref (cache->old);
      cache->old = cache->young;
      cache->old_bytes = cache->young_bytes;
      cache->young = generation_new ();
      cache->young_bytes = 0;
    }
  g_hash_table_add (cache->young, key);
  cache->young_bytes += bytes;
}

/* Called with the lock held. */
static CtsIssuer *
chain_cache_lookup (CtsChainCache *cache, const Key *probe)
{
  Key *key = g_hash_table_lookup (cache->young, probe);

  if (key == NULL && g_hash_table_steal_extended (cache->old, probe, NULL, (gpointer *) &key))
    {
      cache->old_bytes -= key->size + ENTRY_OVERHEAD;
      chain_cache_insert (cache, key);
    }
  return key != NULL ? cts_issuer_ref (key->issuer) : NULL;
}

static Key *
key_new (CtsIssuer *issuer, guint64 hash)
{
  Key *key = g_new (Key, 1);

  *key = (Key){ .hash = hash,
                .der = issuer->certificate.der,
                .size = issuer->certificate.size,
                .issuer = cts_issuer_ref (issuer) };
  return key;
}

/**
 * cts_chain_cache_get:
 * @cache: a cache
 * @der: a certificate
 * @size: its size in bytes
 *
 * Finds the certificate in the cache, or puts it there. One too large for the cache is made for
 * the caller alone.
 *
 * Returns: (transfer full): the certificate
 */
CtsIssuer *
cts_chain_cache_get (CtsChainCache *cache, const void *der, gsize size)
{
  Key probe = { .hash = tail_hash (cache, der, size), .der = der, .size = size };
  CtsIssuer *issuer;

  g_mutex_lock (&cache->lock);
  issuer = chain_cache_lookup (cache, &probe);
  g_mutex_unlock (&cache->lock);
  if (issuer != NULL)
    return issuer;

  issuer = cts_issuer_new (der, size);
  if (size + ENTRY_OVERHEAD > cache->max_bytes / 8)
    return issuer;

  g_mutex_lock (&cache->lock);
  if (!g_hash_table_contains (cache->young, &probe))
    chain_cache_insert (cache, key_new (issuer, probe.hash));
  g_mutex_unlock (&cache->lock);
  return issuer;
}

/**
 * cts_chain_cache_get_bytes:
 * @cache: a cache
 *
 * Returns: bytes it keeps now
 */
gsize
cts_chain_cache_get_bytes (CtsChainCache *cache)
{
  gsize bytes;

  g_mutex_lock (&cache->lock);
  bytes = cache->young_bytes + cache->old_bytes;
  g_mutex_unlock (&cache->lock);
  return bytes;
}
