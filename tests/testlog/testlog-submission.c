/* SPDX-License-Identifier: MIT */
#include "testlog-submission.h"

#include <nettle/sha2.h>
#include <string.h>

#include "testlog-der.h"

/* Extensions of a v1 leaf: none, a length of two octets. */
static const guint8 no_extensions[2] = { 0, 0 };

static void
hash_certificate (TestlogSubmission *submission, const void *der, gsize size)
{
  struct sha256_ctx sha;

  sha256_init (&sha);
  sha256_update (&sha, size, der);
  sha256_digest (&sha, sizeof submission->sha256, submission->sha256);
}

static GByteArray *
leaf_begin (TestlogEntryType type)
{
  guint8 head[TESTLOG_LEAF_HEAD_SIZE] = { 0 };
  GByteArray *leaf = g_byte_array_new ();

  head[TESTLOG_LEAF_HEAD_SIZE - 1] = type;
  return g_byte_array_append (leaf, head, sizeof head);
}

static void
leaf_end (TestlogSubmission *submission, GByteArray *leaf, const void *body, gsize size)
{
  testlog_der_add_u24 (leaf, size);
  g_byte_array_append (leaf, body, size);
  g_byte_array_append (leaf, no_extensions, sizeof no_extensions);
  submission->leaf = g_byte_array_steal (leaf, &submission->leaf_size);
}

TestlogSubmission *
testlog_submission_new_x509 (const void *certificate, gsize size, GBytes *chain)
{
  TestlogSubmission *submission = g_rc_box_new0 (TestlogSubmission);
  g_autoptr (GByteArray) leaf = leaf_begin (TESTLOG_X509_ENTRY);

  submission->type = TESTLOG_X509_ENTRY;
  submission->chain = g_bytes_ref (chain);
  hash_certificate (submission, certificate, size);
  leaf_end (submission, leaf, certificate, size);
  return submission;
}

TestlogSubmission *
testlog_submission_new_precert (const guint8 *issuer_key_hash,
                                const GByteArray *tbs,
                                const GByteArray *precertificate,
                                GBytes *chain)
{
  TestlogSubmission *submission = g_rc_box_new0 (TestlogSubmission);
  g_autoptr (GByteArray) leaf = leaf_begin (TESTLOG_PRECERT_ENTRY);
  g_autoptr (GByteArray) extra = g_byte_array_new ();

  submission->type = TESTLOG_PRECERT_ENTRY;
  submission->chain = g_bytes_ref (chain);
  hash_certificate (submission, precertificate->data, precertificate->len);
  g_byte_array_append (leaf, issuer_key_hash, SHA256_DIGEST_SIZE);
  leaf_end (submission, leaf, tbs->data, tbs->len);

  testlog_der_add_u24 (extra, precertificate->len);
  g_byte_array_append (extra, precertificate->data, precertificate->len);
  submission->extra = g_byte_array_steal (extra, &submission->extra_size);
  return submission;
}

/* The certificate behind a u24 length at @offset, when it lies within @data. */
static gboolean
find_certificate (const guint8 *data, gsize size, gsize offset, const guint8 **der, gsize *der_size)
{
  if (size < offset + 3)
    return FALSE;
  *der_size = data[offset] << 16 | data[offset + 1] << 8 | data[offset + 2];
  *der = data + offset + 3;
  return *der_size <= size - offset - 3;
}

/* Returns: (nullable): NULL when @leaf has no timestamp and entry type */
TestlogSubmission *
testlog_submission_new_replay (const void *leaf,
                               gsize leaf_size,
                               const void *extra,
                               gsize extra_size)
{
  TestlogSubmission *submission;
  const guint8 *der;
  gsize der_size;
  gboolean found;

  if (leaf_size < TESTLOG_LEAF_HEAD_SIZE)
    return NULL;

  submission = g_rc_box_new0 (TestlogSubmission);
  submission->type = ((const guint8 *) leaf)[TESTLOG_LEAF_HEAD_SIZE - 1];
  submission->keeps_timestamp = TRUE;
  submission->leaf = g_memdup2 (leaf, leaf_size);
  submission->leaf_size = leaf_size;
  submission->extra = g_memdup2 (extra, extra_size);
  submission->extra_size = extra_size;
  if (submission->type == TESTLOG_X509_ENTRY)
    found = find_certificate (leaf, leaf_size, TESTLOG_LEAF_HEAD_SIZE, &der, &der_size);
  else
    found = find_certificate (extra, extra_size, 0, &der, &der_size);
  submission->broken = !found;
  if (found)
    hash_certificate (submission, der, der_size);
  return submission;
}

TestlogSubmission *
testlog_submission_copy (const TestlogSubmission *submission)
{
  TestlogSubmission *copy = g_rc_box_dup (sizeof *submission, (gpointer) submission);

  copy->leaf = g_memdup2 (submission->leaf, submission->leaf_size);
  copy->extra = g_memdup2 (submission->extra, submission->extra_size);
  copy->chain = submission->chain != NULL ? g_bytes_ref (submission->chain) : NULL;
  copy->serial = g_strdup (submission->serial);
  copy->names = g_strdup (submission->names);
  return copy;
}

TestlogSubmission *
testlog_submission_ref (TestlogSubmission *submission)
{
  return g_rc_box_acquire (submission);
}

static void
submission_clear (gpointer data)
{
  TestlogSubmission *submission = data;

  g_free (submission->leaf);
  g_free (submission->extra);
  g_clear_pointer (&submission->chain, g_bytes_unref);
  g_free (submission->serial);
  g_free (submission->names);
}

void
testlog_submission_unref (TestlogSubmission *submission)
{
  g_rc_box_release_full (submission, submission_clear);
}

/* The timestamp as it stands in the leaf. */
guint64
testlog_submission_get_timestamp (const TestlogSubmission *submission)
{
  guint64 timestamp_be;

  memcpy (&timestamp_be, submission->leaf + TESTLOG_LEAF_TIMESTAMP, sizeof timestamp_be);
  return GUINT64_FROM_BE (timestamp_be);
}

/* Puts @timestamp_ms into the leaf. One submission serves several logs that took it at different
 * times, so each stamps it anew before using the bytes. */
void
testlog_submission_stamp (TestlogSubmission *submission, guint64 timestamp_ms)
{
  guint64 timestamp_be = GUINT64_TO_BE (timestamp_ms);

  memcpy (submission->leaf + TESTLOG_LEAF_TIMESTAMP, &timestamp_be, sizeof timestamp_be);
}
