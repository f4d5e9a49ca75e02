/* SPDX-License-Identifier: MIT */
#include <signal.h>

#include "support/cts-test-certificate.h"
#include "support/cts-test-client.h"
#include "support/cts-test-logs.h"

/* Where a log begins, in a log whose indexes need more than 32 bits. */

#define START_SIZE  G_GUINT64_CONSTANT (4354630059)
#define START_TEXT  "4354630059"
#define LATER_INDEX "4354630159"

typedef struct
{
  GArray *indexes; /* of gint64 */
  GPtrArray *sha256s;
} Received;

static void
on_message (JsonObject *message, gpointer user_data)
{
  Received *received = user_data;
  JsonObject *data = json_object_get_object_member (message, "data");
  JsonObject *leaf = json_object_get_object_member (data, "leaf_cert");
  gint64 index = json_object_get_int_member (data, "cert_index");
  g_autofree char *end
      = g_strdup_printf ("/ct/v1/get-entries?start=%" G_GINT64_FORMAT "&end=%" G_GINT64_FORMAT,
                         index, index);

  g_assert_true (g_str_has_suffix (json_object_get_string_member (data, "cert_link"), end));
  g_array_append_val (received->indexes, index);
  g_ptr_array_add (received->sha256s, cts_test_certificate_get_sha256 (leaf));
}

static void
received_init (Received *received)
{
  received->indexes = g_array_new (FALSE, FALSE, sizeof (gint64));
  received->sha256s = g_ptr_array_new_with_free_func (g_free);
}

/* What came is a piece of the log without a gap. */
static void
check_and_clear (Received *received, const GPtrArray *truths)
{
  for (guint i = 0; i < received->indexes->len; i++)
    {
      gint64 index = g_array_index (received->indexes, gint64, i);
      const CtsTestTruth *truth;

      g_assert_cmpint (index, ==, g_array_index (received->indexes, gint64, 0) + i);
      g_assert_cmpint (index, <, START_SIZE + (gint64) truths->len);
      truth = g_ptr_array_index (truths, index - START_SIZE);
      g_assert_cmpuint (truth->index, ==, index);
      g_assert_cmpstr (g_ptr_array_index (received->sha256s, i), ==, truth->sha256);
    }
  g_array_unref (received->indexes);
  g_ptr_array_unref (received->sha256s);
}

static void
test_index (void)
{
  static const char *const arguments[]
      = { "--rate=0", "--entries=300", "--start-size=" START_TEXT, NULL };
  g_autoptr (CtsTestLogs) logs = cts_test_logs_new ();
  g_autofree char *config = cts_test_logs_make_config (logs, 1, LATER_INDEX);
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (config, NULL);
  Received received;
  g_autoptr (CtsTestClient) client = NULL;
  g_autoptr (GPtrArray) truths = NULL;

  received_init (&received);
  client = cts_test_client_new (daemon, "/", on_message, &received);
  cts_test_logs_start (logs, daemon, arguments);
  cts_test_logs_wait_complete (logs);
  truths = cts_test_logs_read_truth (logs);
  cts_test_client_wait (client, 200);
  cts_test_daemon_stop (daemon, SIGTERM);
  g_assert_cmpuint (received.indexes->len, ==, 200);
  g_assert_cmpint (g_array_index (received.indexes, gint64, 0), ==, START_SIZE + 100);
  check_and_clear (&received, truths);
}

/* The log grows without end, so that the head is wherever it is when the daemon looks. */
static void
test_head (void)
{
  static const char *const arguments[]
      = { "--rate=100", "--start-size=" START_TEXT, "--cheap", NULL };
  g_autoptr (CtsTestLogs) logs = cts_test_logs_new ();
  g_autofree char *config = cts_test_logs_make_config (logs, 1, "head");
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (config, NULL);
  Received received;
  g_autoptr (CtsTestClient) client = NULL;
  g_autoptr (GPtrArray) truths = NULL;

  received_init (&received);
  client = cts_test_client_new (daemon, "/", on_message, &received);
  cts_test_logs_start (logs, daemon, arguments);
  cts_test_client_wait (client, 50);
  cts_test_daemon_stop (daemon, SIGTERM);
  truths = cts_test_logs_read_truth (logs);
  g_assert_cmpint (g_array_index (received.indexes, gint64, 0), >=, START_SIZE);
  check_and_clear (&received, truths);
}

/* Entries before the first the log has cannot be had: it is asked again and again, and the daemon
 * stays as it is. */
static void
test_entries_not_kept (void)
{
  static const char *const arguments[]
      = { "--rate=0", "--entries=300", "--start-size=" START_TEXT, NULL };
  g_autoptr (CtsTestLogs) logs = cts_test_logs_new ();
  g_autofree char *config = cts_test_logs_make_config (logs, 1, "head-100000");
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (config, NULL);
  g_autofree char *health = NULL;

  cts_test_logs_start (logs, daemon, arguments);
  cts_test_process_wait_line (cts_test_daemon_get_process (daemon), CTS_TEST_STDERR,
                              "log testlog-1: failing: get-entries");
  health = cts_test_daemon_get (daemon, "/health", 200);
  g_assert_cmpstr (health, ==, "OK");
  cts_test_daemon_expect_warning (daemon, "log testlog-1: failing: get-entries");
  cts_test_daemon_stop (daemon, SIGTERM);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/integration/start/index", test_index);
  g_test_add_func ("/integration/start/head", test_head);
  g_test_add_func ("/integration/start/entries-not-kept", test_entries_not_kept);
  return g_test_run ();
}
