/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-packet.h>
#include <ctstream/cts-stage.h>

G_BEGIN_DECLS

#define CTS_TYPE_SINK (cts_sink_get_type ())
CTS_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (CtsSink, cts_sink, CTS, SINK, CtsStage)

/**
 * CtsSink:
 *
 * Where records go. A push sink implements @write and gets packets of the format its stage names
 * as `stream`, one after the other, on a thread of its own, through a bounded queue. A sink that
 * serves clients implements #CtsHttpMount instead.
 *
 * Since: 1.0
 */

/**
 * CtsSinkClass:
 * @parent_class: the parent class
 * @write: (nullable): take one packet; it may block. On an error the packet is tried again
 *
 * Since: 1.0
 */
struct _CtsSinkClass
{
  CtsStageClass parent_class;

  gboolean (*write) (CtsSink *sink, CtsPacket *packet, GError **error);
};

CTS_AVAILABLE_IN_1_0
gboolean cts_sink_is_push (CtsSink *sink);

CTS_AVAILABLE_IN_1_0
const char *cts_sink_get_stream (CtsSink *sink);

CTS_AVAILABLE_IN_1_0
gboolean cts_sink_write (CtsSink *sink, CtsPacket *packet, GError **error);

G_END_DECLS
