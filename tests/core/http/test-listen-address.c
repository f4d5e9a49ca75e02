/* SPDX-License-Identifier: MIT */
#include "core/http/cts-listen-address.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static const struct
{
  const char *text;
  const char *wanted; /* NULL for an error */
} parse_cases[] = {
  { "127.0.0.1:8080", "127.0.0.1:8080" },
  { "0.0.0.0:1", "0.0.0.0:1" },
  { "localhost:80", "127.0.0.1:80" },
  { "[::1]:443", "[::1]:443" },
  { "[::]:65535", "[::]:65535" },
  { "[2001:db8::1]:80", "[2001:db8::1]:80" },
  { "unix:/run/ctstream/socket", "unix:/run/ctstream/socket" },
  { "unix:/a:80", "unix:/a:80" },
  { "", NULL },
  { ":", NULL },
  { ":80", NULL },
  { "127.0.0.1", NULL },
  { "127.0.0.1:", NULL },
  { "127.0.0.1:65536", NULL },
  { "127.0.0.1:-1", NULL },
  { "127.0.0.1:+1", NULL },
  { "127.0.0.1: 80", NULL },
  { "127.0.0.1:80x", NULL },
  { "127.0.0:80", NULL },
  { "256.0.0.1:80", NULL },
  { "example.com:80", NULL },
  { "::1:80", NULL },
  { "2001:db8::80", NULL },
  { "[]:80", NULL },
  { "[::1:80", NULL },
  { "[::1]", NULL },
  { "[::1]80", NULL },
  { "[::1]x:80", NULL },
  { "unix:", NULL },
  { "unix:run/socket", NULL },
};

static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (parse_cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSocketAddress) address = cts_listen_address_parse (parse_cases[i].text, &error);
      g_autofree char *text = NULL;

      g_test_message ("%s", parse_cases[i].text);
      if (parse_cases[i].wanted == NULL)
        {
          g_assert_null (address);
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
          g_assert_nonnull (strstr (error->message, parse_cases[i].text));
          continue;
        }
      g_assert_no_error (error);
      text = cts_listen_address_to_string (address);
      g_assert_cmpstr (text, ==, parse_cases[i].wanted);
    }
}

typedef struct
{
  char *dir;
  char *path;
  GSocketAddress *address;
} Fixture;

static void
fixture_open (Fixture *fixture, gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("cts-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->dir, "socket", NULL);
  fixture->address = g_unix_socket_address_new (fixture->path);
}

static void
fixture_close (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_assert_no_errno (g_rmdir (fixture->dir));
  g_object_unref (fixture->address);
  g_free (fixture->path);
  g_free (fixture->dir);
}

/* What a daemon leaves that was killed. */
static void
test_stale_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) killed = cts_listen_address_bind (fixture->address, &error);
  g_autoptr (GSocket) next = NULL;

  g_assert_no_error (error);
  g_socket_close (killed, NULL);
  g_assert_true (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  next = cts_listen_address_bind (fixture->address, &error);
  g_assert_no_error (error);
  g_assert_nonnull (next);
}

/* Whether @address can be connected to. */
static gboolean
is_served (GSocketAddress *address)
{
  g_autoptr (GSocket) probe
      = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);

  g_socket_set_blocking (probe, FALSE);
  return g_socket_connect (probe, address, NULL, NULL);
}

static void
assert_in_use (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cts_listen_address_bind (fixture->address, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_nonnull (strstr (error->message, fixture->path));
}

static void
test_live_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocket) first = cts_listen_address_bind (fixture->address, NULL);

  assert_in_use (fixture);
  g_assert_true (is_served (fixture->address));
}

/* A daemon so busy that nobody gets through is alive all the same. */
static void
test_busy_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocket) busy
      = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GPtrArray) waiting = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean got_through = TRUE;

  g_socket_set_listen_backlog (busy, 1);
  g_assert_true (g_socket_bind (busy, fixture->address, FALSE, NULL));
  g_assert_true (g_socket_listen (busy, NULL));
  while (got_through)
    {
      GSocket *client = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_DEFAULT, NULL);

      g_ptr_array_add (waiting, client);
      g_socket_set_blocking (client, FALSE);
      got_through = g_socket_connect (client, fixture->address, NULL, NULL);
      g_assert_cmpuint (waiting->len, <, 10);
    }
  assert_in_use (fixture);
  g_assert_true (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

static void
test_other_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *contents = NULL;

  g_assert_true (g_file_set_contents (fixture->path, "mine", -1, NULL));
  assert_in_use (fixture);
  g_assert_true (g_file_get_contents (fixture->path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "mine");
}

static void
test_no_folder (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "no", "socket", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GError) error = NULL;

  g_assert_null (cts_listen_address_bind (address, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_port_in_use (void)
{
  g_autoptr (GSocketAddress) any_port = cts_listen_address_parse ("127.0.0.1:0", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = cts_listen_address_bind (any_port, &error);
  g_autoptr (GSocketAddress) address = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  address = g_socket_get_local_address (socket, NULL);
  text = cts_listen_address_to_string (address);
  g_assert_null (cts_listen_address_bind (address, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_true (g_str_has_prefix (error->message, "cannot listen on 127.0.0.1:"));
  g_assert_nonnull (strstr (error->message, text));
}

/* [::] takes IPv4 too, or is IPv4 where there is nothing else. */
static void
test_any (void)
{
  g_autoptr (GSocketAddress) any = cts_listen_address_parse ("[::]:0", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = cts_listen_address_bind (any, &error);
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) client
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);

  g_assert_no_error (error);
  local = g_socket_get_local_address (socket, NULL);
  address
      = g_inet_socket_address_new (loopback,
                                   g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local)));
  g_socket_connect (client, address, NULL, &error);
  g_assert_no_error (error);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_open, func, fixture_close)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/listen-address/parse", test_parse);
  g_test_add_func ("/http/listen-address/port-in-use", test_port_in_use);
  g_test_add_func ("/http/listen-address/any", test_any);
  ADD ("/http/listen-address/unix/stale-file", test_stale_file);
  ADD ("/http/listen-address/unix/live-file", test_live_file);
  ADD ("/http/listen-address/unix/busy-file", test_busy_file);
  ADD ("/http/listen-address/unix/other-file", test_other_file);
  ADD ("/http/listen-address/unix/no-folder", test_no_folder);
  return g_test_run ();
}
