/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "ctstreamd"

#include "core/daemon/cts-daemon.h"

#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

/* What the command line said. */
typedef struct
{
  char *config;
  gboolean check;
  gboolean verbose;
  gboolean version;
} Arguments;

#define DEFAULT_CONFIG "/etc/ctstream/ctstream.yaml"

static gboolean
parse_arguments (int *argc, char ***argv, Arguments *arguments)
{
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &arguments->config,
      "Read FILE instead of " DEFAULT_CONFIG, "FILE" },
    { "check", 0, 0, G_OPTION_ARG_NONE, &arguments->check,
      "Check the configuration: exit 0, or print each error and exit 1", NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &arguments->verbose, "Say more", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &arguments->version, "Print the version", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (context, "Streams new certificates from Certificate Transparency "
                                         "logs to WebSocket clients.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      g_printerr ("ctstreamd: %s\n", error->message);
      return FALSE;
    }
  if (*argc > 1)
    {
      g_printerr ("ctstreamd: unexpected argument '%s'\n", (*argv)[1]);
      return FALSE;
    }
  return TRUE;
}

static void
print_lines (const GPtrArray *lines)
{
  for (guint i = 0; i < lines->len; i++)
    g_printerr ("%s\n", (const char *) g_ptr_array_index (lines, i));
}

/* Where nothing was asked for and nothing is installed, the defaults serve. */
static const char *
choose_config (const Arguments *arguments)
{
  if (arguments->config != NULL)
    return arguments->config;
  return g_file_test (DEFAULT_CONFIG, G_FILE_TEST_EXISTS) ? DEFAULT_CONFIG : NULL;
}

/* Ten thousand clients need descriptors; the soft limit is low for programs that use select(). */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static const char *
level_to_string (GLogLevelFlags level)
{
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0)
    return "bug: ";
  if ((level & G_LOG_LEVEL_WARNING) != 0)
    return "warning: ";
  return "";
}

static const char *
find_field (const GLogField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, key))
      return fields[i].value;
  return NULL;
}

/* Information is for --verbose; what is for developers, for G_MESSAGES_DEBUG. */
static gboolean
is_dropped (GLogLevelFlags level, const char *domain, gboolean verbose)
{
  return (!verbose || (level & G_LOG_LEVEL_INFO) == 0)
         && g_log_writer_default_would_drop (level, domain);
}

/* The journal gets all fields; whoever reads stderr gets the text. */
static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  const char *message = find_field (fields, n_fields, "MESSAGE");

  if (is_dropped (level, find_field (fields, n_fields, "GLIB_DOMAIN"), GPOINTER_TO_INT (user_data)))
    return G_LOG_WRITER_HANDLED;
  if (g_log_writer_is_journald (fileno (stderr)))
    return g_log_writer_journald (level, fields, n_fields, NULL);
  g_printerr ("ctstreamd: %s%s\n", level_to_string (level), message != NULL ? message : "");
  return G_LOG_WRITER_HANDLED;
}

static gboolean
on_signal (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static int
run (CtsDaemon *daemon)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  guint on_term = g_unix_signal_add (SIGTERM, on_signal, loop);
  guint on_int = g_unix_signal_add (SIGINT, on_signal, loop);

  raise_descriptor_limit ();
  if (cts_daemon_start (daemon, &error))
    g_main_loop_run (loop);
  else
    g_printerr ("ctstreamd: %s\n", error->message);

  /* GLib gives the signals back: the next one ends the process, should the stop hang. */
  g_source_remove (on_term);
  g_source_remove (on_int);
  cts_daemon_stop (daemon);
  return error == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
check_and_run (const Arguments *arguments)
{
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (CtsConfigReport) report = cts_config_report_new ();
  g_autoptr (CtsConfig) config
      = cts_config_load (choose_config (arguments), (const char *const *) environment, report);
  g_autoptr (CtsDaemon) daemon = NULL;

  print_lines (report->notes);
  if (config != NULL)
    {
      daemon = cts_daemon_new (config, g_getenv ("CTSTREAM_PLUGIN_DIR"));
      cts_daemon_check (daemon, arguments->check, report->errors);
    }
  print_lines (report->errors);
  if (report->errors->len > 0 || config == NULL)
    return EXIT_FAILURE;
  return arguments->check ? EXIT_SUCCESS : run (daemon);
}

int
main (int argc, char **argv)
{
  Arguments arguments = { 0 };
  int status;

  setlocale (LC_ALL, "");
  if (!parse_arguments (&argc, &argv, &arguments))
    return 2;
  if (arguments.version)
    {
      g_print ("ctstreamd %s\n", CTS_VERSION);
      return EXIT_SUCCESS;
    }

  g_log_set_writer_func (write_log, GINT_TO_POINTER (arguments.verbose), NULL);
  status = check_and_run (&arguments);
  g_free (arguments.config);
  return status;
}
