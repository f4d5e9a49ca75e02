/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <string.h>

#include "support/cts-test-client.h"
#include "support/cts-test-logs.h"

/* What goes wrong around a daemon: it says so once, clearly, and goes on. */

static guint
count_lines (CtsTestDaemon *daemon, const char *needle)
{
  const GPtrArray *lines
      = cts_test_process_get_lines (cts_test_daemon_get_process (daemon), CTS_TEST_STDERR);
  guint n = 0;

  for (guint i = 0; i < lines->len; i++)
    n += strstr (g_ptr_array_index (lines, i), needle) != NULL;
  return n;
}

static void
test_unreachable_log (void)
{
  static const char *const arguments[] = { "--rate=0", "--entries=50", NULL };
  g_autoptr (CtsTestLogs) logs = cts_test_logs_new ();
  g_autofree char *config = cts_test_logs_make_config (logs, 1, "0");
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (config, NULL);
  g_autoptr (CtsTestClient) client = cts_test_client_new (daemon, "/", NULL, NULL);
  CtsTestProcess *process = cts_test_daemon_get_process (daemon);
  g_autofree char *health = NULL;

  cts_test_process_wait_line (process, CTS_TEST_STDERR, "log testlog-1: failing: ");
  health = cts_test_daemon_get (daemon, "/health", 200);
  g_assert_cmpstr (health, ==, "OK");

  cts_test_logs_start (logs, daemon, arguments);
  cts_test_client_wait (client, 50);
  cts_test_process_wait_line (process, CTS_TEST_STDERR, "log testlog-1: recovered");
  cts_test_daemon_stop (daemon, SIGTERM);
  g_assert_cmpuint (cts_test_client_get_n_messages (client), ==, 50);
  g_assert_cmpuint (count_lines (daemon, "testlog-1"), ==, 3);
}

/* One log that is away keeps no other waiting. */
static void
test_other_logs (void)
{
  static const char *const arguments[] = { "--rate=0", "--entries=50", NULL };
  g_autoptr (CtsTestLogs) logs = cts_test_logs_new ();
  g_autoptr (CtsTestLogs) away = cts_test_logs_new ();
  g_autofree char *here = cts_test_logs_make_config (logs, 1, "0");
  g_autofree char *third = cts_test_logs_make_entry (away, 1, "away");
  g_autofree char *config = g_strconcat (here, third, NULL);
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (config, NULL);
  g_autoptr (CtsTestClient) client = cts_test_client_new (daemon, "/", NULL, NULL);

  cts_test_logs_start (logs, daemon, arguments);
  cts_test_client_wait (client, 50);
  cts_test_process_wait_line (cts_test_daemon_get_process (daemon), CTS_TEST_STDERR,
                              "log away: failing: ");
  cts_test_daemon_expect_warning (daemon, "log away: failing: ");
  cts_test_daemon_stop (daemon, SIGTERM);
  g_assert_cmpuint (count_lines (daemon, "log away: "), ==, 2);
}

/* A log that signs with another key than the configuration says: an alarm, and not an entry. */
static void
test_wrong_key (void)
{
  static const char *const arguments[] = { "--rate=0", "--entries=50", NULL };
  static const char key[]
      = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEB/we6GOO/xwxivy4HhkrYFAAPo6e2nc346Wo"
        "2o2U+GvoPWSPJz91s/xrEvA3Bk9kWHUUXVZS5morFEzsgdHqPg==";
  g_autoptr (CtsTestLogs) logs = cts_test_logs_new ();
  g_autofree char *unkeyed = cts_test_logs_make_config (logs, 1, "0");
  g_auto (GStrv) parts = g_strsplit (unkeyed, "/\"}", 2);
  g_autofree char *config = g_strconcat (parts[0], "/\", key: \"", key, "\"}", parts[1], NULL);
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (config, NULL);
  g_autoptr (CtsTestClient) client = cts_test_client_new (daemon, "/", NULL, NULL);

  cts_test_logs_start (logs, daemon, arguments);
  cts_test_process_wait_line (cts_test_daemon_get_process (daemon), CTS_TEST_STDERR,
                              "warning: alarm: log testlog-1: bad-signature: ");
  cts_test_daemon_expect_warning (daemon, "alarm: log testlog-1: bad-signature: ");
  cts_test_daemon_stop (daemon, SIGTERM);
  g_assert_cmpuint (cts_test_client_get_n_messages (client), ==, 0);
  g_assert_cmpuint (count_lines (daemon, "alarm: "), ==, 1);
}

static guint64
find_first_broken (const GPtrArray *truths, guint *n_broken)
{
  guint64 first = G_MAXUINT64;

  *n_broken = 0;
  for (guint i = 0; i < truths->len; i++)
    {
      const CtsTestTruth *truth = g_ptr_array_index (truths, i);

      if (!truth->is_broken)
        continue;
      (*n_broken)++;
      first = MIN (first, truth->index);
    }
  return first;
}

static void
on_full (JsonObject *message, gpointer user_data)
{
  JsonObject *data = json_object_get_object_member (message, "data");
  guint64 index = (guint64) json_object_get_int_member (data, "cert_index");

  if (!g_hash_table_add (user_data, g_memdup2 (&index, sizeof index)))
    g_error ("entry %" G_GUINT64_FORMAT " came twice", index);
}

static void
test_broken_certificates (void)
{
  static const char *const arguments[]
      = { "--rate=0", "--entries=2000", "--broken-percent=10", "--cheap", NULL };
  g_autoptr (CtsTestLogs) logs = cts_test_logs_new ();
  g_autofree char *section = cts_test_logs_make_config (logs, 1, "0");
  g_autofree char *config = g_strconcat (section, "stream: {ring-megabytes: 128}\n", NULL);
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (config, NULL);
  g_autoptr (GHashTable) received
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (CtsTestClient) client
      = cts_test_client_new (daemon, "/full-stream", on_full, received);
  g_autoptr (GPtrArray) truths = NULL;
  g_autofree char *warning = NULL;
  guint64 first;
  guint n_broken;

  cts_test_logs_start (logs, daemon, arguments);
  cts_test_logs_wait_complete (logs);
  truths = cts_test_logs_read_truth (logs);
  first = find_first_broken (truths, &n_broken);
  g_assert_cmpuint (n_broken, >, 0);
  cts_test_client_wait (client, truths->len - n_broken);

  warning = g_strdup_printf ("log testlog-1: entry %" G_GUINT64_FORMAT ": ", first);
  cts_test_daemon_expect_warning (daemon, warning);
  cts_test_daemon_stop (daemon, SIGTERM);
  g_assert_cmpuint (cts_test_client_wait_closed (client), ==, 1001);
  g_assert_cmpuint (cts_test_client_get_n_messages (client), ==, truths->len - n_broken);
  for (guint i = 0; i < truths->len; i++)
    {
      const CtsTestTruth *truth = g_ptr_array_index (truths, i);

      g_assert_cmpint (g_hash_table_contains (received, &truth->index), ==, !truth->is_broken);
    }
}

static void
test_port_in_use (void)
{
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (CTS_TEST_NO_LOGS, NULL);
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", cts_test_daemon_get_port (daemon));
  g_autofree char *yaml = g_strdup_printf ("server: {listen: [\"%s\"]}\n"
                                           "store: {directory: none}\n" CTS_TEST_NO_LOGS,
                                           address);
  char *folder = cts_test_folder_new ();
  g_autofree char *config = cts_test_folder_write (folder, "second.yaml", yaml, 0600);
  g_autoptr (CtsTestProcess) second = cts_test_daemon_run (config, NULL, NULL);
  const GPtrArray *lines = cts_test_process_get_lines (second, CTS_TEST_STDERR);

  g_assert_cmpint (cts_test_process_wait_exit (second), ==, 1);
  g_assert_cmpuint (lines->len, ==, 1);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (lines, 0), "ctstreamd: "));
  g_assert_nonnull (strstr (g_ptr_array_index (lines, 0), address));
  g_free (cts_test_daemon_get (daemon, "/health", 200));
  cts_test_daemon_stop (daemon, SIGTERM);
  cts_test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/integration/faults/unreachable-log", test_unreachable_log);
  g_test_add_func ("/integration/faults/other-logs", test_other_logs);
  g_test_add_func ("/integration/faults/wrong-key", test_wrong_key);
  g_test_add_func ("/integration/faults/broken-certificates", test_broken_certificates);
  g_test_add_func ("/integration/faults/port-in-use", test_port_in_use);
  return g_test_run ();
}
