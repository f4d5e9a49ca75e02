/* SPDX-License-Identifier: MIT */
#include <signal.h>

#include "support/cts-test-client.h"
#include "support/cts-test-logs.h"

/* A daemon that is told to end takes leave of its clients, idle or busy. */

static void
test_busy (gconstpointer signal_number)
{
  static const char *const arguments[] = { "--rate=200", "--cheap", NULL };
  static const char *const paths[] = { "/", "/full-stream", "/domains-only" };
  g_autoptr (CtsTestLogs) logs = cts_test_logs_new ();
  g_autofree char *config = cts_test_logs_make_config (logs, 1, "0");
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (config, NULL);
  CtsTestClient *clients[G_N_ELEMENTS (paths)];

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    clients[i] = cts_test_client_new (daemon, paths[i], NULL, NULL);
  cts_test_logs_start (logs, daemon, arguments);
  cts_test_client_wait (clients[0], 50);

  cts_test_daemon_stop (daemon, GPOINTER_TO_INT (signal_number));
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_assert_cmpuint (cts_test_client_wait_closed (clients[i]), ==, 1001);
      cts_test_client_free (clients[i]);
    }
}

static void
test_idle (gconstpointer signal_number)
{
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (CTS_TEST_NO_LOGS, NULL);
  g_autoptr (CtsTestClient) client = cts_test_client_new (daemon, "/", NULL, NULL);

  cts_test_daemon_stop (daemon, GPOINTER_TO_INT (signal_number));
  g_assert_cmpuint (cts_test_client_wait_closed (client), ==, 1001);
}

static void
test_nobody (void)
{
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (CTS_TEST_NO_LOGS, NULL);

  cts_test_daemon_stop (daemon, SIGTERM);
}

/* A client that says hello on /full-stream and never reads. */
static GSocketConnection *
connect_deaf (CtsTestDaemon *daemon)
{
  static const char request[] = "GET /full-stream HTTP/1.1\r\n"
                                "Host: localhost\r\n"
                                "Connection: Upgrade\r\n"
                                "Upgrade: websocket\r\n"
                                "Sec-WebSocket-Version: 13\r\n"
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                "\r\n";
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection
      = g_socket_client_connect_to_host (client, "127.0.0.1",
                                         (guint16) cts_test_daemon_get_port (daemon), NULL, &error);

  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request,
                             sizeof request - 1, NULL, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

/* Who does not take what is sent to him cannot keep the daemon, nor what others are told. */
static void
test_deaf_client (void)
{
  static const char *const arguments[] = { "--rate=0", "--entries=4000", "--cheap", NULL };
  g_autoptr (CtsTestLogs) logs = cts_test_logs_new ();
  g_autofree char *section = cts_test_logs_make_config (logs, 1, "0");
  g_autofree char *config = g_strconcat (section, "stream: {ring-megabytes: 256}\n", NULL);
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (config, NULL);
  g_autoptr (GSocketConnection) deaf = connect_deaf (daemon);
  g_autoptr (CtsTestClient) client = cts_test_client_new (daemon, "/full-stream", NULL, NULL);

  cts_test_logs_start (logs, daemon, arguments);
  cts_test_client_wait (client, 4000);
  cts_test_daemon_stop (daemon, SIGTERM);
  g_assert_cmpuint (cts_test_client_wait_closed (client), ==, 1001);
  g_assert_cmpuint (cts_test_client_get_n_messages (client), ==, 4000);
}

/* While requests to a log that does not answer are under way. */
static void
test_silent_log (void)
{
  g_autoptr (GError) error = NULL;
  guint port;
  g_autoptr (GSocket) listener = cts_test_port_hold (&port);
  g_autofree char *config
      = g_strdup_printf ("logs:\n"
                         "  lists: []\n"
                         "  extra: [{name: silent, url: \"http://127.0.0.1:%u/\"}]\n",
                         port);
  g_autoptr (CtsTestDaemon) daemon = NULL;
  g_autoptr (GSocket) connection = NULL;
  char request[3];

  g_socket_listen (listener, &error);
  g_assert_no_error (error);
  g_socket_set_timeout (listener, CTS_TEST_WAIT_SECONDS);
  daemon = cts_test_daemon_new (config, NULL);
  connection = g_socket_accept (listener, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_socket_receive (connection, request, sizeof request, NULL, &error), >, 0);
  cts_test_daemon_stop (daemon, SIGTERM);
}

#define HANGING CTS_TEST_NO_LOGS "filters: {slow: {plugin: stop-hangs}}\n"

/* A stage that does not stop keeps the daemon for its deadline, no longer. */
static void
test_hanging_stage (void)
{
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (HANGING, NULL);
  g_autoptr (CtsTestClient) client = cts_test_client_new (daemon, "/", NULL, NULL);
  CtsTestProcess *process = cts_test_daemon_get_process (daemon);

  cts_test_process_signal (process, SIGTERM);
  cts_test_process_wait_line (
      process, CTS_TEST_STDERR,
      "warning: stages did not stop within 5 s, going on without: 'slow' hangs");
  g_assert_cmpuint (cts_test_client_wait_closed (client), ==, 1001);
  g_assert_cmpint (cts_test_process_wait_exit (process), ==, 0);
}

/* Who has no patience sends a second signal. */
static void
test_second_signal (void)
{
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (HANGING, NULL);
  CtsTestProcess *process = cts_test_daemon_get_process (daemon);

  cts_test_process_signal (process, SIGTERM);
  cts_test_process_wait_line (process, CTS_TEST_STDERR, "the stop hangs");
  cts_test_process_signal (process, SIGINT);
  g_assert_cmpint (cts_test_process_wait_exit (process), ==, -SIGINT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/integration/stop/busy/sigterm", GINT_TO_POINTER (SIGTERM), test_busy);
  g_test_add_data_func ("/integration/stop/busy/sigint", GINT_TO_POINTER (SIGINT), test_busy);
  g_test_add_data_func ("/integration/stop/idle/sigterm", GINT_TO_POINTER (SIGTERM), test_idle);
  g_test_add_data_func ("/integration/stop/idle/sigint", GINT_TO_POINTER (SIGINT), test_idle);
  g_test_add_func ("/integration/stop/nobody", test_nobody);
  g_test_add_func ("/integration/stop/deaf-client", test_deaf_client);
  g_test_add_func ("/integration/stop/silent-log", test_silent_log);
  g_test_add_func ("/integration/stop/hanging-stage", test_hanging_stage);
  g_test_add_func ("/integration/stop/second-signal", test_second_signal);
  return g_test_run ();
}
