/* SPDX-License-Identifier: MIT */
#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "demo-connection.h"
#include "demo-message.h"
#include "demo-tally.h"

/* How long the first certificate may take when the run has an end. */
#define FIRST_SECONDS 60

/* What becomes visible in a log this soon after the handshake may pass before the client is
 * subscribed; a message that comes earlier tells that it is. */
#define SUBSCRIBE_MS 1000

/* At the end, how often to look whether the rest has come. Looks are counted rather than seconds,
 * so that a machine that stands still takes nothing from the server's time. */
#define SETTLE_MS    250
#define SETTLE_LOOKS 12

#define SUMMARY_SECONDS 5

typedef struct
{
  GMainLoop *loop;
  char *url;
  char *truth;
  int seconds;
  gboolean is_tty;
  gboolean colour;
  SoupWebsocketConnection *connection;
  JsonParser *parser;
  DemoTally *tally;
  gint64 due_from_ms;  /* Unix time; none before it is connected */
  gint64 due_until_ms; /* Unix time of the end, 0 before */
  guint n_looks;       /* since then */
  DemoResult result;
  gint64 first_us; /* monotonic time of the first certificate, 0 before */
  guint64 n_last;  /* certificates at the last tick */
  guint n_ticks;
  char *status; /* the line below the others, when stdout is a terminal */
  gboolean failed;
} View;

static void
print_line (const View *view, const char *line)
{
  if (view->is_tty)
    printf ("\r\033[K%s\n%s", line, view->status != NULL ? view->status : "");
  else
    printf ("%s\n", line);
  fflush (stdout);
}

static void
fail (View *view, const char *what)
{
  fprintf (stderr, "%sctstream-demo-view: %s\n", view->is_tty ? "\n" : "", what);
  view->failed = TRUE;
  g_main_loop_quit (view->loop);
}

static gint64
get_now_ms (void)
{
  return g_get_real_time () / 1000;
}

/* Holds what has come against what the logs have shown. */
static void
compare (View *view)
{
  g_autoptr (GError) error = NULL;

  if (view->truth == NULL)
    demo_tally_count (view->tally, &view->result);
  else if (!demo_tally_compare (view->tally, view->truth, view->due_from_ms, view->due_until_ms,
                                &view->result, &error))
    fail (view, error->message);
}

static gboolean
on_settle (gpointer data)
{
  View *view = data;

  compare (view);
  if (!view->failed && view->result.n_missing > 0 && ++view->n_looks < SETTLE_LOOKS)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (view->loop);
  return G_SOURCE_REMOVE;
}

/* What the logs have shown by now is still on its way, so it is waited for; the second time not. */
static void
end (View *view)
{
  gboolean at_once = view->due_until_ms != 0 || view->truth == NULL;

  if (view->due_until_ms == 0)
    view->due_until_ms = get_now_ms ();
  if (!at_once)
    {
      g_timeout_add (SETTLE_MS, on_settle, view);
      return;
    }
  compare (view);
  g_main_loop_quit (view->loop);
}

static gboolean
on_seconds_over (gpointer data)
{
  View *view = data;

  if (view->due_until_ms == 0)
    end (view);
  return G_SOURCE_REMOVE;
}

static gboolean
on_interrupt (gpointer data)
{
  end (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_first_overdue (gpointer data)
{
  View *view = data;

  if (view->first_us == 0)
    fail (view, "no certificate came");
  return G_SOURCE_REMOVE;
}

static gboolean
on_tick (gpointer data)
{
  View *view = data;
  guint64 n = demo_tally_get_n_received (view->tally);
  g_autofree char *text = NULL;

  view->n_ticks++;
  if (!view->is_tty && view->n_ticks % SUMMARY_SECONDS != 0)
    return G_SOURCE_CONTINUE;
  text = g_strdup_printf ("-- %" G_GUINT64_FORMAT " certificates, %.1f/s", n,
                          (n - view->n_last) / (double) (view->is_tty ? 1 : SUMMARY_SECONDS));
  view->n_last = n;
  if (view->is_tty)
    {
      g_free (view->status);
      view->status = g_steal_pointer (&text);
      printf ("\r\033[K%s", view->status);
      fflush (stdout);
    }
  else
    print_line (view, text);
  return G_SOURCE_CONTINUE;
}

static void
take_certificate (View *view, const DemoMessage *message)
{
  g_autofree char *line = demo_message_format (message, view->colour);

  demo_tally_add (view->tally, message->sha256);
  print_line (view, line);
  if (view->first_us != 0)
    return;
  view->first_us = g_get_monotonic_time ();
  if (view->seconds > 0)
    g_timeout_add_seconds (view->seconds, on_seconds_over, view);
}

static void
on_message (SoupWebsocketConnection *connection, int type, GBytes *bytes, gpointer data)
{
  View *view = data;
  DemoMessage message;
  g_autoptr (GError) error = NULL;

  view->due_from_ms = MIN (view->due_from_ms, get_now_ms () + 1);
  if (!json_parser_load_from_data (view->parser, g_bytes_get_data (bytes, NULL),
                                   g_bytes_get_size (bytes), &error))
    {
      fail (view, error->message);
      return;
    }
  /* Heartbeats and what else may come are not for people. */
  if (!demo_message_read (&message, json_parser_get_root (view->parser)))
    return;
  take_certificate (view, &message);
  demo_message_clear (&message);
}

static void
on_closed (SoupWebsocketConnection *connection, gpointer data)
{
  g_autofree char *text
      = g_strdup_printf ("the server closed the connection (%u %s)",
                         soup_websocket_connection_get_close_code (connection),
                         soup_websocket_connection_get_close_data (connection) != NULL
                             ? soup_websocket_connection_get_close_data (connection)
                             : "");

  fail (data, text);
}

static void
on_connected (GObject *object, GAsyncResult *result, gpointer data)
{
  View *view = data;
  g_autoptr (GError) error = NULL;

  view->connection = demo_connect_finish (result, &error);
  if (view->connection == NULL)
    {
      fail (view, error->message);
      return;
    }
  view->due_from_ms = get_now_ms () + SUBSCRIBE_MS;
  g_signal_connect (view->connection, "message", G_CALLBACK (on_message), view);
  g_signal_connect (view->connection, "closed", G_CALLBACK (on_closed), view);
  g_timeout_add_seconds (1, on_tick, view);
  if (view->seconds > 0)
    g_timeout_add_seconds (FIRST_SECONDS, on_first_overdue, view);
}

/* Prints what came of it; returns whether all is well. */
static gboolean
conclude (const View *view)
{
  const DemoResult *result = &view->result;

  printf ("%s%" G_GUINT64_FORMAT " certificates", view->is_tty ? "\r\033[K" : "",
          result->n_received);
  if (view->truth != NULL)
    printf (", %" G_GUINT64_FORMAT " due, %" G_GUINT64_FORMAT " missing", result->n_due,
            result->n_missing);
  if (result->n_repeated > 0)
    printf (", %" G_GUINT64_FORMAT " came twice", result->n_repeated);
  if (result->n_unknown > 0)
    printf (", %" G_GUINT64_FORMAT " in no log", result->n_unknown);
  printf ("\n");
  return result->n_received > 0 && (result->n_due > 0 || view->truth == NULL)
         && result->n_missing == 0 && result->n_repeated == 0 && result->n_unknown == 0;
}

static gboolean
parse_options (View *view, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "seconds", 0, 0, G_OPTION_ARG_INT, &view->seconds,
      "End this long after the first certificate; 0 is with Ctrl-C", "N" },
    { "truth", 0, 0, G_OPTION_ARG_FILENAME, &view->truth,
      "Compare with this file of ctstream-testlog at the end", "FILE" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("URL – shows a certificate stream");

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc == 2 && view->seconds >= 0)
    {
      view->url = g_strdup ((*argv)[1]);
      return TRUE;
    }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
               "wants one URL, such as ws://127.0.0.1:8080/, and seconds of at least 0");
  return FALSE;
}

static gboolean
run (View *view)
{
  view->loop = g_main_loop_new (NULL, FALSE);
  view->parser = json_parser_new ();
  view->tally = demo_tally_new ();
  view->is_tty = isatty (STDOUT_FILENO);
  view->colour = view->is_tty && g_getenv ("NO_COLOR") == NULL;
  g_unix_signal_add (SIGINT, on_interrupt, view);
  g_unix_signal_add (SIGTERM, on_interrupt, view);
  demo_connect_async (view->url, on_connected, view);
  g_main_loop_run (view->loop);
  return !view->failed && conclude (view);
}

static void
view_clear (View *view)
{
  if (view->connection != NULL)
    g_signal_handlers_disconnect_by_data (view->connection, view);
  g_clear_object (&view->connection);
  g_clear_object (&view->parser);
  g_clear_pointer (&view->tally, demo_tally_free);
  g_clear_pointer (&view->loop, g_main_loop_unref);
  g_free (view->status);
  g_free (view->truth);
  g_free (view->url);
}

int
main (int argc, char **argv)
{
  View view = { .due_from_ms = G_MAXINT64 };
  g_autoptr (GError) error = NULL;
  gboolean well;

  setlocale (LC_ALL, "");
  well = parse_options (&view, &argc, &argv, &error);
  if (well)
    well = run (&view);
  else
    fprintf (stderr, "ctstream-demo-view: %s\n", error->message);
  view_clear (&view);
  return well ? EXIT_SUCCESS : EXIT_FAILURE;
}
