/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include <ctstream/cts-record.h>

G_BEGIN_DECLS

/**
 * CtsBatch:
 *
 * Records of one log in order of their index, with the range of indexes they stand for. A batch
 * that lost records to a filter still stands for its whole range, and an empty one travels on, for
 * its position must be committed too. Boxed, immutable once built, any thread.
 *
 * Since: 1.0
 */
typedef struct _CtsBatch CtsBatch;

#define CTS_TYPE_BATCH (cts_batch_get_type ())
CTS_AVAILABLE_IN_1_0
GType cts_batch_get_type (void);

/**
 * CTS_BATCH_MAX_RECORDS:
 *
 * Most records in one batch.
 *
 * Since: 1.0
 */
#define CTS_BATCH_MAX_RECORDS 1024

/**
 * CTS_BATCH_MAX_BYTES:
 *
 * Bytes of certificates after which a batch takes no further record.
 *
 * Since: 1.0
 */
#define CTS_BATCH_MAX_BYTES (4u << 20)

CTS_AVAILABLE_IN_1_0
CtsBatch *cts_batch_ref (CtsBatch *batch);

CTS_AVAILABLE_IN_1_0
void cts_batch_unref (CtsBatch *batch);

CTS_AVAILABLE_IN_1_0
gboolean cts_batch_is_empty (const CtsBatch *batch);

CTS_AVAILABLE_IN_1_0
guint cts_batch_get_n_records (const CtsBatch *batch);

CTS_AVAILABLE_IN_1_0
CtsRecord *cts_batch_get_record (const CtsBatch *batch, guint i);

CTS_AVAILABLE_IN_1_0
CtsLogInfo *cts_batch_get_log (const CtsBatch *batch);

CTS_AVAILABLE_IN_1_0
guint64 cts_batch_get_first_index (const CtsBatch *batch);

CTS_AVAILABLE_IN_1_0
guint64 cts_batch_get_end_index (const CtsBatch *batch);

CTS_AVAILABLE_IN_1_0
CtsBatch *cts_batch_subset (CtsBatch *batch, const gboolean *keep);

CTS_AVAILABLE_IN_1_0
void cts_batch_set_keys (CtsBatch *batch, GBytes *keys, gsize key_size);

CTS_AVAILABLE_IN_1_0
GBytes *cts_batch_get_keys (const CtsBatch *batch, gsize *key_size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsBatch, cts_batch_unref)

G_END_DECLS
