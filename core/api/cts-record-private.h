/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-record.h>

#include "core/api/cts-certificate-private.h"
#include "core/api/cts-internal.h"
#include "core/api/cts-issuer.h"

G_BEGIN_DECLS

/*
 * One block: this struct, then the chain's pointers, then the DER of the leaf.
 */
struct _CtsRecord
{
  CtsCertificate certificate;
  CtsLogInfo *log;
  guint64 index;
  guint64 timestamp_ms;
  gint64 seen_us;
  CtsEntryType entry_type;
  guint n_chain;
  CtsIssuer *chain[];
};

CTS_INTERNAL CtsRecord *cts_record_new (CtsLogInfo *log,
                                        guint64 index,
                                        CtsEntryType entry_type,
                                        guint64 timestamp_ms,
                                        gint64 seen_us,
                                        const void *der,
                                        gsize size,
                                        CtsIssuer *const *chain,
                                        guint n_chain);

G_END_DECLS
