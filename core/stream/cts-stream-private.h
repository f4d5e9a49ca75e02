/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/stream/cts-segment.h"
#include "core/stream/cts-stream.h"

G_BEGIN_DECLS

CtsSegment *cts_stream_join (CtsStream *stream, CtsSegmentView *view);

G_END_DECLS
