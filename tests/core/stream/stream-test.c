/* SPDX-License-Identifier: MIT */
#include "stream-test.h"

#include "core/api/cts-batch-private.h"
#include "core/api/cts-packet-private.h"

#include <glib-unix.h>

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAIT_SECONDS 20

const CtsShardOptions stream_test_quiet = { .n_shards = 1 };

static void
fill_message (guint8 *out, guint64 seq, gsize size)
{
  for (gsize i = 0; i < size; i++)
    out[i] = (guint8) (i < 8 ? seq >> 8 * i : seq * 31 + i);
}

CtsPacket *
stream_test_packet (guint64 first_seq, guint n_frames, gsize size)
{
  const guint8 id[CTS_LOG_ID_SIZE] = { 0 };
  g_autoptr (CtsLogInfo) log = cts_log_info_new (id, "log", "http://log/", "operator", "rfc6962");
  g_autoptr (CtsBatch) batch = cts_batch_new (log, 0, 0, NULL, NULL, 0);
  g_autoptr (CtsSlabPool) pool = cts_slab_pool_new (0);
  CtsSlab slab = { g_malloc (MAX (n_frames * size, 1)), n_frames * size };
  g_autofree guint32 *ends = g_new (guint32, MAX (n_frames, 1));

  for (guint i = 0; i < n_frames; i++)
    {
      fill_message (slab.data + i * size, first_seq + i, size);
      ends[i] = (guint32) ((i + 1) * size);
    }
  return cts_packet_new (batch, "lite", first_seq, pool, slab, ends, n_frames);
}

void
stream_test_append (CtsStream *stream, guint64 first_seq, guint n_frames, gsize size)
{
  g_autoptr (CtsPacket) packet = stream_test_packet (first_seq, n_frames, size);

  cts_stream_append (stream, packet);
}

void
stream_test_check_message (GBytes *payload, guint64 seq, gsize size)
{
  g_autofree guint8 *wanted = g_malloc (MAX (size, 1));

  fill_message (wanted, seq, size);
  g_assert_cmpmem (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload), wanted, size);
}

static StreamPeer *
peer_new (int fd)
{
  StreamPeer *peer = g_new0 (StreamPeer, 1);
  struct timeval patience = { .tv_sec = WAIT_SECONDS };

  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  peer->fd = fd;
  peer->input = g_byte_array_new ();
  return peer;
}

StreamPeer *
stream_peer_new_tcp (int *server_fd)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  int listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_no_errno (bind (listener, (struct sockaddr *) &address, sizeof address));
  g_assert_no_errno (getsockname (listener, (struct sockaddr *) &address, &size));
  g_assert_no_errno (listen (listener, 1));
  g_assert_no_errno (connect (fd, (struct sockaddr *) &address, sizeof address));
  *server_fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  g_assert_no_errno (*server_fd);
  close (listener);
  return peer_new (fd);
}

StreamPeer *
stream_peer_new_tiny (int *server_fd)
{
  int fds[2];
  int least = 1;

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds));
  g_assert_no_errno (setsockopt (fds[0], SOL_SOCKET, SO_SNDBUF, &least, sizeof least));
  /* Only our end of it waits. */
  g_assert_true (g_unix_set_fd_nonblocking (fds[1], FALSE, NULL));
  *server_fd = fds[0];
  return peer_new (fds[1]);
}

void
stream_peer_free (StreamPeer *peer)
{
  close (peer->fd);
  g_byte_array_unref (peer->input);
  g_free (peer);
}

/* Reads until there are @size bytes; FALSE when the stream ends before. */
static gboolean
peer_need (StreamPeer *peer, gsize size)
{
  guint8 buffer[4096];

  while (peer->input->len < size && !peer->is_ended)
    {
      gssize n = recv (peer->fd, buffer, sizeof buffer, 0);

      if (n > 0)
        g_byte_array_append (peer->input, buffer, n);
      else if (n == 0 || errno == ECONNRESET)
        peer->is_ended = TRUE;
      else
        g_error ("nothing came within %d s", WAIT_SECONDS);
    }
  return peer->input->len >= size;
}

GBytes *
stream_peer_read (StreamPeer *peer, CtsWebsocketOpcode *opcode)
{
  gsize header = 2;
  guint64 size = 0;
  gsize n_more;
  GBytes *payload;

  g_assert_true (peer_need (peer, 2));
  /* Whole, no extension, not masked. */
  g_assert_cmphex (peer->input->data[0] & 0xf0, ==, 0x80);
  g_assert_cmphex (peer->input->data[1] & 0x80, ==, 0);
  *opcode = peer->input->data[0] & 0x0f;
  n_more = peer->input->data[1] == 126 ? 2 : peer->input->data[1] == 127 ? 8 : 0;
  g_assert_true (peer_need (peer, header + n_more));
  for (gsize i = 0; i < n_more; i++)
    size = size << 8 | peer->input->data[header + i];
  if (n_more == 0)
    size = peer->input->data[1];
  header += n_more;

  g_assert_true (peer_need (peer, header + size));
  payload = g_bytes_new (peer->input->data + header, size);
  g_byte_array_remove_range (peer->input, 0, (guint) (header + size));
  return payload;
}

void
stream_peer_read_message (StreamPeer *peer, guint64 seq, gsize size)
{
  CtsWebsocketOpcode opcode;
  g_autoptr (GBytes) payload = stream_peer_read (peer, &opcode);

  g_assert_cmpint (opcode, ==, CTS_WEBSOCKET_TEXT);
  stream_test_check_message (payload, seq, size);
}

void
stream_peer_read_close (StreamPeer *peer, guint code, const char *reason)
{
  CtsWebsocketOpcode opcode;
  g_autoptr (GBytes) payload = stream_peer_read (peer, &opcode);
  gsize size;
  const guint8 *data = g_bytes_get_data (payload, &size);

  g_assert_cmpint (opcode, ==, CTS_WEBSOCKET_CLOSE);
  g_assert_cmpuint (size, >=, 2);
  g_assert_cmpuint (data[0] << 8 | data[1], ==, code);
  g_assert_cmpmem (data + 2, size - 2, reason, strlen (reason));
}

void
stream_peer_read_end (StreamPeer *peer)
{
  g_assert_false (peer_need (peer, 1));
}

void
stream_peer_write (StreamPeer *peer, gconstpointer data, gsize size)
{
  const guint8 *bytes = data;

  while (size > 0)
    {
      gssize n = send (peer->fd, bytes, size, MSG_NOSIGNAL);

      g_assert_no_errno (n);
      bytes += n;
      size -= n;
    }
}

void
stream_peer_write_frame (StreamPeer *peer, guint8 first, gconstpointer payload, gsize size)
{
  static const guint8 mask[] = { 0x37, 0xfa, 0x21, 0x3d };
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  guint8 header[14] = { first };
  gsize n_more = size < 126 ? 0 : size <= 65535 ? 2 : 8;
  gsize start;

  header[1] = 0x80 | (guint8) (n_more == 0 ? size : n_more == 2 ? 126 : 127);
  for (gsize i = 0; i < n_more; i++)
    header[2 + i] = (guint8) ((guint64) size >> 8 * (n_more - 1 - i));
  memcpy (header + 2 + n_more, mask, sizeof mask);
  g_byte_array_append (frame, header, (guint) (2 + n_more + sizeof mask));
  start = frame->len;
  g_byte_array_append (frame, payload, (guint) size);
  for (gsize i = 0; i < size; i++)
    frame->data[start + i] ^= mask[i % sizeof mask];
  stream_peer_write (peer, frame->data, frame->len);
}

void
stream_test_wait_offset (CtsShardPool *pool, glong offset, guint64 wanted)
{
  gint64 end = g_get_monotonic_time () + WAIT_SECONDS * G_TIME_SPAN_SECOND;
  CtsStreamStats stats;

  for (;;)
    {
      cts_shard_pool_get_stats (pool, &stats);
      if (G_STRUCT_MEMBER (guint64, &stats, offset) == wanted)
        return;
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_thread_yield ();
    }
}

void
stream_test_count_gone (gpointer counter)
{
  g_atomic_int_inc ((int *) counter);
}
