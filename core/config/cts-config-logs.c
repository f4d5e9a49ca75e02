/* SPDX-License-Identifier: MIT */
#include "cts-config-sections.h"

#include "core/config/cts-config-check.h"

#define LIVE    CTS_OPTION_LIVE
#define RESTART CTS_OPTION_RESTART
#define IDLE    CTS_CONFIG_KEY_IDLE

/* Ranges that several tables share. */
#define PAGE_SIZE_MIN        1
#define PAGE_SIZE_MAX        10000
#define POLL_INTERVAL_MIN    100
#define POLL_INTERVAL_MAX    600000
#define REQUEST_INTERVAL_MAX 60000
#define REQUEST_BURST_MAX    64

static const char *const protocols[] = { "rfc6962", "static-ct", NULL };
static const char *const audits[] = { "off", "warn", "enforce", NULL };
/* The states of the log list schema, version 3. */
static const char *const log_states[]
    = { "pending", "qualified", "usable", "readonly", "retired", "rejected", NULL };

static const char *
idle_start (gconstpointer field)
{
  return ((const CtsStart *) field)->kind == CTS_START_DATE ? "a date" : NULL;
}

static const char *
idle_protocol (gconstpointer field)
{
  return g_str_equal (*(char *const *) field, "rfc6962") ? NULL : "a protocol but rfc6962";
}

static const char *
idle_lists (gconstpointer field)
{
  return **(char **const *) field == NULL ? NULL : "a list";
}

static const char *
idle_audit (gconstpointer field)
{
  return *(const guint *) field == CTS_AUDIT_ENFORCE ? "enforce, beyond what warn does," : NULL;
}

/* --- logs.extra --- */

static const CtsConfigKey extra_keys[] = {
  {
      .option = CTS_OPTION_STRING ("name",
                                   CtsExtraLog,
                                   name,
                                   NULL,
                                   RESTART,
                                   "What clients see as source.name"),
      .flags = CTS_CONFIG_KEY_REQUIRED,
      .check = cts_config_check_label,
  },
  {
      .option = CTS_OPTION_STRING ("protocol",
                                   CtsExtraLog,
                                   protocol,
                                   "rfc6962",
                                   RESTART,
                                   "What the log speaks"),
      .choices = protocols,
      .idle = idle_protocol,
  },
  {
      .option = CTS_OPTION_STRING ("url",
                                   CtsExtraLog,
                                   url,
                                   NULL,
                                   RESTART,
                                   "Base URL; of a static log its monitoring prefix"),
      .flags = CTS_CONFIG_KEY_REQUIRED,
      .check = cts_config_check_url,
  },
  {
      .option = CTS_OPTION_STRING ("submission-url",
                                   CtsExtraLog,
                                   submission_url,
                                   "",
                                   RESTART,
                                   "Submission prefix of a static log"),
      .flags = IDLE,
      .check = cts_config_check_optional_url,
  },
  {
      .option = CTS_OPTION_STRING ("tile-url",
                                   CtsExtraLog,
                                   tile_url,
                                   "",
                                   RESTART,
                                   "Where tiles are, when not below the URL"),
      .flags = IDLE,
      .check = cts_config_check_optional_url,
  },
  {
      .option = CTS_OPTION_STRING ("key",
                                   CtsExtraLog,
                                   key,
                                   NULL,
                                   RESTART,
                                   "The log's public key, as in log lists"),
      .type = &cts_config_type_public_key,
  },
  {
      .option
      = CTS_OPTION_STRING ("operator", CtsExtraLog, operator_name, "", RESTART, "Pacing group"),
      .check = cts_config_check_label,
  },
  {
      .option = CTS_OPTION_STRING ("start",
                                   CtsExtraLog,
                                   start,
                                   NULL,
                                   RESTART,
                                   "Where to begin when the log is unknown"),
      .type = &cts_config_type_start,
      .idle = idle_start,
  },
  {
      .option = CTS_OPTION_STRING ("stop", CtsExtraLog, stop, NULL, RESTART, "Where to end"),
      .flags = IDLE,
      .type = &cts_config_type_stop,
  },
  {
      .option = CTS_OPTION_UINT ("page-size",
                                 CtsExtraLog,
                                 page_size,
                                 PAGE_SIZE_MIN,
                                 PAGE_SIZE_MAX,
                                 0,
                                 RESTART,
                                 "Entries asked for at first"),
  },
  {
      .option = CTS_OPTION_UINT ("poll-interval-ms",
                                 CtsExtraLog,
                                 poll_interval_ms,
                                 POLL_INTERVAL_MIN,
                                 POLL_INTERVAL_MAX,
                                 0,
                                 RESTART,
                                 "Least time between two looks at the head"),
  },
};

static void
extra_free (gpointer record)
{
  cts_config_keys_clear (extra_keys, G_N_ELEMENTS (extra_keys), record);
  g_free (record);
}

/* --- logs.overrides --- */

static const CtsConfigKey override_keys[] = {
  {
      .option = CTS_OPTION_STRING ("match",
                                   CtsLogOverride,
                                   match,
                                   NULL,
                                   LIVE,
                                   "Pattern on operator/description"),
      .flags = CTS_CONFIG_KEY_REQUIRED,
      .check = cts_config_check_glob,
  },
  {
      .option = CTS_OPTION_STRING ("start",
                                   CtsLogOverride,
                                   start,
                                   NULL,
                                   LIVE,
                                   "Where to begin when the log is unknown"),
      .type = &cts_config_type_start,
  },
  {
      .option = CTS_OPTION_STRING ("stop", CtsLogOverride, stop, NULL, LIVE, "Where to end"),
      .type = &cts_config_type_stop,
  },
  {
      .option = CTS_OPTION_UINT ("page-size",
                                 CtsLogOverride,
                                 page_size,
                                 PAGE_SIZE_MIN,
                                 PAGE_SIZE_MAX,
                                 0,
                                 LIVE,
                                 "Entries asked for at first"),
  },
  {
      .option = CTS_OPTION_UINT ("poll-interval-ms",
                                 CtsLogOverride,
                                 poll_interval_ms,
                                 POLL_INTERVAL_MIN,
                                 POLL_INTERVAL_MAX,
                                 0,
                                 LIVE,
                                 "Least time between two looks at the head"),
  },
  {
      .option = CTS_OPTION_UINT ("request-interval-ms",
                                 CtsLogOverride,
                                 request_interval_ms,
                                 0,
                                 REQUEST_INTERVAL_MAX,
                                 CTS_CONFIG_UNSET,
                                 LIVE,
                                 "Time between two requests"),
  },
};

static void
override_free (gpointer record)
{
  cts_config_keys_clear (override_keys, G_N_ELEMENTS (override_keys), record);
  g_free (record);
}

/* --- logs.operators --- */

static const CtsConfigKey operator_keys[] = {
  {
      .option = CTS_OPTION_UINT ("request-interval-ms",
                                 CtsOperatorConfig,
                                 request_interval_ms,
                                 0,
                                 REQUEST_INTERVAL_MAX,
                                 CTS_CONFIG_UNSET,
                                 LIVE,
                                 "Time between two requests at start"),
  },
  {
      .option = CTS_OPTION_UINT ("request-interval-min-ms",
                                 CtsOperatorConfig,
                                 request_interval_min_ms,
                                 0,
                                 REQUEST_INTERVAL_MAX,
                                 CTS_CONFIG_UNSET,
                                 LIVE,
                                 "Least time between two requests"),
  },
  {
      .option = CTS_OPTION_UINT ("request-burst",
                                 CtsOperatorConfig,
                                 request_burst,
                                 1,
                                 REQUEST_BURST_MAX,
                                 0,
                                 LIVE,
                                 "Requests at once after a rest"),
  },
};

static void
operator_free (gpointer record)
{
  CtsOperatorConfig *config = record;

  cts_config_keys_clear (operator_keys, G_N_ELEMENTS (operator_keys), record);
  g_free (config->name);
  g_free (config);
}

/* --- logs --- */

const CtsConfigKey cts_config_logs_keys[CTS_CONFIG_N_LOGS_KEYS] = {
  {
      .option = CTS_OPTION_STRV ("lists",
                                 CtsLogsConfig,
                                 lists,
                                 "google,apple",
                                 LIVE,
                                 "Log lists: google, apple, URLs or files"),
      .flags = IDLE,
      .idle = idle_lists,
      .check = cts_config_check_log_list,
  },
  {
      .option = CTS_OPTION_UINT ("refresh-minutes",
                                 CtsLogsConfig,
                                 refresh_minutes,
                                 1,
                                 10080,
                                 60,
                                 LIVE,
                                 "Time between two looks at the lists"),
      .flags = IDLE,
  },
  {
      .option = CTS_OPTION_STRV ("follow",
                                 CtsLogsConfig,
                                 follow,
                                 "usable,qualified,readonly",
                                 LIVE,
                                 "States of logs to follow"),
      .flags = IDLE,
      .choices = log_states,
  },
  {
      .option = CTS_OPTION_STRV ("protocols",
                                 CtsLogsConfig,
                                 protocols,
                                 "rfc6962,static-ct",
                                 LIVE,
                                 "Protocols of logs to follow"),
      .flags = IDLE,
      .choices = protocols,
  },
  {
      .option = CTS_OPTION_STRV ("include",
                                 CtsLogsConfig,
                                 include,
                                 "",
                                 LIVE,
                                 "Follow only logs that match one of these patterns"),
      .flags = IDLE,
      .check = cts_config_check_glob,
  },
  {
      .option = CTS_OPTION_STRV ("exclude",
                                 CtsLogsConfig,
                                 exclude,
                                 "",
                                 LIVE,
                                 "Follow no log that matches one of these patterns"),
      .flags = IDLE,
      .check = cts_config_check_glob,
  },
  {
      .option
      = CTS_OPTION_STRING ("extra", CtsLogsConfig, extra, NULL, LIVE, "Logs that no list has"),
      .type = &cts_config_type_records,
      .children = extra_keys,
      .n_children = G_N_ELEMENTS (extra_keys),
      .record_size = sizeof (CtsExtraLog),
      .record_free = extra_free,
  },
  {
      .option = CTS_OPTION_STRING ("overrides",
                                   CtsLogsConfig,
                                   overrides,
                                   NULL,
                                   LIVE,
                                   "What is different for some logs"),
      .flags = IDLE,
      .type = &cts_config_type_records,
      .children = override_keys,
      .n_children = G_N_ELEMENTS (override_keys),
      .record_size = sizeof (CtsLogOverride),
      .record_free = override_free,
  },
  {
      .option = CTS_OPTION_STRING ("operators",
                                   CtsLogsConfig,
                                   operators,
                                   NULL,
                                   LIVE,
                                   "What is different for the pacing of some operators"),
      .type = &cts_config_type_named_records,
      .children = operator_keys,
      .n_children = G_N_ELEMENTS (operator_keys),
      .record_size = sizeof (CtsOperatorConfig),
      .record_free = operator_free,
  },
  {
      .option = CTS_OPTION_STRING ("start",
                                   CtsLogsConfig,
                                   start,
                                   "head",
                                   LIVE,
                                   "Where an unknown log begins"),
      .type = &cts_config_type_start,
      .idle = idle_start,
  },
  {
      .option = CTS_OPTION_STRING ("contact",
                                   CtsLogsConfig,
                                   contact,
                                   "",
                                   LIVE,
                                   "Who runs this, for the operators of logs"),
      .check = cts_config_check_contact,
  },
  {
      .option = CTS_OPTION_STRING ("proxy",
                                   CtsLogsConfig,
                                   proxy,
                                   "",
                                   RESTART,
                                   "Proxy for requests to logs and lists"),
      .check = cts_config_check_proxy,
  },
  {
      .option = CTS_OPTION_UINT ("poll-interval-ms",
                                 CtsLogsConfig,
                                 poll_interval_ms,
                                 POLL_INTERVAL_MIN,
                                 POLL_INTERVAL_MAX,
                                 3000,
                                 LIVE,
                                 "Least time between two looks at a head"),
  },
  {
      .option = CTS_OPTION_UINT ("page-size",
                                 CtsLogsConfig,
                                 page_size,
                                 PAGE_SIZE_MIN,
                                 PAGE_SIZE_MAX,
                                 256,
                                 LIVE,
                                 "Entries asked for at first"),
  },
  {
      .option = CTS_OPTION_UINT ("windows",
                                 CtsLogsConfig,
                                 windows,
                                 1,
                                 16,
                                 4,
                                 LIVE,
                                 "Parallel requests for each log in catch-up"),
  },
  {
      .option = CTS_OPTION_UINT ("request-interval-ms",
                                 CtsLogsConfig,
                                 request_interval_ms,
                                 0,
                                 REQUEST_INTERVAL_MAX,
                                 500,
                                 LIVE,
                                 "Time between two requests to an operator at start"),
  },
  {
      .option = CTS_OPTION_UINT ("request-interval-min-ms",
                                 CtsLogsConfig,
                                 request_interval_min_ms,
                                 0,
                                 REQUEST_INTERVAL_MAX,
                                 100,
                                 LIVE,
                                 "Least time between two requests to an operator"),
  },
  {
      .option = CTS_OPTION_UINT ("request-burst",
                                 CtsLogsConfig,
                                 request_burst,
                                 1,
                                 REQUEST_BURST_MAX,
                                 4,
                                 LIVE,
                                 "Requests at once after a rest"),
  },
  {
      .option = CTS_OPTION_UINT ("request-timeout-seconds",
                                 CtsLogsConfig,
                                 request_timeout_seconds,
                                 1,
                                 3600,
                                 60,
                                 LIVE,
                                 "Longest time for one request"),
  },
  {
      .option = CTS_OPTION_UINT ("backoff-max-seconds",
                                 CtsLogsConfig,
                                 backoff_max_seconds,
                                 1,
                                 86400,
                                 300,
                                 LIVE,
                                 "Longest wait after failures"),
  },
  {
      .option = CTS_OPTION_UINT ("degraded-after",
                                 CtsLogsConfig,
                                 degraded_after,
                                 1,
                                 1000,
                                 2,
                                 LIVE,
                                 "Failures in a row after which a log is degraded"),
      .flags = IDLE,
  },
  {
      .option = CTS_OPTION_UINT ("unhealthy-after",
                                 CtsLogsConfig,
                                 unhealthy_after,
                                 1,
                                 1000,
                                 5,
                                 LIVE,
                                 "Failures in a row after which a log is unhealthy"),
      .flags = IDLE,
  },
  {
      .option = CTS_OPTION_ENUM ("audit",
                                 CtsLogsConfig,
                                 audit,
                                 audits,
                                 CTS_AUDIT_WARN,
                                 LIVE,
                                 "What to do about logs that contradict themselves"),
      .idle = idle_audit,
  },
};
