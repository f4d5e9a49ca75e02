/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/api/cts-internal.h"

#include <glib.h>

G_BEGIN_DECLS

/* Size of a pooled slab: holds a page of 256 records in the full format. */
#define CTS_SLAB_SIZE (2u << 20)

/**
 * CtsSlab:
 * @data: the bytes
 * @size: how many
 *
 * A large block of memory, taken from a pool so that its pages are warm.
 */
typedef struct
{
  guint8 *data;
  gsize size;
} CtsSlab;

typedef struct _CtsSlabPool CtsSlabPool;

CTS_INTERNAL CtsSlabPool *cts_slab_pool_new (guint n_kept);
CTS_INTERNAL CtsSlabPool *cts_slab_pool_ref (CtsSlabPool *pool);
CTS_INTERNAL void cts_slab_pool_unref (CtsSlabPool *pool);
CTS_INTERNAL CtsSlab cts_slab_pool_take (CtsSlabPool *pool);
CTS_INTERNAL void cts_slab_pool_give (CtsSlabPool *pool, CtsSlab slab);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsSlabPool, cts_slab_pool_unref)

G_END_DECLS
