/* SPDX-License-Identifier: MIT */
#pragma once

#include "cts-test-daemon.h"

G_BEGIN_DECLS

/*
 * A process with test logs that is not there at first: its port is known, so that a daemon can
 * follow it and clients can connect before the first entry is.
 */
typedef struct _CtsTestLogs CtsTestLogs;

/* An entry as the test log wrote it down. */
typedef struct
{
  char *log;
  guint64 index;
  char *sha256; /* lower-case hex */
  char *serial; /* (nullable) */
  char **names; /* (nullable) */
  gboolean is_precert;
  gboolean is_broken;
} CtsTestTruth;

/* Holds a free loopback port: nobody else gets it, connections to it are refused, and a server
 * that allows the reuse of addresses, as ours do, may take it over. */
GSocket *cts_test_port_hold (guint *port);

CtsTestLogs *cts_test_logs_new (void);

/* Kills the process if it still runs. */
void cts_test_logs_free (CtsTestLogs *logs);

/* The `logs` section of a configuration that follows @n_logs of them from @start on, as quickly as
 * can be; more logs may be appended to it. (transfer full) */
char *cts_test_logs_make_config (CtsTestLogs *logs, guint n_logs, const char *start);

/* One more log for such a section. (transfer full) */
char *cts_test_logs_make_entry (CtsTestLogs *logs, guint number, const char *name);

/* The URL of a log as clients see it. (transfer full) */
char *cts_test_logs_make_url (CtsTestLogs *logs, guint number);

/* Waits until @daemon has warned of each log that it cannot be reached; then starts the process,
 * and waits until it serves. */
void cts_test_logs_start (CtsTestLogs *logs, CtsTestDaemon *daemon, const char *const *arguments);

/* Waits until all entries are visible. */
void cts_test_logs_wait_complete (CtsTestLogs *logs);

/* (transfer full) (element-type CtsTestTruth): all entries visible so far, in their order. */
GPtrArray *cts_test_logs_read_truth (CtsTestLogs *logs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsTestLogs, cts_test_logs_free)

G_END_DECLS
