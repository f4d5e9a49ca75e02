/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

#include "core/api/cts-slab.h"

G_BEGIN_DECLS

/**
 * CtsEncoder:
 *
 * One serializer with what is counted about it: who wants which of its formats, and how many
 * records were encoded. Readers come and go on any thread; encoding happens on workers.
 */
typedef struct _CtsEncoder CtsEncoder;

CtsEncoder *cts_encoder_new (CtsSerializer *serializer, CtsSlabPool *slabs);
void cts_encoder_free (CtsEncoder *encoder);

/* The place of @format among the serializer's, or -1. */
int cts_encoder_find_format (CtsEncoder *encoder, const char *format);
void cts_encoder_add_reader (CtsEncoder *encoder, int format);
void cts_encoder_remove_reader (CtsEncoder *encoder, int format);
guint cts_encoder_get_n_readers (CtsEncoder *encoder, int format);
guint64 cts_encoder_get_n_encoded (CtsEncoder *encoder, int format);

/* Bit 1 << place for each format that somebody wants now. */
guint cts_encoder_get_wanted (CtsEncoder *encoder);
void cts_encoder_encode (CtsEncoder *encoder,
                         CtsBatch *batch,
                         guint64 first_seq,
                         guint wanted,
                         GPtrArray *packets);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsEncoder, cts_encoder_free)

G_END_DECLS
