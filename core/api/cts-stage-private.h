/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-stage.h>

#include "core/api/cts-internal.h"

G_BEGIN_DECLS

/* Set by the registry when a running stage reports that it failed. */
CTS_INTERNAL void cts_stage_set_state (CtsStage *stage, CtsStageState state);

G_END_DECLS
