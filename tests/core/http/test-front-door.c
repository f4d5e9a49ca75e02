/* SPDX-License-Identifier: MIT */
#include "core/http/cts-front-door.h"

#include "core/http/cts-request-head.h"
#include "http-test.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define PLENTY  1000
#define REQUEST "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

/* A door with an HTTP server behind it that answers everything. */
typedef struct
{
  SoupServer *soup;
  CtsFrontDoor *door;
  GSocketAddress *address;
  gboolean pause;
  SoupServerMessage *paused;
} Fixture;

static void
on_request (SoupServer *soup,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer data)
{
  Fixture *fixture = data;

  /* Bodies are not kept. */
  g_assert_cmpint (soup_server_message_get_request_body (message)->length, ==, 0);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  if (fixture->pause)
    {
      fixture->paused = message;
      soup_server_message_pause (message);
    }
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->soup = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->soup, NULL, on_request, fixture, NULL);
  fixture->door = cts_front_door_new (fixture->soup, PLENTY);
  fixture->address = cts_front_door_listen (fixture->door, "127.0.0.1:0", &error);
  g_assert_no_error (error);
}

static void
wait_connections (Fixture *fixture, guint n)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (cts_front_door_get_n_connections (fixture->door) != n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, TRUE);
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  wait_connections (fixture, 0);
  cts_front_door_stop (fixture->door);
  g_object_add_weak_pointer (G_OBJECT (fixture->door), (gpointer *) &fixture->door);
  g_object_unref (fixture->door);
  g_assert_null (fixture->door);
  g_object_unref (fixture->soup);
  g_object_unref (fixture->address);
}

/* Whether anything would wake the main context by the clock. */
static gboolean
has_timer (void)
{
  GMainContext *context = g_main_context_default ();
  GPollFD fds[16];
  int priority, timeout_ms;

  while (g_main_context_iteration (context, FALSE))
    ;
  g_assert_true (g_main_context_acquire (context));
  g_main_context_prepare (context, &priority);
  g_main_context_query (context, G_MAXINT, &timeout_ms, fds, G_N_ELEMENTS (fds));
  g_main_context_release (context);
  return timeout_ms >= 0;
}

/* With nobody connected the daemon sleeps. */
static void
test_idle (Fixture *fixture, gconstpointer data)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  g_assert_false (has_timer ());
  for (guint i = 0; i < 2; i++)
    {
      int fd = http_test_connect (fixture->address);

      wait_connections (fixture, 1);
      g_assert_true (has_timer ());
      close (fd);
      wait_connections (fixture, 0);
      while (has_timer ())
        {
          g_assert_cmpint (g_get_monotonic_time (), <, end);
          g_main_context_iteration (NULL, TRUE);
        }
    }
}

/* Whatever is missing of a request, and whoever holds the connection. */
static void
test_deadline (Fixture *fixture, gconstpointer data)
{
  static const char *const said[] = {
    "",
    "G",
    "GET / HTTP/1.1\r\nHost: a\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
  };
  int fds[G_N_ELEMENTS (said)];

  cts_front_door_set_request_ms (fixture->door, 1);
  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    {
      fds[i] = http_test_connect (fixture->address);
      http_test_write (fds[i], said[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    {
      g_autofree char *answer = http_test_read_all (fds[i]);

      http_test_check_status (answer, 408);
      http_test_check_header (answer, "Connection: close");
    }
}

/* A request that is there has no deadline, however long its answer takes. */
static void
test_deadline_met (Fixture *fixture, gconstpointer data)
{
  int fd = http_test_connect (fixture->address);
  g_autofree char *late = NULL;
  g_autofree char *answer = NULL;

  fixture->pause = TRUE;
  cts_front_door_set_request_ms (fixture->door, 1);
  http_test_write (fd, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
  while (fixture->paused == NULL)
    g_main_context_iteration (NULL, TRUE);
  fixture->pause = FALSE;

  /* Its turn came after that of the first one. */
  late = http_test_ask (fixture->address, "GET");
  http_test_check_status (late, 408);

  soup_server_message_unpause (fixture->paused);
  answer = http_test_read_all (fd);
  http_test_check_status (answer, 200);
  http_test_check_header (answer, "Connection: close");
}

static void
test_trickle (Fixture *fixture, gconstpointer data)
{
  int fd = http_test_connect (fixture->address);
  g_autofree char *answer = NULL;

  for (const char *p = REQUEST; *p != '\0'; p++)
    {
      char byte[] = { *p, '\0' };

      http_test_write (fd, byte);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_cmpuint (cts_front_door_get_n_connections (fixture->door), <=, 1);
    }
  answer = http_test_read_all (fd);
  http_test_check_status (answer, 200);
}

static void
test_half_closed (Fixture *fixture, gconstpointer data)
{
  int whole = http_test_connect (fixture->address);
  int half = http_test_connect (fixture->address);
  g_autofree char *answer = NULL;
  g_autofree char *nothing = NULL;

  http_test_write (whole, REQUEST);
  http_test_write (half, "GET / HT");
  g_assert_no_errno (shutdown (whole, SHUT_WR));
  wait_connections (fixture, 1);
  g_assert_no_errno (shutdown (half, SHUT_WR));

  answer = http_test_read_all (whole);
  http_test_check_status (answer, 200);
  /* At once, not at its deadline. */
  nothing = http_test_read_all (half);
  g_assert_cmpstr (nothing, ==, "");
}

static void
test_too_long (Fixture *fixture, gconstpointer data)
{
  g_autofree char *filler = g_strnfill (2 * CTS_REQUEST_HEAD_MAX, 'x');
  g_autofree char *request = g_strconcat ("GET / HTTP/1.1\r\nX: ", filler, NULL);
  g_autofree char *answer = http_test_ask (fixture->address, request);

  http_test_check_status (answer, 431);
  http_test_check_header (answer, "Connection: close");
}

static struct rlimit
set_limit (rlim_t n)
{
  struct rlimit old, limit;

  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &old));
  limit = old;
  limit.rlim_cur = n;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));
  return old;
}

/* Takes descriptors until that many are left. */
static GArray *
take_descriptors (guint n_left)
{
  GArray *fds = g_array_new (FALSE, FALSE, sizeof (int));
  int fd;

  while ((fd = dup (0)) >= 0)
    g_array_append_val (fds, fd);
  g_assert_cmpint (errno, ==, EMFILE);
  for (guint i = 0; i < n_left; i++)
    {
      close (g_array_index (fds, int, fds->len - 1));
      g_array_set_size (fds, fds->len - 1);
    }
  return fds;
}

static void
give_back (GArray *fds)
{
  for (guint i = 0; i < fds->len; i++)
    close (g_array_index (fds, int, i));
  g_array_unref (fds);
}

/* With no descriptor left clients are sent away one by one; afterwards all goes on. */
static void
test_no_descriptor (Fixture *fixture, gconstpointer data)
{
  struct rlimit old = set_limit (100);
  int fds[8];
  GArray *taken;
  g_autofree char *answer = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = http_test_connect (fixture->address);
      http_test_write (fds[i], "");
    }
  taken = take_descriptors (0);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      g_autofree char *nothing = http_test_read_all (fds[i]);

      g_assert_cmpstr (nothing, ==, "");
      /* So that the next client does not find the one this one had. */
      g_assert_cmpint (dup (0), ==, fds[i]);
    }
  g_assert_cmpuint (cts_front_door_get_n_refused (fixture->door), ==, G_N_ELEMENTS (fds));
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  give_back (taken);

  answer = http_test_ask (fixture->address, REQUEST);
  http_test_check_status (answer, 200);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &old));
}

/* The last descriptors are not for clients, which are told so. */
static void
test_few_descriptors (Fixture *fixture, gconstpointer data)
{
  struct rlimit old = set_limit (100);
  /* A quarter is kept; the client needs one itself. */
  GArray *taken = take_descriptors (20);
  g_autofree char *answer = http_test_ask (fixture->address, REQUEST);
  g_autofree char *later = NULL;

  http_test_check_status (answer, 503);
  http_test_check_header (answer, "Retry-After: 30");
  give_back (taken);
  later = http_test_ask (fixture->address, REQUEST);
  http_test_check_status (later, 200);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &old));
}

static void
test_addresses (Fixture *fixture, gconstpointer data)
{
  static const char *const addresses[] = { "localhost:0", "[::1]:0" };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSocketAddress) address
          = cts_front_door_listen (fixture->door, addresses[i], &error);
      g_autofree char *answer = NULL;

      if (address == NULL && addresses[i][0] == '[')
        {
          g_test_skip_printf ("no IPv6 here: %s", error->message);
          return;
        }
      g_assert_no_error (error);
      answer = http_test_ask (address, REQUEST);
      http_test_check_status (answer, 200);
    }
}

/* Every IPv6 address means the IPv4 ones too, with IPv6 or without. */
static void
test_any_address (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) address = cts_front_door_listen (fixture->door, "[::]:0", &error);
  g_autoptr (GSocketAddress) v4 = NULL;
  g_autofree char *answer = NULL;

  g_assert_no_error (error);
  v4 = g_inet_socket_address_new_from_string ("127.0.0.1", g_inet_socket_address_get_port (
                                                               G_INET_SOCKET_ADDRESS (address)));
  answer = http_test_ask (v4, REQUEST);
  http_test_check_status (answer, 200);
}

static void
test_port_in_use (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text
      = g_strdup_printf ("127.0.0.1:%u",
                         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (fixture->address)));
  g_autofree char *prefix = g_strdup_printf ("cannot listen on %s: ", text);

  g_assert_null (cts_front_door_listen (fixture->door, text, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_true (g_str_has_prefix (error->message, prefix));
}

#define ADD(name, func)                                                                            \
  g_test_add ("/http/front-door/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("idle", test_idle);
  ADD ("deadline", test_deadline);
  ADD ("deadline-met", test_deadline_met);
  ADD ("trickle", test_trickle);
  ADD ("half-closed", test_half_closed);
  ADD ("too-long", test_too_long);
  ADD ("no-descriptor", test_no_descriptor);
  ADD ("few-descriptors", test_few_descriptors);
  ADD ("addresses", test_addresses);
  ADD ("any-address", test_any_address);
  ADD ("port-in-use", test_port_in_use);
  return g_test_run ();
}
