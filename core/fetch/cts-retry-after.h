/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint cts_retry_after_read (const char *value, gint64 now_s);

G_END_DECLS
