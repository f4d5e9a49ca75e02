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
  CtsPacing *pacing;
};

/* A request of a source: task data of its task. While it waits for its turn, @turn is set. */
typedef struct
{
  CtsLogInfo *log;
  char *uri;
  gsize max_size;
  CtsTurn *turn;
  GSource *cancelled;
  gint64 sent_us;
} Request;

static void cts_http_client_transport_init (CtsTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CtsHttpClient,
                               cts_http_client,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CTS_TYPE_TRANSPORT,
                                                      cts_http_client_transport_init))

static void
request_stop_waiting (Request *request)
{
  g_clear_pointer (&request->turn, cts_turn_free);
  if (request->cancelled != NULL)
    g_source_destroy (request->cancelled);
  g_clear_pointer (&request->cancelled, g_source_unref);
}

static void
request_free (gpointer data)
{
  Request *request = data;

  request_stop_waiting (request);
  cts_log_info_unref (request->log);
  g_free (request->uri);
  g_free (request);
}

static void
http_client_note_refusal (CtsHttpClient *self, const Request *request, const GError *error)
{
  if (g_error_matches (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_BUSY))
    cts_pacing_refused (self->pacing, request->log, request->sent_us,
                        (gint64) cts_source_error_get_retry_after (error) * 1000);
}

static void
on_request_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GBytes *body = cts_http_request_finish (result, &error);

  if (body != NULL)
    {
      g_task_return_pointer (task, body, (GDestroyNotify) g_bytes_unref);
      return;
    }
  http_client_note_refusal (g_task_get_source_object (task), g_task_get_task_data (task), error);
  g_task_return_error (task, error);
}

/* The deadline begins here: waiting for a turn is no fault of the log. Takes @task. */
static void
http_client_send (GTask *task)
{
  CtsHttpClient *self = g_task_get_source_object (task);
  Request *request = g_task_get_task_data (task);

  request_stop_waiting (request);
  request->sent_us = g_get_monotonic_time ();
  cts_http_request_async (self->session, request->uri, request->max_size, self->timeout_ms,
                          g_task_get_cancellable (task), on_request_done, task);
}

static void
on_turn (gpointer user_data)
{
  http_client_send (user_data);
}

static gboolean
on_waiting_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  request_stop_waiting (g_task_get_task_data (task));
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

/* Sends a request that nobody holds a turn up for when its own has come. Takes @task. */
static void
http_client_wait (CtsHttpClient *self, GTask *task)
{
  Request *request = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  request->turn
      = cts_pacing_take (self->pacing, request->log, CTS_PACER_DATA, FALSE, on_turn, task);
  if (cts_turn_has_come (request->turn))
    {
      http_client_send (task);
      return;
    }
  if (cancellable == NULL)
    return;
  request->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_static_name (request->cancelled, "cts-http-waiting");
  g_source_set_callback (request->cancelled, G_SOURCE_FUNC (on_waiting_cancelled), task, NULL);
  g_source_attach (request->cancelled, g_main_context_get_thread_default ());
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
  Request *request = g_new0 (Request, 1);

  request->log = cts_log_info_ref (log);
  request->uri = g_strconcat (cts_log_info_get_url (log), "/", path, NULL);
  request->max_size = max_size;
  g_task_set_source_tag (task, http_client_request_async);
  g_task_set_task_data (task, request, request_free);
  if (cts_pacing_use_held (self->pacing, log))
    http_client_send (task);
  else
    http_client_wait (self, task);
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
  g_clear_pointer (&self->pacing, cts_pacing_unref);
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
 * @timeout_ms: longest time for one request with its whole answer, in milliseconds; it begins when
 *   the request is sent
 * @pacing: when requests are sent
 *
 * Makes the client. Bodies come as they are on the wire: nothing is inflated, nobody's redirects
 * are followed.
 *
 * Returns: (transfer full): an HTTP client
 */
CtsHttpClient *
cts_http_client_new (const char *version,
                     const char *contact,
                     const char *proxy,
                     guint timeout_ms,
                     CtsPacing *pacing)
{
  CtsHttpClient *self = g_object_new (CTS_TYPE_HTTP_CLIENT, NULL);
  g_autofree char *agent = contact[0] == '\0'
                               ? g_strdup_printf ("ctstream/%s", version)
                               : g_strdup_printf ("ctstream/%s (+%s)", version, contact);

  self->timeout_ms = timeout_ms;
  self->pacing = cts_pacing_ref (pacing);
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
