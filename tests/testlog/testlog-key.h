/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An ECDSA P-256 key pair, made at run time and never stored. */
typedef struct _TestlogKey TestlogKey;

TestlogKey *testlog_key_new (void);
void testlog_key_free (TestlogKey *key);
GBytes *testlog_key_get_spki (const TestlogKey *key);
void testlog_key_get_id (const TestlogKey *key, guint8 *id);
GBytes *testlog_key_sign (const TestlogKey *key, const void *data, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestlogKey, testlog_key_free)

G_END_DECLS
