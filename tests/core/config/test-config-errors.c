/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/config/cts-config-check.h"
#include "core/config/cts-config.h"
#include "tests/core/http/listen-cases.h"

static CtsConfig *
parse (const char *text, const char *const *environment, CtsConfigReport *report)
{
  return cts_config_parse (text, strlen (text), "f", environment, report);
}

typedef struct
{
  const char *text;
  const char *error;
} Case;

static void
assert_error (const Case *test, const char *const *environment)
{
  g_autoptr (CtsConfigReport) report = cts_config_report_new ();
  g_autoptr (CtsConfig) config = parse (test->text, environment, report);

  if (report->errors->len != 1 || config != NULL)
    g_test_message ("%s gave %u errors", test->text, report->errors->len);
  g_assert_null (config);
  g_assert_cmpuint (report->errors->len, ==, 1);
  g_assert_cmpstr (report->errors->pdata[0], ==, test->error);
}

static void
test_keys (void)
{
  static const Case cases[] = {
    { "server: {max-conections: 5}",
      "f:1:10: server.max-conections: unknown key, did you mean 'max-connections'?" },
    { "server:\n  max_conections: 5",
      "f:2:3: server.max-conections: unknown key, did you mean 'max-connections'?" },
    { "sever: {}", "f:1:1: sever: unknown key, did you mean 'server'?" },
    { "server: {colour: red}", "f:1:10: server.colour: unknown key" },
    { "server: {'': 1}", "f:1:10: server.: unknown key" },
    { "logs: {extra: [{name: a, url: 'http://a/', ke: b}]}",
      "f:1:44: logs.extra[0].ke: unknown key, did you mean 'key'?" },
    { "<<: {server: {}}", "f:1:1: <<: unknown key" },
    { "\"a\\n\\e[2Jb\": 1", "f:1:1: a??[2Jb: unknown key" },
    { "[server]", "f:1:1: expected a map of keys, not a list" },
    { "server", "f:1:1: expected a map of keys, not 'server'" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_error (&cases[i], NULL);
}

static void
test_types (void)
{
  static const Case cases[] = {
    { "server: 5", "f:1:9: server: expected a map of keys, not '5'" },
    { "server: {max-connections: many}",
      "f:1:27: server.max-connections: expected a whole number, not 'many'" },
    { "server: {max-connections: '5'}",
      "f:1:27: server.max-connections: expected a whole number, not the text \"5\"" },
    { "server: {max-connections: 1e3}",
      "f:1:27: server.max-connections: expected a whole number, not '1e3'" },
    { "server: {max-connections: 010}",
      "f:1:27: server.max-connections: expected a whole number, not '010'" },
    { "server: {max-connections: +5}",
      "f:1:27: server.max-connections: expected a whole number, not '+5'" },
    { "server: {max-connections: }",
      "f:1:27: server.max-connections: expected a whole number, not nothing" },
    { "server: {max-connections: [5]}",
      "f:1:27: server.max-connections: expected a whole number, not a list" },
    { "server: {listen: '[::]:1'}",
      "f:1:18: server.listen: expected a list, as in [one, two], not the text \"[::]:1\"" },
    { "server: {allow: [[10.0.0.0/8]]}", "f:1:18: server.allow[0]: expected a text, not a list" },
    { "auth: {query-token: yes}", "f:1:21: auth.query-token: expected true or false, not 'yes'" },
    { "auth: {query-token: 1}", "f:1:21: auth.query-token: expected true or false, not '1'" },
    { "auth: {query-token: 'true'}",
      "f:1:21: auth.query-token: expected true or false, not the text \"true\"" },
    { "auth: {token-file: ~}", "f:1:20: auth.token-file: expected a text, not nothing" },
    { "auth: {token-file: true}", "f:1:20: auth.token-file: expected a text, not 'true'" },
    { "auth: {token-file: {a: b}}", "f:1:20: auth.token-file: expected a text, not a map" },
    { "stream: {lag: wait}",
      "f:1:15: stream.lag: expected one of journal, skip, close, not 'wait'" },
    { "stream: {lag: [skip]}",
      "f:1:15: stream.lag: expected one of journal, skip, close, not a list" },
    { "logs: {extra: {name: a}}",
      "f:1:15: logs.extra: expected a list, as in [one, two], not a map" },
    { "logs: {extra: [a]}", "f:1:16: logs.extra[0]: expected a map of keys, not 'a'" },
    { "logs: {operators: [Google]}", "f:1:19: logs.operators: expected a map of keys, not a list" },
    { "logs: {operators: {Google: 5}}",
      "f:1:28: logs.operators.Google: expected a map of keys, not '5'" },
    { "sinks: [websocket]", "f:1:8: sinks: expected a map of keys, not a list" },
    { "sinks: {websocket: on}", "f:1:20: sinks.websocket: expected a map of keys, not 'on'" },
    { "sinks: {websocket: {enabled: 0}}",
      "f:1:30: sinks.websocket.enabled: expected true or false, not '0'" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_error (&cases[i], NULL);
}

static void
test_ranges (void)
{
  static const Case cases[] = {
    { "server: {max-connections: 0}",
      "f:1:27: server.max-connections: '0' is out of range 1–1000000" },
    { "server: {max-connections: -1}",
      "f:1:27: server.max-connections: '-1' is out of range 1–1000000" },
    { "server: {max-connections: 99999999999999999999999}",
      "f:1:27: server.max-connections: '99999999999999999999999' is out of range 1–1000000" },
    { "logs: {poll-interval-ms: 99}",
      "f:1:26: logs.poll-interval-ms: '99' is out of range 100–600000" },
    { "logs: {poll-interval-ms: 600001}",
      "f:1:26: logs.poll-interval-ms: '600001' is out of range 100–600000" },
    { "logs: {page-size: 10001}", "f:1:19: logs.page-size: '10001' is out of range 1–10000" },
    { "logs: {windows: 17}", "f:1:17: logs.windows: '17' is out of range 1–16" },
    { "logs: {request-interval-ms: 60001}",
      "f:1:29: logs.request-interval-ms: '60001' is out of range 0–60000" },
    { "logs: {request-burst: 65}", "f:1:23: logs.request-burst: '65' is out of range 1–64" },
    { "logs: {extra: [{name: a, url: 'http://a', page-size: 0}]}",
      "f:1:54: logs.extra[0].page-size: '0' is out of range 1–10000" },
    { "store: {journal-megabytes: -1}",
      "f:1:28: store.journal-megabytes: '-1' is out of range 0–16777216" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_error (&cases[i], NULL);
}

/* Values of one key each that must be refused, and ones that must not. */
static void
test_values (void)
{
  static const struct
  {
    const char *format;
    const char *good[12];
    const char *bad[16];
  } cases[] = {
    { "server: {allow: [\"%s\"]}",
      { "10.0.0.0/8", "127.0.0.1", "2001:db8::/32", "::1" },
      { "", "10.0.0.0/33", "10.0.0.1/8", "example.com", "10.0.0/8", "2001:db8::/129" } },
    { "server: {trusted-proxies: [\"%s\"]}", { "10.0.0.0/8" }, { "10.0.0.0/", "a" } },
    { "auth: {header: \"%s\"}", { "X-Token" }, { "", "X Token", "X:", "Ü" } },
    { "auth: {public: [\"%s\"]}", { "/", "/health" }, { "", "health", "/a b", "/a?b" } },
    { "logs: {lists: [\"%s\"]}",
      { "google", "apple", "https://example.com/list.json", "/etc/logs.json", "./logs.json" },
      { "", "gogle", "ftp://example.com/list.json", "logs.json" } },
    { "logs: {follow: [\"%s\"]}", { "usable", "retired" }, { "", "useable" } },
    { "logs: {protocols: [\"%s\"]}", { "static-ct" }, { "static" } },
    { "logs: {include: [\"%s\"]}", { "Google/*" }, { "" } },
    { "logs: {contact: \"%s\"}",
      { "", "ct@example.com", "https://example.com/ct" },
      { "me", "@", "a@b c", "a@b\\r\\nX: y", "a@b)", "(a@b", "ftp://example.com" } },
    { "logs: {proxy: \"%s\"}",
      { "", "http://proxy:3128", "socks5://[::1]:1080" },
      { "proxy:3128", "http://", "ftp://proxy" } },
    { "logs: {start: \"%s\"}",
      { "head", "head-0", "head-1000", "0", "9223372036854775807", "2026-01-31",
        "2026-01-31T12:00:00Z", "2026-01-31T12:00:00+02:00" },
      { "", "tail", "head-", "head+1", "-1", "9223372036854775808", "2026-02-30", "2026-1-31",
        "2026-01-31T12:00:00", "1969-12-31", "2026-01-31x", "20260131T000000Z" } },
    { "store: {journal-megabytes: %s}", { "auto", "0", "512" }, { "Auto", "1.5", "[1]", "full" } },
    { "logs: {extra: [{name: a, url: \"%s\"}]}",
      { "http://localhost:6962/log", "https://ct.example.com/", "http://[::1]:80/" },
      { "", "ct.example.com", "ftp://ct.example.com", "http://", "http:///path", "https://a/?b",
        "https://a/#b", "http://a:99999/", "http://a b/", "file:///etc" } },
    { "logs: {extra: [{name: \"%s\", url: 'http://a'}]}",
      { "a", "Google 'Argon2026h1' log", "Ü" },
      { "", "a\\nb", "\\e[2J" } },
    { "logs: {extra: [{name: a, url: 'http://a', protocol: \"%s\"}]}",
      { "rfc6962", "static-ct" },
      { "", "rfc9162" } },
    { "logs: {extra: [{name: a, url: 'http://a', tile-url: \"%s\"}]}",
      { "https://tiles.example.com/" },
      { "tiles" } },
    { "logs: {extra: [{name: a, url: 'http://a', stop: \"%s\"}]}",
      { "100", "2026-01-31" },
      { "head", "", "never" } },
    { "logs: {extra: [{name: a, url: 'http://a', key: \"%s\"}]}",
      { "@KEY@" },
      { "", "AAAA", "not base64", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE", "@KEY@=", " @KEY@" } },
    { "sinks: {\"%s\": {plugin: p}}", { "a", "a1-b", "a_b" }, { "", "A", "a b", "../a", "-a" } },
    { "sinks: {a: {plugin: \"%s\"}}", { "p", "my-plugin" }, { "", "../p", "/p", "p.so" } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) format = g_string_new (cases[i].format);

      for (gsize j = 0; j < G_N_ELEMENTS (cases[i].good) + G_N_ELEMENTS (cases[i].bad); j++)
        {
          gboolean is_good = j < G_N_ELEMENTS (cases[i].good);
          const char *value
              = is_good ? cases[i].good[j] : cases[i].bad[j - G_N_ELEMENTS (cases[i].good)];
          g_autoptr (CtsConfigReport) report = cts_config_report_new ();
          g_autoptr (GString) text = g_string_new (format->str);
          g_autoptr (CtsConfig) config = NULL;

          if (value == NULL)
            continue;
          g_string_replace (text, "%s", value, 1);
          g_string_replace (text, "@KEY@",
                            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEdUuY0YXAsX65Z7lolbyHD3Bv9u1dTow+"
                            "qYV+I5BQuTw83i+qpE7vjVpkzO9xg4V0aqhGJXpyakZbevPmhDjNQw==",
                            1);
          config = parse (text->str, NULL, report);
          if ((config != NULL) != is_good)
            g_test_message ("%s: %s", text->str,
                            report->errors->len > 0 ? (char *) report->errors->pdata[0] : "valid");
          g_assert_cmpint (config != NULL, ==, is_good);
          g_assert_cmpuint (report->errors->len, ==, is_good ? 0 : 1);
        }
    }
}

/* What the start would refuse, the check refuses; nothing else. */
static void
test_listen (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (listen_good); i++)
    {
      g_test_message ("%s", listen_good[i].text);
      g_assert_null (cts_config_check_listen (listen_good[i].text));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (listen_bad); i++)
    {
      g_autofree char *expected = cts_config_check_listen (listen_bad[i]);

      g_test_message ("%s", listen_bad[i]);
      g_assert_nonnull (expected);
    }
}

/* What is wrong only beside other values. */
static void
test_together (void)
{
#define KEY                                                                                        \
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEdUuY0YXAsX65Z7lolbyHD3Bv9u1dTow+"                           \
  "qYV+I5BQuTw83i+qpE7vjVpkzO9xg4V0aqhGJXpyakZbevPmhDjNQw=="
  static const Case cases[] = {
    { "server: {tls-key: a}",
      "f:1:9: server: 'tls-certificate' and 'tls-key' go together: one of them is missing" },
    { "server: {listen: []}", "f:1:18: server.listen: expected at least one address" },
    { "logs:\n"
      "  extra:\n"
      "    - {name: a, url: 'http://a/log'}\n"
      "    - {name: b, url: 'http://b/log'}\n"
      "    - {name: c, url: 'http://a/log//'}\n",
      "f:5:7: logs.extra[2]: is the same log as logs.extra[0]: same url or key" },
    { "logs:\n"
      "  extra:\n"
      "    - {name: a, url: 'http://a/', key: '" KEY "'}\n"
      "    - {name: b, url: 'http://b/', key: '" KEY "'}\n",
      "f:4:7: logs.extra[1]: is the same log as logs.extra[0]: same url or key" },
  };
#undef KEY

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_error (&cases[i], NULL);
}

static void
test_missing (void)
{
  static const Case cases[] = {
    { "logs: {extra: [{name: a}]}", "f:1:16: logs.extra[0]: 'url' is missing" },
    { "logs: {extra: [{url: 'http://a'}]}", "f:1:16: logs.extra[0]: 'name' is missing" },
    { "logs: {overrides: [{page-size: 5}]}", "f:1:20: logs.overrides[0]: 'match' is missing" },
    { "sinks: {mine: {full: true}}", "f:1:9: sinks.mine: 'plugin' is missing" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_error (&cases[i], NULL);
}

/* All mistakes are told at once, in the order of the sections. */
static void
test_all (void)
{
  static const char text[] = "stream: {lag: wait}\n"
                             "colour: red\n"
                             "server: {max-connections: 0, allow: [a, 10.0.0.0/8, b]}\n";
  g_autoptr (CtsConfigReport) report = cts_config_report_new ();

  g_assert_null (parse (text, NULL, report));
  g_assert_cmpuint (report->errors->len, ==, 5);
  g_assert_true (g_str_has_prefix (report->errors->pdata[0], "f:2:1: colour:"));
  g_assert_true (g_str_has_prefix (report->errors->pdata[1], "f:3:27: server.max-connections:"));
  g_assert_true (g_str_has_prefix (report->errors->pdata[2], "f:3:38: server.allow[0]:"));
  g_assert_true (g_str_has_prefix (report->errors->pdata[3], "f:3:53: server.allow[2]:"));
  g_assert_true (g_str_has_prefix (report->errors->pdata[4], "f:1:15: stream.lag:"));
}

static void
test_bounded (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (CtsConfigReport) report = cts_config_report_new ();

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (text, "k%u: 1\n", i);
  g_assert_null (parse (text->str, NULL, report));
  g_assert_cmpuint (report->errors->len, ==, CTS_CONFIG_MAX_ERRORS + 1);
  g_assert_true (g_str_has_suffix (report->errors->pdata[CTS_CONFIG_MAX_ERRORS],
                                   "too many errors, the rest is not shown"));
}

/* A mistake counts also where a later layer hides it. */
static void
test_hidden (void)
{
  static const Case test = { "server: {max-connections: 0}",
                             "f:1:27: server.max-connections: '0' is out of range 1–1000000" };
  static const char *const environment[] = { "CTSTREAM_SERVER__MAX_CONNECTIONS=5", NULL };

  assert_error (&test, environment);
}

static void
test_environment (void)
{
  static const struct
  {
    const char *variable;
    const char *error;
  } cases[] = {
    { "CTSTREAM_SERVER__MAX_CONECTIONS=5",
      "environment variable CTSTREAM_SERVER__MAX_CONECTIONS: server.max-conections: unknown key, "
      "did you mean 'max-connections'?" },
    { "CTSTREAM_SERVER__MAX_CONNECTIONS=0",
      "environment variable CTSTREAM_SERVER__MAX_CONNECTIONS: server.max-connections: '0' is out "
      "of range 1–1000000" },
    { "CTSTREAM_SERVER__LISTEN=localhost:80",
      "environment variable CTSTREAM_SERVER__LISTEN: server.listen: expected a list, as in [one, "
      "two], not 'localhost:80'" },
    { "CTSTREAM_SERVER__LISTEN=[localhost:80",
      "environment variable CTSTREAM_SERVER__LISTEN: cannot be read as YAML: 2:1: did not find "
      "expected ',' or ']', while parsing a flow sequence" },
    { "CTSTREAM_SERVER__LISTEN=[0.0.0.0:80,\"b\"]",
      "environment variable CTSTREAM_SERVER__LISTEN:1:13: server.listen[1]: expected ADDRESS:PORT, "
      "localhost:PORT, [IPV6]:PORT or unix:/PATH of at most 107 bytes; other names are not looked "
      "up, not 'b'" },
    { "CTSTREAM_SERVER__LISTEN=[]",
      "environment variable CTSTREAM_SERVER__LISTEN:1:1: server.listen: expected at least one "
      "address" },
    { "CTSTREAM_LOGS__CONTACT=\xff",
      "environment variable CTSTREAM_LOGS__CONTACT: not valid UTF-8" },
    { "CTSTREAM___A=1", "environment variable CTSTREAM___A: unknown key" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *environment[] = { cases[i].variable, NULL };
      const Case test = { "", cases[i].error };

      assert_error (&test, environment);
    }
}

/* Tokens never get into a message. */
static void
test_secrets (void)
{
  static const char *const cases[] = {
    "auth: {tokens: hunter2}",
    "auth: {tokens: [hunter2, 'hunter2 hunter2']}",
    "auth: {tokens: [[hunter2]]}",
    "auth: {tokens: {hunter2: a}}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CtsConfigReport) report = cts_config_report_new ();

      g_assert_null (parse (cases[i], NULL, report));
      g_assert_cmpuint (report->errors->len, ==, 1);
      g_assert_null (strstr (report->errors->pdata[0], "hunter2"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config/errors/keys", test_keys);
  g_test_add_func ("/config/errors/types", test_types);
  g_test_add_func ("/config/errors/ranges", test_ranges);
  g_test_add_func ("/config/errors/values", test_values);
  g_test_add_func ("/config/errors/listen", test_listen);
  g_test_add_func ("/config/errors/together", test_together);
  g_test_add_func ("/config/errors/missing", test_missing);
  g_test_add_func ("/config/errors/all", test_all);
  g_test_add_func ("/config/errors/bounded", test_bounded);
  g_test_add_func ("/config/errors/hidden", test_hidden);
  g_test_add_func ("/config/errors/environment", test_environment);
  g_test_add_func ("/config/errors/secrets", test_secrets);
  return g_test_run ();
}
