/* SPDX-License-Identifier: MIT */
#include "cts-record-private.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (CtsRecord, cts_record, cts_record_ref, cts_record_unref)

static void
record_clear (gpointer data)
{
  CtsRecord *record = data;

  for (guint i = 0; i < record->n_chain; i++)
    cts_issuer_unref (record->chain[i]);
  cts_log_info_unref (record->log);
}

/**
 * cts_record_new:
 * @log: the log it stands in
 * @index: its place there
 * @entry_type: what kind of entry
 * @timestamp_ms: when the log took it, milliseconds since 1970
 * @seen_us: when it was decoded, microseconds since 1970
 * @der: the certificate or precertificate
 * @size: its size in bytes
 * @chain: (array length=n_chain): the chain, issuer first; references are taken
 * @n_chain: its length
 *
 * Copies, reads and hashes a certificate into a new record.
 *
 * Returns: (transfer full) (nullable): the record, or %NULL when the outer frame of the
 *   certificate is broken
 */
CtsRecord *
cts_record_new (CtsLogInfo *log,
                guint64 index,
                CtsEntryType entry_type,
                guint64 timestamp_ms,
                gint64 seen_us,
                const void *der,
                gsize size,
                CtsIssuer *const *chain,
                guint n_chain)
{
  CtsX509 x509;
  CtsRecord *record;
  gsize chain_size = n_chain * sizeof (CtsIssuer *);
  guint8 *copy;

  if (!cts_x509_read (&x509, der, size))
    return NULL;

  record = g_atomic_rc_box_alloc (sizeof *record + chain_size + size);
  copy = (guint8 *) record + sizeof *record + chain_size;
  memcpy (copy, der, size);
  record->certificate.der = copy;
  record->certificate.size = size;
  record->certificate.x509 = x509;
  cts_certificate_hash (&record->certificate);
  record->log = cts_log_info_ref (log);
  record->index = index;
  record->timestamp_ms = timestamp_ms;
  record->seen_us = seen_us;
  record->entry_type = entry_type;
  record->n_chain = n_chain;
  for (guint i = 0; i < n_chain; i++)
    record->chain[i] = cts_issuer_ref (chain[i]);
  return record;
}

/**
 * cts_record_ref:
 * @record: a record
 *
 * Returns: (transfer full): @record
 *
 * Since: 1.0
 */
CtsRecord *
cts_record_ref (CtsRecord *record)
{
  return g_atomic_rc_box_acquire (record);
}

/**
 * cts_record_unref:
 * @record: (transfer full): a record
 *
 * Drops a reference.
 *
 * Since: 1.0
 */
void
cts_record_unref (CtsRecord *record)
{
  g_atomic_rc_box_release_full (record, record_clear);
}

/**
 * cts_record_get_entry_type:
 * @record: a record
 *
 * Returns: whether it is a certificate or a precertificate
 *
 * Since: 1.0
 */
CtsEntryType
cts_record_get_entry_type (const CtsRecord *record)
{
  return record->entry_type;
}

/**
 * cts_record_get_log:
 * @record: a record
 *
 * Returns: (transfer none): the log it was read from, as described at that time
 *
 * Since: 1.0
 */
const CtsLogInfo *
cts_record_get_log (const CtsRecord *record)
{
  return record->log;
}

/**
 * cts_record_get_index:
 * @record: a record
 *
 * Returns: its index in the log; may exceed 32 bits
 *
 * Since: 1.0
 */
guint64
cts_record_get_index (const CtsRecord *record)
{
  return record->index;
}

/**
 * cts_record_get_timestamp_ms:
 * @record: a record
 *
 * Returns: when the log took the entry (RFC 6962 §3.4), milliseconds since 1970
 *
 * Since: 1.0
 */
guint64
cts_record_get_timestamp_ms (const CtsRecord *record)
{
  return record->timestamp_ms;
}

/**
 * cts_record_get_seen_us:
 * @record: a record
 *
 * Returns: when ctstream decoded the entry, microseconds since 1970
 *
 * Since: 1.0
 */
gint64
cts_record_get_seen_us (const CtsRecord *record)
{
  return record->seen_us;
}

/**
 * cts_record_get_certificate:
 * @record: a record
 *
 * Returns: (transfer none): the certificate; of a precert entry the submitted precertificate
 *
 * Since: 1.0
 */
const CtsCertificate *
cts_record_get_certificate (const CtsRecord *record)
{
  return &record->certificate;
}

/**
 * cts_record_get_chain_length:
 * @record: a record
 *
 * Returns: certificates in the chain the log gave
 *
 * Since: 1.0
 */
guint
cts_record_get_chain_length (const CtsRecord *record)
{
  return record->n_chain;
}

/**
 * cts_record_get_chain_certificate:
 * @record: a record
 * @i: place in the chain; 0 is the issuer of the leaf
 *
 * Returns: (transfer none): a certificate of the chain
 *
 * Since: 1.0
 */
const CtsCertificate *
cts_record_get_chain_certificate (const CtsRecord *record, guint i)
{
  g_return_val_if_fail (i < record->n_chain, NULL);

  return &record->chain[i]->certificate;
}
