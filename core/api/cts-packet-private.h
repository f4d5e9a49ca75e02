/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-packet.h>

#include "core/api/cts-internal.h"
#include "core/api/cts-slab.h"

G_BEGIN_DECLS

CTS_INTERNAL CtsPacket *cts_packet_new (CtsBatch *batch,
                                        const char *format,
                                        guint64 first_seq,
                                        CtsSlabPool *pool,
                                        CtsSlab slab,
                                        const guint32 *ends,
                                        guint n_frames);
CTS_INTERNAL gsize cts_packet_get_memory (const CtsPacket *packet);

G_END_DECLS
