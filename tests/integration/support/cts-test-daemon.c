/* SPDX-License-Identifier: MIT */
#include "cts-test-daemon.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <signal.h>
#include <string.h>

/* What a daemon may take to end with its clients. */
#define STOP_SECONDS 5

#define LISTENING "listening on http://127.0.0.1:"

struct _CtsTestDaemon
{
  char *folder;
  CtsTestProcess *process;
  guint port;
  GPtrArray *warnings; /* texts of those expected */
};

char *
cts_test_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("ctstream-test-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

void
cts_test_folder_remove (char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
  g_free (folder);
}

char *
cts_test_folder_write (const char *folder, const char *name, const char *text, mode_t mode)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
  return path;
}

CtsTestProcess *
cts_test_daemon_run (const char *config, const char *argument, const char *plugin_path)
{
  g_autoptr (GSubprocessLauncher) launcher = cts_test_launcher_new (SIGKILL);
  const char *argv[] = { g_getenv ("CTS_TEST_DAEMON"), "--config", config, argument, NULL };

  if (plugin_path != NULL)
    g_subprocess_launcher_setenv (launcher, "CTSTREAM_PLUGIN_DIR", plugin_path, TRUE);
  return cts_test_process_new (launcher, argv);
}

CtsTestDaemon *
cts_test_daemon_new (const char *yaml, const char *plugin_path)
{
  CtsTestDaemon *daemon = g_new0 (CtsTestDaemon, 1);
  g_autofree char *text = NULL;
  g_autofree char *config = NULL;
  const char *line;

  text
      = g_strconcat ("server: {listen: [\"127.0.0.1:0\"]}\nstore: {directory: none}\n", yaml, NULL);
  daemon->warnings = g_ptr_array_new_with_free_func (g_free);
  daemon->folder = cts_test_folder_new ();
  config = cts_test_folder_write (daemon->folder, "ctstream.yaml", text, 0600);
  daemon->process = cts_test_daemon_run (config, NULL, plugin_path);
  line = cts_test_process_wait_line (daemon->process, CTS_TEST_STDERR, LISTENING);
  daemon->port = (guint) g_ascii_strtoull (strstr (line, LISTENING) + strlen (LISTENING), NULL, 10);
  g_assert_cmpuint (daemon->port, >, 0);
  return daemon;
}

void
cts_test_daemon_free (CtsTestDaemon *daemon)
{
  cts_test_process_free (daemon->process);
  cts_test_folder_remove (daemon->folder);
  g_ptr_array_unref (daemon->warnings);
  g_free (daemon);
}

CtsTestProcess *
cts_test_daemon_get_process (CtsTestDaemon *daemon)
{
  return daemon->process;
}

guint
cts_test_daemon_get_port (CtsTestDaemon *daemon)
{
  return daemon->port;
}

char *
cts_test_daemon_make_path (CtsTestDaemon *daemon, const char *name)
{
  return g_build_filename (daemon->folder, name, NULL);
}

void
cts_test_daemon_expect_warning (CtsTestDaemon *daemon, const char *text)
{
  g_ptr_array_add (daemon->warnings, g_strdup (text));
}

static gboolean
take_expected (GPtrArray *warnings, const char *line)
{
  for (guint i = 0; i < warnings->len; i++)
    if (strstr (line, g_ptr_array_index (warnings, i)) != NULL)
      {
        g_ptr_array_remove_index (warnings, i);
        return TRUE;
      }
  return FALSE;
}

static void
check_warnings (CtsTestDaemon *daemon)
{
  const GPtrArray *lines = cts_test_process_get_lines (daemon->process, CTS_TEST_STDERR);

  for (guint i = 0; i < lines->len; i++)
    {
      const char *line = g_ptr_array_index (lines, i);

      if ((strstr (line, ": warning: ") != NULL || strstr (line, ": bug: ") != NULL)
          && !take_expected (daemon->warnings, line))
        g_test_fail_printf ("unexpected: %s", line);
    }
  for (guint i = 0; i < daemon->warnings->len; i++)
    g_test_fail_printf ("not logged: %s", (const char *) g_ptr_array_index (daemon->warnings, i));
}

void
cts_test_daemon_stop (CtsTestDaemon *daemon, int signal_number)
{
  gint64 start = g_get_monotonic_time ();

  cts_test_process_signal (daemon->process, signal_number);
  g_assert_cmpint (cts_test_process_wait_exit (daemon->process), ==, 0);
  g_assert_cmpint (g_get_monotonic_time () - start, <, STOP_SECONDS * G_USEC_PER_SEC);
  check_warnings (daemon);
}

char *
cts_test_daemon_get (CtsTestDaemon *daemon, const char *path, guint status)
{
  g_autoptr (SoupSession) session
      = soup_session_new_with_options ("timeout", CTS_TEST_WAIT_SECONDS, NULL);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u%s", daemon->port, path);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = soup_session_send_and_read (session, message, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, status);
  return g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
}
