/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include <ctstream/cts-macros.h>

G_BEGIN_DECLS

/**
 * CtsTreeHead:
 * @tree_size: entries in the tree
 * @timestamp_ms: milliseconds since 1970, as the log signed it
 * @root: root hash of the tree
 * @signature: (nullable): the DigitallySigned (RFC 6962 §3.5, TLS encoding), as the log sent it
 *
 * A signed tree head, not yet verified. Boxed, immutable once built.
 *
 * Since: 1.0
 */
typedef struct
{
  guint64 tree_size;
  guint64 timestamp_ms;
  guint8 root[32];
  GBytes *signature;
} CtsTreeHead;

#define CTS_TYPE_TREE_HEAD (cts_tree_head_get_type ())
CTS_AVAILABLE_IN_1_0
GType cts_tree_head_get_type (void);

CTS_AVAILABLE_IN_1_0
CtsTreeHead *cts_tree_head_new (guint64 tree_size,
                                guint64 timestamp_ms,
                                const guint8 *root,
                                GBytes *signature);

CTS_AVAILABLE_IN_1_0
CtsTreeHead *cts_tree_head_copy (const CtsTreeHead *head);

CTS_AVAILABLE_IN_1_0
void cts_tree_head_free (CtsTreeHead *head);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsTreeHead, cts_tree_head_free)

G_END_DECLS
