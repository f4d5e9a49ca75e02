/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/config/cts-config-key.h"
#include "core/config/cts-config-types.h"

G_BEGIN_DECLS

/*
 * What each section says, as plain structs; docs/configuration.md has each key's meaning. Texts and
 * lists are never NULL. They belong to a CtsConfig and live as long.
 */

/* A request interval that was not given; 0 means no pacing. */
#define CTS_CONFIG_UNSET G_MAXUINT

typedef struct
{
  char **listen;
  char *tls_certificate;
  char *tls_key;
  guint max_tls_clients;
  char **allow;
  char **trusted_proxies;
  guint max_connections;
  guint max_connections_per_address;
  guint request_rate;
  guint request_burst;
} CtsServerConfig;

typedef struct
{
  char **tokens;
  char *token_file;
  char *header;
  gboolean query_token;
  char **public_paths;
} CtsAuthConfig;

/**
 * CtsExtraLog:
 * @name: what clients see as the log's name
 * @protocol: `rfc6962` or `static-ct`
 * @url: base URL; of a static log its monitoring prefix
 * @submission_url: URL for submissions; empty when not given
 * @tile_url: where tiles are, when elsewhere; empty when not given
 * @key: (nullable): the log's public key, a SubjectPublicKeyInfo in DER
 * @operator_name: pacing group; empty when not given, then it is @name
 * @start: where to begin when the log is unknown; unset: as logs.start
 * @stop: where to end; unset: never
 * @page_size: entries asked for at first; 0: as logs.page-size
 * @poll_interval_ms: least time between two looks at the head; 0: as logs.poll-interval-ms
 *
 * A log that no list has.
 */
typedef struct
{
  char *name;
  char *protocol;
  char *url;
  char *submission_url;
  char *tile_url;
  GBytes *key;
  char *operator_name;
  CtsStart start;
  CtsStart stop;
  guint page_size;
  guint poll_interval_ms;
} CtsExtraLog;

/**
 * CtsLogOverride:
 * @match: pattern on "operator/description"
 * @start: as in #CtsExtraLog
 * @stop: as in #CtsExtraLog
 * @page_size: as in #CtsExtraLog
 * @poll_interval_ms: as in #CtsExtraLog
 * @request_interval_ms: time between two requests; %CTS_CONFIG_UNSET when not given
 *
 * What is different for some logs.
 */
typedef struct
{
  char *match;
  CtsStart start;
  CtsStart stop;
  guint page_size;
  guint poll_interval_ms;
  guint request_interval_ms;
} CtsLogOverride;

/**
 * CtsOperatorConfig:
 * @name: the operator
 * @request_interval_ms: %CTS_CONFIG_UNSET when not given
 * @request_interval_min_ms: %CTS_CONFIG_UNSET when not given
 * @request_burst: 0 when not given
 *
 * What is different for one operator's pacing.
 */
typedef struct
{
  char *name;
  guint request_interval_ms;
  guint request_interval_min_ms;
  guint request_burst;
} CtsOperatorConfig;

typedef enum
{
  CTS_AUDIT_OFF,
  CTS_AUDIT_WARN,
  CTS_AUDIT_ENFORCE,
} CtsAudit;

/**
 * CtsLogsConfig:
 * @extra: (element-type CtsExtraLog): logs that no list has
 * @overrides: (element-type CtsLogOverride): in the order they were written
 * @operators: (element-type CtsOperatorConfig): in the order they were written
 * @audit: a #CtsAudit
 */
typedef struct
{
  char **lists;
  guint refresh_minutes;
  char **follow;
  char **protocols;
  char **include;
  char **exclude;
  GPtrArray *extra;
  GPtrArray *overrides;
  GPtrArray *operators;
  CtsStart start;
  char *contact;
  char *proxy;
  guint poll_interval_ms;
  guint page_size;
  guint windows;
  guint request_interval_ms;
  guint request_interval_min_ms;
  guint request_burst;
  guint request_timeout_seconds;
  guint backoff_max_seconds;
  guint degraded_after;
  guint unhealthy_after;
  guint audit;
} CtsLogsConfig;

typedef enum
{
  CTS_STORE_SYNC_FULL,
  CTS_STORE_SYNC_NORMAL,
} CtsStoreSync;

/**
 * CtsStoreConfig:
 * @directory: empty for the default place; `none` for the memory engine
 * @sync: a #CtsStoreSync
 * @commit_interval_ms: longest time a record waits for its group
 * @journal_megabytes: size of the journal, or %CTS_JOURNAL_AUTO; 0 for none
 * @journal_hours: age at which the journal forgets
 */
typedef struct
{
  char *directory;
  guint sync;
  guint commit_interval_ms;
  guint journal_megabytes;
  guint journal_hours;
} CtsStoreConfig;

typedef enum
{
  CTS_STREAM_LAG_JOURNAL,
  CTS_STREAM_LAG_SKIP,
  CTS_STREAM_LAG_CLOSE,
} CtsStreamLag;

typedef enum
{
  CTS_STREAM_HEARTBEAT_SILENT,
  CTS_STREAM_HEARTBEAT_ALWAYS,
} CtsStreamHeartbeat;

/**
 * CtsStreamConfig:
 * @ring_megabytes: size of a stream's ring
 * @lag: a #CtsStreamLag
 * @max_lag_seconds: a client further behind is closed
 * @heartbeat: a #CtsStreamHeartbeat
 * @heartbeat_seconds: time between two heartbeats
 */
typedef struct
{
  guint ring_megabytes;
  guint lag;
  guint max_lag_seconds;
  guint heartbeat;
  guint heartbeat_seconds;
} CtsStreamConfig;

typedef struct
{
  gboolean enabled;
  char *compatibility;
} CtsMetricsConfig;

typedef enum
{
  CTS_CONTROL_BUS_SYSTEM,
  CTS_CONTROL_BUS_SESSION,
  CTS_CONTROL_BUS_NONE,
} CtsControlBus;

/**
 * CtsControlConfig:
 * @bus: a #CtsControlBus
 */
typedef struct
{
  guint bus;
} CtsControlConfig;

/* All of them together. */
typedef struct
{
  CtsServerConfig server;
  CtsAuthConfig auth;
  CtsLogsConfig logs;
  CtsStoreConfig store;
  CtsStreamConfig stream;
  CtsMetricsConfig metrics;
  CtsControlConfig control;
} CtsConfigSections;

/**
 * CtsConfigSection:
 * @name: its key in the file
 * @offset: place in #CtsConfigSections
 * @keys: (array length=n_keys): its table
 * @n_keys: lines in it
 */
typedef struct
{
  const char *name;
  gsize offset;
  const CtsConfigKey *keys;
  gsize n_keys;
} CtsConfigSection;

#define CTS_CONFIG_N_SECTIONS 7
extern const CtsConfigSection cts_config_sections[CTS_CONFIG_N_SECTIONS];

/* The table of logs, which is long, has a file of its own. */
#define CTS_CONFIG_N_LOGS_KEYS 23
extern const CtsConfigKey cts_config_logs_keys[CTS_CONFIG_N_LOGS_KEYS];

G_END_DECLS
