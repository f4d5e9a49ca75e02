/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-http"

#include "cts-front-door.h"

#include "core/http/cts-listen-address.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Descriptors that are left to logs, sinks and files. */
#define RESERVED_FDS 256
/* How often deadlines are looked at. */
#define DEADLINE_TICK_MS 100
/* Events and connections taken in one turn of the main context, so that others get theirs. */
#define EVENTS_PER_TURN  64
#define ACCEPTS_PER_TURN 64
/* How long accepting rests after an error that is not the client's. */
#define ACCEPT_PAUSE_MS 100

#define ANSWER_FULL                                                                                \
  "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\nConnection: close\r\n"                   \
  "Content-Type: text/plain\r\nContent-Length: 21\r\n\r\ntoo many connections\n"
#define ANSWER_TIMEOUT                                                                             \
  "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

/* What the door watches: a listening socket, or a connection that has sent nothing yet. */
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
  CtsConnectionCount *count;

  int epoll_fd;
  int spare_fd;
  GSource *epoll_source;
  GSource *deadline_source;
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

static gboolean
door_watch (CtsFrontDoor *self, Watched *watched, int operation)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = watched };

  return epoll_ctl (self->epoll_fd, operation, watched_get_fd (watched), &event) == 0;
}

/* The server may have the socket already; it reads the end and closes by itself. */
static void
deadline_enforce (CtsDeadline *deadline)
{
  g_socket_send (deadline->socket, ANSWER_TIMEOUT, sizeof ANSWER_TIMEOUT - 1, NULL, NULL);
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
  return G_SOURCE_CONTINUE;
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

/* Whether a client that became readable has gone without a word. */
static gboolean
watched_is_gone (Watched *watched)
{
  char byte;

  return recv (watched_get_fd (watched), &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/*
 * If the whole request is there already, its handler runs inside soup_server_accept_iostream(), so
 * all bookkeeping comes before.
 */
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

static void
door_admit (CtsFrontDoor *self, GSocket *socket)
{
  CtsDeadline *deadline
      = cts_deadline_new (socket, g_get_monotonic_time () + (gint64) self->request_ms * 1000);
  Watched *watched = g_new0 (Watched, 1);

  g_socket_set_blocking (socket, FALSE);
  if (g_socket_get_family (socket) != G_SOCKET_FAMILY_UNIX)
    g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);

  watched->waiting = cts_connection_new (self->count, socket, deadline);
  g_queue_push_tail (&self->deadlines, deadline);
  if (door_watch (self, watched, EPOLL_CTL_ADD))
    g_hash_table_add (self->waiting, watched);
  else
    watched_free (watched);
}

static void
door_refuse (CtsFrontDoor *self, GSocket *socket)
{
  if (self->n_refused++ == 0)
    g_message ("a connection was refused: %u are open, the most that server.max-connections "
               "allows",
               self->max_connections);
  g_socket_set_blocking (socket, FALSE);
  g_socket_send (socket, ANSWER_FULL, sizeof ANSWER_FULL - 1, NULL, NULL);
  g_socket_shutdown (socket, FALSE, TRUE, NULL);
}

static void
door_take_fd (CtsFrontDoor *self, int fd)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, &error);

  if (socket == NULL)
    {
      g_debug ("an accepted connection was gone: %s", error->message);
      close (fd);
    }
  else if (cts_connection_count_get (self->count) >= self->max_connections)
    door_refuse (self, socket);
  else
    door_admit (self, socket);
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

static int
open_spare (void)
{
  return open ("/dev/null", O_RDONLY | O_CLOEXEC);
}

static gboolean
on_pause_over (gpointer data)
{
  CtsFrontDoor *self = data;

  g_clear_pointer (&self->pause_source, g_source_unref);
  if (self->spare_fd < 0)
    self->spare_fd = open_spare ();
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

/*
 * Without a free descriptor accept() fails even when nobody waits, and a waiting client would keep
 * the socket readable for ever. So the spare is given up to take the client and send it away. If
 * not even that helps, accepting rests: else the main context would spin.
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
  else if (errno != EAGAIN)
    door_pause (self);
  self->spare_fd = open_spare ();
  self->n_refused += fd >= 0;
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
  if (errno == ENOBUFS || errno == ENOMEM)
    door_pause (self);
  return errno == EINTR || errno == ECONNABORTED;
}

static gboolean
on_epoll (int fd, GIOCondition condition, gpointer data)
{
  CtsFrontDoor *self = data;
  struct epoll_event events[EVENTS_PER_TURN];
  int n = epoll_wait (self->epoll_fd, events, EVENTS_PER_TURN, 0);

  for (int i = 0; i < n; i++)
    {
      Watched *watched = events[i].data.ptr;

      if (watched->waiting != NULL && watched_is_gone (watched))
        door_forget (self, watched);
      else if (watched->waiting != NULL)
        door_hand_over (self, watched);
      else
        for (guint k = 0; k < ACCEPTS_PER_TURN; k++)
          if (!door_accept_one (self, watched_get_fd (watched)))
            break;
    }
  return G_SOURCE_CONTINUE;
}

/* Nobody wants a body, and it may have any size: it is read and thrown away. */
static void
on_got_headers (SoupServerMessage *message, gpointer data)
{
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
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
 * libsoup keeps a connection only while it listens itself, but does not say that it closes: so we
 * say it, here, for some mistakes it answers itself. A request without a body has got it, too,
 * right behind its headers.
 */
static void
on_request_started (SoupServer *server, SoupServerMessage *message, gpointer data)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection",
                                "close");
  g_signal_connect (message, "got-headers", G_CALLBACK (on_got_headers), NULL);
  g_signal_connect (message, "got-body", G_CALLBACK (on_got_body), NULL);
}

static GSource *
attach_source (GSource *source, const char *name, GSourceFunc func, gpointer data)
{
  g_source_set_static_name (source, name);
  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, NULL);
  return source;
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
  self->spare_fd = open_spare ();
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  self->epoll_source = attach_source (g_unix_fd_source_new (self->epoll_fd, G_IO_IN), "front door",
                                      G_SOURCE_FUNC (on_epoll), self);
  self->deadline_source = attach_source (g_timeout_source_new (DEADLINE_TICK_MS),
                                         "front door deadlines", on_deadline_tick, self);
}

/* Clients shall not take the descriptors without which no log can be asked. */
static guint
limit_connections (guint wanted)
{
  struct rlimit limit;
  rlim_t most;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return wanted;
  most = limit.rlim_cur > 2 * RESERVED_FDS ? limit.rlim_cur - RESERVED_FDS : limit.rlim_cur / 2;
  if (wanted <= most)
    return wanted;
  g_message ("server.max-connections is %u, but the limit of open files allows %u", wanted,
             (guint) most);
  return (guint) most;
}

/**
 * cts_front_door_new:
 * @server: the HTTP server, which listens on nothing itself
 * @max_connections: connections of all kinds that may be open; one more is answered with 503. Fewer
 *   when the limit of open files says so
 * @request_ms: time for a client to send its request, milliseconds; then it is answered with 408
 *
 * Returns: (transfer full): a front door that does not listen yet
 */
CtsFrontDoor *
cts_front_door_new (SoupServer *server, guint max_connections, guint request_ms)
{
  CtsFrontDoor *self = g_object_new (CTS_TYPE_FRONT_DOOR, NULL);

  self->server = g_object_ref (server);
  self->max_connections = limit_connections (max_connections);
  self->request_ms = request_ms;
  g_signal_connect_object (server, "request-started", G_CALLBACK (on_request_started), self, 0);
  return self;
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
  door_watch (self, watched, EPOLL_CTL_ADD);
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
 * Listens no more, and lets go of connections that have sent nothing.
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
