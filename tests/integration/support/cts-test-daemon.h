/* SPDX-License-Identifier: MIT */
#pragma once

#include "cts-test-process.h"

#include <sys/types.h>

G_BEGIN_DECLS

/* A ctstreamd on a loopback port of its own, with its configuration in a temporary folder. */
typedef struct _CtsTestDaemon CtsTestDaemon;

/* A `logs` section without a log. */
#define CTS_TEST_NO_LOGS "logs: {lists: []}\n"

/* Starts it with @yaml, which must not have the sections `server` and `store`, and waits until it
 * listens. @plugin_path: (nullable): $CTSTREAM_PLUGIN_DIR in place of the test's own. */
CtsTestDaemon *cts_test_daemon_new (const char *yaml, const char *plugin_path);

/* Kills it if it still runs, and removes its folder. */
void cts_test_daemon_free (CtsTestDaemon *daemon);

CtsTestProcess *cts_test_daemon_get_process (CtsTestDaemon *daemon);
guint cts_test_daemon_get_port (CtsTestDaemon *daemon);

/* A file name in its folder that goes away with it. (transfer full) */
char *cts_test_daemon_make_path (CtsTestDaemon *daemon, const char *name);

/* Says that it has logged, or will log, exactly one warning with @text in it. */
void cts_test_daemon_expect_warning (CtsTestDaemon *daemon, const char *text);

/* Ends it with @signal_number, and checks that it ends well and soon and that it has logged the
 * warnings expected and no other. */
void cts_test_daemon_stop (CtsTestDaemon *daemon, int signal_number);

/* GET on it; checks the status. (transfer full): the body. */
char *cts_test_daemon_get (CtsTestDaemon *daemon, const char *path, guint status);

/* A temporary folder; cts_test_folder_remove() removes it with the files in it. (transfer full) */
char *cts_test_folder_new (void);
void cts_test_folder_remove (char *folder);
char *cts_test_folder_write (const char *folder, const char *name, const char *text, mode_t mode);

/* Runs ctstreamd on @config without waiting for anything. (transfer full) */
CtsTestProcess *cts_test_daemon_run (const char *config,
                                     const char *argument,
                                     const char *plugin_path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsTestDaemon, cts_test_daemon_free)

G_END_DECLS
