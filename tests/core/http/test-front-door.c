/* SPDX-License-Identifier: MIT */
#include "core/http/cts-front-door.h"

#include "http-test.h"
#include "tests/support/cts-test.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
/* Longer than any test takes. */
#define LONG_MS  60000
#define SHORT_MS 50
/* No limit that a test comes to. */
#define MANY 100

typedef struct
{
  SoupServer *soup;
  CtsFrontDoor *door;
  GSocketAddress *address;
  SoupServerMessage *paused;
  gsize n_body;
  int n_requests;
} Fixture;

static void
on_request (SoupServer *soup,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer data)
{
  Fixture *fixture = data;

  fixture->n_requests++;
  fixture->n_body = (gsize) soup_server_message_get_request_body (message)->length;
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "hello", 5);
  if (g_str_equal (path, "/slow"))
    {
      soup_server_message_pause (message);
      fixture->paused = message;
    }
}

static void
fixture_open (Fixture *fixture, guint max_connections, guint request_ms)
{
  g_autoptr (GError) error = NULL;

  *fixture = (Fixture){ .soup = soup_server_new (NULL, NULL) };
  soup_server_add_handler (fixture->soup, NULL, on_request, fixture, NULL);
  fixture->door = cts_front_door_new (fixture->soup, max_connections, request_ms);
  fixture->address = cts_front_door_listen (fixture->door, "127.0.0.1:0", &error);
  g_assert_no_error (error);
}

static void
fixture_close (Fixture *fixture)
{
  cts_front_door_stop (fixture->door);
  soup_server_disconnect (fixture->soup);
  g_assert_cmpuint (cts_front_door_get_n_connections (fixture->door), ==, 0);
  g_assert_finalize_object (fixture->door);
  g_object_unref (fixture->address);
  g_assert_finalize_object (fixture->soup);
}

static guint
count_connections (gpointer data)
{
  return cts_front_door_get_n_connections (data);
}

static void
wait_connections (Fixture *fixture, guint wanted)
{
  http_test_wait_count (count_connections, fixture->door, wanted);
}

static void
assert_served (GSocketAddress *address)
{
  g_autoptr (HttpPeer) peer = http_peer_new (address);
  g_autofree char *answer = NULL;

  http_peer_send (peer, REQUEST);
  answer = http_peer_read_answer (peer);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  g_assert_true (g_str_has_suffix (answer, "\r\n\r\nhello"));
}

static void
test_serves (void)
{
  Fixture fixture;
  guint n_fds;

  fixture_open (&fixture, MANY, LONG_MS);
  assert_served (fixture.address);
  wait_connections (&fixture, 0);
  n_fds = http_test_count_fds ();
  for (guint i = 0; i < 20; i++)
    assert_served (fixture.address);
  wait_connections (&fixture, 0);
  g_assert_cmpuint (http_test_count_fds (), ==, n_fds);
  fixture_close (&fixture);
}

/* What clients leave behind them at each stage before an answer. */
static const char *const beginnings[] = {
  "",
  "G",
  "GET / HT",
  "GET / HTTP/1.1\r\nHost: a\r\n",
  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345",
  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123",
};

static void
test_deadline (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    {
      Fixture fixture;
      g_autoptr (HttpPeer) peer = NULL;
      g_autofree char *answer = NULL;

      fixture_open (&fixture, MANY, SHORT_MS);
      peer = http_peer_new (fixture.address);
      http_peer_send (peer, beginnings[i]);
      answer = http_peer_read_answer (peer);
      g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 408 "));
      wait_connections (&fixture, 0);
      g_assert_null (strstr (answer, "200"));
      fixture_close (&fixture);
    }
}

/* Whoever has asked waits for the answer as long as it takes. */
static void
test_deadline_met (void)
{
  Fixture fixture;
  g_autoptr (HttpPeer) slow = NULL;
  g_autoptr (HttpPeer) silent = NULL;
  g_autofree char *refusal = NULL;
  g_autofree char *answer = NULL;

  fixture_open (&fixture, MANY, SHORT_MS);
  slow = http_peer_new (fixture.address);
  http_peer_send (slow, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  cts_test_wait (&fixture.n_requests);

  silent = http_peer_new (fixture.address);
  refusal = http_peer_read_answer (silent);
  g_assert_true (g_str_has_prefix (refusal, "HTTP/1.1 408 "));

  soup_server_message_unpause (fixture.paused);
  answer = http_peer_read_answer (slow);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  fixture_close (&fixture);
}

static void
leave (HttpPeer *peer, gboolean reset)
{
  struct linger none = { .l_onoff = 1 };

  if (reset)
    setsockopt (peer->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  http_peer_free (peer);
}

/* Neither counted nor holding a descriptor until the deadline. */
static void
test_leaves (void)
{
  Fixture fixture;
  guint n_fds;

  fixture_open (&fixture, MANY, LONG_MS);
  assert_served (fixture.address);
  wait_connections (&fixture, 0);
  n_fds = http_test_count_fds ();
  for (guint i = 0; i < 2 * G_N_ELEMENTS (beginnings); i++)
    {
      HttpPeer *peer = http_peer_new (fixture.address);

      http_peer_send (peer, beginnings[i / 2]);
      wait_connections (&fixture, 1);
      leave (peer, i % 2 == 1);
      wait_connections (&fixture, 0);
      g_assert_cmpuint (http_test_count_fds (), ==, n_fds);
    }
  fixture_close (&fixture);
}

static void
test_leaves_while_paused (void)
{
  Fixture fixture;
  HttpPeer *peer;

  fixture_open (&fixture, MANY, LONG_MS);
  peer = http_peer_new (fixture.address);
  http_peer_send (peer, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  cts_test_wait (&fixture.n_requests);
  leave (peer, TRUE);
  soup_server_message_unpause (fixture.paused);
  wait_connections (&fixture, 0);
  fixture_close (&fixture);
}

/* A client that has said all it will. */
static void
test_half_closed (void)
{
  Fixture fixture;
  g_autoptr (HttpPeer) peer = NULL;
  g_autofree char *answer = NULL;

  fixture_open (&fixture, MANY, LONG_MS);
  peer = http_peer_new (fixture.address);
  http_peer_send (peer, REQUEST);
  shutdown (peer->fd, SHUT_WR);
  answer = http_peer_read_answer (peer);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  wait_connections (&fixture, 0);
  fixture_close (&fixture);
}

static void
test_body_is_thrown_away (void)
{
  const gsize size = 4 << 20;
  Fixture fixture;
  g_autoptr (HttpPeer) peer = NULL;
  g_autofree char *body = g_malloc0 (size);
  g_autofree char *head
      = g_strdup_printf ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %" G_GSIZE_FORMAT
                         "\r\n\r\n",
                         size);
  g_autofree char *answer = NULL;

  fixture_open (&fixture, MANY, LONG_MS);
  peer = http_peer_new (fixture.address);
  http_peer_send (peer, head);
  http_peer_send_bytes (peer, body, size);
  answer = http_peer_read_answer (peer);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  g_assert_cmpuint (fixture.n_body, ==, 0);
  fixture_close (&fixture);
}

static void
test_limit (void)
{
  Fixture fixture;
  HttpPeer *first;
  g_autoptr (HttpPeer) second = NULL;
  g_autoptr (HttpPeer) third = NULL;
  g_autofree char *answer = NULL;

  fixture_open (&fixture, 2, LONG_MS);
  first = http_peer_new (fixture.address);
  second = http_peer_new (fixture.address);
  third = http_peer_new (fixture.address);
  g_test_expect_message ("cts-http", G_LOG_LEVEL_MESSAGE, "a connection was refused: 2 are open*");
  answer = http_peer_read_answer (third);
  g_test_assert_expected_messages ();
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 503 "));
  g_assert_nonnull (strstr (answer, "\r\nRetry-After: 30\r\n"));
  g_assert_nonnull (strstr (answer, "\r\nConnection: close\r\n"));
  g_assert_true (g_str_has_suffix (answer, "\r\nContent-Length: 21\r\n\r\ntoo many connections\n"));
  g_assert_cmpuint (cts_front_door_get_n_refused (fixture.door), ==, 1);

  http_peer_free (first);
  wait_connections (&fixture, 1);
  assert_served (fixture.address);
  fixture_close (&fixture);
}

/* Returns the limit there was. */
static struct rlimit
set_fd_limit (rlim_t n)
{
  struct rlimit before, limit;

  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &before));
  limit = before;
  limit.rlim_cur = n;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));
  return before;
}

static int
lowest_free_fd (void)
{
  int fd = dup (STDIN_FILENO);

  g_assert_no_errno (fd);
  close (fd);
  return fd;
}

static void
test_file_limit (void)
{
  struct rlimit before = set_fd_limit (100);
  Fixture fixture;

  g_test_expect_message ("cts-http", G_LOG_LEVEL_MESSAGE,
                         "server.max-connections is 1000, but the limit of open files allows 50");
  fixture_open (&fixture, 1000, LONG_MS);
  g_test_assert_expected_messages ();
  fixture_close (&fixture);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &before));
}

/* Clients for whom no descriptor is free are sent away, and those after them are served. */
static void
test_no_descriptor (void)
{
  Fixture fixture;
  HttpPeer *peers[8];
  struct rlimit before;

  fixture_open (&fixture, MANY, LONG_MS);
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    peers[i] = http_peer_new_unconnected (G_SOCKET_FAMILY_IPV4);
  before = set_fd_limit ((rlim_t) lowest_free_fd ());
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    http_peer_connect (peers[i], fixture.address);
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    http_peer_read_end (peers[i]);
  g_assert_cmpuint (cts_front_door_get_n_refused (fixture.door), ==, G_N_ELEMENTS (peers));
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &before));

  assert_served (fixture.address);
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    http_peer_free (peers[i]);
  fixture_close (&fixture);
}

static gboolean
on_time (gpointer data)
{
  *(int *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Not even the spare descriptor helps: the door rests, and does not keep the main context busy. */
static void
test_no_spare (void)
{
  Fixture fixture;
  int filler[8];
  int low, over = FALSE;
  guint n_turns = 0;
  struct rlimit before;
  g_autoptr (HttpPeer) peer = NULL;
  g_autofree char *answer = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (filler); i++)
    filler[i] = dup (STDIN_FILENO);
  low = lowest_free_fd ();
  fixture_open (&fixture, MANY, LONG_MS);
  peer = http_peer_new (fixture.address);
  http_peer_send (peer, REQUEST);

  before = set_fd_limit ((rlim_t) low);
  g_timeout_add (300, on_time, &over);
  for (; !over; n_turns++)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_turns, <, 50);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &before));

  answer = http_peer_read_answer (peer);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  for (guint i = 0; i < G_N_ELEMENTS (filler); i++)
    close (filler[i]);
  fixture_close (&fixture);
}

static void
test_unix (void)
{
  Fixture fixture;
  g_autofree char *dir = g_dir_make_tmp ("cts-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "socket", NULL);
  g_autofree char *text = g_strconcat ("unix:", path, NULL);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (HttpPeer) peer = NULL;
  g_autofree char *answer = NULL;

  fixture_open (&fixture, MANY, LONG_MS);
  address = cts_front_door_listen (fixture.door, text, NULL);
  g_assert_nonnull (address);
  assert_served (address);

  /* Nothing says where this request went. */
  peer = http_peer_new (address);
  http_peer_send (peer, "GET / HTTP/1.0\r\n\r\n");
  answer = http_peer_read_answer (peer);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.0 200 "));
  wait_connections (&fixture, 0);

  fixture_close (&fixture);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_no_errno (g_rmdir (dir));
}

static void
test_ipv6 (void)
{
  Fixture fixture;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  fixture_open (&fixture, MANY, LONG_MS);
  address = cts_front_door_listen (fixture.door, "[::1]:0", &error);
  if (address != NULL)
    assert_served (address);
  else
    g_test_skip_printf ("no IPv6: %s", error->message);
  fixture_close (&fixture);
}

static void
test_port_in_use (void)
{
  Fixture fixture;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  fixture_open (&fixture, MANY, LONG_MS);
  text = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (fixture.address));
  g_assert_null (cts_front_door_listen (fixture.door, text, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_nonnull (strstr (error->message, text));
  fixture_close (&fixture);
}

/* fixture_close() checks that nobody is left. */
static void
test_stop (void)
{
  Fixture fixture;
  HttpPeer *peers[G_N_ELEMENTS (beginnings)];

  fixture_open (&fixture, MANY, LONG_MS);
  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    {
      peers[i] = http_peer_new (fixture.address);
      http_peer_send (peers[i], beginnings[i]);
    }
  wait_connections (&fixture, G_N_ELEMENTS (beginnings));
  assert_served (fixture.address);
  fixture_close (&fixture);
  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    {
      http_peer_read_end (peers[i]);
      http_peer_free (peers[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/front-door/serves", test_serves);
  g_test_add_func ("/http/front-door/deadline", test_deadline);
  g_test_add_func ("/http/front-door/deadline/met", test_deadline_met);
  g_test_add_func ("/http/front-door/leaves", test_leaves);
  g_test_add_func ("/http/front-door/leaves/while-paused", test_leaves_while_paused);
  g_test_add_func ("/http/front-door/half-closed", test_half_closed);
  g_test_add_func ("/http/front-door/body-is-thrown-away", test_body_is_thrown_away);
  g_test_add_func ("/http/front-door/limit", test_limit);
  g_test_add_func ("/http/front-door/limit/files", test_file_limit);
  g_test_add_func ("/http/front-door/no-descriptor", test_no_descriptor);
  g_test_add_func ("/http/front-door/no-descriptor/no-spare", test_no_spare);
  g_test_add_func ("/http/front-door/unix", test_unix);
  g_test_add_func ("/http/front-door/ipv6", test_ipv6);
  g_test_add_func ("/http/front-door/port-in-use", test_port_in_use);
  g_test_add_func ("/http/front-door/stop", test_stop);
  return g_test_run ();
}
