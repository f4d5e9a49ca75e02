/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/ct/cts-frontier.h"
#include "core/fetch/cts-log-audit.h"
#include "core/pipeline/cts-decoder.h"

G_BEGIN_DECLS

/**
 * CtsBatchFunc:
 * @batch: the next batch
 * @user_data: data of the caller
 *
 * Takes a batch of a page.
 */
typedef void (*CtsBatchFunc) (CtsBatch *batch, gpointer user_data);

void cts_page_cut (const CtsDecodedPage *page,
                   CtsLogInfo *log,
                   CtsFrontier *frontier,
                   CtsLogAudit *audit,
                   CtsBatchFunc func,
                   gpointer user_data);

G_END_DECLS
