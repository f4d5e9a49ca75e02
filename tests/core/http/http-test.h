/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "core/http/cts-http-server.h"
#include "tests/core/stream/fake-serializer.h"
#include "tests/core/stream/stream-test.h"

G_BEGIN_DECLS

/* The sample of RFC 6455 §1.3. */
#define HTTP_TEST_KEY    "dGhlIHNhbXBsZSBub25jZQ=="
#define HTTP_TEST_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

#define HTTP_TEST_UPGRADE                                                                          \
  "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " HTTP_TEST_KEY                 \
  "\r\nSec-WebSocket-Version: 13\r\n"

/**
 * HttpTest:
 * @serializer: lite, full and domains, mounted as the websocket sink does
 * @tcp: where the server listens on IPv4
 * @unix_socket: where it listens in @folder
 * @next: index and sequence number of the next record
 *
 * A server with all that stands behind it. It runs in the test's main context, so clients must not
 * block but let it turn.
 */
typedef struct
{
  FakeSerializer *serializer;
  CtsWorkers *workers;
  CtsShardPool *shards;
  CtsPublisher *publisher;
  CtsHttpServer *server;
  CtsLogInfo *log;
  char *folder;
  GSocketAddress *tcp;
  GSocketAddress *unix_socket;
  guint64 next;
} HttpTest;

void http_test_set_up (HttpTest *test, guint max_connections);
/* Fails unless every connection is gone. */
void http_test_tear_down (HttpTest *test);

/* A connected socket that does not block. */
int http_test_connect (GSocketAddress *address);
void http_test_write (int fd, const char *text);
/* Reads until the server closes, which it must, and closes; text and nothing else. */
char *http_test_read_all (int fd);
/* Writes a request and reads all there is to its end. */
char *http_test_ask (GSocketAddress *address, const char *request);

/* Fails unless @answer begins with that status and has the line @header. */
void http_test_check_status (const char *answer, guint status);
void http_test_check_header (const char *answer, const char *header);
const char *http_test_get_body (const char *answer);

/* Does the handshake for @path, with @behind written in one go with it. */
StreamPeer *http_test_open_stream (GSocketAddress *address,
                                   const char *path,
                                   gconstpointer behind,
                                   gsize size);
/* Fails unless the next message is that of record @index. */
void http_test_read_record (StreamPeer *peer, const char *format, guint64 index);

/* Lets the server turn until @n connections are open. */
void http_test_wait_connections (HttpTest *test, guint n);

G_END_DECLS
