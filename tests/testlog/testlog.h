/* SPDX-License-Identifier: MIT */
#pragma once

#include "testlog-log.h"
#include "testlog-mint.h"

G_BEGIN_DECLS

/**
 * TestlogOptions:
 * @n_logs: logs to serve, 1 to %TESTLOG_MAX_LOGS
 * @rate: entries a second and log; 0 is as fast as it can
 * @n_entries: entries of a log until it stops growing; 0 is no end, or that of what is replayed
 * @port: 0 lets the system choose
 * @page_cap: most entries of one answer
 * @n_issuers: test authorities
 * @precert_percent: of the entries that are made
 * @shared_percent: entries that are submitted to two logs
 * @broken_percent: entries whose certificate cannot be read
 * @start_size: entries each log pretends to have had before
 * @cheap: patch a template in place of making certificates
 * @replay_certificates: (nullable): a file of certificates to serve first
 * @replay_entries: (nullable): a file of real entries to serve first
 * @truth: (nullable): file to write down every visible entry
 * @config_out: (nullable): file for a configuration that follows these logs
 *
 * What a test log shall be. Numbers are int because GOption wants them so.
 */
typedef struct
{
  int n_logs;
  double rate;
  gint64 n_entries;
  int port;
  int page_cap;
  int n_issuers;
  int precert_percent;
  int shared_percent;
  int broken_percent;
  gint64 start_size;
  gboolean cheap;
  char *replay_certificates;
  char *replay_entries;
  char *truth;
  char *config_out;
} TestlogOptions;

#define TESTLOG_MAX_LOGS 64

#define TESTLOG_DEFAULTS                                                                           \
  {                                                                                                \
    .n_logs = 1, .rate = 10, .page_cap = 256, .n_issuers = 3, .precert_percent = 50                \
  }

/* Logs in one process, growing by themselves on the default main context. */
typedef struct _Testlog Testlog;

Testlog *testlog_new (const TestlogOptions *options, GError **error);
void testlog_free (Testlog *testlog);
const char *testlog_get_url (const Testlog *testlog);
TestlogLog *testlog_get_log (const Testlog *testlog, guint i);
gboolean testlog_is_complete (const Testlog *testlog);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Testlog, testlog_free)

G_END_DECLS
