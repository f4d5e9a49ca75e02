/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <string.h>

#include "core/config/cts-config.h"

/* Of a throw-away key, as `openssl pkey -pubout -outform DER | base64` writes it. */
static const char public_key[] = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEdUuY0YXAsX65Z7lolbyHD3Bv9u"
                                 "1dTow+qYV+I5BQuTw83i+qpE7vjVpkzO9xg4V0aqhGJXpyakZbevPmhDjNQw==";

/* --- Helpers --- */

static CtsConfig *
parse (const char *text, const char *const *environment)
{
  g_autoptr (CtsConfigReport) report = cts_config_report_new ();
  CtsConfig *config = cts_config_parse (text, strlen (text), "f", environment, report);

  for (guint i = 0; i < report->errors->len; i++)
    g_test_message ("%s", (char *) report->errors->pdata[i]);
  g_assert_cmpuint (report->errors->len, ==, 0);
  g_assert_nonnull (config);
  return config;
}

static void
assert_strv (char **value, const char *joined)
{
  g_autofree char *text = g_strjoinv (" ", value);

  g_assert_cmpstr (text, ==, joined);
}

static void
assert_diff (const CtsConfig *old, const CtsConfig *new, const char *expected)
{
  g_auto (GStrv) changed = cts_config_diff (old, new);

  assert_strv (changed, expected);
}

static char *
source_file (const char *name)
{
  return g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", name, NULL);
}

/* --- Defaults, as the design page lists them --- */

static const char page[]
    = "server:\n"
      "  listen: [\"[::]:8080\"]\n"
      "  tls-certificate: \"\"\n"
      "  tls-key: \"\"\n"
      "  max-tls-clients: 1000\n"
      "  allow: []\n"
      "  trusted-proxies: []\n"
      "  max-connections: 10000\n"
      "  max-connections-per-address: 100\n"
      "  request-rate: 0\n"
      "  request-burst: 20\n"
      "auth:\n"
      "  tokens: []\n"
      "  token-file: \"\"\n"
      "  header: Authorization\n"
      "  query-token: false\n"
      "  public: [/health, /health/deep, /ready, /metrics, /example.json]\n"
      "logs:\n"
      "  lists: [google, apple]\n"
      "  refresh-minutes: 60\n"
      "  follow: [usable, qualified, readonly]\n"
      "  protocols: [rfc6962, static-ct]\n"
      "  include: []\n"
      "  exclude: []\n"
      "  extra: []\n"
      "  overrides: []\n"
      "  operators: {}\n"
      "  start: head\n"
      "  contact: \"\"\n"
      "  proxy: \"\"\n"
      "  poll-interval-ms: 3000\n"
      "  page-size: 256\n"
      "  windows: 4\n"
      "  request-interval-ms: 500\n"
      "  request-interval-min-ms: 100\n"
      "  request-burst: 4\n"
      "  request-timeout-seconds: 60\n"
      "  backoff-max-seconds: 300\n"
      "  degraded-after: 2\n"
      "  unhealthy-after: 5\n"
      "  audit: warn\n"
      "store:\n"
      "  directory: \"\"\n"
      "  sync: full\n"
      "  commit-interval-ms: 20\n"
      "  journal-megabytes: auto\n"
      "  journal-hours: 24\n"
      "stream:\n"
      "  ring-megabytes: 16\n"
      "  lag: journal\n"
      "  max-lag-seconds: 600\n"
      "  heartbeat: silent\n"
      "  heartbeat-seconds: 10\n"
      "sources: {}\n"
      "filters:\n"
      "  dedup: {plugin: dedup, window-seconds: 900, capacity: 1000000}\n"
      "serializers:\n"
      "  certstream: {plugin: certstream, profile: default}\n"
      "sinks:\n"
      "  websocket: {plugin: websocket, full: true, lite: true, domains: true}\n"
      "  sse: {plugin: sse}\n"
      "  rest: {plugin: rest}\n"
      "metrics: {enabled: true, compatibility: none}\n"
      "control: {bus: system}\n";

/* That each key of the page is read, test_every_key() shows. */
static void
test_defaults (void)
{
  g_autoptr (CtsConfigReport) report = cts_config_report_new ();
  g_autoptr (CtsConfig) defaults = cts_config_load (NULL, NULL, report);
  g_autoptr (CtsConfig) config = parse (page, NULL);

  g_assert_cmpuint (report->errors->len, ==, 0);
  g_assert_cmpuint (report->notes->len, ==, 0);
  assert_diff (defaults, config, "");

  assert_strv (cts_config_get_server (defaults)->listen, "[::]:8080");
  g_assert_cmpuint (cts_config_get_server (defaults)->max_connections, ==, 10000);
  g_assert_cmpuint (cts_config_get_logs (defaults)->extra->len, ==, 0);
  g_assert_cmpint (cts_config_get_logs (defaults)->start.kind, ==, CTS_START_HEAD);
  g_assert_cmpuint (cts_config_get_logs (defaults)->start.value, ==, 0);
  g_assert_cmpuint (cts_config_get_logs (defaults)->audit, ==, CTS_AUDIT_WARN);
  g_assert_cmpuint (cts_config_get_store (defaults)->journal_megabytes, ==, CTS_JOURNAL_AUTO);
}

/* --- Every key --- */

static const char every_key[]
    = "server:\n"
      "  listen: [\"127.0.0.1:0\", \"unix:/run/c.sock\"]\n"
      "  tls-certificate: /c.pem\n"
      "  tls-key: /k.pem\n"
      "  max-tls-clients: 1\n"
      "  allow: [10.0.0.0/8]\n"
      "  trusted-proxies: [\"::1\"]\n"
      "  max-connections: 2\n"
      "  max-connections-per-address: 3\n"
      "  request-rate: 4\n"
      "  request-burst: 5\n"
      "auth:\n"
      "  tokens: [12345, abc]\n"
      "  token-file: /t\n"
      "  header: X-Token\n"
      "  query-token: true\n"
      "  public: []\n"
      "logs:\n"
      "  lists: [\"https://example.com/l.json\"]\n"
      "  refresh-minutes: 6\n"
      "  follow: [retired]\n"
      "  protocols: [rfc6962]\n"
      "  include: [\"a/*\"]\n"
      "  exclude: [\"b/*\"]\n"
      "  extra:\n"
      "    - {name: a, url: \"http://a/\"}\n"
      "    - name: b\n"
      "      protocol: static-ct\n"
      "      url: https://b/\n"
      "      submission-url: https://s/\n"
      "      tile_url: https://t/\n"
      "      key: @KEY@\n"
      "      operator: O\n"
      "      start: head-5\n"
      "      stop: 2026-01-31\n"
      "      page-size: 7\n"
      "      poll-interval-ms: 800\n"
      "  overrides:\n"
      "    - {match: \"G/*\", start: 9, stop: 10, page-size: 11, poll-interval-ms: 120,\n"
      "       request-interval-ms: 0}\n"
      "  operators:\n"
      "    Let_s Encrypt: {request-interval-ms: 0, request-interval-min-ms: 13, request-burst: "
      "14}\n"
      "    Google:\n"
      "  start: 15\n"
      "  contact: me@example.com\n"
      "  proxy: http://p:1\n"
      "  poll-interval-ms: 160\n"
      "  page-size: 17\n"
      "  windows: 16\n"
      "  request-interval-ms: 19\n"
      "  request-interval-min-ms: 20\n"
      "  request-burst: 21\n"
      "  request-timeout-seconds: 22\n"
      "  backoff-max-seconds: 23\n"
      "  degraded-after: 24\n"
      "  unhealthy-after: 25\n"
      "  audit: enforce\n"
      "store:\n"
      "  directory: none\n"
      "  sync: normal\n"
      "  commit-interval-ms: 26\n"
      "  journal-megabytes: 0\n"
      "  journal-hours: 27\n"
      "stream:\n"
      "  ring-megabytes: 28\n"
      "  lag: close\n"
      "  max-lag-seconds: 29\n"
      "  heartbeat: always\n"
      "  heartbeat-seconds: 30\n"
      "metrics: {enabled: false, compatibility: none}\n"
      "control: {bus: none}\n";

static CtsConfig *
parse_every_key (void)
{
  g_autoptr (GString) text = g_string_new (every_key);

  g_string_replace (text, "@KEY@", public_key, 1);
  return parse (text->str, NULL);
}

static void
assert_extra_logs (const GPtrArray *extra)
{
  const CtsExtraLog *bare;
  const CtsExtraLog *full;

  g_assert_cmpuint (extra->len, ==, 2);
  bare = extra->pdata[0];
  g_assert_cmpstr (bare->name, ==, "a");
  g_assert_cmpstr (bare->protocol, ==, "rfc6962");
  g_assert_cmpstr (bare->url, ==, "http://a/");
  g_assert_cmpstr (bare->operator_name, ==, "");
  g_assert_null (bare->key);
  g_assert_cmpint (bare->start.kind, ==, CTS_START_UNSET);
  g_assert_cmpint (bare->stop.kind, ==, CTS_START_UNSET);
  g_assert_cmpuint (bare->page_size, ==, 0);
  g_assert_cmpuint (bare->poll_interval_ms, ==, 0);

  full = extra->pdata[1];
  g_assert_cmpstr (full->protocol, ==, "static-ct");
  g_assert_cmpstr (full->submission_url, ==, "https://s/");
  g_assert_cmpstr (full->tile_url, ==, "https://t/");
  /* SubjectPublicKeyInfo of a P-256 key (RFC 5480 §2): 91 bytes that begin with SEQUENCE. */
  g_assert_cmpuint (g_bytes_get_size (full->key), ==, 91);
  g_assert_cmpuint (*(const guint8 *) g_bytes_get_data (full->key, NULL), ==, 0x30);
  g_assert_cmpstr (full->operator_name, ==, "O");
  g_assert_cmpint (full->start.kind, ==, CTS_START_HEAD);
  g_assert_cmpuint (full->start.value, ==, 5);
  g_assert_cmpint (full->stop.kind, ==, CTS_START_DATE);
  /* date -d 2026-01-31T00:00:00Z +%s */
  g_assert_cmpuint (full->stop.value, ==, G_GUINT64_CONSTANT (1769817600000));
  g_assert_cmpuint (full->page_size, ==, 7);
  g_assert_cmpuint (full->poll_interval_ms, ==, 800);
}

static void
assert_overrides (const CtsLogsConfig *logs)
{
  const CtsLogOverride *override = logs->overrides->pdata[0];
  const CtsOperatorConfig *operator_config = logs->operators->pdata[0];

  g_assert_cmpuint (logs->overrides->len, ==, 1);
  g_assert_cmpstr (override->match, ==, "G/*");
  g_assert_cmpint (override->start.kind, ==, CTS_START_INDEX);
  g_assert_cmpuint (override->start.value, ==, 9);
  g_assert_cmpuint (override->stop.value, ==, 10);
  g_assert_cmpuint (override->page_size, ==, 11);
  g_assert_cmpuint (override->poll_interval_ms, ==, 120);
  g_assert_cmpuint (override->request_interval_ms, ==, 0);

  g_assert_cmpuint (logs->operators->len, ==, 2);
  g_assert_cmpstr (operator_config->name, ==, "Let_s Encrypt");
  g_assert_cmpuint (operator_config->request_interval_ms, ==, 0);
  g_assert_cmpuint (operator_config->request_interval_min_ms, ==, 13);
  g_assert_cmpuint (operator_config->request_burst, ==, 14);
  operator_config = logs->operators->pdata[1];
  g_assert_cmpstr (operator_config->name, ==, "Google");
  g_assert_cmpuint (operator_config->request_interval_ms, ==, CTS_CONFIG_UNSET);
  g_assert_cmpuint (operator_config->request_burst, ==, 0);
}

static void
assert_servers (const CtsConfig *config)
{
  const CtsServerConfig *server = cts_config_get_server (config);
  const CtsAuthConfig *auth = cts_config_get_auth (config);

  assert_strv (server->listen, "127.0.0.1:0 unix:/run/c.sock");
  g_assert_cmpstr (server->tls_certificate, ==, "/c.pem");
  g_assert_cmpstr (server->tls_key, ==, "/k.pem");
  g_assert_cmpuint (server->max_tls_clients, ==, 1);
  assert_strv (server->allow, "10.0.0.0/8");
  assert_strv (server->trusted_proxies, "::1");
  g_assert_cmpuint (server->max_connections, ==, 2);
  g_assert_cmpuint (server->max_connections_per_address, ==, 3);
  g_assert_cmpuint (server->request_rate, ==, 4);
  g_assert_cmpuint (server->request_burst, ==, 5);

  assert_strv (auth->tokens, "12345 abc");
  g_assert_cmpstr (auth->token_file, ==, "/t");
  g_assert_cmpstr (auth->header, ==, "X-Token");
  g_assert_true (auth->query_token);
  assert_strv (auth->public_paths, "");
}

static void
assert_logs (const CtsLogsConfig *logs)
{
  assert_strv (logs->lists, "https://example.com/l.json");
  g_assert_cmpuint (logs->refresh_minutes, ==, 6);
  assert_strv (logs->follow, "retired");
  assert_strv (logs->protocols, "rfc6962");
  assert_strv (logs->include, "a/*");
  assert_strv (logs->exclude, "b/*");
  g_assert_cmpint (logs->start.kind, ==, CTS_START_INDEX);
  g_assert_cmpuint (logs->start.value, ==, 15);
  g_assert_cmpstr (logs->contact, ==, "me@example.com");
  g_assert_cmpstr (logs->proxy, ==, "http://p:1");
  g_assert_cmpuint (logs->poll_interval_ms, ==, 160);
  g_assert_cmpuint (logs->page_size, ==, 17);
  g_assert_cmpuint (logs->windows, ==, 16);
  g_assert_cmpuint (logs->request_interval_ms, ==, 19);
  g_assert_cmpuint (logs->request_interval_min_ms, ==, 20);
  g_assert_cmpuint (logs->request_burst, ==, 21);
  g_assert_cmpuint (logs->request_timeout_seconds, ==, 22);
  g_assert_cmpuint (logs->backoff_max_seconds, ==, 23);
  g_assert_cmpuint (logs->degraded_after, ==, 24);
  g_assert_cmpuint (logs->unhealthy_after, ==, 25);
  g_assert_cmpuint (logs->audit, ==, CTS_AUDIT_ENFORCE);
}

static void
assert_others (const CtsConfig *config)
{
  const CtsStoreConfig *store = cts_config_get_store (config);
  const CtsStreamConfig *stream = cts_config_get_stream (config);

  g_assert_cmpstr (store->directory, ==, "none");
  g_assert_cmpuint (store->sync, ==, CTS_STORE_SYNC_NORMAL);
  g_assert_cmpuint (store->commit_interval_ms, ==, 26);
  g_assert_cmpuint (store->journal_megabytes, ==, 0);
  g_assert_cmpuint (store->journal_hours, ==, 27);
  g_assert_cmpuint (stream->ring_megabytes, ==, 28);
  g_assert_cmpuint (stream->lag, ==, CTS_STREAM_LAG_CLOSE);
  g_assert_cmpuint (stream->max_lag_seconds, ==, 29);
  g_assert_cmpuint (stream->heartbeat, ==, CTS_STREAM_HEARTBEAT_ALWAYS);
  g_assert_cmpuint (stream->heartbeat_seconds, ==, 30);
  g_assert_false (cts_config_get_metrics (config)->enabled);
  g_assert_cmpstr (cts_config_get_metrics (config)->compatibility, ==, "none");
  g_assert_cmpuint (cts_config_get_control (config)->bus, ==, CTS_CONTROL_BUS_NONE);
}

/* Keys with one value only cannot be set to another. */
static gboolean
has_other_value (const char *path)
{
  return !g_str_equal (path, "metrics.compatibility");
}

static void
test_every_key (void)
{
  g_autoptr (CtsConfig) defaults = parse ("", NULL);
  g_autoptr (CtsConfig) config = parse_every_key ();
  g_auto (GStrv) changed = cts_config_diff (defaults, config);
  guint n = 0;

  assert_servers (config);
  assert_logs (cts_config_get_logs (config));
  assert_extra_logs (cts_config_get_logs (config)->extra);
  assert_overrides (cts_config_get_logs (config));
  assert_others (config);

  /* None was forgotten above. */
  for (gsize i = 0; i < CTS_CONFIG_N_SECTIONS; i++)
    for (gsize j = 0; j < cts_config_sections[i].n_keys; j++)
      {
        g_autofree char *path = g_strconcat (cts_config_sections[i].name, ".",
                                             cts_config_sections[i].keys[j].option.name, NULL);

        if (has_other_value (path))
          g_assert_cmpstr (changed[n++], ==, path);
      }
  g_assert_null (changed[n]);
}

static void
test_shared (void)
{
  CtsConfig *config = parse_every_key ();
  CtsConfig *again = cts_config_ref (config);

  g_assert_true (config == again);
  cts_config_unref (config);
  g_assert_cmpstr (cts_config_get_logs (again)->contact, ==, "me@example.com");
  cts_config_unref (again);
}

/* --- Differences --- */

static void
test_diff (void)
{
  static const struct
  {
    const char *old;
    const char *new;
    const char *changed;
  } cases[] = {
    { "", "", "" },
    { "server: {max_connections: 5}", "server: {max-connections: 5}", "" },
    { "", "server: {max-connections: 5}\nlogs: {start: head-1}",
      "server.max-connections logs.start" },
    { "logs: {include: [a]}", "logs: {include: [a, b]}", "logs.include" },
    { "logs: {extra: [{name: a, url: 'http://a'}]}", "logs: {extra: [{name: a, url: 'http://b'}]}",
      "logs.extra" },
    { "logs: {extra: [{name: a, url: 'http://a'}]}", "logs: {extra: [{url: 'http://a', name: a}]}",
      "" },
    { "logs: {operators: {a: {request-burst: 1}}}", "logs: {operators: {b: {request-burst: 1}}}",
      "logs.operators" },
    { "store: {journal-megabytes: 5}", "", "store.journal-megabytes" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CtsConfig) old = parse (cases[i].old, NULL);
      g_autoptr (CtsConfig) new = parse (cases[i].new, NULL);

      assert_diff (old, new, cases[i].changed);
    }
}

/* --- Notes --- */

static void
test_notes (void)
{
  static const char text[]
      = "server: {listen: ['[::]:1'], max-connections: 5}\n"
        "store: {journal-hours: 24, directory: none}\n"
        "logs:\n"
        "  start: 2026-01-31\n"
        "  windows: 2\n"
        "  extra:\n"
        "    - {name: a, url: 'http://a', key: @KEY@, operator: o, start: 5, page-size: 5}\n"
        "    - {name: b, url: 'http://b', stop: 5}\n"
        "    - {name: c, url: 'http://c', stop: 5, protocol: static-ct}\n"
        "  lists: []\n"
        "  operators: {a: {request-burst: 2}}\n"
        "  request-interval-ms: 1000\n"
        "  request-interval-min-ms: 200\n"
        "  request-burst: 1\n"
        "  audit: enforce\n";
  static const char *const notes[] = {
    "f:4:3: note: logs.start: a date has no effect yet",
    "f:8:34: note: logs.extra.stop: has no effect yet",
    "f:9:43: note: logs.extra.protocol: a protocol but rfc6962 has no effect yet",
    "f:15:3: note: logs.audit: enforce, beyond what warn does, has no effect yet",
    "f:2:9: note: store.journal-hours: has no effect yet",
  };
  g_autoptr (CtsConfigReport) report = cts_config_report_new ();
  g_autoptr (GString) data = g_string_new (text);
  g_autoptr (CtsConfig) config = NULL;

  g_string_replace (data, "@KEY@", public_key, 1);
  config = cts_config_parse (data->str, data->len, "f", NULL, report);
  g_assert_nonnull (config);
  g_assert_cmpuint (report->notes->len, ==, G_N_ELEMENTS (notes));
  for (gsize i = 0; i < G_N_ELEMENTS (notes); i++)
    g_assert_cmpstr (report->notes->pdata[i], ==, notes[i]);
}

/* --- Environment --- */

static void
test_environment (void)
{
  static const char *const environment[] = {
    "PATH=/bin",
    "CTSTREAM_PLUGIN_DIR=/plugins",
    "CTSTREAM_PLUGIN_DIR=/a__b",
    "MY_CTSTREAM_SERVER__NONSENSE=1",
    "CTSTREAM_SERVER__MAX_CONNECTIONS= 7 ",
    "CTSTREAM_SERVER__LISTEN=[\"[::1]:9\", localhost:8]",
    "CTSTREAM_STORE__DIRECTORY=/a # b: c",
    "CTSTREAM_LOGS__CONTACT=",
    "CTSTREAM_LOGS__OPERATORS={Big Org: {request_burst: 9}}",
    "CTSTREAM_LOGS__START='100'",
    "CTSTREAM_AUTH__QUERY_TOKEN=true",
    "CTSTREAM_FILTERS__DEDUP={window-seconds: 1, capacity: 2}",
    "CTSTREAM_FILTERS__DEDUP__CAPACITY=3",
    NULL,
  };
  g_autoptr (CtsConfig) config = parse ("server: {max-connections: 6, request-burst: 8}\n"
                                        "logs: {contact: me@example.com}\n",
                                        environment);
  const CtsServerConfig *server = cts_config_get_server (config);
  const CtsOperatorConfig *operator_config = cts_config_get_logs (config)->operators->pdata[0];
  const CtsStageConfig *dedup = cts_config_get_stages (config, CTS_ROLE_FILTER)->pdata[0];
  const CtsConfigNode *capacity = cts_config_node_lookup (dedup->options, "capacity")->value;
  g_autofree char *origin = cts_config_origin_format (cts_config_node_get_origin (capacity));

  g_assert_cmpuint (server->max_connections, ==, 7);
  g_assert_cmpuint (server->request_burst, ==, 8);
  assert_strv (server->listen, "[::1]:9 localhost:8");
  g_assert_cmpstr (cts_config_get_store (config)->directory, ==, "/a # b: c");
  g_assert_cmpstr (cts_config_get_logs (config)->contact, ==, "");
  g_assert_cmpstr (operator_config->name, ==, "Big Org");
  g_assert_cmpuint (operator_config->request_burst, ==, 9);
  g_assert_cmpuint (cts_config_get_logs (config)->start.value, ==, 100);
  g_assert_true (cts_config_get_auth (config)->query_token);
  g_assert_cmpstr (dedup->plugin, ==, "dedup");
  g_assert_cmpstr (cts_config_node_get_text (capacity), ==, "3");
  g_assert_cmpstr (origin, ==, "environment variable CTSTREAM_FILTERS__DEDUP__CAPACITY");
}

/* One underscore is a likely mistake; a variable of another part is none. */
static void
test_environment_notes (void)
{
  static const char *const environment[]
      = { "CTSTREAM_PLUGIN_DIR=/a", "CTSTREAM_SERVER_LISTEN=[]", "CERTSTREAM_PORT=80", NULL };
  g_autoptr (CtsConfigReport) report = cts_config_report_new ();
  g_autoptr (CtsConfig) config = cts_config_load (NULL, environment, report);

  g_assert_nonnull (config);
  g_assert_cmpuint (report->notes->len, ==, 1);
  g_assert_true (g_str_has_prefix (report->notes->pdata[0],
                                   "environment variable CTSTREAM_SERVER_LISTEN: note: "));
}

/* --- Files --- */

typedef struct
{
  char *folder;
  char *file;
} Folder;

static void
folder_set_up (Folder *folder, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  folder->folder = g_dir_make_tmp ("ctstream-config-XXXXXX", &error);
  g_assert_no_error (error);
  folder->file = g_build_filename (folder->folder, "ctstream.yaml", NULL);
}

static void
folder_write (Folder *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder->folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
remove_all (const char *folder)
{
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_all (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

static void
folder_tear_down (Folder *folder, gconstpointer data)
{
  remove_all (folder->folder);
  g_free (folder->folder);
  g_free (folder->file);
}

static void
test_drop_ins (Folder *folder, gconstpointer data)
{
  static const char *const environment[] = { "CTSTREAM_LOGS__WINDOWS=4", NULL };
  g_autoptr (CtsConfigReport) report = cts_config_report_new ();
  g_autoptr (CtsConfig) config = NULL;
  const CtsLogsConfig *logs;

  folder_write (folder, "ctstream.yaml",
                "logs: {windows: 1, page-size: 1, include: [a, b]}\nserver: {max-connections: 9}");
  folder_write (folder, "conf.d/20-b.yaml", "logs: {windows: 3, page_size: 3}\nserver:\n");
  folder_write (folder, "conf.d/10-a.yaml", "logs: {windows: 2, page-size: 2, include: [c]}");
  folder_write (folder, "conf.d/30-c.yaml.bak", "nonsense: 1");
  folder_write (folder, "conf.d/.hidden.yaml", "nonsense: 1");

  config = cts_config_load (folder->file, environment, report);
  g_assert_nonnull (config);
  logs = cts_config_get_logs (config);
  g_assert_cmpuint (logs->windows, ==, 4);
  g_assert_cmpuint (logs->page_size, ==, 3);
  assert_strv (logs->include, "c");
  g_assert_cmpuint (cts_config_get_server (config)->max_connections, ==, 9);
}

/* What is wrong in one file does not hide what is wrong in another. */
static void
test_drop_in_errors (Folder *folder, gconstpointer data)
{
  g_autoptr (CtsConfigReport) report = cts_config_report_new ();
  g_autofree char *first = g_strconcat (folder->file, ":1:4: ", NULL);
  g_autofree char *second = g_build_filename (folder->folder, "conf.d", "a.yaml:1:1: a: ", NULL);

  folder_write (folder, "ctstream.yaml", "a: @");
  folder_write (folder, "conf.d/a.yaml", "a: 1");
  g_assert_null (cts_config_load (folder->file, NULL, report));
  g_assert_cmpuint (report->errors->len, ==, 2);
  g_assert_true (g_str_has_prefix (report->errors->pdata[0], first));
  g_assert_true (g_str_has_prefix (report->errors->pdata[1], second));
}

static void
assert_unreadable (const char *path, const char *reason)
{
  g_autoptr (CtsConfigReport) report = cts_config_report_new ();
  g_autofree char *expected = g_strconcat (path, ":1:1: cannot be read: ", reason, NULL);

  g_assert_null (cts_config_load (path, NULL, report));
  g_assert_cmpuint (report->errors->len, ==, 1);
  g_assert_cmpstr (report->errors->pdata[0], ==, expected);
}

static void
test_unreadable (Folder *folder, gconstpointer data)
{
  assert_unreadable (folder->file, "No such file or directory");
  assert_unreadable (folder->folder, "Is a directory");
}

/* --- What we ship --- */

/* Keys are commented out with no space behind the sign, which their explanations have. */
static char *
uncomment (const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new ("^( *)#(?=[a-z])", G_REGEX_MULTILINE, 0, NULL);

  return g_regex_replace (regex, text, -1, 0, "\\1", 0, NULL);
}

static void
assert_names_every_key (const char *text)
{
  for (gsize i = 0; i < CTS_CONFIG_N_SECTIONS; i++)
    for (gsize j = 0; j < cts_config_sections[i].n_keys; j++)
      {
        g_autofree char *line
            = g_strdup_printf ("\n  %s: ", cts_config_sections[i].keys[j].option.name);

        if (strstr (text, line) == NULL)
          g_test_message ("%s is missing", line);
        g_assert_nonnull (strstr (text, line));
      }
}

static void
test_default_file (void)
{
  g_autofree char *path = source_file ("data/ctstream.yaml");
  g_autoptr (CtsConfigReport) report = cts_config_report_new ();
  g_autoptr (CtsConfig) defaults = parse ("", NULL);
  g_autoptr (CtsConfig) config = cts_config_load (path, NULL, report);
  g_autoptr (CtsConfig) explicit = NULL;
  g_autofree char *text = NULL;
  g_autofree char *uncommented = NULL;

  g_assert_nonnull (config);
  g_assert_cmpuint (report->notes->len, ==, 0);
  assert_diff (defaults, config, "");

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  uncommented = uncomment (text);
  assert_names_every_key (uncommented);
  explicit = parse (uncommented, NULL);
  assert_diff (defaults, explicit, "");
}

/* A row of the manual's tables: | `key` | type | default | meaning |, below its section's title. */
static void
assert_documented (const char *manual, const char *section, const CtsConfigKey *key)
{
  const CtsOption *option = &key->option;
  g_autofree char *title = g_strdup_printf ("\n## %s\n", section);
  g_autofree char *row = g_strdup_printf ("\n| `%s` ", option->name);
  g_autofree char *range = g_strdup_printf ("%u–%u", option->minimum, option->maximum);
  const char *place = strstr (manual, title);
  const char *next = place != NULL ? strstr (place + 1, "\n## ") : NULL;
  g_autofree char *part = NULL;
  g_auto (GStrv) cells = NULL;

  g_test_message ("%s.%s", section, option->name);
  g_assert_nonnull (place);
  part = next != NULL ? g_strndup (place, (gsize) (next - place)) : g_strdup (place);
  g_assert_nonnull (strstr (part, row));
  cells = g_strsplit (strstr (part, row) + 1, "|", 6);
  g_assert_cmpint (strstr (cells[1], "°") != NULL, ==, (key->flags & CTS_CONFIG_KEY_IDLE) != 0);

  if (key->type == NULL && option->type == CTS_OPTION_TYPE_UINT)
    {
      g_autofree char *value = g_strdup_printf (" %u ", option->default_uint);

      g_assert_nonnull (strstr (cells[2], range));
      g_assert_cmpstr (cells[3], ==, value);
    }
  for (guint i = 0; option->choices != NULL && option->choices[i] != NULL; i++)
    g_assert_nonnull (strstr (cells[2], option->choices[i]));
  if (option->choices != NULL)
    g_assert_nonnull (strstr (cells[3], option->choices[option->default_uint]));
}

static void
test_manual (void)
{
  g_autofree char *path = source_file ("docs/configuration.md");
  g_autofree char *manual = NULL;

  g_assert_true (g_file_get_contents (path, &manual, NULL, NULL));
  for (gsize i = 0; i < CTS_CONFIG_N_SECTIONS; i++)
    for (gsize j = 0; j < cts_config_sections[i].n_keys; j++)
      assert_documented (manual, cts_config_sections[i].name, &cts_config_sections[i].keys[j]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config/defaults", test_defaults);
  g_test_add_func ("/config/every-key", test_every_key);
  g_test_add_func ("/config/shared", test_shared);
  g_test_add_func ("/config/diff", test_diff);
  g_test_add_func ("/config/notes", test_notes);
  g_test_add_func ("/config/environment/values", test_environment);
  g_test_add_func ("/config/environment/notes", test_environment_notes);
  g_test_add ("/config/dropin/order", Folder, NULL, folder_set_up, test_drop_ins, folder_tear_down);
  g_test_add ("/config/dropin/errors", Folder, NULL, folder_set_up, test_drop_in_errors,
              folder_tear_down);
  g_test_add ("/config/unreadable", Folder, NULL, folder_set_up, test_unreadable, folder_tear_down);
  g_test_add_func ("/config/default-file", test_default_file);
  g_test_add_func ("/config/manual", test_manual);
  return g_test_run ();
}
