/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include <ctstream/cts-batch.h>

G_BEGIN_DECLS

/**
 * CtsPacket:
 *
 * A committed batch encoded in one format: a frame of bytes for each record, made once and shared
 * by whoever sends them. Boxed, immutable, any thread.
 *
 * Since: 1.0
 */
typedef struct _CtsPacket CtsPacket;

#define CTS_TYPE_PACKET (cts_packet_get_type ())
CTS_AVAILABLE_IN_1_0
GType cts_packet_get_type (void);

CTS_AVAILABLE_IN_1_0
CtsPacket *cts_packet_ref (CtsPacket *packet);

CTS_AVAILABLE_IN_1_0
void cts_packet_unref (CtsPacket *packet);

CTS_AVAILABLE_IN_1_0
CtsBatch *cts_packet_get_batch (const CtsPacket *packet);

CTS_AVAILABLE_IN_1_0
const char *cts_packet_get_format (const CtsPacket *packet);

CTS_AVAILABLE_IN_1_0
guint64 cts_packet_get_first_seq (const CtsPacket *packet);

CTS_AVAILABLE_IN_1_0
guint cts_packet_get_n_frames (const CtsPacket *packet);

CTS_AVAILABLE_IN_1_0
gconstpointer cts_packet_get_frame (const CtsPacket *packet, guint i, gsize *size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsPacket, cts_packet_unref)

G_END_DECLS
