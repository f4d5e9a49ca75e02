/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

#include "core/config/cts-config.h"
#include "core/pipeline/cts-pipeline.h"
#include "core/pipeline/cts-workers.h"

G_BEGIN_DECLS

/**
 * CtsLogFollowers:
 *
 * The drivers of all logs of a configuration. A log is followed once there is a source that speaks
 * its protocol. Main context.
 */
typedef struct _CtsLogFollowers CtsLogFollowers;

CtsLogFollowers *cts_log_followers_new (CtsConfig *config,
                                        CtsWorkers *workers,
                                        CtsPipeline *pipeline,
                                        CtsStore *store);
void cts_log_followers_free (CtsLogFollowers *followers);
void cts_log_followers_add_source (CtsLogFollowers *followers, CtsSource *source);

G_END_DECLS
