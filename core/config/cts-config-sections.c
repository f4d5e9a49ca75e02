/* SPDX-License-Identifier: MIT */
#include "cts-config-sections.h"

#include "core/config/cts-config-check.h"

#define LIVE    CTS_OPTION_LIVE
#define RESTART CTS_OPTION_RESTART
#define SECRET  (CTS_OPTION_LIVE | CTS_OPTION_SECRET)
#define IDLE    CTS_CONFIG_KEY_IDLE

/* Above what one process can open. */
#define CONNECTIONS_MAX 1000000

static const CtsConfigKey server_keys[] = {
  {
      .option = CTS_OPTION_STRV ("listen",
                                 CtsServerConfig,
                                 listen,
                                 "[::]:8080",
                                 RESTART,
                                 "Addresses to listen on"),
      .check = cts_config_check_listen,
  },
  {
      .option = CTS_OPTION_STRING ("tls-certificate",
                                   CtsServerConfig,
                                   tls_certificate,
                                   "",
                                   LIVE,
                                   "PEM file with the certificate and its chain"),
      .flags = IDLE,
  },
  {
      .option = CTS_OPTION_STRING ("tls-key",
                                   CtsServerConfig,
                                   tls_key,
                                   "",
                                   LIVE,
                                   "PEM file with the private key"),
      .flags = IDLE,
  },
  {
      .option = CTS_OPTION_UINT ("max-tls-clients",
                                 CtsServerConfig,
                                 max_tls_clients,
                                 1,
                                 CONNECTIONS_MAX,
                                 1000,
                                 LIVE,
                                 "Most clients over TLS"),
      .flags = IDLE,
  },
  {
      .option = CTS_OPTION_STRV ("allow",
                                 CtsServerConfig,
                                 allow,
                                 "",
                                 LIVE,
                                 "Networks that may connect, all when empty"),
      .flags = IDLE,
      .check = cts_config_check_cidr,
  },
  {
      .option = CTS_OPTION_STRV ("trusted-proxies",
                                 CtsServerConfig,
                                 trusted_proxies,
                                 "",
                                 LIVE,
                                 "Networks whose X-Forwarded-For is believed"),
      .flags = IDLE,
      .check = cts_config_check_cidr,
  },
  {
      .option = CTS_OPTION_UINT ("max-connections",
                                 CtsServerConfig,
                                 max_connections,
                                 1,
                                 CONNECTIONS_MAX,
                                 10000,
                                 LIVE,
                                 "Most connections"),
  },
  {
      .option = CTS_OPTION_UINT ("max-connections-per-address",
                                 CtsServerConfig,
                                 max_connections_per_address,
                                 1,
                                 CONNECTIONS_MAX,
                                 100,
                                 LIVE,
                                 "Most connections of one address"),
      .flags = IDLE,
  },
  {
      .option = CTS_OPTION_UINT ("request-rate",
                                 CtsServerConfig,
                                 request_rate,
                                 0,
                                 1000000,
                                 0,
                                 LIVE,
                                 "Requests a second of one address"),
      .flags = IDLE,
  },
  {
      .option = CTS_OPTION_UINT ("request-burst",
                                 CtsServerConfig,
                                 request_burst,
                                 1,
                                 1000000,
                                 20,
                                 LIVE,
                                 "Requests at once of one address"),
      .flags = IDLE,
  },
};

static const CtsConfigKey auth_keys[] = {
  {
      .option = CTS_OPTION_STRV ("tokens",
                                 CtsAuthConfig,
                                 tokens,
                                 "",
                                 SECRET,
                                 "Tokens that let a client in"),
      .flags = IDLE,
      .check = cts_config_check_token,
  },
  {
      .option = CTS_OPTION_STRING ("token-file",
                                   CtsAuthConfig,
                                   token_file,
                                   "",
                                   LIVE,
                                   "File with more tokens, one on each line"),
      .flags = IDLE,
  },
  {
      .option = CTS_OPTION_STRING ("header",
                                   CtsAuthConfig,
                                   header,
                                   "Authorization",
                                   LIVE,
                                   "Header the token is in"),
      .flags = IDLE,
      .check = cts_config_check_header,
  },
  {
      .option = CTS_OPTION_BOOLEAN ("query-token",
                                    CtsAuthConfig,
                                    query_token,
                                    FALSE,
                                    LIVE,
                                    "Take the token from ?token= too"),
      .flags = IDLE,
  },
  {
      .option = CTS_OPTION_STRV ("public",
                                 CtsAuthConfig,
                                 public_paths,
                                 "/health,/health/deep,/ready,/metrics,/example.json",
                                 LIVE,
                                 "Paths that need no token"),
      .flags = IDLE,
      .check = cts_config_check_url_path,
  },
};

static const char *const store_syncs[] = { "full", "normal", NULL };

static const char *
idle_directory (gconstpointer field)
{
  return g_str_equal (*(char *const *) field, "none") ? NULL : "a value but none";
}

static const CtsConfigKey store_keys[] = {
  {
      .option = CTS_OPTION_STRING ("directory",
                                   CtsStoreConfig,
                                   directory,
                                   "",
                                   RESTART,
                                   "Where state is kept"),
      .idle = idle_directory,
  },
  {
      .option = CTS_OPTION_ENUM ("sync",
                                 CtsStoreConfig,
                                 sync,
                                 store_syncs,
                                 CTS_STORE_SYNC_FULL,
                                 RESTART,
                                 "What survives a power cut"),
      .flags = IDLE,
  },
  {
      .option = CTS_OPTION_UINT ("commit-interval-ms",
                                 CtsStoreConfig,
                                 commit_interval_ms,
                                 1,
                                 1000,
                                 20,
                                 LIVE,
                                 "Longest time a record waits for its group"),
  },
  {
      .option = CTS_OPTION_UINT ("journal-megabytes",
                                 CtsStoreConfig,
                                 journal_megabytes,
                                 0,
                                 16777216,
                                 CTS_JOURNAL_AUTO,
                                 LIVE,
                                 "Size of the journal"),
      .flags = IDLE,
      .type = &cts_config_type_journal_size,
  },
  {
      .option = CTS_OPTION_UINT ("journal-hours",
                                 CtsStoreConfig,
                                 journal_hours,
                                 1,
                                 8760,
                                 24,
                                 LIVE,
                                 "Age at which the journal forgets"),
      .flags = IDLE,
  },
};

static const char *const stream_lags[] = { "journal", "skip", "close", NULL };
static const char *const stream_heartbeats[] = { "silent", "always", NULL };

static const CtsConfigKey stream_keys[] = {
  {
      .option = CTS_OPTION_UINT ("ring-megabytes",
                                 CtsStreamConfig,
                                 ring_megabytes,
                                 1,
                                 1024,
                                 16,
                                 RESTART,
                                 "Size of the ring of one stream"),
  },
  {
      .option = CTS_OPTION_ENUM ("lag",
                                 CtsStreamConfig,
                                 lag,
                                 stream_lags,
                                 CTS_STREAM_LAG_JOURNAL,
                                 LIVE,
                                 "What happens to a client behind the ring"),
      .flags = IDLE,
  },
  {
      .option = CTS_OPTION_UINT ("max-lag-seconds",
                                 CtsStreamConfig,
                                 max_lag_seconds,
                                 1,
                                 86400,
                                 600,
                                 LIVE,
                                 "A client further behind is closed"),
      .flags = IDLE,
  },
  {
      .option = CTS_OPTION_ENUM ("heartbeat",
                                 CtsStreamConfig,
                                 heartbeat,
                                 stream_heartbeats,
                                 CTS_STREAM_HEARTBEAT_SILENT,
                                 LIVE,
                                 "When heartbeats are sent"),
  },
  {
      .option = CTS_OPTION_UINT ("heartbeat-seconds",
                                 CtsStreamConfig,
                                 heartbeat_seconds,
                                 1,
                                 3600,
                                 10,
                                 LIVE,
                                 "Time between two heartbeats"),
  },
};

static const char *const metrics_compatibilities[] = { "none", NULL };

static const CtsConfigKey metrics_keys[] = {
  {
      .option
      = CTS_OPTION_BOOLEAN ("enabled", CtsMetricsConfig, enabled, TRUE, LIVE, "Serve /metrics"),
      .flags = IDLE,
  },
  {
      .option = CTS_OPTION_STRING ("compatibility",
                                   CtsMetricsConfig,
                                   compatibility,
                                   "none",
                                   LIVE,
                                   "Whose names of metrics to serve besides ours"),
      .flags = IDLE,
      .choices = metrics_compatibilities,
  },
};

static const char *const control_buses[] = { "system", "session", "none", NULL };

static const CtsConfigKey control_keys[] = {
  {
      .option = CTS_OPTION_ENUM ("bus",
                                 CtsControlConfig,
                                 bus,
                                 control_buses,
                                 CTS_CONTROL_BUS_SYSTEM,
                                 RESTART,
                                 "D-Bus to be controlled over"),
      .flags = IDLE,
  },
};

#define SECTION(name_, keys_)                                                                      \
  {                                                                                                \
    .name = #name_, .offset = G_STRUCT_OFFSET (CtsConfigSections, name_), .keys = keys_,           \
    .n_keys = G_N_ELEMENTS (keys_)                                                                 \
  }

const CtsConfigSection cts_config_sections[CTS_CONFIG_N_SECTIONS] = {
  SECTION (server, server_keys),        SECTION (auth, auth_keys),
  SECTION (logs, cts_config_logs_keys), SECTION (store, store_keys),
  SECTION (stream, stream_keys),        SECTION (metrics, metrics_keys),
  SECTION (control, control_keys),
};
