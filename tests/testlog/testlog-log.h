/* SPDX-License-Identifier: MIT */
#pragma once

#include "testlog-key.h"
#include "testlog-submission.h"
#include "testlog-tree.h"
#include "testlog-truth.h"

G_BEGIN_DECLS

/* One log: its key, its entries, its tree and its newest signed head. */
typedef struct _TestlogLog TestlogLog;

/* A signed tree head (RFC 6962 §3.5). */
typedef struct
{
  guint64 size;
  guint64 timestamp_ms;
  guint8 root[TESTLOG_HASH_SIZE];
  GBytes *signature; /* DigitallySigned */
} TestlogHead;

TestlogLog *testlog_log_new (const char *name, guint64 start_size, TestlogTruth *truth);
void testlog_log_free (TestlogLog *log);
void testlog_log_submit (TestlogLog *log, TestlogSubmission *submission);
void testlog_log_publish (TestlogLog *log);

const char *testlog_log_get_name (const TestlogLog *log);
const TestlogKey *testlog_log_get_key (const TestlogLog *log);
const TestlogTree *testlog_log_get_tree (const TestlogLog *log);
const TestlogHead *testlog_log_get_head (const TestlogLog *log);
guint64 testlog_log_get_start_size (const TestlogLog *log);
guint64 testlog_log_get_n_submitted (const TestlogLog *log);
const TestlogSubmission *testlog_log_get_entry (const TestlogLog *log, guint64 index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestlogLog, testlog_log_free)

G_END_DECLS
