/* SPDX-License-Identifier: MIT */
#include "cts-test-logs.h"

#include <json-glib/json-glib.h>
#include <signal.h>

struct _CtsTestLogs
{
  GSocket *held;
  guint port;
  char *folder;
  char *truth;
  GPtrArray *names; /* of those in the configuration */
  CtsTestProcess *process;
};

GSocket *
cts_test_port_hold (guint *port)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  GSocket *socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  g_socket_bind (socket, any, TRUE, &error);
  g_assert_no_error (error);
  bound = g_socket_get_local_address (socket, &error);
  g_assert_no_error (error);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return socket;
}

CtsTestLogs *
cts_test_logs_new (void)
{
  CtsTestLogs *logs = g_new0 (CtsTestLogs, 1);

  logs->held = cts_test_port_hold (&logs->port);
  logs->folder = cts_test_folder_new ();
  logs->truth = g_build_filename (logs->folder, "truth.jsonl", NULL);
  logs->names = g_ptr_array_new_with_free_func (g_free);
  return logs;
}

void
cts_test_logs_free (CtsTestLogs *logs)
{
  g_clear_pointer (&logs->process, cts_test_process_free);
  g_object_unref (logs->held);
  cts_test_folder_remove (logs->folder);
  g_free (logs->truth);
  g_ptr_array_unref (logs->names);
  g_free (logs);
}

char *
cts_test_logs_make_url (CtsTestLogs *logs, guint number)
{
  return g_strdup_printf ("http://127.0.0.1:%u/testlog-%u", logs->port, number);
}

char *
cts_test_logs_make_entry (CtsTestLogs *logs, guint number, const char *name)
{
  g_autofree char *url = cts_test_logs_make_url (logs, number);

  g_ptr_array_add (logs->names, g_strdup (name));
  return g_strdup_printf ("    - {name: %s, protocol: rfc6962, url: \"%s/\"}\n", name, url);
}

char *
cts_test_logs_make_config (CtsTestLogs *logs, guint n_logs, const char *start)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out,
                          "logs:\n"
                          "  lists: []\n"
                          "  start: \"%s\"\n"
                          "  poll-interval-ms: 100\n"
                          "  request-interval-ms: 0\n"
                          "  backoff-max-seconds: 1\n"
                          "  extra:\n",
                          start);
  for (guint number = 1; number <= n_logs; number++)
    {
      g_autofree char *name = g_strdup_printf ("testlog-%u", number);
      g_autofree char *entry = cts_test_logs_make_entry (logs, number, name);

      g_string_append (out, entry);
    }
  return g_string_free (out, FALSE);
}

static void
wait_missed (CtsTestLogs *logs, CtsTestDaemon *daemon)
{
  for (guint i = 0; i < logs->names->len; i++)
    {
      g_autofree char *text
          = g_strdup_printf ("log %s: failing: ", (char *) g_ptr_array_index (logs->names, i));

      cts_test_process_wait_line (cts_test_daemon_get_process (daemon), CTS_TEST_STDERR, text);
      cts_test_daemon_expect_warning (daemon, text);
    }
}

void
cts_test_logs_start (CtsTestLogs *logs, CtsTestDaemon *daemon, const char *const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher = cts_test_launcher_new (SIGKILL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *port = g_strdup_printf ("--port=%u", logs->port);
  g_autofree char *truth = g_strdup_printf ("--truth=%s", logs->truth);
  g_auto (GStrv) argv = NULL;

  g_assert_null (logs->process);
  wait_missed (logs, daemon);
  g_strv_builder_add_many (builder, g_getenv ("CTS_TEST_TESTLOG"), port, truth, NULL);
  g_strv_builder_addv (builder, (const char **) arguments);
  argv = g_strv_builder_end (builder);
  logs->process = cts_test_process_new (launcher, (const char *const *) argv);
  cts_test_process_wait_line (logs->process, CTS_TEST_STDOUT, "ready ");
}

void
cts_test_logs_wait_complete (CtsTestLogs *logs)
{
  cts_test_process_wait_line (logs->process, CTS_TEST_STDOUT, "complete");
}

static void
truth_free (gpointer data)
{
  CtsTestTruth *truth = data;

  g_free (truth->log);
  g_free (truth->sha256);
  g_free (truth->serial);
  g_strfreev (truth->names);
  g_free (truth);
}

static char **
read_names (JsonObject *object)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  JsonArray *array;

  if (!json_object_has_member (object, "names"))
    return NULL;
  array = json_object_get_array_member (object, "names");
  for (guint i = 0; i < json_array_get_length (array); i++)
    g_strv_builder_add (names, json_array_get_string_element (array, i));
  return g_strv_builder_end (names);
}

static CtsTestTruth *
read_truth (JsonObject *object)
{
  CtsTestTruth *truth = g_new0 (CtsTestTruth, 1);

  truth->log = g_strdup (json_object_get_string_member (object, "log"));
  truth->index = (guint64) json_object_get_int_member (object, "index");
  truth->sha256 = g_strdup (json_object_get_string_member (object, "sha256"));
  truth->serial = g_strdup (json_object_get_string_member_with_default (object, "serial", NULL));
  truth->names = read_names (object);
  truth->is_precert = g_str_equal (json_object_get_string_member (object, "type"), "precert");
  truth->is_broken = json_object_get_boolean_member_with_default (object, "broken", FALSE);
  return truth;
}

GPtrArray *
cts_test_logs_read_truth (CtsTestLogs *logs)
{
  GPtrArray *truths = g_ptr_array_new_with_free_func (truth_free);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;

  g_file_get_contents (logs->truth, &contents, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (contents, "\n", -1);
  /* What is behind the last line's end is empty, or still being written. */
  for (guint i = 0; lines[i + 1] != NULL; i++)
    {
      json_parser_load_from_data (parser, lines[i], -1, &error);
      g_assert_no_error (error);
      g_ptr_array_add (truths, read_truth (json_node_get_object (json_parser_get_root (parser))));
    }
  return truths;
}
