/* SPDX-License-Identifier: MIT */
#pragma once

#include "testlog-submission.h"

G_BEGIN_DECLS

/* The label that testlog_template_fill() replaces, 16 characters, wherever it stands. */
#define TESTLOG_TEMPLATE_LABEL "patched-in-place"

/* One submission as a stamp for many: only its serial and its names change, its signature is not
 * made anew and therefore wrong. */
typedef struct _TestlogTemplate TestlogTemplate;

TestlogTemplate *testlog_template_new (const TestlogSubmission *model);
void testlog_template_free (TestlogTemplate *tmpl);
TestlogSubmission *testlog_template_fill (TestlogTemplate *tmpl, guint64 number);

G_END_DECLS
