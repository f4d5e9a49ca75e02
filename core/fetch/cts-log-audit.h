/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/ct/cts-frontier.h"
#include "core/ct/cts-log.h"

#include <ctstream/cts-tree-head.h>

G_BEGIN_DECLS

/**
 * CtsLogAudit:
 *
 * Holds a log to what it signed: each head must bear its signature, two heads of one size must
 * agree, and the entries must make the tree of each head. What it finds stands in the log's
 * #CtsLogStats and, when the log contradicts itself, in a line `alarm: log NAME: KIND: …`. No I/O.
 * Main context.
 */
typedef struct _CtsLogAudit CtsLogAudit;

CtsLogAudit *cts_log_audit_new (CtsLog *log);
void cts_log_audit_free (CtsLogAudit *audit);

gboolean cts_log_audit_take_head (CtsLogAudit *audit,
                                  const CtsTreeHead *head,
                                  gint64 now_us,
                                  GError **error);
gboolean cts_log_audit_fits (CtsLogAudit *audit, const CtsFrontier *frontier);
guint64 cts_log_audit_get_next_size (const CtsLogAudit *audit);
void cts_log_audit_take_tree (CtsLogAudit *audit, const CtsFrontier *frontier);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsLogAudit, cts_log_audit_free)

G_END_DECLS
