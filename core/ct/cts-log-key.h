/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-tree-head.h>

G_BEGIN_DECLS

/**
 * CtsLogKey:
 *
 * The public key of a log, ready to verify what the log signed. Not changed once made; one owner,
 * any thread.
 */
typedef struct _CtsLogKey CtsLogKey;

CtsLogKey *cts_log_key_new (GBytes *spki, GError **error);
void cts_log_key_free (CtsLogKey *key);
gboolean cts_log_key_verify_head (const CtsLogKey *key, const CtsTreeHead *head);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsLogKey, cts_log_key_free)

G_END_DECLS
