/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

G_BEGIN_DECLS

/* A log of that name, its ID made of the name. */
CtsLogInfo *cts_test_log (const char *name);

/* The certificates of tests/data/minted.bin that have a readable frame (element-type GBytes). */
GPtrArray *cts_test_minted (void);

/* A batch of @n_records records from @first_index on, made of the minted certificates from
 * @first_certificate on. */
CtsBatch *cts_test_batch (CtsLogInfo *log,
                          guint64 first_index,
                          guint first_certificate,
                          guint n_records);

G_END_DECLS
