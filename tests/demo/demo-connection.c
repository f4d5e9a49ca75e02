/* SPDX-License-Identifier: MIT */
#include "demo-connection.h"

/* A daemon under load may take this long to listen. */
#define RETRY_MS      100
#define RETRY_SECONDS 15

/* Full messages with long chains stay below 1 MiB; anything near this is a server's mistake. */
#define MAX_MESSAGE (16 * 1024 * 1024)

typedef struct
{
  SoupSession *session;
  char *url;
  gint64 give_up_us;
} Attempt;

static void try_connect (GTask *task);

static void
attempt_free (gpointer data)
{
  Attempt *attempt = data;

  g_object_unref (attempt->session);
  g_free (attempt->url);
  g_free (attempt);
}

static gboolean
on_retry (gpointer data)
{
  try_connect (data);
  return G_SOURCE_REMOVE;
}

static void
on_connected (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  const Attempt *attempt = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  SoupWebsocketConnection *connection
      = soup_session_websocket_connect_finish (SOUP_SESSION (object), result, &error);

  if (connection != NULL)
    {
      soup_websocket_connection_set_max_incoming_payload_size (connection, MAX_MESSAGE);
      g_task_return_pointer (task, connection, g_object_unref);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED)
           && g_get_monotonic_time () < attempt->give_up_us)
    g_timeout_add (RETRY_MS, on_retry, g_steal_pointer (&task));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* Takes @task over. */
static void
try_connect (GTask *task)
{
  const Attempt *attempt = g_task_get_task_data (task);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, attempt->url);

  if (message == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s: no such URL",
                               attempt->url);
      g_object_unref (task);
      return;
    }
  soup_session_websocket_connect_async (attempt->session, message, NULL, NULL, G_PRIORITY_DEFAULT,
                                        NULL, on_connected, task);
}

void
demo_connect_async (const char *url, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, NULL, callback, data);
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->session = soup_session_new ();
  attempt->url = g_strdup (url);
  attempt->give_up_us = g_get_monotonic_time () + RETRY_SECONDS * G_USEC_PER_SEC;
  g_task_set_task_data (task, attempt, attempt_free);
  try_connect (task);
}

SoupWebsocketConnection *
demo_connect_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
