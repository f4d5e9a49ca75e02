/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/x509/cts-der.h"

G_BEGIN_DECLS

gboolean cts_x509_time_read (const CtsTlv *tlv, gint64 *time, guint32 *issues);

G_END_DECLS
