/* SPDX-License-Identifier: MIT */
#include "http-test.h"

#include "tests/support/cts-test-records.h"
#include "tests/support/cts-test.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RING_BYTES   (1u << 20)
#define WAIT_SECONDS 20

static GSocketAddress *
listen_on (HttpTest *test, const char *address)
{
  g_autoptr (GError) error = NULL;
  GSocketAddress *bound = cts_http_server_listen (test->server, address, &error);

  g_assert_no_error (error);
  return bound;
}

void
http_test_set_up (HttpTest *test, guint max_connections)
{
  g_autofree char *path = NULL;
  CtsHttpHost *host;

  *test = (HttpTest){ .workers = cts_workers_new (2),
                      .shards = cts_shard_pool_new (&stream_test_quiet),
                      .serializer = fake_serializer_new (),
                      .log = cts_test_log ("log"),
                      .folder = g_dir_make_tmp ("http-XXXXXX", NULL) };
  test->publisher = cts_publisher_new (test->workers, test->shards, RING_BYTES);
  cts_publisher_add_serializer (test->publisher, CTS_SERIALIZER (test->serializer));
  test->server = cts_http_server_new (test->publisher, test->shards, max_connections);

  host = CTS_HTTP_HOST (test->server);
  cts_http_host_add_stream (host, "/", "lite", CTS_FRAMING_WEBSOCKET);
  cts_http_host_add_stream (host, "/full-stream", "full", CTS_FRAMING_WEBSOCKET);
  cts_http_host_add_stream (host, "/domains-only", "domains", CTS_FRAMING_WEBSOCKET);

  path = g_strdup_printf ("unix:%s/socket", test->folder);
  test->tcp = listen_on (test, "127.0.0.1:0");
  test->unix_socket = listen_on (test, path);
}

void
http_test_tear_down (HttpTest *test)
{
  http_test_wait_connections (test, 0);
  cts_http_server_stop (test->server);
  cts_publisher_stop (test->publisher);
  cts_shard_pool_free (test->shards, 0);
  g_object_add_weak_pointer (G_OBJECT (test->server), (gpointer *) &test->server);
  g_object_unref (test->server);
  g_assert_null (test->server);
  g_object_add_weak_pointer (G_OBJECT (test->publisher), (gpointer *) &test->publisher);
  g_object_unref (test->publisher);
  g_assert_null (test->publisher);
  cts_workers_unref (test->workers);
  g_object_unref (test->serializer);
  cts_log_info_unref (test->log);
  g_object_unref (test->tcp);
  g_object_unref (test->unix_socket);
  /* Empty: the socket file is gone. */
  g_assert_no_errno (g_rmdir (test->folder));
  g_free (test->folder);
}

int
http_test_connect (GSocketAddress *address)
{
  struct sockaddr_storage native;
  gssize size = g_socket_address_get_native_size (address);
  struct timeval patience = { .tv_sec = WAIT_SECONDS };
  int fd = socket (g_socket_address_get_family (address), SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_no_errno (fd);
  g_assert_true (g_socket_address_to_native (address, &native, sizeof native, NULL));
  /* The kernel completes it; the server need not have accepted. */
  g_assert_no_errno (connect (fd, (struct sockaddr *) &native, (socklen_t) size));
  g_assert_no_errno (setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience));
  return fd;
}

static void
write_bytes (int fd, gconstpointer bytes, gsize size)
{
  g_assert_cmpint (send (fd, bytes, size, MSG_NOSIGNAL), ==, (gssize) size);
}

void
http_test_write (int fd, const char *text)
{
  write_bytes (fd, text, strlen (text));
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  *(int *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Lets the server turn until there is something to read. */
static void
wait_readable (int fd)
{
  g_autoptr (GSource) source = g_unix_fd_source_new (fd, G_IO_IN | G_IO_HUP | G_IO_ERR);
  int is_readable = FALSE;

  g_source_set_callback (source, G_SOURCE_FUNC (on_readable), &is_readable, NULL);
  g_source_attach (source, NULL);
  cts_test_wait (&is_readable);
}

char *
http_test_read_all (int fd)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char buffer[4096];
  gssize n;

  do
    {
      wait_readable (fd);
      n = recv (fd, buffer, sizeof buffer, 0);
      if (n > 0)
        g_string_append_len (text, buffer, n);
      else if (n < 0)
        /* The server closed with input unread. */
        g_assert_cmpint (errno, ==, ECONNRESET);
    }
  while (n > 0);
  close (fd);
  g_assert_cmpuint (strlen (text->str), ==, text->len);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
http_test_ask (GSocketAddress *address, const char *request)
{
  int fd = http_test_connect (address);

  http_test_write (fd, request);
  return http_test_read_all (fd);
}

void
http_test_check_status (const char *answer, guint status)
{
  g_autofree char *got = g_strndup (answer, strlen ("HTTP/1.1 200"));
  g_autofree char *wanted
      = g_strdup_printf ("HTTP/1.%c %u", g_str_has_prefix (got, "HTTP/1.0") ? '0' : '1', status);

  g_assert_cmpstr (got, ==, wanted);
}

void
http_test_check_header (const char *answer, const char *header)
{
  g_autofree char *line = g_strdup_printf ("\r\n%s\r\n", header);
  g_autofree char *head = g_strndup (answer, (gsize) (http_test_get_body (answer) - answer));

  if (strstr (head, line) == NULL)
    g_error ("no '%s' in: %s", header, head);
}

const char *
http_test_get_body (const char *answer)
{
  const char *blank = strstr (answer, "\r\n\r\n");

  g_assert_nonnull (blank);
  return blank + 4;
}

static char *
read_head (int fd)
{
  g_autoptr (GString) head = g_string_new (NULL);
  char byte;

  while (!g_str_has_suffix (head->str, "\r\n\r\n"))
    {
      wait_readable (fd);
      g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 1);
      g_string_append_c (head, byte);
    }
  return g_string_free (g_steal_pointer (&head), FALSE);
}

StreamPeer *
http_test_open_stream (GSocketAddress *address, const char *path, gconstpointer behind, gsize size)
{
  g_autofree char *request
      = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: test\r\n" HTTP_TEST_UPGRADE "\r\n", path);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *head = NULL;
  StreamPeer *peer = g_new0 (StreamPeer, 1);

  g_byte_array_append (bytes, (const guint8 *) request, (guint) strlen (request));
  if (size > 0)
    g_byte_array_append (bytes, behind, (guint) size);
  peer->fd = http_test_connect (address);
  peer->input = g_byte_array_new ();
  write_bytes (peer->fd, bytes->data, bytes->len);

  head = read_head (peer->fd);
  http_test_check_status (head, 101);
  http_test_check_header (head, "Upgrade: websocket");
  http_test_check_header (head, "Connection: Upgrade");
  http_test_check_header (head, "Sec-WebSocket-Accept: " HTTP_TEST_ACCEPT);
  return peer;
}

void
http_test_read_record (StreamPeer *peer, const char *format, guint64 index)
{
  CtsWebsocketOpcode opcode;
  g_autoptr (GBytes) payload = stream_peer_read (peer, &opcode);
  g_autofree char *wanted = g_strdup_printf ("%s %" G_GUINT64_FORMAT, format, index);

  g_assert_cmpint (opcode, ==, CTS_WEBSOCKET_TEXT);
  g_assert_cmpmem (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload), wanted,
                   strlen (wanted));
}

/* A connection may end on a thread of the shards, which tells nobody: so this looks again and
 * again. */
void
http_test_wait_connections (HttpTest *test, guint n)
{
  gint64 end = g_get_monotonic_time () + WAIT_SECONDS * G_TIME_SPAN_SECOND;

  while (cts_http_server_get_n_connections (test->server) != n)
    {
      if (g_get_monotonic_time () > end)
        g_error ("%u connections are open", cts_http_server_get_n_connections (test->server));
      if (!g_main_context_iteration (NULL, FALSE))
        g_thread_yield ();
    }
}
