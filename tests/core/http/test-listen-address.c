/* SPDX-License-Identifier: MIT */
#include "core/http/cts-listen-address.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>

#include "listen-cases.h"

/* sizeof sun_path less its zero: unix(7). */
#define MAX_PATH 107

static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (listen_good); i++)
    {
      const ListenCase *test = &listen_good[i];
      g_autoptr (GError) error = NULL;
      g_autoptr (GSocketAddress) address = cts_listen_address_parse (test->text, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = cts_listen_address_to_string (address);
      if (!g_str_has_suffix (test->text, ":0"))
        g_assert_cmpstr (text, ==, test->canonical != NULL ? test->canonical : test->text);
    }
}

static void
test_parse_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (listen_bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *quoted = g_strdup_printf ("'%s'", listen_bad[i]);

      g_test_message ("%s", listen_bad[i]);
      g_assert_null (cts_listen_address_parse (listen_bad[i], &error));
      g_assert_nonnull (error);
      g_assert_true (error->domain == G_IO_ERROR);
      g_assert_nonnull (strstr (error->message, quoted));
    }
}

/* A path is never cut. */
static void
test_long_path (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_strnfill (MAX_PATH - 1, 'p');
  g_autofree char *fits = g_strconcat ("unix:/", name, NULL);
  g_autofree char *too_long = g_strconcat (fits, "p", NULL);
  g_autoptr (GSocketAddress) address = cts_listen_address_parse (fits, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (g_unix_socket_address_get_path (G_UNIX_SOCKET_ADDRESS (address))), ==,
                    MAX_PATH);
  g_assert_null (cts_listen_address_parse (too_long, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG);
}

typedef struct
{
  char *folder;
  char *path;
  GSocketAddress *address;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("listen-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "socket", NULL);
  fixture->address = g_unix_socket_address_new (fixture->path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_assert_no_errno (g_rmdir (fixture->folder));
  g_object_unref (fixture->address);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static void
test_stale (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) dead = cts_listen_address_bind (fixture->address, &error);
  g_autoptr (GSocket) socket = NULL;

  g_assert_no_error (error);
  g_assert_true (g_socket_close (dead, NULL));
  g_assert_true (g_file_test (fixture->path, G_FILE_TEST_EXISTS));

  socket = cts_listen_address_bind (fixture->address, &error);
  g_assert_no_error (error);
  g_assert_nonnull (socket);
}

static void
test_living (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) living = cts_listen_address_bind (fixture->address, &error);
  g_autoptr (GSocket) probe = NULL;
  g_autofree char *prefix = g_strdup_printf ("cannot listen on unix:%s: ", fixture->path);

  g_assert_no_error (error);
  g_assert_false (g_socket_is_closed (living));
  g_assert_null (cts_listen_address_bind (fixture->address, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_true (g_str_has_prefix (error->message, prefix));

  /* And it can still be reached. */
  probe = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  g_assert_true (g_socket_connect (probe, fixture->address, NULL, NULL));
}

/* Whoever does not answer for want of time is not dead. */
static void
test_busy (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocket) busy = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  gboolean connected;

  g_socket_set_listen_backlog (busy, 1);
  g_assert_true (g_socket_bind (busy, fixture->address, FALSE, NULL));
  g_assert_true (g_socket_listen (busy, NULL));
  do
    {
      GSocket *client = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);

      g_ptr_array_add (clients, client);
      g_socket_set_blocking (client, FALSE);
      connected = g_socket_connect (client, fixture->address, NULL, NULL);
    }
  while (connected && clients->len < 100);
  g_assert_false (connected);

  g_assert_null (cts_listen_address_bind (fixture->address, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_true (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

/* Only a socket is taken away. */
static void
test_other_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = NULL;

  g_assert_true (g_file_set_contents (fixture->path, "precious", -1, NULL));
  g_assert_null (cts_listen_address_bind (fixture->address, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_true (g_file_get_contents (fixture->path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "precious");
}

#define ADD(name, func)                                                                            \
  g_test_add ("/http/listen-address/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/listen-address/parse", test_parse);
  g_test_add_func ("/http/listen-address/parse-errors", test_parse_errors);
  g_test_add_func ("/http/listen-address/long-path", test_long_path);
  ADD ("stale", test_stale);
  ADD ("living", test_living);
  ADD ("busy", test_busy);
  ADD ("other-file", test_other_file);
  return g_test_run ();
}
