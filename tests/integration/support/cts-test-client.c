/* SPDX-License-Identifier: MIT */
#include "cts-test-client.h"

#include "tests/demo/demo-connection.h"

struct _CtsTestClient
{
  SoupWebsocketConnection *connection;
  JsonParser *parser;
  CtsTestMessageFunc callback;
  gpointer user_data;
  guint n_messages;
  guint n_wanted;
  gboolean is_subscribed;
  gboolean is_closed;
};

static void
on_message (SoupWebsocketConnection *connection, int type, GBytes *bytes, gpointer data)
{
  CtsTestClient *client = data;
  g_autoptr (GError) error = NULL;
  JsonObject *message;

  g_assert_cmpint (type, ==, SOUP_WEBSOCKET_DATA_TEXT);
  json_parser_load_from_data (client->parser, g_bytes_get_data (bytes, NULL),
                              (gssize) g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  message = json_node_get_object (json_parser_get_root (client->parser));
  if (g_str_equal (json_object_get_string_member (message, "message_type"), "heartbeat"))
    return;
  client->n_messages++;
  if (client->callback != NULL)
    client->callback (message, client->user_data);
}

static void
on_pong (SoupWebsocketConnection *connection, GBytes *bytes, gpointer data)
{
  ((CtsTestClient *) data)->is_subscribed = TRUE;
}

static void
on_closed (SoupWebsocketConnection *connection, gpointer data)
{
  ((CtsTestClient *) data)->is_closed = TRUE;
}

/* libsoup sends pings on a timer only. */
static void
send_ping (SoupWebsocketConnection *connection)
{
  static const guint8 frame[] = { 0x89, 0x80, 0, 0, 0, 0 };
  GIOStream *stream = soup_websocket_connection_get_io_stream (connection);
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (stream), frame, sizeof frame, NULL,
                             NULL, &error);
  g_assert_no_error (error);
}

static void
on_connected (GObject *object, GAsyncResult *result, gpointer data)
{
  CtsTestClient *client = data;
  g_autoptr (GError) error = NULL;

  client->connection = demo_connect_finish (result, &error);
  g_assert_no_error (error);
  g_signal_connect (client->connection, "message", G_CALLBACK (on_message), client);
  g_signal_connect (client->connection, "pong", G_CALLBACK (on_pong), client);
  g_signal_connect (client->connection, "closed", G_CALLBACK (on_closed), client);
  send_ping (client->connection);
}

/* It says so much of each frame that nothing else can be found. */
static void
drop_message (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
}

static gboolean
is_subscribed (gpointer data)
{
  return ((CtsTestClient *) data)->is_subscribed;
}

CtsTestClient *
cts_test_client_new (CtsTestDaemon *daemon,
                     const char *path,
                     CtsTestMessageFunc callback,
                     gpointer user_data)
{
  CtsTestClient *client = g_new0 (CtsTestClient, 1);
  g_autofree char *url
      = g_strdup_printf ("ws://127.0.0.1:%u%s", cts_test_daemon_get_port (daemon), path);

  g_log_set_handler ("libsoup", G_LOG_LEVEL_DEBUG, drop_message, NULL);
  client->parser = json_parser_new ();
  client->callback = callback;
  client->user_data = user_data;
  demo_connect_async (url, on_connected, client);
  cts_test_wait_until (is_subscribed, client, "subscription");
  return client;
}

void
cts_test_client_free (CtsTestClient *client)
{
  g_signal_handlers_disconnect_by_data (client->connection, client);
  g_object_unref (client->connection);
  g_object_unref (client->parser);
  g_free (client);
}

guint
cts_test_client_get_n_messages (CtsTestClient *client)
{
  return client->n_messages;
}

static gboolean
has_wanted (gpointer data)
{
  const CtsTestClient *client = data;

  return client->n_messages >= client->n_wanted || client->is_closed;
}

void
cts_test_client_wait (CtsTestClient *client, guint n_messages)
{
  client->n_wanted = n_messages;
  cts_test_wait_until (has_wanted, client, "messages");
  g_assert_cmpuint (client->n_messages, >=, n_messages);
}

static gboolean
is_closed (gpointer data)
{
  return ((CtsTestClient *) data)->is_closed;
}

guint
cts_test_client_wait_closed (CtsTestClient *client)
{
  cts_test_wait_until (is_closed, client, "close");
  return soup_websocket_connection_get_close_code (client->connection);
}
