/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-http"

#include "cts-http-server.h"

#include "core/http/cts-front-door.h"
#include "core/http/cts-upgrade.h"

#include <string.h>

#define TEXT_PLAIN "text/plain; charset=utf-8"

#define ROOT_TEXT "ctstream: connect with a WebSocket client; see /health for its state\n"

/* A path with a stream behind it. */
typedef struct
{
  char *format;
  CtsFraming framing;
} Route;

struct _CtsHttpServer
{
  GObject parent_instance;

  CtsPublisher *publisher;
  CtsShardPool *shards;
  SoupServer *soup;
  CtsFrontDoor *door;
  GHashTable *routes; /* path without its final slash → Route */
};

static void cts_http_server_host_init (CtsHttpHostInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CtsHttpServer,
                               cts_http_server,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CTS_TYPE_HTTP_HOST,
                                                      cts_http_server_host_init))

static void
route_free (gpointer data)
{
  Route *route = data;

  g_free (route->format);
  g_free (route);
}

static char *
without_final_slash (const char *path)
{
  gsize n = strlen (path);

  return g_strndup (path, n > 0 && path[n - 1] == '/' ? n - 1 : n);
}

/* What the front door put there is gone where a "100 Continue" went out before. */
static void
respond (SoupServerMessage *message, guint status, const char *text)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_replace (headers, "Connection", "close");
  soup_message_headers_replace (headers, "Access-Control-Allow-Origin", "*");
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, TEXT_PLAIN, SOUP_MEMORY_COPY, text, strlen (text));
}

static void
respond_no_upgrade (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_replace (headers, "Upgrade", "websocket");
  respond (message, 426, "this path is a WebSocket stream\n");
}

static void
http_server_serve_stream (CtsHttpServer *self, SoupServerMessage *message, const Route *route)
{
  CtsStream *stream = cts_publisher_open_stream (self->publisher, route->format, route->framing);

  if (stream != NULL)
    cts_upgrade_start (message, self->publisher, self->shards, stream);
  else
    respond (message, SOUP_STATUS_NOT_FOUND, "no serializer makes this stream\n");
}

static void
on_request (SoupServer *soup,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer data)
{
  CtsHttpServer *self = data;
  const char *method = soup_server_message_get_method (message);
  g_autofree char *key = without_final_slash (path);
  const Route *route = g_hash_table_lookup (self->routes, key);

  if (method != SOUP_METHOD_GET && method != SOUP_METHOD_HEAD)
    {
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Allow",
                                    "GET, HEAD");
      respond (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "only GET and HEAD are served\n");
    }
  else if (g_str_equal (key, "/health"))
    respond (message, SOUP_STATUS_OK, "OK");
  else if (route != NULL && cts_upgrade_is_wanted (message))
    http_server_serve_stream (self, message, route);
  else if (key[0] == '\0')
    respond (message, SOUP_STATUS_OK, ROOT_TEXT);
  else if (route != NULL)
    respond_no_upgrade (message);
  else
    respond (message, SOUP_STATUS_NOT_FOUND, "there is nothing here\n");
}

static void
cts_http_server_add_stream (CtsHttpHost *host,
                            const char *path,
                            const char *format,
                            CtsFraming framing)
{
  CtsHttpServer *self = CTS_HTTP_SERVER (host);
  Route *route;

  /* The serializer may still come; whoever tries to start it warns. */
  if (!cts_publisher_has_format (self->publisher, format))
    g_info ("%s: no serializer makes the format '%s'", path, format);

  route = g_new (Route, 1);
  *route = (Route){ .format = g_strdup (format), .framing = framing };
  g_hash_table_replace (self->routes, without_final_slash (path), route);
}

static void
cts_http_server_host_init (CtsHttpHostInterface *iface)
{
  iface->add_stream = cts_http_server_add_stream;
}

static void
cts_http_server_dispose (GObject *object)
{
  CtsHttpServer *self = CTS_HTTP_SERVER (object);

  cts_http_server_stop (self);
  g_clear_object (&self->door);
  g_clear_object (&self->soup);
  g_clear_object (&self->publisher);
  G_OBJECT_CLASS (cts_http_server_parent_class)->dispose (object);
}

static void
cts_http_server_finalize (GObject *object)
{
  CtsHttpServer *self = CTS_HTTP_SERVER (object);

  g_hash_table_unref (self->routes);
  G_OBJECT_CLASS (cts_http_server_parent_class)->finalize (object);
}

static void
cts_http_server_class_init (CtsHttpServerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cts_http_server_dispose;
  G_OBJECT_CLASS (klass)->finalize = cts_http_server_finalize;
}

static void
cts_http_server_init (CtsHttpServer *self)
{
  self->routes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, route_free);
  self->soup = soup_server_new ("server-header", "ctstream", NULL);
  soup_server_add_handler (self->soup, NULL, on_request, self, NULL);
}

/**
 * cts_http_server_new:
 * @publisher: whose streams are served
 * @shards: who serves them; they outlive the server
 * @max_connections: connections that may be open
 *
 * Returns: (transfer full): a server that does not listen yet
 */
CtsHttpServer *
cts_http_server_new (CtsPublisher *publisher, CtsShardPool *shards, guint max_connections)
{
  CtsHttpServer *self = g_object_new (CTS_TYPE_HTTP_SERVER, NULL);

  self->publisher = g_object_ref (publisher);
  self->shards = shards;
  self->door = cts_front_door_new (self->soup, max_connections);
  return self;
}

/**
 * cts_http_server_listen:
 * @self: a server
 * @address: `host:port`, `[v6]:port` or `unix:/path`
 * @error: return location for an error
 *
 * Listens on one more address.
 *
 * Returns: (transfer full): the address it listens on
 */
GSocketAddress *
cts_http_server_listen (CtsHttpServer *self, const char *address, GError **error)
{
  return cts_front_door_listen (self->door, address, error);
}

/**
 * cts_http_server_stop:
 * @self: a server
 *
 * Listens no more and ends requests under way. Clients of the shards stay.
 */
void
cts_http_server_stop (CtsHttpServer *self)
{
  if (self->door != NULL)
    cts_front_door_stop (self->door);
  if (self->soup != NULL)
    soup_server_disconnect (self->soup);
}

/**
 * cts_http_server_get_n_connections:
 * @self: a server
 *
 * Returns: connections open now, subscribed clients among them
 */
guint
cts_http_server_get_n_connections (CtsHttpServer *self)
{
  return cts_front_door_get_n_connections (self->door);
}
