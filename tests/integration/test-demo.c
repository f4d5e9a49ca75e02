/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

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

/* `103 certificates, 98 due, 0 missing` */
static void
assert_verdict (CtsTestProcess *demo)
{
  const char *line = cts_test_process_wait_line (demo, CTS_TEST_STDOUT, " missing");

  g_test_message ("verdict: %s", line);
  g_assert_true (
      g_regex_match_simple ("^\\d+ certificates, [1-9]\\d* due, 0 missing$", line, 0, 0));
}

static void
test_well (void)
{
  guint port;
  g_autoptr (GSocket) held = cts_test_port_hold (&port);
  g_autoptr (CtsTestProcess) demo = run_demo (port, g_getenv ("CTS_TEST_BUILD"));

  g_assert_cmpint (cts_test_process_wait_exit (demo), ==, 0);
  g_assert_cmpuint (count_certificates (demo), >, 0);
  assert_verdict (demo);
}

/* As a shell with job control starts it: a process group of its own, all of which Ctrl-C reaches.
 */
static void
become_group (gpointer data)
{
  setsid ();
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

/* `./dev demo`, but of what is built here, whatever is installed. The shell says which group it
 * leads before it becomes the other. */
static CtsTestProcess *
run_dev_demo (const char *folder, guint port)
{
  g_autoptr (GSubprocessLauncher) launcher = cts_test_launcher_new (SIGTERM);
  g_autofree char *dev = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "dev", NULL);
  g_autofree char *path = g_strdup_printf ("%s:%s", folder, g_getenv ("PATH"));
  g_autofree char *port_text = g_strdup_printf ("%u", port);
  const char *argv[]
      = { "sh", "-c", "echo group $$; exec \"$@\"", "sh", dev, "demo", "--port", port_text, NULL };

  g_subprocess_launcher_set_child_setup (launcher, become_group, NULL, NULL);
  g_subprocess_launcher_setenv (launcher, "PATH", path, TRUE);
  g_subprocess_launcher_setenv (launcher, "CTS_BUILD_DIR", g_getenv ("CTS_TEST_BUILD"), TRUE);
  return cts_test_process_new (launcher, argv);
}

static void
test_interrupted (void)
{
  guint port;
  g_autoptr (GSocket) held = cts_test_port_hold (&port);
  char *folder = cts_test_folder_new ();
  g_autofree char *ninja = cts_test_folder_write (folder, "ninja", "#!/bin/sh\n", 0755);
  g_autofree char *query
      = cts_test_folder_write (folder, "dpkg-query", "#!/bin/sh\nprintf installed\n", 0755);
  g_autoptr (CtsTestProcess) demo = run_dev_demo (folder, port);
  guint64 group;

  g_assert_true (
      g_ascii_string_to_unsigned (cts_test_process_wait_line (demo, CTS_TEST_STDOUT, "group ")
                                      + strlen ("group "),
                                  10, 2, G_MAXINT, &group, NULL));
  /* The first summary: what comes at first may have been in the logs before, and not be due. */
  cts_test_process_wait_line (demo, CTS_TEST_STDOUT, "-- ");
  g_assert_cmpint (killpg (group, SIGINT), ==, 0);
  g_assert_cmpint (cts_test_process_wait_exit (demo), ==, 0);
  assert_verdict (demo);
  cts_test_folder_remove (folder);
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
  g_test_add_func ("/integration/demo/interrupted", test_interrupted);
  g_test_add_func ("/integration/demo/port-in-use", test_port_in_use);
  g_test_add_func ("/integration/demo/not-built", test_not_built);
  g_test_add_func ("/integration/demo/server-ends", test_server_ends);
  return g_test_run ();
}
