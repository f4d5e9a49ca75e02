/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-testlog"

#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "testlog.h"

/* How often to look whether everything is visible. */
#define COMPLETE_MS 100

static gboolean
check_range (const char *name, gint64 value, gint64 min, gint64 max, GError **error)
{
  if (value >= min && value <= max)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "--%s %" G_GINT64_FORMAT " is out of range %" G_GINT64_FORMAT "–%" G_GINT64_FORMAT,
               name, value, min, max);
  return FALSE;
}

static gboolean
check_options (const TestlogOptions *options, GError **error)
{
  gboolean replays = options->replay_certificates != NULL || options->replay_entries != NULL;

  if (!check_range ("logs", options->n_logs, 1, TESTLOG_MAX_LOGS, error)
      || !check_range ("rate", (gint64) options->rate, 0, 1000000, error)
      || !check_range ("entries", options->n_entries, 0, G_MAXINT32, error)
      || !check_range ("port", options->port, 0, G_MAXUINT16, error)
      || !check_range ("page-cap", options->page_cap, 1, 10000, error)
      || !check_range ("issuers", options->n_issuers, 1, 1000, error)
      || !check_range ("precert-percent", options->precert_percent, 0, 100, error)
      || !check_range ("shared-percent", options->shared_percent, 0, 100, error)
      || !check_range ("broken-percent", options->broken_percent, 0, 100, error)
      || !check_range ("start-size", options->start_size, 0, G_MAXINT64 / 2, error))
    return FALSE;
  if (options->rate > 0 || options->n_entries > 0 || replays)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "--rate 0 needs --entries or something to replay");
  return FALSE;
}

static gboolean
parse_options (TestlogOptions *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "logs", 0, 0, G_OPTION_ARG_INT, &options->n_logs, "Logs to serve", "N" },
    { "rate", 0, 0, G_OPTION_ARG_DOUBLE, &options->rate,
      "Entries a second and log; 0 is as fast as possible", "R" },
    { "entries", 0, 0, G_OPTION_ARG_INT64, &options->n_entries,
      "Entries of each log until it stops growing; 0 is no end", "N" },
    { "port", 0, 0, G_OPTION_ARG_INT, &options->port, "Port on 127.0.0.1; 0 is any", "PORT" },
    { "page-cap", 0, 0, G_OPTION_ARG_INT, &options->page_cap, "Most entries of one answer", "M" },
    { "issuers", 0, 0, G_OPTION_ARG_INT, &options->n_issuers, "Test authorities", "N" },
    { "precert-percent", 0, 0, G_OPTION_ARG_INT, &options->precert_percent,
      "Precertificates among the entries", "P" },
    { "shared-percent", 0, 0, G_OPTION_ARG_INT, &options->shared_percent,
      "Entries that two logs hold", "P" },
    { "broken-percent", 0, 0, G_OPTION_ARG_INT, &options->broken_percent,
      "Entries whose certificate cannot be read", "P" },
    { "start-size", 0, 0, G_OPTION_ARG_INT64, &options->start_size,
      "Entries each log pretends to have had before", "N" },
    { "cheap", 0, 0, G_OPTION_ARG_NONE, &options->cheap,
      "Patch templates instead of making certificates", NULL },
    { "replay-certs", 0, 0, G_OPTION_ARG_FILENAME, &options->replay_certificates,
      "Serve the certificates of FILE, each behind its u32 length", "FILE" },
    { "replay-entries", 0, 0, G_OPTION_ARG_FILENAME, &options->replay_entries,
      "Serve the entries of a JSON FILE", "FILE" },
    { "truth", 0, 0, G_OPTION_ARG_FILENAME, &options->truth,
      "Append a line to FILE for each visible entry", "FILE" },
    { "config-out", 0, 0, G_OPTION_ARG_FILENAME, &options->config_out,
      "Write a configuration that follows these logs", "FILE" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context
      = g_option_context_new ("– Certificate Transparency logs for tests, on loopback");

  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error) && check_options (options, error);
}

static gboolean
on_signal (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_complete_check (gpointer data)
{
  if (!testlog_is_complete (data))
    return G_SOURCE_CONTINUE;
  printf ("complete\n");
  fflush (stdout);
  return G_SOURCE_REMOVE;
}

static void
clear_options (TestlogOptions *options)
{
  g_free (options->replay_certificates);
  g_free (options->replay_entries);
  g_free (options->truth);
  g_free (options->config_out);
}

static gboolean
run (TestlogOptions *options, int *argc, char ***argv, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (Testlog) testlog = NULL;

  if (!parse_options (options, argc, argv, error))
    return FALSE;
  testlog = testlog_new (options, error);
  if (testlog == NULL)
    return FALSE;

  g_unix_signal_add (SIGTERM, on_signal, loop);
  g_unix_signal_add (SIGINT, on_signal, loop);
  g_timeout_add (COMPLETE_MS, on_complete_check, testlog);
  printf ("ready %s\n", testlog_get_url (testlog));
  fflush (stdout);
  g_main_loop_run (loop);
  return TRUE;
}

/* Prints `ready URL` once it listens and `complete` once every entry is visible. */
int
main (int argc, char **argv)
{
  TestlogOptions options = TESTLOG_DEFAULTS;
  g_autoptr (GError) error = NULL;
  gboolean done;

  setlocale (LC_ALL, "");
  done = run (&options, &argc, &argv, &error);
  clear_options (&options);
  if (done)
    return EXIT_SUCCESS;
  fprintf (stderr, "ctstream-testlog: %s\n", error->message);
  return EXIT_FAILURE;
}
