/* SPDX-License-Identifier: MIT */
#include "http-test.h"

#include "tests/support/cts-test.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How often a count is looked at that nothing announces. */
#define LOOK_MS 2

HttpPeer *
http_peer_new_unconnected (GSocketFamily family)
{
  HttpPeer *peer = g_new0 (HttpPeer, 1);

  peer->fd = socket (family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_no_errno (peer->fd);
  peer->input = g_byte_array_new ();
  return peer;
}

void
http_peer_connect (HttpPeer *peer, GSocketAddress *address)
{
  gssize size = g_socket_address_get_native_size (address);
  g_autofree struct sockaddr *native = g_malloc ((gsize) size);

  g_socket_address_to_native (address, native, (gsize) size, NULL);
  /* The kernel takes the connection before the server does. */
  g_assert_no_errno (connect (peer->fd, native, (socklen_t) size));
  g_assert_true (g_unix_set_fd_nonblocking (peer->fd, TRUE, NULL));
}

HttpPeer *
http_peer_new (GSocketAddress *address)
{
  HttpPeer *peer = http_peer_new_unconnected (g_socket_address_get_family (address));

  http_peer_connect (peer, address);
  return peer;
}

void
http_peer_free (HttpPeer *peer)
{
  close (peer->fd);
  g_byte_array_unref (peer->input);
  g_free (peer);
}

static gboolean
on_ready (int fd, GIOCondition condition, gpointer data)
{
  *(int *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
wait_for (HttpPeer *peer, GIOCondition condition)
{
  int ready = FALSE;

  g_unix_fd_add (peer->fd, condition, on_ready, &ready);
  cts_test_wait (&ready);
}

/* A server that answered and closed does not take the rest. */
void
http_peer_send_bytes (HttpPeer *peer, gconstpointer data, gsize size)
{
  const guint8 *bytes = data;

  while (size > 0)
    {
      gssize n = send (peer->fd, bytes, size, MSG_NOSIGNAL);

      if (n < 0 && errno == EAGAIN)
        {
          wait_for (peer, G_IO_OUT);
          continue;
        }
      if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
        return;
      g_assert_no_errno (n);
      bytes += n;
      size -= (gsize) n;
    }
}

void
http_peer_send (HttpPeer *peer, const char *text)
{
  http_peer_send_bytes (peer, text, strlen (text));
}

/* Returns FALSE when there is no more. */
static gboolean
read_more (HttpPeer *peer)
{
  guint8 buffer[4096];
  gssize n;

  if (peer->is_ended)
    return FALSE;
  wait_for (peer, G_IO_IN);
  n = recv (peer->fd, buffer, sizeof buffer, 0);
  if (n > 0)
    g_byte_array_append (peer->input, buffer, (guint) n);
  else
    {
      g_assert_true (n == 0 || errno == ECONNRESET);
      peer->is_ended = TRUE;
    }
  return n > 0;
}

static char *
take (HttpPeer *peer, gsize size)
{
  char *text = g_strndup ((const char *) peer->input->data, size);

  g_byte_array_remove_range (peer->input, 0, (guint) size);
  return text;
}

char *
http_peer_read_answer (HttpPeer *peer)
{
  while (read_more (peer))
    ;
  return peer->input->len > 0 ? take (peer, peer->input->len) : g_strdup ("");
}

char *
http_peer_read_head (HttpPeer *peer)
{
  static const char blank_line[] = "\r\n\r\n";
  const char *end;

  while (peer->input->len == 0
         || (end = memmem (peer->input->data, peer->input->len, blank_line, 4)) == NULL)
    g_assert_true (read_more (peer));
  return take (peer, (gsize) (end + 4 - (const char *) peer->input->data));
}

/* Short ones do here. */
char *
http_peer_read_frame (HttpPeer *peer, guint8 *opcode)
{
  gsize size;

  while (peer->input->len < 2 || peer->input->len < 2u + peer->input->data[1])
    g_assert_true (read_more (peer));
  g_assert_cmphex (peer->input->data[0] & 0xf0, ==, 0x80);
  g_assert_cmpuint (peer->input->data[1], <, 126);
  *opcode = peer->input->data[0] & 0x0f;
  size = peer->input->data[1];
  g_byte_array_remove_range (peer->input, 0, 2);
  return take (peer, size);
}

void
http_peer_read_end (HttpPeer *peer)
{
  g_autofree char *answer = http_peer_read_answer (peer);

  g_assert_cmpstr (answer, ==, "");
}

typedef struct
{
  HttpCountFunc func;
  gpointer data;
  guint wanted;
  int come;
} Count;

static gboolean
on_look (gpointer data)
{
  Count *count = data;

  count->come = count->func (count->data) == count->wanted;
  return count->come ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

void
http_test_wait_count (HttpCountFunc func, gpointer data, guint wanted)
{
  Count count = { func, data, wanted, FALSE };

  g_timeout_add (LOOK_MS, on_look, &count);
  cts_test_wait (&count.come);
}

guint
http_test_count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}
