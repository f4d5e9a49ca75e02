/* SPDX-License-Identifier: MIT */
#include "cts-source-private.h"

typedef struct
{
  CtsTransport *transport;
} CtsSourcePrivate;

G_DEFINE_INTERFACE (CtsTransport, cts_transport, G_TYPE_OBJECT)
G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CtsSource, cts_source, CTS_TYPE_STAGE)

/* Stands beside each error of the domain, and so survives prefixes and copies. */
typedef struct
{
  guint retry_after_ms;
} CtsSourceErrorPrivate;

static void
cts_source_error_private_init (CtsSourceErrorPrivate *priv)
{
}

static void
cts_source_error_private_copy (const CtsSourceErrorPrivate *from, CtsSourceErrorPrivate *to)
{
  *to = *from;
}

static void
cts_source_error_private_clear (CtsSourceErrorPrivate *priv)
{
}

G_DEFINE_EXTENDED_ERROR (CtsSourceError, cts_source_error)

/**
 * cts_source_error_set_retry_after:
 * @error: an error in %CTS_SOURCE_ERROR
 * @retry_after_ms: how long the log asks to be left alone, in milliseconds
 *
 * Notes on an error when the log wants to be asked again.
 */
void
cts_source_error_set_retry_after (GError *error, guint retry_after_ms)
{
  cts_source_error_get_private (error)->retry_after_ms = retry_after_ms;
}

/**
 * cts_source_error_get_retry_after:
 * @error: any error
 *
 * Returns: how long the log asked to be left alone, in milliseconds; 0 when it did not say
 */
guint
cts_source_error_get_retry_after (const GError *error)
{
  if (error->domain != CTS_SOURCE_ERROR)
    return 0;
  return cts_source_error_get_private (error)->retry_after_ms;
}

static void
cts_transport_default_init (CtsTransportInterface *iface)
{
}

static void
cts_source_dispose (GObject *object)
{
  CtsSourcePrivate *priv = cts_source_get_instance_private (CTS_SOURCE (object));

  g_clear_object (&priv->transport);
  G_OBJECT_CLASS (cts_source_parent_class)->dispose (object);
}

static void
cts_source_class_init (CtsSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cts_source_dispose;
}

static void
cts_source_init (CtsSource *self)
{
}

/**
 * cts_source_set_transport:
 * @source: a source
 * @transport: what carries its requests
 *
 * Connects a source to the core's HTTP client.
 */
void
cts_source_set_transport (CtsSource *source, CtsTransport *transport)
{
  CtsSourcePrivate *priv = cts_source_get_instance_private (source);

  g_set_object (&priv->transport, transport);
}

/**
 * cts_source_request_async:
 * @source: a source
 * @log: the log to ask
 * @path: path and query below the log's URL, without a leading slash
 * @max_size: largest answer to take, in bytes
 * @cancellable: (nullable): a cancellable
 * @callback: called when done
 * @user_data: data for @callback
 *
 * Sends a GET request to a log, with the core's pacing, deadlines and caps. Redirects are not
 * followed. The first request from within a call to fetch something goes at once, since the core
 * waited for its turn before; any other waits for a turn of its own. Main context.
 *
 * Since: 1.0
 */
void
cts_source_request_async (CtsSource *source,
                          CtsLogInfo *log,
                          const char *path,
                          gsize max_size,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  CtsSourcePrivate *priv = cts_source_get_instance_private (source);

  g_return_if_fail (priv->transport != NULL);

  CTS_TRANSPORT_GET_IFACE (priv->transport)
      ->request_async (priv->transport, log, path, max_size, cancellable, callback, user_data);
}

/**
 * cts_source_request_finish:
 * @source: a source
 * @result: the result handed to the callback
 * @error: return location for an error in %CTS_SOURCE_ERROR
 *
 * Finishes cts_source_request_async().
 *
 * Returns: (transfer full): the body of a 200 answer
 *
 * Since: 1.0
 */
GBytes *
cts_source_request_finish (CtsSource *source, GAsyncResult *result, GError **error)
{
  CtsSourcePrivate *priv = cts_source_get_instance_private (source);

  return CTS_TRANSPORT_GET_IFACE (priv->transport)->request_finish (priv->transport, result, error);
}
