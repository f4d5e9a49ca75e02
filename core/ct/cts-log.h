/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-log-info.h>

G_BEGIN_DECLS

/**
 * CtsLogHealth:
 * @CTS_LOG_HEALTH_UNKNOWN: it has not answered yet
 * @CTS_LOG_HEALTH_OK: it answers
 * @CTS_LOG_HEALTH_FAILING: it fails, or gives answers that break the protocol, time and again
 *
 * How a log is doing.
 */
typedef enum
{
  CTS_LOG_HEALTH_UNKNOWN,
  CTS_LOG_HEALTH_OK,
  CTS_LOG_HEALTH_FAILING,
} CtsLogHealth;

/**
 * CtsLogTrust:
 * @CTS_LOG_UNVERIFIED: nothing of it was verified: no key, no audit, or no tree to compare with
 * @CTS_LOG_VERIFIED: the entries up to @verified_to make the tree that the log signed
 * @CTS_LOG_INCONSISTENT: it contradicted itself; what it holds since is not verified any more
 *
 * Whether the entries of a log are those that it signed.
 */
typedef enum
{
  CTS_LOG_UNVERIFIED,
  CTS_LOG_VERIFIED,
  CTS_LOG_INCONSISTENT,
} CtsLogTrust;

/**
 * CtsLogStats:
 * @head_size: entries in the largest tree head seen
 * @next_index: index of the first entry not yet handed on
 * @backlog: entries between the two
 * @entries: entries handed on
 * @unparsed: those of them that could not be read
 * @requests: requests sent
 * @retries: those of them that failed and were or will be sent again
 * @bytes: bytes of pages
 * @last_success_us: when it last gave a good answer, microseconds since 1970; 0 for never
 * @health: a #CtsLogHealth
 * @trust: a #CtsLogTrust
 * @verified_to: entries in the largest signed tree that those handed on were found to make
 * @verified_timestamp_ms: when the log signed that tree, milliseconds since 1970
 * @alarms: times the log contradicted itself or its key
 *
 * What is counted of a log since the daemon started. Each is a property of the same name, with
 * dashes.
 */
typedef struct
{
  guint64 head_size;
  guint64 next_index;
  guint64 backlog;
  guint64 entries;
  guint64 unparsed;
  guint64 requests;
  guint64 retries;
  guint64 bytes;
  guint64 last_success_us;
  guint64 health;
  guint64 trust;
  guint64 verified_to;
  guint64 verified_timestamp_ms;
  guint64 alarms;
} CtsLogStats;

/**
 * CtsLog:
 *
 * One log as it stands: what it is and how far it was read. Its driver writes it, others look at
 * it and its properties; changes are told a few times a second, all at once. Main context.
 */
#define CTS_TYPE_LOG (cts_log_get_type ())
G_DECLARE_FINAL_TYPE (CtsLog, cts_log, CTS, LOG, GObject)

CtsLog *cts_log_new (CtsLogInfo *info, GBytes *key);
CtsLogInfo *cts_log_get_info (CtsLog *log);
GBytes *cts_log_get_key (CtsLog *log);
const CtsLogStats *cts_log_get_stats (CtsLog *log);
const char *cts_log_get_last_error (CtsLog *log);
CtsLogStats *cts_log_edit_stats (CtsLog *log);
void cts_log_set_last_error (CtsLog *log, const char *message);

G_END_DECLS
