/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include <ctstream/cts-certificate.h>
#include <ctstream/cts-log-info.h>

G_BEGIN_DECLS

/**
 * CtsEntryType:
 * @CTS_ENTRY_X509: a certificate (RFC 6962 §3.1, x509_entry)
 * @CTS_ENTRY_PRECERT: a precertificate (RFC 6962 §3.1, precert_entry)
 *
 * What kind of entry a record is.
 *
 * Since: 1.0
 */
typedef enum
{
  CTS_ENTRY_X509 = 0,
  CTS_ENTRY_PRECERT = 1,
} CtsEntryType;

/**
 * CtsRecord:
 *
 * One entry of one log: the certificate, its chain, where and when it was logged. Boxed, immutable
 * once built, any thread.
 *
 * Since: 1.0
 */
typedef struct _CtsRecord CtsRecord;

#define CTS_TYPE_RECORD (cts_record_get_type ())
CTS_AVAILABLE_IN_1_0
GType cts_record_get_type (void);

CTS_AVAILABLE_IN_1_0
CtsRecord *cts_record_ref (CtsRecord *record);

CTS_AVAILABLE_IN_1_0
void cts_record_unref (CtsRecord *record);

CTS_AVAILABLE_IN_1_0
CtsEntryType cts_record_get_entry_type (const CtsRecord *record);

CTS_AVAILABLE_IN_1_0
const CtsLogInfo *cts_record_get_log (const CtsRecord *record);

CTS_AVAILABLE_IN_1_0
guint64 cts_record_get_index (const CtsRecord *record);

CTS_AVAILABLE_IN_1_0
guint64 cts_record_get_timestamp_ms (const CtsRecord *record);

CTS_AVAILABLE_IN_1_0
gint64 cts_record_get_seen_us (const CtsRecord *record);

CTS_AVAILABLE_IN_1_0
const CtsCertificate *cts_record_get_certificate (const CtsRecord *record);

CTS_AVAILABLE_IN_1_0
guint cts_record_get_chain_length (const CtsRecord *record);

CTS_AVAILABLE_IN_1_0
const CtsCertificate *cts_record_get_chain_certificate (const CtsRecord *record, guint i);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsRecord, cts_record_unref)

G_END_DECLS
