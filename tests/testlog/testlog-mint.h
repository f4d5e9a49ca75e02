/* SPDX-License-Identifier: MIT */
#pragma once

#include "testlog-submission.h"

G_BEGIN_DECLS

/* Makes certificates and precertificates under test authorities of its own. */
typedef struct _TestlogMint TestlogMint;

TestlogMint *testlog_mint_new (guint n_issuers, gboolean cheap);
void testlog_mint_free (TestlogMint *mint);
TestlogSubmission *testlog_mint_next (TestlogMint *mint, TestlogEntryType type, gboolean broken);
guint testlog_mint_get_n_issuers (const TestlogMint *mint);
GBytes *testlog_mint_get_root (const TestlogMint *mint, guint i);
GBytes *testlog_mint_get_chain (const TestlogMint *mint, guint i);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestlogMint, testlog_mint_free)

G_END_DECLS
