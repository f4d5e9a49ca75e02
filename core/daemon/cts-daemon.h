/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "core/config/cts-config.h"

G_BEGIN_DECLS

/**
 * CtsDaemon:
 *
 * Everything put together by one configuration: logs, pipeline, store, publisher, streams, HTTP
 * server, and the stages between them. Main context.
 */
#define CTS_TYPE_DAEMON (cts_daemon_get_type ())
G_DECLARE_FINAL_TYPE (CtsDaemon, cts_daemon, CTS, DAEMON, GObject)

CtsDaemon *cts_daemon_new (CtsConfig *config, const char *plugin_path);
gboolean cts_daemon_check (CtsDaemon *daemon, gboolean need_plugins, GPtrArray *errors);
gboolean cts_daemon_start (CtsDaemon *daemon, GError **error);
void cts_daemon_stop (CtsDaemon *daemon);

G_END_DECLS
