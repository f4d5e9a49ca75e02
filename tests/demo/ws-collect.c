/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "demo-connection.h"

#define DEFAULT_COUNT   1
#define DEFAULT_TIMEOUT 30

typedef struct
{
  GMainLoop *loop;
  FILE *file;
  SoupWebsocketConnection *connection;
  char *output;
  int count;
  int timeout;
  gboolean skip_heartbeats;
  int n_messages;
  gboolean done;
} Collector;

static void
fail (Collector *self, const char *what)
{
  fprintf (stderr, "ctstream-ws-collect: %s after %d of %d messages\n", what, self->n_messages,
           self->count);
  g_main_loop_quit (self->loop);
}

static gboolean
on_timeout (gpointer data)
{
  fail (data, "timed out");
  return G_SOURCE_REMOVE;
}

static gboolean
is_heartbeat (GBytes *bytes)
{
  return g_strstr_len (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                       "\"message_type\":\"heartbeat\"")
         != NULL;
}

static void
on_message (SoupWebsocketConnection *connection, int type, GBytes *bytes, gpointer data)
{
  Collector *self = data;

  if (self->done || (self->skip_heartbeats && is_heartbeat (bytes)))
    return;
  fwrite (g_bytes_get_data (bytes, NULL), 1, g_bytes_get_size (bytes), self->file);
  fputc ('\n', self->file);
  if (++self->n_messages < self->count)
    return;
  self->done = TRUE;
  g_main_loop_quit (self->loop);
}

static void
on_closed (SoupWebsocketConnection *connection, gpointer data)
{
  if (!((Collector *) data)->done)
    fail (data, "closed by the server");
}

static void
on_connected (GObject *object, GAsyncResult *result, gpointer data)
{
  Collector *self = data;
  g_autoptr (GError) error = NULL;

  self->connection = demo_connect_finish (result, &error);
  if (self->connection == NULL)
    {
      fail (self, error->message);
      return;
    }
  /* Tests wait for this line before they let something happen that must arrive. */
  fprintf (stderr, "connected\n");
  g_signal_connect (self->connection, "message", G_CALLBACK (on_message), self);
  g_signal_connect (self->connection, "closed", G_CALLBACK (on_closed), self);
}

static gboolean
parse_options (Collector *self, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "count", 0, 0, G_OPTION_ARG_INT, &self->count, "End after N messages", "N" },
    { "timeout", 0, 0, G_OPTION_ARG_INT, &self->timeout, "Fail after this long", "SECONDS" },
    { "output", 0, 0, G_OPTION_ARG_FILENAME, &self->output, "Write a line per message", "FILE" },
    { "skip-heartbeats", 0, 0, G_OPTION_ARG_NONE, &self->skip_heartbeats,
      "Neither write nor count heartbeats", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context
      = g_option_context_new ("URL – writes the messages of a WebSocket to a file");

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc == 2 && self->count > 0 && self->timeout > 0 && self->output != NULL)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
               "wants --output and one URL; count and timeout are at least 1");
  return FALSE;
}

static gboolean
collect (Collector *self, const char *url)
{
  self->file = g_fopen (self->output, "we");
  if (self->file == NULL)
    {
      fprintf (stderr, "ctstream-ws-collect: %s: %s\n", self->output, g_strerror (errno));
      return FALSE;
    }
  self->loop = g_main_loop_new (NULL, FALSE);
  g_timeout_add_seconds (self->timeout, on_timeout, self);
  demo_connect_async (url, on_connected, self);
  g_main_loop_run (self->loop);

  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  g_main_loop_unref (self->loop);
  return fclose (self->file) == 0 && self->done;
}

/* Exit status 0 only when all messages asked for came in time. */
int
main (int argc, char **argv)
{
  Collector self = { .count = DEFAULT_COUNT, .timeout = DEFAULT_TIMEOUT };
  g_autoptr (GError) error = NULL;
  gboolean well;

  well = parse_options (&self, &argc, &argv, &error);
  if (well)
    well = collect (&self, argv[1]);
  else
    fprintf (stderr, "ctstream-ws-collect: %s\n", error->message);
  g_free (self.output);
  return well ? EXIT_SUCCESS : EXIT_FAILURE;
}
