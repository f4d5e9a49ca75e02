/* SPDX-License-Identifier: MIT */
#include "cts-listen-address.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* Connections the kernel holds for us while we are busy; it caps this itself. */
#define BACKLOG 4096

#define UNIX_PREFIX "unix:"

static GSocketAddress *
parse_error (const char *text, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "'%s' is no address to listen on: address:port, localhost:port, [v6]:port or "
               "unix:/path",
               text);
  return NULL;
}

/* GLib would cut a path that is too long and listen somewhere else. */
static GSocketAddress *
parse_unix (const char *text, GError **error)
{
  const char *path = text + strlen (UNIX_PREFIX);
  const gsize max_size = sizeof ((struct sockaddr_un *) NULL)->sun_path - 1;

  if (strlen (path) <= max_size)
    return g_unix_socket_address_new (path);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG,
               "'%s' is no address to listen on: a path has at most %" G_GSIZE_FORMAT " bytes",
               text, max_size);
  return NULL;
}

/* An IPv6 address stands in brackets, since it has colons of its own; nothing else does. */
static GInetAddress *
parse_host (const char *text, gsize size)
{
  gboolean in_brackets = size > 2 && text[0] == '[' && text[size - 1] == ']';
  g_autofree char *host = in_brackets ? g_strndup (text + 1, size - 2) : g_strndup (text, size);
  g_autoptr (GInetAddress) address
      = g_inet_address_new_from_string (g_str_equal (host, "localhost") ? "127.0.0.1" : host);

  if (address == NULL
      || in_brackets != (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6))
    return NULL;
  return g_steal_pointer (&address);
}

/**
 * cts_listen_address_parse:
 * @text: `host:port`, `[v6]:port` or `unix:/path`; the host is a numeric address or `localhost`
 * @error: return location for an error
 *
 * Reads an address to listen on. Names are not looked up: that would block. What is taken here is
 * what cts_config_check_listen() lets through.
 *
 * Returns: (transfer full): the address
 */
GSocketAddress *
cts_listen_address_parse (const char *text, GError **error)
{
  const char *colon = strrchr (text, ':');
  g_autoptr (GInetAddress) address = NULL;
  guint64 port;

  if (g_str_has_prefix (text, UNIX_PREFIX "/"))
    return parse_unix (text, error);
  if (colon == NULL || !g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &port, NULL))
    return parse_error (text, error);

  address = parse_host (text, (gsize) (colon - text));
  if (address == NULL)
    return parse_error (text, error);
  return g_inet_socket_address_new (address, (guint16) port);
}

/**
 * cts_listen_address_to_string:
 * @address: an address
 *
 * Returns: (transfer full): the address as in the configuration
 */
char *
cts_listen_address_to_string (GSocketAddress *address)
{
  if (G_IS_UNIX_SOCKET_ADDRESS (address))
    return g_strconcat (UNIX_PREFIX,
                        g_unix_socket_address_get_path (G_UNIX_SOCKET_ADDRESS (address)), NULL);
  return g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
}

/* A socket file that nobody listens on is left over from a daemon that was killed. Any other answer
 * than "refused" says that somebody may listen: too busy, or not for us. */
static void
remove_stale_file (GSocketAddress *address)
{
  const char *path = g_unix_socket_address_get_path (G_UNIX_SOCKET_ADDRESS (address));
  g_autoptr (GSocket) probe = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf info;

  if (g_lstat (path, &info) != 0 || !S_ISSOCK (info.st_mode))
    return;
  probe
      = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  if (probe == NULL)
    return;
  g_socket_set_blocking (probe, FALSE);
  if (!g_socket_connect (probe, address, NULL, &error)
      && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    g_unlink (path);
}

static GSocket *
bind_socket (GSocketAddress *address, GError **error)
{
  GSocketFamily family = g_socket_address_get_family (address);
  g_autoptr (GSocket) socket = NULL;

  socket = g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);
  if (socket == NULL)
    return NULL;
  if (family == G_SOCKET_FAMILY_UNIX)
    remove_stale_file (address);
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, BACKLOG);
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

/* [::] on a machine without IPv6 means every address there is. */
static GSocketAddress *
without_ipv6 (GSocketAddress *address)
{
  g_autoptr (GInetAddress) any = NULL;

  if (!G_IS_INET_SOCKET_ADDRESS (address)
      || !g_inet_address_get_is_any (
          g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)))
      || g_socket_address_get_family (address) != G_SOCKET_FAMILY_IPV6)
    return NULL;
  any = g_inet_address_new_any (G_SOCKET_FAMILY_IPV4);
  return g_inet_socket_address_new (any, g_inet_socket_address_get_port (
                                             G_INET_SOCKET_ADDRESS (address)));
}

/**
 * cts_listen_address_bind:
 * @address: an address
 * @error: return location for an error
 *
 * Listens on @address. `[::]` takes IPv4 too, and falls back to it where there is no IPv6.
 *
 * Returns: (transfer full): a listening, non-blocking socket
 */
GSocket *
cts_listen_address_bind (GSocketAddress *address, GError **error)
{
  g_autoptr (GError) first_error = NULL;
  g_autoptr (GSocketAddress) fallback = NULL;
  g_autofree char *text = cts_listen_address_to_string (address);
  GSocket *socket = bind_socket (address, &first_error);

  if (socket == NULL && !g_error_matches (first_error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    {
      fallback = without_ipv6 (address);
      if (fallback != NULL)
        socket = bind_socket (fallback, NULL);
    }
  if (socket == NULL)
    g_propagate_prefixed_error (error, g_steal_pointer (&first_error),
                                "cannot listen on %s: ", text);
  return socket;
}
