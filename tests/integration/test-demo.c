/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <string.h>

#include "support/cts-test-client.h"
#include "support/cts-test-logs.h"

/* What `./dev demo` runs. */

static CtsTestProcess *
run_demo (guint port, const char *build)
{
  /* It ends what it has started. */
  g_autoptr (GSubprocessLauncher) launcher = cts_test_launcher_new (SIGTERM);
  g_autofree char *script = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "demo", "demo.sh", NULL);
  g_autofree char *port_text = g_strdup_printf ("%u", port);
  const char *argv[]
      = { "sh", script, "--build", build, "--seconds", "3", "--port", port_text, NULL };

  return cts_test_process_new (launcher, argv);
}

/* Lines such as `12:00:00  testlog-1  name, name  organization / authority`. */
static guint
count_certificates (CtsTestProcess *demo)
{
  const GPtrArray *lines = cts_test_process_get_lines (demo, CTS_TEST_STDOUT);
  guint n = 0;

  for (guint i = 0; i < lines->len; i++)
    n += g_regex_match_simple ("^\\d\\d:\\d\\d:\\d\\d  testlog-\\d  \\S+\\..+ / ",
                               g_ptr_array_index (lines, i), 0, 0);
  return n;
}

static void
test_well (void)
{
  guint port;
  g_autoptr (GSocket) held = cts_test_port_hold (&port);
  g_autoptr (CtsTestProcess) demo = run_demo (port, g_getenv ("CTS_TEST_BUILD"));

  g_assert_cmpint (cts_test_process_wait_exit (demo), ==, 0);
  g_assert_cmpuint (count_certificates (demo), >, 0);
  cts_test_process_wait_line (demo, CTS_TEST_STDOUT, " distinct in the logs, 0 missing");
}

static void
test_port_in_use (void)
{
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (CTS_TEST_NO_LOGS, NULL);
  g_autoptr (CtsTestProcess) demo
      = run_demo (cts_test_daemon_get_port (daemon), g_getenv ("CTS_TEST_BUILD"));

  g_assert_cmpint (cts_test_process_wait_exit (demo), ==, 1);
  g_assert_cmpuint (count_certificates (demo), ==, 0);
  cts_test_process_wait_line (demo, CTS_TEST_STDERR, "is the port in use?");
}

static void
test_not_built (void)
{
  g_autoptr (CtsTestProcess) demo = run_demo (0, "/nonexistent");

  g_assert_cmpint (cts_test_process_wait_exit (demo), ==, 1);
  cts_test_process_wait_line (demo, CTS_TEST_STDERR, "is not built");
}

/* A server that goes away is a failure of the view. */
static void
test_server_ends (void)
{
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (CTS_TEST_NO_LOGS, NULL);
  g_autoptr (CtsTestClient) client = cts_test_client_new (daemon, "/", NULL, NULL);
  g_autoptr (GSubprocessLauncher) launcher = cts_test_launcher_new (SIGKILL);
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u/", cts_test_daemon_get_port (daemon));
  g_autofree char *program = g_build_filename (g_getenv ("CTS_TEST_BUILD"), "tests", "demo",
                                               "ctstream-ws-collect", NULL);
  const char *argv[] = { program, "--output", "/dev/null", url, NULL };
  g_autoptr (CtsTestProcess) collect = cts_test_process_new (launcher, argv);

  cts_test_process_wait_line (collect, CTS_TEST_STDERR, "connected");
  cts_test_daemon_stop (daemon, SIGTERM);
  g_assert_cmpint (cts_test_process_wait_exit (collect), ==, 1);
  cts_test_process_wait_line (collect, CTS_TEST_STDERR, "closed by the server after 0 of 1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/integration/demo/well", test_well);
  g_test_add_func ("/integration/demo/port-in-use", test_port_in_use);
  g_test_add_func ("/integration/demo/not-built", test_not_built);
  g_test_add_func ("/integration/demo/server-ends", test_server_ends);
  return g_test_run ();
}
