/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <string.h>

#include "support/cts-test-client.h"

/* The configuration as its user meets it: `ctstreamd --check`, and what a daemon makes of a stage
 * it cannot have. */

/* Runs `ctstreamd --check` on @text; checks the exit status and that stderr has the @lines, each
 * `LINE:COLUMN: message` without the file, and no other but notes. */
static void
check (const char *text, int status, const char *const *lines)
{
  char *folder = cts_test_folder_new ();
  g_autofree char *config = cts_test_folder_write (folder, "a.yaml", text, 0600);
  g_autoptr (CtsTestProcess) process = cts_test_daemon_run (config, "--check", NULL);
  const GPtrArray *errors = cts_test_process_get_lines (process, CTS_TEST_STDERR);

  g_assert_cmpint (cts_test_process_wait_exit (process), ==, status);
  g_assert_cmpuint (errors->len, ==, g_strv_length ((char **) lines));
  for (guint i = 0; i < errors->len; i++)
    {
      g_autofree char *expected = g_strdup_printf ("%s:%s", config, lines[i]);

      g_assert_true (g_str_has_prefix (g_ptr_array_index (errors, i), expected));
    }
  cts_test_folder_remove (folder);
}

static void
test_good (void)
{
  check ("server: {listen: [\"127.0.0.1:0\"]}\n"
         "store: {directory: none}\n"
         "logs:\n"
         "  lists: []\n"
         "  extra: [{name: A log, url: \"http://127.0.0.1:1/log/\", start: head-100}]\n"
         "filters: {dedup: {plugin: dedup, window-seconds: 60}}\n",
         0, (const char *const[]){ NULL });
}

/* All of it is commented out, but for the names of sections; the defaults are what is checked. */
static void
test_shipped (void)
{
  g_autofree char *config
      = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "data", "ctstream.yaml", NULL);
  g_autoptr (CtsTestProcess) process = cts_test_daemon_run (config, "--check", NULL);

  g_assert_cmpint (cts_test_process_wait_exit (process), ==, 0);
  g_assert_cmpuint (cts_test_process_get_lines (process, CTS_TEST_STDERR)->len, ==, 0);
}

static void
test_all_errors (void)
{
  check ("server:\n"
         "  lisen: [\"127.0.0.1:0\"]\n"
         "  max-connections: lots\n"
         "logs:\n"
         "  lists: []\n"
         "  windows: 99\n"
         "  extra: [{name: x, url: \"ftp://x\"}]\n"
         "serialisers: {}\n",
         1,
         (const char *const[]){ "8:1: serialisers: unknown key, did you mean 'serializers'?",
                                "2:3: server.lisen: unknown key, did you mean 'listen'?",
                                "3:20: server.max-connections: ", "6:12: logs.windows: '99' is out",
                                "7:26: logs.extra[0].url: ", NULL });
}

static void
test_not_yaml (void)
{
  check ("logs: [\n", 1, (const char *const[]){ "2:1: ", NULL });
}

static void
test_no_file (void)
{
  g_autoptr (CtsTestProcess) process
      = cts_test_daemon_run ("/nonexistent/ctstream.yaml", "--check", NULL);
  const GPtrArray *lines = cts_test_process_get_lines (process, CTS_TEST_STDERR);

  g_assert_cmpint (cts_test_process_wait_exit (process), ==, 1);
  g_assert_cmpuint (lines->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (lines, 0), "/nonexistent/ctstream.yaml"));
}

static void
test_stages (void)
{
  check ("logs: {lists: []}\n"
         "filters:\n"
         "  dedup: {plugin: dedup, capacity: 0}\n"
         "sinks:\n"
         "  websocket: {plugin: websocket, lites: true}\n"
         "  mine: {plugin: nosuch}\n"
         "  odd: {plugin: dedup}\n"
         "serializers: {certstream: {profile: calidog}}\n",
         1,
         (const char *const[]){ "8:37: serializers.certstream.profile: expected default, not",
                                "3:36: filters.dedup.capacity: '0' is out of range",
                                "5:34: sinks.websocket.lites: unknown key, did you mean 'lite'?",
                                "6:3: sinks.mine: no module named 'nosuch' in ",
                                "7:3: sinks.odd: plugin 'dedup' has no sink", NULL });
}

/* The built-in stages count, those that are switched off do not. */
static void
test_too_many_stages (void)
{
  g_autoptr (GString) text = g_string_new (CTS_TEST_NO_LOGS "filters:\n  off: {plugin: dedup, "
                                                            "enabled: false}\n");

  for (guint i = 1; i <= 16; i++)
    g_string_append_printf (text, "  f%u: {plugin: dedup}\n", i);
  g_string_append (text, "serializers:\n");
  for (guint i = 1; i <= 9; i++)
    g_string_append_printf (text, "  s%u: {plugin: certstream}\n", i);
  check (text->str, 1,
         (const char *const[]){ "19:3: filters.f16: at most 16 filters can be enabled",
                                "28:3: serializers.s8: at most 8 serializers can be enabled",
                                NULL });
}

/* The daemon serves what it can. */
static void
test_unknown_plugin_at_run (void)
{
  static const char warning[] = "sink 'mine': no module named 'nosuch'";
  g_autoptr (CtsTestDaemon) daemon
      = cts_test_daemon_new (CTS_TEST_NO_LOGS "sinks: {mine: {plugin: nosuch}}\n", NULL);
  g_autoptr (CtsTestClient) client = cts_test_client_new (daemon, "/", NULL, NULL);
  g_autofree char *health = cts_test_daemon_get (daemon, "/health", 200);

  g_assert_cmpstr (health, ==, "OK");
  cts_test_process_wait_line (cts_test_daemon_get_process (daemon), CTS_TEST_STDERR, warning);
  cts_test_daemon_expect_warning (daemon, warning);
  cts_test_daemon_stop (daemon, SIGTERM);
}

/* A log is read by one source, however many speak its protocol. */
static void
test_two_sources (void)
{
  static const char warning[] = "source 'again' is not used: another one reads rfc6962 logs";
  g_autoptr (CtsTestDaemon) daemon
      = cts_test_daemon_new (CTS_TEST_NO_LOGS "sources: {again: {plugin: rfc6962}}\n", NULL);

  cts_test_process_wait_line (cts_test_daemon_get_process (daemon), CTS_TEST_STDERR, warning);
  cts_test_daemon_expect_warning (daemon, warning);
  cts_test_daemon_stop (daemon, SIGTERM);
}

/* A bad file is no reason to start with half of it, whether the core or a plugin finds out. */
static void
test_errors_at_run (gconstpointer data)
{
  static const struct
  {
    const char *yaml;
    const char *error;
  } cases[] = {
    { "logs: {windows: 99, lists: []}\n", "a.yaml:1:17: logs.windows: " },
    { CTS_TEST_NO_LOGS "filters: {dedup: {window-secods: 5}}\n",
      "filters.dedup.window-secods: unknown key, did you mean 'window-seconds'" },
  };
  guint i = GPOINTER_TO_UINT (data);
  char *folder = cts_test_folder_new ();
  g_autofree char *config = cts_test_folder_write (folder, "a.yaml", cases[i].yaml, 0600);
  g_autoptr (CtsTestProcess) process = cts_test_daemon_run (config, NULL, NULL);
  const GPtrArray *lines = cts_test_process_get_lines (process, CTS_TEST_STDERR);

  g_assert_cmpint (cts_test_process_wait_exit (process), ==, 1);
  g_assert_cmpuint (lines->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (lines, 0), cases[i].error));
  cts_test_folder_remove (folder);
}

static void
test_environment (void)
{
  g_autoptr (GSubprocessLauncher) launcher = cts_test_launcher_new (SIGKILL);
  char *folder = cts_test_folder_new ();
  g_autofree char *config = cts_test_folder_write (folder, "a.yaml", CTS_TEST_NO_LOGS, 0600);
  const char *argv[] = { g_getenv ("CTS_TEST_DAEMON"), "--config", config, "--check", NULL };
  g_autoptr (CtsTestProcess) process = NULL;
  const GPtrArray *lines;

  g_subprocess_launcher_setenv (launcher, "CTSTREAM_SERVER__MAX_CONNECTIONS", "0", TRUE);
  process = cts_test_process_new (launcher, argv);
  lines = cts_test_process_get_lines (process, CTS_TEST_STDERR);
  g_assert_cmpint (cts_test_process_wait_exit (process), ==, 1);
  g_assert_cmpuint (lines->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (lines, 0), "CTSTREAM_SERVER__MAX_CONNECTIONS"));
  cts_test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/integration/config/good", test_good);
  g_test_add_func ("/integration/config/shipped", test_shipped);
  g_test_add_func ("/integration/config/all-errors", test_all_errors);
  g_test_add_func ("/integration/config/not-yaml", test_not_yaml);
  g_test_add_func ("/integration/config/no-file", test_no_file);
  g_test_add_func ("/integration/config/stages", test_stages);
  g_test_add_func ("/integration/config/too-many-stages", test_too_many_stages);
  g_test_add_func ("/integration/config/two-sources", test_two_sources);
  g_test_add_func ("/integration/config/unknown-plugin-at-run", test_unknown_plugin_at_run);
  g_test_add_data_func ("/integration/config/errors-at-run/core", GUINT_TO_POINTER (0),
                        test_errors_at_run);
  g_test_add_data_func ("/integration/config/errors-at-run/plugin", GUINT_TO_POINTER (1),
                        test_errors_at_run);
  g_test_add_func ("/integration/config/environment", test_environment);
  return g_test_run ();
}
