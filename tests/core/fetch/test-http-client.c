/* SPDX-License-Identifier: MIT */
#include "core/fetch/cts-http-client.h"

#include "tests/support/cts-test.h"

#include <libsoup/soup.h>
#include <string.h>

#define CAP 1000

/* Long enough for a loaded machine; the tests that wait for a deadline set a short one. */
#define TIMEOUT_MS       20000
#define SHORT_TIMEOUT_MS 100

typedef struct
{
  SoupServer *server;
  GSocketService *raw;
  const char *raw_answer;
  gboolean raw_keeps_open;
  GPtrArray *raw_connections;
  CtsPacing *pacing;
  CtsHttpClient *client;
  CtsLogInfo *log;
  guint n_requests;

  GCancellable *cancellable;
  GBytes *body;
  GError *error;
  int done;
} Fixture;

static void
fixture_set_url (Fixture *fixture, const char *url)
{
  const guint8 id[CTS_LOG_ID_SIZE] = { 1 };

  g_clear_pointer (&fixture->log, cts_log_info_unref);
  fixture->log = cts_log_info_new (id, "Log", url, "Operator", "rfc6962");
}

static void
fixture_set_client (Fixture *fixture, guint timeout_ms, guint interval_ms)
{
  CtsPacerOptions options = { interval_ms * G_TIME_SPAN_MILLISECOND, 0, 1 };

  g_clear_object (&fixture->client);
  g_clear_pointer (&fixture->pacing, cts_pacing_unref);
  fixture->pacing = cts_pacing_new (&options);
  fixture->client
      = cts_http_client_new ("1.2.3", "ops@example.org", "", timeout_ms, fixture->pacing);
}

/* Answers by the last part of the path. */
static void
on_request (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  Fixture *fixture = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  const char *name = strrchr (path, '/') + 1;
  guint64 number = g_ascii_strtoull (name, NULL, 10);
  g_autofree char *body = g_strnfill (CAP + 1, 'x');

  fixture->n_requests++;
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  if (g_str_has_prefix (name, "size-"))
    soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, body,
                                      g_ascii_strtoull (name + 5, NULL, 10));
  else if (g_str_has_prefix (name, "chunked-"))
    {
      SoupMessageBody *chunks = soup_server_message_get_response_body (message);

      soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
      soup_message_body_append (chunks, SOUP_MEMORY_COPY, body,
                                g_ascii_strtoull (name + 8, NULL, 10));
      soup_message_body_complete (chunks);
    }
  else if (g_str_equal (name, "request"))
    {
      SoupMessageHeaders *asked = soup_server_message_get_request_headers (message);
      g_autofree char *text
          = g_strdup_printf ("%s|%s|%s", soup_message_headers_get_one (asked, "User-Agent"),
                             soup_message_headers_get_one (asked, "Accept-Encoding"),
                             g_uri_get_query (soup_server_message_get_uri (message)));

      soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, text,
                                        strlen (text));
    }
  else if (g_str_equal (name, "gzip"))
    {
      soup_message_headers_append (headers, "Content-Encoding", "gzip");
      soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "\x1f\x8b\x08",
                                        3);
    }
  else if (g_str_equal (name, "silent"))
    soup_server_message_pause (message);
  else
    {
      soup_message_headers_append (headers, "Retry-After", "7");
      soup_message_headers_append (headers, "Location", "/size-10");
      soup_server_message_set_status (message, (guint) number, NULL);
      soup_server_message_set_response (message, "text/html", SOUP_MEMORY_STATIC,
                                        "too\r\n\r\n fast\x1b[31m\\", 18);
    }
}

/* A server below HTTP: answers whatever it was told to, as soon as somebody asks. */
static gboolean
on_raw_connection (GSocketService *service,
                   GSocketConnection *connection,
                   GObject *source,
                   gpointer user_data)
{
  Fixture *fixture = user_data;
  char request[4096];

  g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), request,
                       sizeof request, NULL, NULL);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                             fixture->raw_answer, strlen (fixture->raw_answer), NULL, NULL, NULL);
  if (fixture->raw_keeps_open)
    g_ptr_array_add (fixture->raw_connections, g_object_ref (connection));
  else
    g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return TRUE;
}

static void
fixture_use_raw (Fixture *fixture, const char *answer, gboolean keeps_open)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  guint16 port;

  if (fixture->raw == NULL)
    {
      fixture->raw = g_threaded_socket_service_new (2);
      g_signal_connect (fixture->raw, "run", G_CALLBACK (on_raw_connection), fixture);
    }
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (fixture->raw), NULL, &error);
  g_assert_no_error (error);
  fixture->raw_answer = answer;
  fixture->raw_keeps_open = keeps_open;
  url = g_strdup_printf ("http://127.0.0.1:%u", port);
  fixture_set_url (fixture, url);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSList) uris = NULL;
  g_autofree char *url = NULL;

  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, NULL, on_request, fixture, NULL);
  soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fixture->server);
  url = g_uri_to_string (uris->data);
  g_uri_unref (uris->data);
  fixture_set_url (fixture, url);
  fixture->raw_connections = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->cancellable = g_cancellable_new ();
  fixture_set_client (fixture, TIMEOUT_MS, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->client);
  cts_pacing_unref (fixture->pacing);
  soup_server_disconnect (fixture->server);
  g_object_unref (fixture->server);
  if (fixture->raw != NULL)
    g_socket_service_stop (fixture->raw);
  g_clear_object (&fixture->raw);
  g_ptr_array_unref (fixture->raw_connections);
  g_object_unref (fixture->cancellable);
  g_clear_pointer (&fixture->body, g_bytes_unref);
  g_clear_error (&fixture->error);
  cts_log_info_unref (fixture->log);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
on_done (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->body = CTS_TRANSPORT_GET_IFACE (object)->request_finish (CTS_TRANSPORT (object), result,
                                                                    &fixture->error);
  fixture->done = 1;
}

static void
begin (Fixture *fixture, const char *path)
{
  CtsTransport *transport = CTS_TRANSPORT (fixture->client);

  g_clear_pointer (&fixture->body, g_bytes_unref);
  g_clear_error (&fixture->error);
  fixture->done = 0;
  CTS_TRANSPORT_GET_IFACE (transport)->request_async (transport, fixture->log, path, CAP,
                                                      fixture->cancellable, on_done, fixture);
}

static void
request (Fixture *fixture, const char *path)
{
  begin (fixture, path);
  cts_test_wait (&fixture->done);
  g_assert_true ((fixture->body == NULL) == (fixture->error != NULL));
}

static void
test_headers (Fixture *fixture, gconstpointer data)
{
  const char *expected = "ctstream/1.2.3 (+ops@example.org)|identity|start=1&end=2";

  request (fixture, "ct/v1/request?start=1&end=2");
  g_assert_no_error (fixture->error);
  g_assert_cmpmem (g_bytes_get_data (fixture->body, NULL), g_bytes_get_size (fixture->body),
                   expected, strlen (expected));
}

/* Nothing is inflated that we did not inflate ourselves. */
static void
test_no_decoder (Fixture *fixture, gconstpointer data)
{
  request (fixture, "gzip");
  g_assert_no_error (fixture->error);
  g_assert_cmpmem (g_bytes_get_data (fixture->body, NULL), g_bytes_get_size (fixture->body),
                   "\x1f\x8b\x08", 3);
}

static void
test_status (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint status;
    CtsSourceError code;
  } cases[] = {
    { 429, CTS_SOURCE_ERROR_BUSY },   { 503, CTS_SOURCE_ERROR_BUSY },
    { 400, CTS_SOURCE_ERROR_RANGE },  { 403, CTS_SOURCE_ERROR_RANGE },
    { 404, CTS_SOURCE_ERROR_RANGE },  { 301, CTS_SOURCE_ERROR_FAILED },
    { 302, CTS_SOURCE_ERROR_FAILED }, { 307, CTS_SOURCE_ERROR_FAILED },
    { 401, CTS_SOURCE_ERROR_FAILED }, { 500, CTS_SOURCE_ERROR_FAILED },
    { 502, CTS_SOURCE_ERROR_FAILED }, { 504, CTS_SOURCE_ERROR_FAILED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("%u", cases[i].status);
      g_autofree char *start = g_strdup_printf ("HTTP %u ", cases[i].status);

      request (fixture, path);
      g_assert_error (fixture->error, CTS_SOURCE_ERROR, (int) cases[i].code);
      g_assert_true (g_str_has_prefix (fixture->error->message, start));
      g_assert_true (g_str_has_suffix (fixture->error->message, ": too fast\\x1b[31m\\x5c"));
      g_assert_cmpuint (cts_source_error_get_retry_after (fixture->error), ==, 7000);
    }
  /* A redirect is not followed, a refusal not tried again. */
  g_assert_cmpuint (fixture->n_requests, ==, G_N_ELEMENTS (cases));
}

/* The time a log asks for survives what the error meets on its way. */
static void
test_retry_after_travels (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) copy = NULL;
  g_autoptr (GError) other = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "other");

  request (fixture, "429");
  g_prefix_error (&fixture->error, "get-sth: ");
  copy = g_error_copy (fixture->error);
  g_assert_cmpuint (cts_source_error_get_retry_after (copy), ==, 7000);
  g_assert_cmpuint (cts_source_error_get_retry_after (other), ==, 0);
}

static void
test_cap (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *path;
    gboolean fits;
  } cases[] = { { "size-0", TRUE },       { "size-1000", TRUE },   { "size-1001", FALSE },
                { "chunked-0", TRUE },    { "chunked-999", TRUE }, { "chunked-1000", TRUE },
                { "chunked-1001", FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].path);
      request (fixture, cases[i].path);
      if (cases[i].fits)
        {
          g_assert_no_error (fixture->error);
          g_assert_cmpuint (g_bytes_get_size (fixture->body), ==,
                            g_ascii_strtoull (strchr (cases[i].path, '-') + 1, NULL, 10));
        }
      else
        g_assert_error (fixture->error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_TOO_LARGE);
    }
}

/* A chunked body cut between two chunks is not here: libsoup takes it for a whole one, and it is
 * for the reader of the page to find out. */
static void
test_broken (Fixture *fixture, gconstpointer data)
{
  static const char *const answers[] = {
    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789",
    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n0123456789",
    "HTTP/1.1 200 OK\r\nContent-Le",
    "SSH-2.0-OpenSSH_9.2\r\n",
    "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_test_message ("answer %u", i);
      fixture_use_raw (fixture, answers[i], FALSE);
      request (fixture, "x");
      g_assert_error (fixture->error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_FAILED);
    }
}

static void
test_unreachable (Fixture *fixture, gconstpointer data)
{
  static const char *const urls[] = { "ftp://127.0.0.1", "no url", "http://", "file:///etc" };
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *closed = g_strdup_printf ("http://127.0.0.1:%u", port);

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      fixture_set_url (fixture, urls[i]);
      request (fixture, "x");
      g_assert_error (fixture->error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_FAILED);
    }
  g_socket_listener_close (listener);
  fixture_set_url (fixture, closed);
  request (fixture, "x");
  g_assert_error (fixture->error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_FAILED);
}

static void
test_deadline (Fixture *fixture, gconstpointer data)
{
  fixture_set_client (fixture, SHORT_TIMEOUT_MS, 0);
  request (fixture, "silent");
  g_assert_error (fixture->error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_FAILED);

  /* A page that began and does not end: a smaller one may. */
  fixture_use_raw (fixture, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789", TRUE);
  request (fixture, "x");
  g_assert_error (fixture->error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_TOO_LARGE);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  begin (fixture, "silent");
  while (fixture->n_requests == 0)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (fixture->cancellable);
  cts_test_wait (&fixture->done);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  request (fixture, "size-1");
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* A budget that is spent with one request. */
#define LONG_MS 60000

/* One of several requests at once. */
typedef struct
{
  CtsLogInfo *log;
  GCancellable *cancellable;
  GError *error;
  int done;
} Call;

static void
on_call_done (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GBytes) body = NULL;

  body = CTS_TRANSPORT_GET_IFACE (object)->request_finish (CTS_TRANSPORT (object), result,
                                                           &call->error);
  call->done = 1;
}

static Call *
call_begin (Fixture *fixture, const char *path, const char *name, const char *operator_name)
{
  CtsTransport *transport = CTS_TRANSPORT (fixture->client);
  Call *call = g_new0 (Call, 1);
  const guint8 id[CTS_LOG_ID_SIZE] = { (guint8) name[0] };

  call->log
      = cts_log_info_new (id, name, cts_log_info_get_url (fixture->log), operator_name, "rfc6962");
  call->cancellable = g_cancellable_new ();
  CTS_TRANSPORT_GET_IFACE (transport)->request_async (transport, call->log, path, CAP,
                                                      call->cancellable, on_call_done, call);
  return call;
}

static void
call_free (Call *call)
{
  if (!call->done)
    {
      g_cancellable_cancel (call->cancellable);
      cts_test_wait (&call->done);
      g_assert_error (call->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  g_clear_error (&call->error);
  g_object_unref (call->cancellable);
  cts_log_info_unref (call->log);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
call_wait (Call *call)
{
  cts_test_wait (&call->done);
  g_assert_no_error (call->error);
}

/* Two logs of one operator share a budget; another operator has its own, on the same host too. */
static void
test_budget (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Call) first = NULL;
  g_autoptr (Call) second = NULL;
  g_autoptr (Call) other = NULL;

  fixture_set_client (fixture, TIMEOUT_MS, LONG_MS);
  first = call_begin (fixture, "size-1", "a", "One");
  second = call_begin (fixture, "size-1", "b", "One");
  other = call_begin (fixture, "size-1", "c", "Other");
  call_wait (other);
  call_wait (first);
  g_assert_false (second->done);
  g_assert_cmpuint (fixture->n_requests, ==, 2);
}

/* An operator's own values count for it alone. */
static void
test_operator (Fixture *fixture, gconstpointer data)
{
  const CtsPacerOptions none = { 0, 0, 1 };

  fixture_set_client (fixture, TIMEOUT_MS, LONG_MS);
  cts_pacing_set_operator (fixture->pacing, "Fast", &none);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (Call) call = call_begin (fixture, "size-1", "a", "Fast");

      call_wait (call);
    }
}

/* Those who wait go in the order they came, none sooner than the interval says; and their deadline
 * begins when they go. */
static void
test_turns (Fixture *fixture, gconstpointer data)
{
  enum
  {
    N_CALLS = 31,
    INTERVAL_MS = 20,
    DEADLINE_MS = 500,
  };

  gint64 began_us = g_get_monotonic_time ();
  Call *calls[N_CALLS];

  fixture_set_client (fixture, DEADLINE_MS, INTERVAL_MS);
  for (guint i = 0; i < N_CALLS; i++)
    calls[i] = call_begin (fixture, "size-1", "a", "One");
  call_wait (calls[N_CALLS - 1]);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=,
                   (N_CALLS - 1) * INTERVAL_MS * G_TIME_SPAN_MILLISECOND);
  for (guint i = 0; i < N_CALLS; i++)
    {
      call_wait (calls[i]);
      call_free (calls[i]);
    }
}

/* Whoever is cancelled while waiting is told at once, is never sent, and keeps nobody waiting. */
static void
test_cancel_waiting (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Call) first = NULL;
  g_autoptr (Call) second = NULL;
  g_autoptr (Call) third = NULL;

  fixture_set_client (fixture, TIMEOUT_MS, 50);
  first = call_begin (fixture, "size-1", "a", "One");
  second = call_begin (fixture, "404", "a", "One");
  third = call_begin (fixture, "size-1", "a", "One");
  g_cancellable_cancel (second->cancellable);
  cts_test_wait (&second->done);
  g_assert_error (second->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  call_wait (third);
  call_wait (first);
  g_assert_cmpuint (fixture->n_requests, ==, 2);
}

/* The wish of a log is that of its operator: nobody is asked before the seven seconds. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Call) first = NULL;
  g_autoptr (Call) second = NULL;
  g_autoptr (Call) other = NULL;

  fixture_set_client (fixture, TIMEOUT_MS, 1);
  first = call_begin (fixture, "429", "a", "One");
  cts_test_wait (&first->done);
  g_assert_error (first->error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_BUSY);
  second = call_begin (fixture, "size-1", "b", "One");
  for (guint i = 0; i < 20; i++)
    {
      g_clear_pointer (&other, call_free);
      other = call_begin (fixture, "size-1", "c", "Other");
      call_wait (other);
    }
  g_assert_false (second->done);
}

/* One request goes on the turn that is held up; a turn is for its own log. */
static void
test_held_turn (Fixture *fixture, gconstpointer data)
{
  const guint8 id[CTS_LOG_ID_SIZE] = { 2 };
  g_autoptr (CtsLogInfo) other = NULL;
  CtsTurn *turn;

  fixture_set_client (fixture, TIMEOUT_MS, LONG_MS);
  other
      = cts_log_info_new (id, "Other", cts_log_info_get_url (fixture->log), "Operator", "rfc6962");
  turn = cts_pacing_take (fixture->pacing, fixture->log, CTS_PACER_HEAD, FALSE, NULL, NULL);
  g_assert_true (cts_turn_has_come (turn));
  g_assert_false (cts_pacing_use_held (fixture->pacing, fixture->log));
  cts_turn_hold (turn);
  g_assert_false (cts_pacing_use_held (fixture->pacing, other));
  begin (fixture, "size-1");
  g_assert_false (cts_pacing_use_held (fixture->pacing, fixture->log));
  cts_turn_hold (turn);
  cts_turn_free (turn);
  g_assert_false (cts_pacing_use_held (fixture->pacing, fixture->log));
  cts_test_wait (&fixture->done);
  g_assert_no_error (fixture->error);
}

#define ADD(name, test)                                                                            \
  g_test_add ("/fetch/http-client/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("headers", test_headers);
  ADD ("no-decoder", test_no_decoder);
  ADD ("status", test_status);
  ADD ("retry-after-travels", test_retry_after_travels);
  ADD ("cap", test_cap);
  ADD ("broken", test_broken);
  ADD ("unreachable", test_unreachable);
  ADD ("deadline", test_deadline);
  ADD ("cancel", test_cancel);
  ADD ("budget", test_budget);
  ADD ("operator", test_operator);
  ADD ("turns", test_turns);
  ADD ("cancel-waiting", test_cancel_waiting);
  ADD ("refused", test_refused);
  ADD ("held-turn", test_held_turn);
  return g_test_run ();
}
