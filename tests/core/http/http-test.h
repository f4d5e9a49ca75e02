/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HttpPeer:
 *
 * A client that says what it is told to, byte for byte. While it waits, the default main context
 * runs, and with it the server.
 */
typedef struct
{
  int fd;
  GByteArray *input;
  gboolean is_ended;
} HttpPeer;

HttpPeer *http_peer_new (GSocketAddress *address);
/* The two halves of it. */
HttpPeer *http_peer_new_unconnected (GSocketFamily family);
void http_peer_connect (HttpPeer *peer, GSocketAddress *address);
void http_peer_free (HttpPeer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpPeer, http_peer_free)

void http_peer_send (HttpPeer *peer, const char *text);
void http_peer_send_bytes (HttpPeer *peer, gconstpointer data, gsize size);

/* All until the server closes. */
char *http_peer_read_answer (HttpPeer *peer);

/* All until the first blank line, which what was sent behind it does not belong to. */
char *http_peer_read_head (HttpPeer *peer);

/* A WebSocket frame, its opcode apart. */
char *http_peer_read_frame (HttpPeer *peer, guint8 *opcode);

/* Waits for the end; bytes before it are a failure. */
void http_peer_read_end (HttpPeer *peer);

/* Runs the default main context until @func says @wanted. */
typedef guint (*HttpCountFunc) (gpointer data);
void http_test_wait_count (HttpCountFunc func, gpointer data, guint wanted);

/* Descriptors this process has open. */
guint http_test_count_fds (void);

G_END_DECLS
