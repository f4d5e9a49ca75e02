/* SPDX-License-Identifier: MIT */
#include "cts-http-request.h"

#include "core/api/cts-source-private.h"
#include "core/fetch/cts-retry-after.h"

/* RFC 6585 §4; libsoup has no name for it. */
#define STATUS_TOO_MANY_REQUESTS 429

/* First size of the buffer of an answer that does not say how long it is. */
#define FIRST_SIZE (64u << 10)
/* Least room for a read. It is also how an answer above its cap is known; and libsoup reads the
 * line that ends a chunked body into the caller's buffer, and fails without an error when a line
 * cannot fit. */
#define READ_MIN 1024
/* What is read of the answer to a request that failed, and what of it an error message repeats. */
#define ERROR_BODY_MAX (16u << 10)
#define ERROR_TEXT_MAX 200

/* One request: task data of its task. */
typedef struct
{
  SoupMessage *message;
  GInputStream *stream;
  gsize max_size;
  guint8 *body;
  gsize capacity;
  gsize size;

  /* Cancelled by the caller's cancellable, the deadline, or when enough was read. */
  GCancellable *cancellable;
  GCancellable *callers;
  gulong callers_handler;
  GSource *deadline;
  gboolean timed_out;
} Request;

static void request_read (GTask *task);

static void
request_free (gpointer data)
{
  Request *request = data;

  g_cancellable_disconnect (request->callers, request->callers_handler);
  g_clear_object (&request->callers);
  if (request->deadline != NULL)
    g_source_destroy (request->deadline);
  g_clear_pointer (&request->deadline, g_source_unref);
  g_clear_object (&request->stream);
  g_clear_object (&request->message);
  g_clear_object (&request->cancellable);
  g_free (request->body);
  g_free (request);
}

/* Gives the connection back, or, when the answer was not read to its end, gives it up. */
static void
request_close (Request *request, gboolean at_end)
{
  if (!at_end)
    g_cancellable_cancel (request->cancellable);
  if (request->stream != NULL)
    g_input_stream_close_async (request->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

static gboolean
on_deadline (gpointer data)
{
  Request *request = data;

  request->timed_out = TRUE;
  g_cancellable_cancel (request->cancellable);
  return G_SOURCE_REMOVE;
}

static void
on_callers_cancelled (GCancellable *callers, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

/* Turns an error of the network into one of ours; takes @error. */
static void
request_fail (GTask *task, GError *error)
{
  Request *request = g_task_get_task_data (task);

  request_close (request, FALSE);
  if (request->timed_out && request->size > 0)
    g_task_return_new_error (task, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_TOO_LARGE,
                             "the answer did not end in time: %" G_GSIZE_FORMAT " bytes so far",
                             request->size);
  else if (request->timed_out)
    g_task_return_new_error (task, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_FAILED, "no answer in time");
  else if (!g_task_return_error_if_cancelled (task))
    g_task_return_new_error (task, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_FAILED, "%s", error->message);
  g_error_free (error);
}

/* The beginning of an answer as one printable line. It is never read for its meaning. */
static char *
request_describe_body (Request *request)
{
  GString *text = g_string_new (NULL);
  gsize size = MIN (request->size, ERROR_TEXT_MAX);

  for (gsize i = 0; i < size; i++)
    {
      guint8 byte = request->body[i];

      if (g_ascii_isspace (byte))
        {
          if (text->len > 0 && text->str[text->len - 1] != ' ')
            g_string_append_c (text, ' ');
        }
      else if (g_ascii_isprint (byte) && byte != '\\')
        g_string_append_c (text, (char) byte);
      else
        g_string_append_printf (text, "\\x%02x", byte);
    }
  while (text->len > 0 && text->str[text->len - 1] == ' ')
    g_string_truncate (text, text->len - 1);
  return g_string_free (text, FALSE);
}

static CtsSourceError
code_for_status (guint status)
{
  switch (status)
    {
    case STATUS_TOO_MANY_REQUESTS:
    case SOUP_STATUS_SERVICE_UNAVAILABLE:
      return CTS_SOURCE_ERROR_BUSY;
    case SOUP_STATUS_BAD_REQUEST:
    case SOUP_STATUS_FORBIDDEN:
    case SOUP_STATUS_NOT_FOUND:
      return CTS_SOURCE_ERROR_RANGE;
    default:
      return CTS_SOURCE_ERROR_FAILED;
    }
}

static void
request_fail_with_status (GTask *task, gboolean at_end)
{
  Request *request = g_task_get_task_data (task);
  guint status = soup_message_get_status (request->message);
  SoupMessageHeaders *headers = soup_message_get_response_headers (request->message);
  const char *retry_after = soup_message_headers_get_one (headers, "Retry-After");
  g_autofree char *text = request_describe_body (request);
  GError *error;

  error = g_error_new (CTS_SOURCE_ERROR, (int) code_for_status (status), "HTTP %u %s%s%s", status,
                       soup_status_get_phrase (status), text[0] != '\0' ? ": " : "", text);
  cts_source_error_set_retry_after (error,
                                    cts_retry_after_read (retry_after,
                                                          g_get_real_time () / G_USEC_PER_SEC));
  request_close (request, at_end);
  g_task_return_error (task, error);
}

/*
 * A body that ended before the length its header promised: the session reports most of these, but
 * the promise is what counts.
 */
static gboolean
request_is_truncated (Request *request, goffset *promised)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (request->message);

  if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH)
    return FALSE;
  *promised = soup_message_headers_get_content_length (headers);
  return *promised != (goffset) request->size;
}

static void
request_succeed (GTask *task)
{
  Request *request = g_task_get_task_data (task);
  goffset promised = 0;

  if (request_is_truncated (request, &promised))
    {
      request_close (request, FALSE);
      g_task_return_new_error (task, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_FAILED,
                               "the answer ends after %" G_GSIZE_FORMAT " of %" G_GOFFSET_FORMAT
                               " bytes",
                               request->size, promised);
      return;
    }
  request_close (request, TRUE);
  g_task_return_pointer (task, g_bytes_new_take (g_steal_pointer (&request->body), request->size),
                         (GDestroyNotify) g_bytes_unref);
}

static void
request_fail_too_large (GTask *task)
{
  Request *request = g_task_get_task_data (task);

  request_close (request, FALSE);
  g_task_return_new_error (task, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_TOO_LARGE,
                           "the answer is larger than %" G_GSIZE_FORMAT " bytes",
                           request->max_size);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  gboolean success = soup_message_get_status (request->message) == SOUP_STATUS_OK;
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (n < 0)
    {
      request_fail (task, error);
      return;
    }

  request->size += (gsize) n;
  if (n > 0 && request->size <= request->max_size)
    request_read (g_steal_pointer (&task));
  else if (!success)
    request_fail_with_status (task, n == 0);
  else if (n > 0)
    request_fail_too_large (task);
  else
    request_succeed (task);
}

/* Reads on, into a buffer that is at most %READ_MIN larger than the cap. Takes @task. */
static void
request_read (GTask *task)
{
  Request *request = g_task_get_task_data (task);

  if (request->capacity - request->size < READ_MIN)
    {
      request->capacity = MIN (request->capacity * 2, request->max_size) + READ_MIN;
      request->body = g_realloc (request->body, request->capacity);
    }
  g_input_stream_read_async (request->stream, request->body + request->size,
                             request->capacity - request->size, G_PRIORITY_DEFAULT,
                             request->cancellable, on_read, task);
}

/* Reserves the buffer: as large as the answer says it is, and room to find its end. */
static void
request_prepare_body (Request *request)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (request->message);
  gsize size = FIRST_SIZE;

  if (soup_message_get_status (request->message) != SOUP_STATUS_OK)
    request->max_size = MIN (request->max_size, ERROR_BODY_MAX);
  else if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    size = (gsize) soup_message_headers_get_content_length (headers);
  request->capacity = MIN (size, request->max_size) + READ_MIN;
  request->body = g_malloc (request->capacity);
}

static gboolean
request_promises_too_much (Request *request)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (request->message);
  goffset size;

  if (soup_message_get_status (request->message) != SOUP_STATUS_OK
      || soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH)
    return FALSE;
  size = soup_message_headers_get_content_length (headers);
  return size < 0 || (guint64) size > request->max_size;
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;

  request->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (request->stream == NULL)
    request_fail (task, error);
  else if (request_promises_too_much (request))
    request_fail_too_large (task);
  else
    {
      request_prepare_body (request);
      request_read (g_steal_pointer (&task));
    }
}

static Request *
request_new (SoupMessage *message, gsize max_size, guint timeout_ms, GCancellable *callers)
{
  Request *request = g_new0 (Request, 1);

  request->message = message;
  request->max_size = max_size;
  request->cancellable = g_cancellable_new ();
  if (callers != NULL)
    {
      request->callers = g_object_ref (callers);
      request->callers_handler
          = g_cancellable_connect (callers, G_CALLBACK (on_callers_cancelled),
                                   g_object_ref (request->cancellable), g_object_unref);
    }
  request->deadline = g_timeout_source_new (timeout_ms);
  g_source_set_static_name (request->deadline, "cts-http-deadline");
  g_source_set_callback (request->deadline, on_deadline, request, NULL);
  g_source_attach (request->deadline, g_main_context_get_thread_default ());
  return request;
}

/* %NULL when @uri is none that a session takes: it asserts that it is. */
static SoupMessage *
message_new (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, SOUP_HTTP_URI_FLAGS, NULL);

  if (parsed == NULL || g_uri_get_host (parsed) == NULL || g_uri_get_host (parsed)[0] == '\0')
    return NULL;
  if (!g_str_equal (g_uri_get_scheme (parsed), "http")
      && !g_str_equal (g_uri_get_scheme (parsed), "https"))
    return NULL;
  return soup_message_new_from_uri (SOUP_METHOD_GET, parsed);
}

/**
 * cts_http_request_async:
 * @session: the session
 * @uri: what to get
 * @max_size: largest answer to take, in bytes
 * @timeout_ms: longest time until its last byte, in milliseconds
 * @cancellable: (nullable): a cancellable
 * @callback: called when done
 * @user_data: data for @callback
 *
 * Gets @uri, as it is on the wire and without following redirects. Main context.
 */
void
cts_http_request_async (SoupSession *session,
                        const char *uri,
                        gsize max_size,
                        guint timeout_ms,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  SoupMessage *message = message_new (uri);
  Request *request;

  g_task_set_source_tag (task, cts_http_request_async);
  if (message == NULL)
    {
      g_task_return_new_error (task, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_FAILED,
                               "'%s' is no http or https URL", uri);
      g_object_unref (task);
      return;
    }

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Accept-Encoding",
                                "identity");
  request = request_new (message, max_size, timeout_ms, cancellable);
  g_task_set_task_data (task, request, request_free);
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, request->cancellable, on_sent,
                           task);
}

/**
 * cts_http_request_finish:
 * @result: the result handed to the callback
 * @error: return location for an error in %CTS_SOURCE_ERROR, or %G_IO_ERROR_CANCELLED
 *
 * Finishes cts_http_request_async().
 *
 * Returns: (transfer full): the body of a 200 answer
 */
GBytes *
cts_http_request_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
