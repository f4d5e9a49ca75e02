/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-batch.h>

#include "core/api/cts-internal.h"

G_BEGIN_DECLS

CTS_INTERNAL CtsBatch *cts_batch_new (CtsLogInfo *log,
                                      guint64 first_index,
                                      guint64 end_index,
                                      GBytes *frontier,
                                      CtsRecord *const *records,
                                      guint n_records);
CTS_INTERNAL GBytes *cts_batch_get_frontier (const CtsBatch *batch);

G_END_DECLS
