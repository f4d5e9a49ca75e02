/* SPDX-License-Identifier: MIT */
#pragma once

#include "testlog-submission.h"

G_BEGIN_DECLS

/* The file that says what is in the logs, one JSON object a line, for whoever checks a client. */
typedef struct _TestlogTruth TestlogTruth;

TestlogTruth *testlog_truth_new (const char *path, GError **error);
void testlog_truth_free (TestlogTruth *truth);
void testlog_truth_add (TestlogTruth *truth,
                        const char *log,
                        guint64 index,
                        const TestlogSubmission *submission);
void testlog_truth_flush (TestlogTruth *truth);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestlogTruth, testlog_truth_free)

G_END_DECLS
