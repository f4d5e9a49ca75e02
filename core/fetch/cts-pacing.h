/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-log-info.h>

#include "core/fetch/cts-pacer.h"

G_BEGIN_DECLS

/**
 * CtsPacing:
 *
 * The budgets that requests to logs are paid from: one for each operator and host, shared by all
 * logs of that operator there. A request is sent when its turn has come. Main context.
 */
typedef struct _CtsPacing CtsPacing;

/**
 * CtsTurn:
 *
 * Leave to send one request, which somebody has or waits for.
 */
typedef struct _CtsTurn CtsTurn;

/**
 * CtsTurnFunc:
 * @user_data: data of the caller
 *
 * Called when a turn that had to be waited for has come.
 */
typedef void (*CtsTurnFunc) (gpointer user_data);

CtsPacing *cts_pacing_new (const CtsPacerOptions *options);
CtsPacing *cts_pacing_ref (CtsPacing *pacing);
void cts_pacing_unref (CtsPacing *pacing);
void cts_pacing_set_operator (CtsPacing *pacing,
                              const char *operator_name,
                              const CtsPacerOptions *options);
CtsTurn *cts_pacing_take (CtsPacing *pacing,
                          CtsLogInfo *log,
                          CtsPacerKind kind,
                          gboolean urgent,
                          CtsTurnFunc func,
                          gpointer user_data);
gboolean cts_pacing_use_held (CtsPacing *pacing, CtsLogInfo *log);
void cts_pacing_refused (CtsPacing *pacing, CtsLogInfo *log, gint64 sent_us, gint64 retry_after_us);

gboolean cts_turn_has_come (const CtsTurn *turn);
void cts_turn_hold (CtsTurn *turn);
void cts_turn_free (CtsTurn *turn);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsPacing, cts_pacing_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsTurn, cts_turn_free)

G_END_DECLS
