/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

#include "support/cts-test-client.h"
#include "support/cts-test-logs.h"

/* Modules that others wrote, in a daemon. */

#define N_ENTRIES 500

static char *
make_module_path (const char *file)
{
  return g_build_filename (g_getenv ("CTS_TEST_BUILD"), "tests", "modules", file, NULL);
}

static char **
read_lines (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = NULL;

  g_file_get_contents (path, &contents, NULL, &error);
  g_assert_no_error (error);
  return g_strsplit (contents, "\n", -1);
}

static void
check_frame (const char *line, const CtsTestTruth *truth)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonObject *message;
  JsonArray *names;

  json_parser_load_from_data (parser, line, -1, &error);
  g_assert_no_error (error);
  message = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpstr (json_object_get_string_member (message, "message_type"), ==, "dns_entries");
  names = json_object_get_array_member (message, "data");
  g_assert_cmpuint (json_array_get_length (names), ==, g_strv_length (truth->names));
  for (guint i = 0; i < json_array_get_length (names); i++)
    g_assert_true (g_strv_contains ((const char *const *) truth->names,
                                    json_array_get_string_element (names, i)));
}

/* A push sink gets each record once and in order, all of them before the daemon ends. */
static void
test_push_sink (void)
{
  static const char *const arguments[] = { "--rate=0", "--entries=" G_STRINGIFY (N_ENTRIES), NULL };
  g_autoptr (CtsTestLogs) logs = cts_test_logs_new ();
  g_autofree char *section = cts_test_logs_make_config (logs, 1, "0");
  char *folder = cts_test_folder_new ();
  g_autofree char *file = g_build_filename (folder, "frames", NULL);
  g_autofree char *config
      = g_strdup_printf ("%ssinks: {tally: {plugin: tally, stream: domains, file: \"%s\", "
                         "report-every: %d}}\n",
                         section, file, N_ENTRIES);
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (config, NULL);
  g_autoptr (GPtrArray) truths = NULL;
  g_auto (GStrv) lines = NULL;

  cts_test_logs_start (logs, daemon, arguments);
  cts_test_process_wait_line (cts_test_daemon_get_process (daemon), CTS_TEST_STDERR,
                              "tally: " G_STRINGIFY (N_ENTRIES) " frames");
  cts_test_daemon_stop (daemon, SIGTERM);

  truths = cts_test_logs_read_truth (logs);
  lines = read_lines (file);
  /* And the empty text behind the last line's end. */
  g_assert_cmpuint (g_strv_length (lines), ==, N_ENTRIES + 1);
  for (guint i = 0; i < N_ENTRIES; i++)
    check_frame (lines[i], g_ptr_array_index (truths, i));
  cts_test_folder_remove (folder);
}

/* A copy of the module in @folder under an own search path. (transfer full): the copy. */
static char *
copy_module (const char *folder, mode_t mode)
{
  g_autofree char *path = make_module_path ("tally.so");
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  char *copy = g_build_filename (folder, "tally.so", NULL);
  gsize size;

  g_file_get_contents (path, &contents, &size, &error);
  g_assert_no_error (error);
  g_file_set_contents (copy, contents, (gssize) size, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (copy, mode), ==, 0);
  return copy;
}

static char *
make_search_path (const char *folder)
{
  return g_strdup_printf ("%s/plugins:%s", g_getenv ("CTS_TEST_BUILD"), folder);
}

/* Whoever may write a module becomes the daemon: it is refused, until that is mended. */
static void
test_writable_module (void)
{
  char *folder = cts_test_folder_new ();
  g_autofree char *copy = copy_module (folder, 0664);
  g_autofree char *search_path = make_search_path (folder);
  g_autoptr (CtsTestDaemon) daemon
      = cts_test_daemon_new (CTS_TEST_NO_LOGS "sinks: {tally: {plugin: tally, stream: domains}}\n",
                             search_path);
  CtsTestProcess *process = cts_test_daemon_get_process (daemon);
  const char *line = cts_test_process_wait_line (process, CTS_TEST_STDERR, "warning: ");

  g_assert_nonnull (strstr (line, copy));
  g_assert_nonnull (strstr (line, "writable"));
  g_free (cts_test_daemon_get (daemon, "/health", 200));

  g_assert_cmpint (g_chmod (copy, 0644), ==, 0);
  cts_test_process_wait_line (process, CTS_TEST_STDERR, "sink 'tally': started");
  cts_test_daemon_expect_warning (daemon, "sink 'tally': ");
  cts_test_daemon_stop (daemon, SIGTERM);
  cts_test_folder_remove (folder);
}

/* Modules that are no good, one by one: refused with a line that says why. */
static void
test_bad_modules (void)
{
  static const struct
  {
    const char *id;
    const char *why;
  } cases[] = {
    { "no-symbol", "has no symbol cts_module" }, { "no-types", "brings no types" },
    { "wrong-abi", "built for plugin version" }, { "wrong-id", "unlike the file name" },
    { "wrong-type", "cannot be a sink" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *config
          = g_strdup_printf (CTS_TEST_NO_LOGS "sinks: {bad: {plugin: %s}}\n", cases[i].id);
      g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (config, NULL);
      const char *line = cts_test_process_wait_line (cts_test_daemon_get_process (daemon),
                                                     CTS_TEST_STDERR, "warning: sink 'bad': ");

      g_assert_nonnull (strstr (line, cases[i].why));
      g_free (cts_test_daemon_get (daemon, "/health", 200));
      cts_test_daemon_expect_warning (daemon, "sink 'bad': ");
      cts_test_daemon_stop (daemon, SIGTERM);
    }
}

/* Without dedup, what two logs hold comes from both. */
/* A stage that does not start at first is tried again, and the daemon runs on meanwhile. */
static void
test_start_fails (void)
{
  g_autoptr (CtsTestDaemon) daemon
      = cts_test_daemon_new (CTS_TEST_NO_LOGS
                             "filters: {late: {plugin: start-fails, fail-times: 1}}\n",
                             NULL);
  CtsTestProcess *process = cts_test_daemon_get_process (daemon);

  cts_test_process_wait_line (process, CTS_TEST_STDERR, "warning: filter 'late': ");
  g_free (cts_test_daemon_get (daemon, "/health", 200));
  cts_test_process_wait_line (process, CTS_TEST_STDERR, "filter 'late': started");
  cts_test_daemon_expect_warning (daemon, "filter 'late': ");
  cts_test_daemon_stop (daemon, SIGTERM);
}

static void
test_without_dedup (void)
{
  static const char *const arguments[]
      = { "--logs=2", "--rate=0", "--entries=100", "--shared-percent=50", NULL };
  g_autoptr (CtsTestLogs) logs = cts_test_logs_new ();
  g_autofree char *section = cts_test_logs_make_config (logs, 2, "0");
  g_autofree char *config
      = g_strconcat (section, "filters: {dedup: {plugin: dedup, enabled: false}}\n", NULL);
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (config, NULL);
  g_autoptr (CtsTestClient) client = cts_test_client_new (daemon, "/", NULL, NULL);
  g_autoptr (GPtrArray) truths = NULL;

  cts_test_logs_start (logs, daemon, arguments);
  cts_test_logs_wait_complete (logs);
  truths = cts_test_logs_read_truth (logs);
  cts_test_client_wait (client, truths->len);
  cts_test_daemon_stop (daemon, SIGTERM);
  g_assert_cmpuint (cts_test_client_wait_closed (client), ==, 1001);
  g_assert_cmpuint (cts_test_client_get_n_messages (client), ==, truths->len);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/integration/plugins/start-fails", test_start_fails);
  g_test_add_func ("/integration/plugins/push-sink", test_push_sink);
  g_test_add_func ("/integration/plugins/writable-module", test_writable_module);
  g_test_add_func ("/integration/plugins/bad-modules", test_bad_modules);
  g_test_add_func ("/integration/plugins/without-dedup", test_without_dedup);
  return g_test_run ();
}
