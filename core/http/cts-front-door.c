/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-http"

#include "cts-front-door.h"

#include "core/http/cts-listen-address.h"
#include "core/http/cts-request-head.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Time for a client to send its request. */
#define REQUEST_MS 10000
/* How often deadlines are looked at. */
#define DEADLINE_TICK_MS 100
/* Events and connections taken in one turn of the main context, so that others get theirs. */
#define EVENTS_PER_TURN  64
#define ACCEPTS_PER_TURN 64
/* How long accepting rests after an error that is not the client's. */
#define ACCEPT_PAUSE_MS 100
/* Descriptors that clients leave to the rest of the daemon; of a low limit a quarter. */
#define RESERVED_FDS 128
/* Time between two messages about clients that were sent away. */
#define MESSAGE_SECONDS 60
/* What a client that is sent away may have said already, bytes. */
#define MAX_UNREAD (64u << 10)

#define ANSWER(status, headers) "HTTP/1.1 " status "\r\n" headers "Connection: close\r\n"
#define ANSWER_FULL                                                                                \
  ANSWER ("503 Service Unavailable",                                                               \
          "Retry-After: 30\r\nContent-Type: text/plain\r\nContent-Length: 21\r\n")                 \
  "\r\ntoo many connections\n"
#define ANSWER_TIMEOUT ANSWER ("408 Request Timeout", "Content-Length: 0\r\n") "\r\n"
#define ANSWER_TOO_LONG                                                                            \
  ANSWER ("431 Request Header Fields Too Large", "Content-Length: 0\r\n") "\r\n"
#define ANSWER_METHOD ANSWER ("501 Not Implemented", "Content-Length: 0\r\n") "\r\n"

/* What the door watches: a listening socket, or a connection whose request is not there yet. */
typedef struct
{
  GSocket *listener;
  CtsConnection *waiting;
} Watched;

struct _CtsFrontDoor
{
  GObject parent_instance;

  SoupServer *server;
  guint max_connections;
  guint request_ms;
  guint64 n_refused;
  gint64 next_message_us;
  CtsConnectionCount *count;

  int epoll_fd;
  int spare_fd;
  GSource *epoll_source;
  GSource *deadline_source; /* NULL while there are no deadlines */
  GSource *pause_source;
  GPtrArray *listeners; /* of Watched */
  GHashTable *waiting;  /* set of Watched */
  GQueue deadlines;     /* of CtsDeadline, in their order */
};

G_DEFINE_FINAL_TYPE (CtsFrontDoor, cts_front_door, G_TYPE_OBJECT)

static void
watched_free (gpointer data)
{
  Watched *watched = data;

  g_clear_object (&watched->listener);
  g_clear_pointer (&watched->waiting, cts_connection_unref);
  g_free (watched);
}

static int
watched_get_fd (Watched *watched)
{
  return g_socket_get_fd (watched->listener != NULL ? watched->listener
                                                    : cts_connection_get_socket (watched->waiting));
}

/* A connection is looked at each time something comes, not as long as something is there. */
static gboolean
door_watch (CtsFrontDoor *self, Watched *watched)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = watched };

  if (watched->waiting != NULL)
    event.events |= EPOLLRDHUP | EPOLLET;
  return epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, watched_get_fd (watched), &event) == 0;
}

/* Closing with input unread would make the kernel take back the answer (RFC 9112 §9.6). */
static void
dismiss (GSocket *socket, const char *answer)
{
  char unread[4096];

  g_socket_send (socket, answer, strlen (answer), NULL, NULL);
  g_socket_shutdown (socket, FALSE, TRUE, NULL);
  for (gsize n = 0; n < MAX_UNREAD; n += sizeof unread)
    if (g_socket_receive (socket, unread, sizeof unread, NULL, NULL) <= 0)
      break;
}

/* The server may have the socket already; it reads the end and closes by itself. */
static void
deadline_enforce (CtsDeadline *deadline)
{
  dismiss (deadline->socket, ANSWER_TIMEOUT);
  g_socket_shutdown (deadline->socket, TRUE, TRUE, NULL);
}

static gboolean
on_deadline_tick (gpointer data)
{
  CtsFrontDoor *self = data;
  gint64 now = g_get_monotonic_time ();
  CtsDeadline *deadline;

  while ((deadline = g_queue_peek_head (&self->deadlines)) != NULL
         && (deadline->socket == NULL || deadline->time_us <= now))
    {
      if (deadline->socket != NULL)
        deadline_enforce (deadline);
      g_queue_pop_head (&self->deadlines);
      cts_deadline_unref (deadline);
    }
  if (deadline != NULL)
    return G_SOURCE_CONTINUE;
  g_clear_pointer (&self->deadline_source, g_source_unref);
  return G_SOURCE_REMOVE;
}

static GSource *
attach_source (GSource *source, const char *name, GSourceFunc func, gpointer data)
{
  g_source_set_static_name (source, name);
  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, NULL);
  return source;
}

/* With nobody to wait for the daemon is not woken. */
static void
door_add_deadline (CtsFrontDoor *self, CtsDeadline *deadline)
{
  g_queue_push_tail (&self->deadlines, deadline);
  if (self->deadline_source == NULL)
    self->deadline_source = attach_source (g_timeout_source_new (DEADLINE_TICK_MS),
                                           "front door deadlines", on_deadline_tick, self);
}

static GSocketAddress *
made_up_local_address (void)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);

  return g_inet_socket_address_new (loopback, 80);
}

/* The server wants both addresses, and on a Unix socket it trips over the real local one when a
 * request has no Host. */
static GSocketAddress *
local_address_for (GSocketConnection *stream)
{
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (stream, NULL);

  if (local == NULL || G_IS_UNIX_SOCKET_ADDRESS (local))
    return made_up_local_address ();
  return g_steal_pointer (&local);
}

static void
door_forget (CtsFrontDoor *self, Watched *watched)
{
  epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, watched_get_fd (watched), NULL);
  g_hash_table_remove (self->waiting, watched);
}

/* The request is there, so its handler runs inside soup_server_accept_iostream(): all bookkeeping
 * comes before. */
static void
door_hand_over (CtsFrontDoor *self, Watched *watched)
{
  g_autoptr (CtsConnection) connection = cts_connection_ref (watched->waiting);
  g_autoptr (GSocketConnection) stream
      = g_socket_connection_factory_create_connection (cts_connection_get_socket (connection));
  g_autoptr (GSocketAddress) local = local_address_for (stream);
  g_autoptr (GSocketAddress) remote = cts_connection_attach (connection, stream);
  g_autoptr (GError) error = NULL;

  door_forget (self, watched);
  if (remote != NULL
      && !soup_server_accept_iostream (self->server, G_IO_STREAM (stream), local, remote, &error))
    g_debug ("the HTTP server did not take a connection: %s", error->message);
}

/* Looks at what a client has sent and leaves it where it is. */
static void
door_look_at (CtsFrontDoor *self, Watched *watched, guint32 events)
{
  GSocket *socket = cts_connection_get_socket (watched->waiting);
  char bytes[CTS_REQUEST_HEAD_MAX];
  gssize n = recv (g_socket_get_fd (socket), bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
  gboolean is_ended
      = n == 0 || (n < 0 && errno != EAGAIN) || (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;

  switch (cts_request_head_judge (bytes, n > 0 ? (gsize) n : 0))
    {
    case CTS_REQUEST_HEAD_WHOLE:
      door_hand_over (self, watched);
      return;
    case CTS_REQUEST_HEAD_PARTIAL:
      if (!is_ended)
        return;
      break;
    case CTS_REQUEST_HEAD_TOO_LONG:
      dismiss (socket, ANSWER_TOO_LONG);
      break;
    case CTS_REQUEST_HEAD_UNKNOWN_METHOD:
      dismiss (socket, ANSWER_METHOD);
      break;
    }
  door_forget (self, watched);
}

static void
door_admit (CtsFrontDoor *self, GSocket *socket)
{
  CtsDeadline *deadline
      = cts_deadline_new (socket, g_get_monotonic_time () + (gint64) self->request_ms * 1000);
  Watched *watched = g_new0 (Watched, 1);

  if (g_socket_get_family (socket) != G_SOCKET_FAMILY_UNIX)
    g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);

  watched->waiting = cts_connection_new (self->count, socket, deadline);
  door_add_deadline (self, deadline);
  if (door_watch (self, watched))
    g_hash_table_add (self->waiting, watched);
  else
    watched_free (watched);
}

static void
door_count_refused (CtsFrontDoor *self, const char *why)
{
  gint64 now = g_get_monotonic_time ();

  self->n_refused++;
  if (now < self->next_message_us)
    return;
  self->next_message_us = now + MESSAGE_SECONDS * G_USEC_PER_SEC;
  g_message ("connections are refused, %u are open, %" G_GUINT64_FORMAT " refused so far: %s",
             cts_connection_count_get (self->count), self->n_refused, why);
}

/* The system gives out the lowest free number, so a high one says that few are left. */
static gboolean
is_near_limit (int fd)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return FALSE;
  return (rlim_t) fd >= limit.rlim_cur - MIN (RESERVED_FDS, limit.rlim_cur / 4);
}

static void
door_take_fd (CtsFrontDoor *self, int fd)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, &error);
  const char *refusal = NULL;

  if (socket == NULL)
    {
      g_debug ("an accepted connection was gone: %s", error->message);
      close (fd);
      return;
    }

  g_socket_set_blocking (socket, FALSE);
  if (cts_connection_count_get (self->count) >= self->max_connections)
    refusal = "server.max-connections allows no more";
  else if (is_near_limit (fd))
    refusal = "the limit of open files (LimitNOFILE) is near";

  if (refusal == NULL)
    door_admit (self, socket);
  else
    {
      door_count_refused (self, refusal);
      dismiss (socket, ANSWER_FULL);
    }
}

static void
door_set_accepting (CtsFrontDoor *self, gboolean accepting)
{
  for (guint i = 0; i < self->listeners->len; i++)
    {
      Watched *watched = g_ptr_array_index (self->listeners, i);
      struct epoll_event event = { .events = accepting ? EPOLLIN : 0, .data.ptr = watched };

      epoll_ctl (self->epoll_fd, EPOLL_CTL_MOD, watched_get_fd (watched), &event);
    }
}

static gboolean
on_pause_over (gpointer data)
{
  CtsFrontDoor *self = data;

  g_clear_pointer (&self->pause_source, g_source_unref);
  door_set_accepting (self, TRUE);
  return G_SOURCE_REMOVE;
}

static void
door_pause (CtsFrontDoor *self)
{
  if (self->pause_source != NULL)
    return;
  door_set_accepting (self, FALSE);
  self->pause_source = g_timeout_source_new (ACCEPT_PAUSE_MS);
  g_source_set_static_name (self->pause_source, "front door rests");
  g_source_set_callback (self->pause_source, on_pause_over, self, NULL);
  g_source_attach (self->pause_source, NULL);
}

static int
open_spare (void)
{
  return open ("/dev/null", O_RDONLY | O_CLOEXEC);
}

/*
 * Without a free descriptor accept() fails even when nobody waits, and a waiting client would keep
 * the socket readable for ever. So the spare is given up to take the client and send it away.
 */
static gboolean
door_shed_one (CtsFrontDoor *self, int listener)
{
  int fd;

  if (self->spare_fd >= 0)
    close (self->spare_fd);
  fd = accept4 (listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0)
    close (fd);
  /* Somebody else got the spare: to try again at once would go on for ever. */
  else if (errno != EAGAIN)
    door_pause (self);
  self->spare_fd = open_spare ();
  if (fd >= 0)
    door_count_refused (self, "no file may be opened any more (LimitNOFILE)");
  return fd >= 0;
}

/* Returns whether there may be more to accept. */
static gboolean
door_accept_one (CtsFrontDoor *self, int listener)
{
  int fd = accept4 (listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

  if (fd >= 0)
    {
      door_take_fd (self, fd);
      return TRUE;
    }
  if (errno == EMFILE || errno == ENFILE)
    return door_shed_one (self, listener);
  if (errno == EINTR || errno == ECONNABORTED)
    return TRUE;
  if (errno != EAGAIN)
    door_pause (self);
  return FALSE;
}

static gboolean
on_epoll (int fd, GIOCondition condition, gpointer data)
{
  CtsFrontDoor *self = data;
  struct epoll_event events[EVENTS_PER_TURN];
  int n = epoll_wait (self->epoll_fd, events, EVENTS_PER_TURN, 0);

  /* A request handler runs in here and may stop the door, with all that it watches. */
  for (int i = 0; i < n && self->epoll_source != NULL; i++)
    {
      Watched *watched = events[i].data.ptr;

      if (watched->waiting != NULL)
        door_look_at (self, watched, events[i].events);
      else
        for (guint k = 0; k < ACCEPTS_PER_TURN; k++)
          if (!door_accept_one (self, watched_get_fd (watched)))
            break;
    }
  return G_SOURCE_CONTINUE;
}

static void
on_got_body (SoupServerMessage *message, gpointer data)
{
  CtsConnection *connection
      = cts_connection_from_address (soup_server_message_get_remote_address (message));

  if (connection != NULL)
    cts_connection_meet_deadline (connection);
}

/*
 * Nobody here wants the body of a request, so it is not kept. libsoup keeps a connection only while
 * it listens itself, but does not say that it closes: so we say it, in the answers it makes by
 * itself too.
 */
static void
on_request_started (SoupServer *server, SoupServerMessage *message, gpointer data)
{
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection",
                                "close");
  g_signal_connect (message, "got-body", G_CALLBACK (on_got_body), NULL);
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
cts_front_door_finalize (GObject *object)
{
  CtsFrontDoor *self = CTS_FRONT_DOOR (object);

  cts_front_door_stop (self);
  g_ptr_array_unref (self->listeners);
  g_hash_table_unref (self->waiting);
  cts_connection_count_unref (self->count);
  if (self->spare_fd >= 0)
    close (self->spare_fd);
  close (self->epoll_fd);
  g_clear_object (&self->server);
  G_OBJECT_CLASS (cts_front_door_parent_class)->finalize (object);
}

static void
cts_front_door_class_init (CtsFrontDoorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cts_front_door_finalize;
}

static void
cts_front_door_init (CtsFrontDoor *self)
{
  self->count = cts_connection_count_new ();
  self->listeners = g_ptr_array_new_with_free_func (watched_free);
  self->waiting = g_hash_table_new_full (NULL, NULL, watched_free, NULL);
  g_queue_init (&self->deadlines);
  self->request_ms = REQUEST_MS;
  self->spare_fd = open_spare ();
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  self->epoll_source = attach_source (g_unix_fd_source_new (self->epoll_fd, G_IO_IN), "front door",
                                      G_SOURCE_FUNC (on_epoll), self);
}

/**
 * cts_front_door_new:
 * @server: the HTTP server, which listens on nothing itself
 * @max_connections: connections of all kinds that may be open; one more is answered with 503
 *
 * Returns: (transfer full): a front door that does not listen yet
 */
CtsFrontDoor *
cts_front_door_new (SoupServer *server, guint max_connections)
{
  CtsFrontDoor *self = g_object_new (CTS_TYPE_FRONT_DOOR, NULL);

  self->server = g_object_ref (server);
  self->max_connections = max_connections;
  g_signal_connect_object (server, "request-started", G_CALLBACK (on_request_started), self, 0);
  return self;
}

/**
 * cts_front_door_set_request_ms:
 * @self: a front door
 * @ms: time for a client to send its request, from now on accepted
 *
 * For tests, which do not wait for ten seconds.
 */
void
cts_front_door_set_request_ms (CtsFrontDoor *self, guint ms)
{
  self->request_ms = ms;
}

/**
 * cts_front_door_listen:
 * @self: a front door
 * @address: `host:port`, `[v6]:port` or `unix:/path`
 * @error: return location for an error
 *
 * Listens on one more address.
 *
 * Returns: (transfer full): the address it listens on, with the port the system chose for port 0
 */
GSocketAddress *
cts_front_door_listen (CtsFrontDoor *self, const char *address, GError **error)
{
  g_autoptr (GSocketAddress) parsed = cts_listen_address_parse (address, error);
  g_autoptr (GSocket) socket = NULL;
  Watched *watched;

  if (parsed == NULL)
    return NULL;
  socket = cts_listen_address_bind (parsed, error);
  if (socket == NULL)
    return NULL;

  watched = g_new0 (Watched, 1);
  watched->listener = g_object_ref (socket);
  g_ptr_array_add (self->listeners, watched);
  if (!door_watch (self, watched))
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot watch %s: %s", address,
                   g_strerror (errno));
      return NULL;
    }
  return g_socket_get_local_address (socket, error);
}

static void
listener_close (gpointer data, gpointer user_data)
{
  Watched *watched = data;
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (watched->listener, NULL);

  if (address != NULL && G_IS_UNIX_SOCKET_ADDRESS (address))
    unlink (g_unix_socket_address_get_path (G_UNIX_SOCKET_ADDRESS (address)));
  g_socket_close (watched->listener, NULL);
}

/**
 * cts_front_door_stop:
 * @self: a front door
 *
 * Listens no more, and lets go of connections whose request is not there.
 */
void
cts_front_door_stop (CtsFrontDoor *self)
{
  clear_source (&self->epoll_source);
  clear_source (&self->deadline_source);
  clear_source (&self->pause_source);
  g_ptr_array_foreach (self->listeners, listener_close, NULL);
  g_ptr_array_set_size (self->listeners, 0);
  g_hash_table_remove_all (self->waiting);
  g_queue_clear_full (&self->deadlines, (GDestroyNotify) cts_deadline_unref);
}

/**
 * cts_front_door_get_n_connections:
 * @self: a front door
 *
 * Returns: connections open now: waiting, in a request, or subscribed
 */
guint
cts_front_door_get_n_connections (CtsFrontDoor *self)
{
  return cts_connection_count_get (self->count);
}

/**
 * cts_front_door_get_n_refused:
 * @self: a front door
 *
 * Returns: connections that were sent away for want of room
 */
guint64
cts_front_door_get_n_refused (CtsFrontDoor *self)
{
  return self->n_refused;
}
