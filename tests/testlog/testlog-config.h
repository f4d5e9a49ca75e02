/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean testlog_config_write (const char *path,
                               const char *url,
                               const GPtrArray *logs,
                               GError **error);

G_END_DECLS
