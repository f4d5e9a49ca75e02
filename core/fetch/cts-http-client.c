/* SPDX-License-Identifier: MIT */
#include "cts-http-client.h"

#include "core/fetch/cts-http-request.h"

/* Connections over all logs, and to one host: operators run several logs on one. */
#define MAX_CONNECTIONS          256
#define MAX_CONNECTIONS_PER_HOST 8
/* Seconds without a byte, connecting included, after which a log has hung up on us. */
#define SILENCE_S 20
/* Seconds an unused connection is kept; longer than the time between two looks at a head. */
#define KEEP_ALIVE_S 60

struct _CtsHttpClient
{
  GObject parent_instance;

  SoupSession *session;
  guint timeout_ms;
};

static void cts_http_client_transport_init (CtsTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CtsHttpClient,
                               cts_http_client,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CTS_TYPE_TRANSPORT,
                                                      cts_http_client_transport_init))

static void
on_request_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GBytes *body = cts_http_request_finish (result, &error);

  if (body != NULL)
    g_task_return_pointer (task, body, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static void
http_client_request_async (CtsTransport *transport,
                           CtsLogInfo *log,
                           const char *path,
                           gsize max_size,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  CtsHttpClient *self = CTS_HTTP_CLIENT (transport);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *uri = g_strconcat (cts_log_info_get_url (log), "/", path, NULL);

  g_task_set_source_tag (task, http_client_request_async);
  cts_http_request_async (self->session, uri, max_size, self->timeout_ms, cancellable,
                          on_request_done, task);
}

static GBytes *
http_client_request_finish (CtsTransport *transport, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, transport), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
cts_http_client_transport_init (CtsTransportInterface *iface)
{
  iface->request_async = http_client_request_async;
  iface->request_finish = http_client_request_finish;
}

static void
cts_http_client_dispose (GObject *object)
{
  CtsHttpClient *self = CTS_HTTP_CLIENT (object);

  g_clear_object (&self->session);
  G_OBJECT_CLASS (cts_http_client_parent_class)->dispose (object);
}

static void
cts_http_client_class_init (CtsHttpClientClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cts_http_client_dispose;
}

static void
cts_http_client_init (CtsHttpClient *self)
{
}

/**
 * cts_http_client_new:
 * @version: version of the program
 * @contact: mail address or URL of whoever runs it, told to logs; may be empty
 * @proxy: URI of a proxy; empty for that of the system
 * @timeout_ms: longest time for one request with its whole answer, in milliseconds
 *
 * Makes the client. Bodies come as they are on the wire: nothing is inflated, nobody's redirects
 * are followed.
 *
 * Returns: (transfer full): an HTTP client
 */
CtsHttpClient *
cts_http_client_new (const char *version, const char *contact, const char *proxy, guint timeout_ms)
{
  CtsHttpClient *self = g_object_new (CTS_TYPE_HTTP_CLIENT, NULL);
  g_autofree char *agent = contact[0] == '\0'
                               ? g_strdup_printf ("ctstream/%s", version)
                               : g_strdup_printf ("ctstream/%s (+%s)", version, contact);

  self->timeout_ms = timeout_ms;
  self->session
      = soup_session_new_with_options ("max-conns", MAX_CONNECTIONS, "max-conns-per-host",
                                       MAX_CONNECTIONS_PER_HOST, "timeout", SILENCE_S,
                                       "idle-timeout", KEEP_ALIVE_S, "user-agent", agent, NULL);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
  if (proxy[0] != '\0')
    {
      g_autoptr (GProxyResolver) resolver = g_simple_proxy_resolver_new (proxy, NULL);

      soup_session_set_proxy_resolver (self->session, resolver);
    }
  return self;
}
