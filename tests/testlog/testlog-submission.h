/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Entry types (RFC 6962 §3.1). */
typedef enum
{
  TESTLOG_X509_ENTRY = 0,
  TESTLOG_PRECERT_ENTRY = 1,
} TestlogEntryType;

/* Where the timestamp stands in a MerkleTreeLeaf, and the fixed part in front of the entry. */
#define TESTLOG_LEAF_TIMESTAMP 2
#define TESTLOG_LEAF_HEAD_SIZE 12

/* What is submitted to a log, or to several: everything of an entry but its timestamp. */
typedef struct
{
  TestlogEntryType type;
  gboolean broken;          /* its certificate cannot be read: nobody delivers it */
  gboolean keeps_timestamp; /* replayed: @leaf is served as it is */
  guint8 *leaf;             /* MerkleTreeLeaf */
  gsize leaf_size;
  guint8 *extra; /* extra_data, as far as it is not in @chain */
  gsize extra_size;
  GBytes *chain; /* (nullable): its end, common to all of one issuer */
  guint8 sha256[32];
  char *serial; /* upper-case hex; NULL when unknown */
  char *names;  /* inside of a JSON array; NULL when unknown */
} TestlogSubmission;

TestlogSubmission *testlog_submission_new_x509 (const void *certificate, gsize size, GBytes *chain);
TestlogSubmission *testlog_submission_new_precert (const guint8 *issuer_key_hash,
                                                   const GByteArray *tbs,
                                                   const GByteArray *precertificate,
                                                   GBytes *chain);
TestlogSubmission *testlog_submission_new_replay (const void *leaf,
                                                  gsize leaf_size,
                                                  const void *extra,
                                                  gsize extra_size);
TestlogSubmission *testlog_submission_copy (const TestlogSubmission *submission);
TestlogSubmission *testlog_submission_ref (TestlogSubmission *submission);
void testlog_submission_unref (TestlogSubmission *submission);
guint64 testlog_submission_get_timestamp (const TestlogSubmission *submission);
void testlog_submission_stamp (TestlogSubmission *submission, guint64 timestamp_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestlogSubmission, testlog_submission_unref)

G_END_DECLS
