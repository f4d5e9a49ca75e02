/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/api/cts-issuer.h"

G_BEGIN_DECLS

/* Bytes of certificates, with what belongs to them, that the cache keeps at most. */
#define CTS_CHAIN_CACHE_MAX_BYTES (6u << 20)

/**
 * CtsChainCache:
 *
 * Certificates of chains seen lately. The same few hundred stand behind nearly every entry, so
 * they are copied, read and hashed once. Any thread.
 */
typedef struct _CtsChainCache CtsChainCache;

CtsChainCache *cts_chain_cache_new (gsize max_bytes);
void cts_chain_cache_free (CtsChainCache *cache);
CtsIssuer *cts_chain_cache_get (CtsChainCache *cache, const void *der, gsize size);
gsize cts_chain_cache_get_bytes (CtsChainCache *cache);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsChainCache, cts_chain_cache_free)

G_END_DECLS
