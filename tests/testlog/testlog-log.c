/* SPDX-License-Identifier: MIT */
#include "testlog-log.h"

#include <string.h>

/* version, signature_type, timestamp, tree_size, root (RFC 6962 §3.5). */
#define HEAD_INPUT_SIZE (2 + 8 + 8 + TESTLOG_HASH_SIZE)

#define SIGNATURE_TYPE_TREE_HASH  1
#define HASH_ALGORITHM_SHA256     4
#define SIGNATURE_ALGORITHM_ECDSA 3

typedef struct
{
  guint64 timestamp_ms;
  TestlogSubmission *submission;
} Entry;

struct _TestlogLog
{
  char *name;
  TestlogKey *key;
  TestlogTruth *truth;
  TestlogTree *tree; /* of the entries in @head */
  guint64 start_size;
  GArray *entries; /* of Entry; those behind @head are not visible yet */
  guint64 newest_ms;
  TestlogHead head;
};

static void
entry_clear (gpointer data)
{
  testlog_submission_unref (((Entry *) data)->submission);
}

/**
 * testlog_log_new:
 * @name: its name, also in its URL
 * @start_size: entries it pretends to have had before
 * @truth: (nullable): where entries are written down as they become visible
 *
 * Returns: (transfer full): a log with a key of its own and a signed head
 */
TestlogLog *
testlog_log_new (const char *name, guint64 start_size, TestlogTruth *truth)
{
  TestlogLog *log = g_new0 (TestlogLog, 1);

  log->name = g_strdup (name);
  log->key = testlog_key_new ();
  log->truth = truth;
  log->tree = testlog_tree_new (start_size);
  log->start_size = start_size;
  log->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (log->entries, entry_clear);
  testlog_log_publish (log);
  return log;
}

void
testlog_log_free (TestlogLog *log)
{
  g_free (log->name);
  testlog_key_free (log->key);
  testlog_tree_free (log->tree);
  g_array_unref (log->entries);
  g_bytes_unref (log->head.signature);
  g_free (log);
}

/**
 * testlog_log_submit:
 * @log: the log
 * @submission: (transfer none): what it takes in
 *
 * Adds an entry of now, which becomes visible with the next head.
 */
void
testlog_log_submit (TestlogLog *log, TestlogSubmission *submission)
{
  Entry entry = { g_get_real_time () / 1000, testlog_submission_ref (submission) };

  if (submission->keeps_timestamp)
    entry.timestamp_ms = testlog_submission_get_timestamp (submission);
  g_array_append_val (log->entries, entry);
}

/* DigitallySigned of TLS 1.2: algorithms, length, signature (RFC 6962 §2.1.4). */
static GBytes *
sign_head (const TestlogKey *key, const TestlogHead *head)
{
  guint8 input[HEAD_INPUT_SIZE] = { 0, SIGNATURE_TYPE_TREE_HASH };
  guint64 timestamp_be = GUINT64_TO_BE (head->timestamp_ms);
  guint64 size_be = GUINT64_TO_BE (head->size);
  g_autoptr (GBytes) signature = NULL;
  GByteArray *out = g_byte_array_new ();
  gsize size;

  memcpy (input + 2, &timestamp_be, sizeof timestamp_be);
  memcpy (input + 10, &size_be, sizeof size_be);
  memcpy (input + 18, head->root, sizeof head->root);
  signature = testlog_key_sign (key, input, sizeof input);

  size = g_bytes_get_size (signature);
  g_byte_array_append (out,
                       (const guint8[]){ HASH_ALGORITHM_SHA256, SIGNATURE_ALGORITHM_ECDSA,
                                         size >> 8, size },
                       4);
  g_byte_array_append (out, g_bytes_get_data (signature, NULL), size);
  return g_byte_array_free_to_bytes (out);
}

/**
 * testlog_log_publish:
 * @log: the log
 *
 * Makes all that was submitted visible under a new signed head.
 */
void
testlog_log_publish (TestlogLog *log)
{
  TestlogHead *head = &log->head;

  for (guint i = testlog_tree_get_size (log->tree) - log->start_size; i < log->entries->len; i++)
    {
      const Entry *entry = &g_array_index (log->entries, Entry, i);

      testlog_submission_stamp (entry->submission, entry->timestamp_ms);
      testlog_tree_append (log->tree, entry->submission->leaf, entry->submission->leaf_size);
      log->newest_ms = MAX (log->newest_ms, entry->timestamp_ms);
      if (log->truth != NULL)
        testlog_truth_add (log->truth, log->name, log->start_size + i, entry->submission);
    }

  /* Not before its newest entry, and later than the head before. */
  head->timestamp_ms = MAX (head->timestamp_ms + 1, (guint64) g_get_real_time () / 1000);
  head->timestamp_ms = MAX (head->timestamp_ms, log->newest_ms);
  head->size = testlog_tree_get_size (log->tree);
  testlog_tree_get_root (log->tree, head->size, head->root);
  g_clear_pointer (&head->signature, g_bytes_unref);
  head->signature = sign_head (log->key, head);
}

const char *
testlog_log_get_name (const TestlogLog *log)
{
  return log->name;
}

const TestlogKey *
testlog_log_get_key (const TestlogLog *log)
{
  return log->key;
}

const TestlogTree *
testlog_log_get_tree (const TestlogLog *log)
{
  return log->tree;
}

const TestlogHead *
testlog_log_get_head (const TestlogLog *log)
{
  return &log->head;
}

guint64
testlog_log_get_start_size (const TestlogLog *log)
{
  return log->start_size;
}

/* Entries submitted to it, visible or not, without those it pretends to have. */
guint64
testlog_log_get_n_submitted (const TestlogLog *log)
{
  return log->entries->len;
}

/**
 * testlog_log_get_entry:
 * @log: the log
 * @index: from its start size to below the size of its head
 *
 * Returns: (transfer none): the entry, its leaf with this log's timestamp until the next call
 */
const TestlogSubmission *
testlog_log_get_entry (const TestlogLog *log, guint64 index)
{
  const Entry *entry = &g_array_index (log->entries, Entry, index - log->start_size);

  testlog_submission_stamp (entry->submission, entry->timestamp_ms);
  return entry->submission;
}
