/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-shard"

#include "cts-shard.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define MAX_EVENTS 256

/* Time from one pass to the next, µs. The price is per send call, so messages of this time go out
 * in one; more of it when passes take long, so that they take half of a core's time at most until
 * messages are late by a tenth of a second. */
#define MIN_INTERVAL (10 * G_TIME_SPAN_MILLISECOND)
#define MAX_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)

#define TICK G_TIME_SPAN_SECOND

/**
 * CtsArrival:
 * @client: (owned): a client
 * @pending: (owned) (nullable): what it said right after the handshake
 *
 * A client on its way to the shard's thread.
 */
typedef struct
{
  CtsClient *client;
  GBytes *pending;
} CtsArrival;

struct _CtsShard
{
  GThread *thread;
  int epoll;
  int event;
  CtsShardClock clock;
  gpointer clock_data;

  /* Something was published since the last pass began: no need to write to event again. */
  atomic_bool is_woken;
  /* With those that are still in the inbox. */
  atomic_uint n_clients;
  _Atomic guint64 n_adopted;
  /* When to be done with closing, µs of the real clock; 0 until told to stop. */
  _Atomic gint64 stop_at;

  /* Guards inbox. */
  GMutex lock;
  GArray *inbox;

  /* The thread's own from here on. */
  CtsClientHost host;
  GPtrArray *clients;
  GPtrArray *dead;
  guint rotation;
  gboolean is_closing;
  /* A pass is due at next_pass, µs of the real clock. */
  gboolean is_pass_due;
  gint64 next_pass;
  /* µs of the shard's clock. */
  gint64 next_tick;
};

static gint64
shard_time (CtsShard *shard)
{
  return shard->clock (shard->clock_data);
}

static gint64
update_now (CtsShard *shard)
{
  gint64 time = shard_time (shard);

  shard->host.now = (guint32) (time / G_USEC_PER_SEC);
  return time;
}

/* Drops the client after the loop that is running: nobody's place changes before. */
static void
bury_if_dead (CtsShard *shard, CtsClient *client)
{
  if ((client->flags & CTS_CLIENT_ENDED) != 0)
    client->flags |= CTS_CLIENT_DEAD;
  if ((client->flags & CTS_CLIENT_DEAD) != 0)
    g_ptr_array_add (shard->dead, client);
}

static void
drop (CtsShard *shard, CtsClient *client)
{
  CtsClient *last = g_ptr_array_index (shard->clients, shard->clients->len - 1);

  last->index = client->index;
  g_ptr_array_remove_index_fast (shard->clients, client->index);
  atomic_fetch_sub_explicit (&shard->n_clients, 1, memory_order_relaxed);
  cts_client_free (client);
}

static void
drop_dead (CtsShard *shard)
{
  for (guint i = 0; i < shard->dead->len; i++)
    drop (shard, g_ptr_array_index (shard->dead, i));
  g_ptr_array_set_size (shard->dead, 0);
}

static void
begin_close (CtsShard *shard, CtsClient *client)
{
  cts_client_close (client, &shard->host, CTS_WEBSOCKET_GOING_AWAY, "going away");
  cts_client_send (client, &shard->host);
}

static void
take_in (CtsShard *shard, CtsArrival *arrival)
{
  CtsClient *client = arrival->client;
  /* All edges once and for ever: no further epoll_ctl call for a client. */
  struct epoll_event event
      = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = client };

  client->index = shard->clients->len;
  g_ptr_array_add (shard->clients, client);
  cts_client_start (client, &shard->host, arrival->pending);
  if (epoll_ctl (shard->epoll, EPOLL_CTL_ADD, client->fd, &event) < 0)
    {
      g_warning ("a client cannot be watched: %s", g_strerror (errno));
      client->flags |= CTS_CLIENT_DEAD;
    }
  else if (shard->is_closing)
    begin_close (shard, client);
  else
    cts_client_send (client, &shard->host);
  g_clear_pointer (&arrival->pending, g_bytes_unref);
  bury_if_dead (shard, client);
}

static void
empty_inbox (CtsShard *shard)
{
  g_autoptr (GArray) arrivals = NULL;

  g_mutex_lock (&shard->lock);
  if (shard->inbox->len > 0)
    {
      arrivals = shard->inbox;
      shard->inbox = g_array_new (FALSE, FALSE, sizeof (CtsArrival));
    }
  g_mutex_unlock (&shard->lock);

  for (guint i = 0; arrivals != NULL && i < arrivals->len; i++)
    take_in (shard, &g_array_index (arrivals, CtsArrival, i));
  drop_dead (shard);
}

static void
on_woken (CtsShard *shard)
{
  eventfd_t value;

  eventfd_read (shard->event, &value);
  empty_inbox (shard);
  if (atomic_load_explicit (&shard->is_woken, memory_order_relaxed))
    shard->is_pass_due = TRUE;
}

/* Input that was left over waits for the pass too: that is all that limits what a client can say.
 */
static void
on_input (CtsShard *shard, CtsClient *client)
{
  if ((client->flags & CTS_CLIENT_READABLE) != 0)
    return;

  client->flags |= CTS_CLIENT_READABLE;
  cts_client_receive (client, &shard->host);
  if ((client->flags & CTS_CLIENT_READABLE) != 0)
    shard->is_pass_due = TRUE;
}

/* Messages wait for the pass, so that many go out in one call; not so those of a client that has
 * waited for room already, and answers. */
static void
on_client_event (CtsShard *shard, CtsClient *client, guint32 events)
{
  gboolean was_blocked = (client->flags & CTS_CLIENT_BLOCKED) != 0;

  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
    on_input (shard, client);
  if ((events & EPOLLOUT) != 0)
    client->flags &= ~CTS_CLIENT_BLOCKED;
  if (was_blocked || cts_client_is_urgent (client))
    cts_client_send (client, &shard->host);
  if ((client->flags & CTS_CLIENT_UNFINISHED) != 0)
    {
      shard->is_pass_due = TRUE;
      shard->next_pass = 0;
    }
  bury_if_dead (shard, client);
}

static void
serve (CtsShard *shard, CtsClient *client)
{
  if ((client->flags & CTS_CLIENT_READABLE) != 0)
    cts_client_receive (client, &shard->host);
  if ((client->flags & CTS_CLIENT_BLOCKED) != 0)
    cts_client_check_lap (client, &shard->host);
  else
    cts_client_send (client, &shard->host);
  bury_if_dead (shard, client);
}

/* Gives each client a turn; another one begins each time. */
static void
run_pass (CtsShard *shard)
{
  gint64 start = g_get_monotonic_time ();
  guint n = shard->clients->len;
  guint left = 0;

  /* Before anything is read: what is published from now on wakes us anew. */
  atomic_exchange_explicit (&shard->is_woken, FALSE, memory_order_acq_rel);
  for (guint i = 0; i < n; i++)
    {
      CtsClient *client = g_ptr_array_index (shard->clients, (shard->rotation + i) % n);

      serve (shard, client);
      left |= client->flags & (CTS_CLIENT_READABLE | CTS_CLIENT_UNFINISHED);
    }
  drop_dead (shard);

  shard->rotation = n > 0 ? (shard->rotation + 1) % n : 0;
  shard->is_pass_due = left != 0;
  if ((left & CTS_CLIENT_UNFINISHED) != 0)
    shard->next_pass = 0;
  else
    shard->next_pass
        = start + CLAMP (2 * (g_get_monotonic_time () - start), MIN_INTERVAL, MAX_INTERVAL);
}

static void
run_tick (CtsShard *shard)
{
  shard->next_tick = update_now (shard) + TICK;
  for (guint i = 0; i < shard->clients->len; i++)
    {
      CtsClient *client = g_ptr_array_index (shard->clients, i);

      cts_client_tick (client, &shard->host);
      bury_if_dead (shard, client);
    }
  drop_dead (shard);
}

static void
close_all (CtsShard *shard)
{
  shard->is_closing = TRUE;
  for (guint i = 0; i < shard->clients->len; i++)
    {
      CtsClient *client = g_ptr_array_index (shard->clients, i);

      begin_close (shard, client);
      bury_if_dead (shard, client);
    }
  drop_dead (shard);
}

/* How long to sleep, ms; without clients and orders for ever. */
static int
sleep_time (CtsShard *shard)
{
  gint64 now = g_get_monotonic_time ();
  gint64 left = G_MAXINT64;

  if (shard->clients->len > 0)
    left = CLAMP (shard->next_tick - shard_time (shard), 0, TICK);
  if (shard->is_pass_due)
    left = MIN (left, shard->next_pass - now);
  if (shard->is_closing)
    left = MIN (left, shard->stop_at - now);
  if (left == G_MAXINT64)
    return -1;
  /* Up, so as not to wake too early and spin. */
  return left > 0 ? (int) ((left - 1) / G_TIME_SPAN_MILLISECOND + 1) : 0;
}

static void
handle_events (CtsShard *shard)
{
  struct epoll_event events[MAX_EVENTS];
  int n = epoll_wait (shard->epoll, events, MAX_EVENTS, sleep_time (shard));
  gboolean woken = FALSE;

  update_now (shard);
  for (int i = 0; i < n; i++)
    if (events[i].data.ptr == NULL)
      woken = TRUE;
    else
      on_client_event (shard, events[i].data.ptr, events[i].events);
  drop_dead (shard);
  if (woken)
    on_woken (shard);
}

/* Whether there is something left to do. */
static gboolean
turn (CtsShard *shard)
{
  gint64 stop_at;

  handle_events (shard);
  if (shard->is_pass_due && g_get_monotonic_time () >= shard->next_pass)
    run_pass (shard);
  if (shard_time (shard) >= shard->next_tick)
    run_tick (shard);

  stop_at = shard->stop_at;
  if (stop_at == 0)
    return TRUE;
  if (!shard->is_closing)
    close_all (shard);
  return shard->clients->len > 0 && g_get_monotonic_time () < stop_at;
}

static gpointer
shard_main (gpointer data)
{
  CtsShard *shard = data;

  while (turn (shard))
    ;
  empty_inbox (shard);
  while (shard->clients->len > 0)
    drop (shard, g_ptr_array_index (shard->clients, shard->clients->len - 1));
  return NULL;
}

/* Three descriptors at the start of the daemon: without them there is nothing to go on with. */
static int
check_fd (int fd)
{
  if (fd < 0)
    g_error ("a shard cannot start: %s", g_strerror (errno));
  return fd;
}

/**
 * cts_shard_new:
 * @options: how clients are served
 * @clock: time for pings, heartbeats and deadlines
 * @clock_data: data for @clock
 *
 * Starts a shard.
 *
 * Returns: (transfer full): a new shard
 */
CtsShard *
cts_shard_new (const CtsShardOptions *options, CtsShardClock clock, gpointer clock_data)
{
  CtsShard *shard = g_new0 (CtsShard, 1);
  struct epoll_event event = { .events = EPOLLIN };

  shard->clock = clock;
  shard->clock_data = clock_data;
  shard->host.options = *options;
  shard->clients = g_ptr_array_new ();
  shard->dead = g_ptr_array_new ();
  shard->inbox = g_array_new (FALSE, FALSE, sizeof (CtsArrival));
  shard->next_tick = shard_time (shard) + TICK;
  g_mutex_init (&shard->lock);
  shard->epoll = check_fd (epoll_create1 (EPOLL_CLOEXEC));
  shard->event = check_fd (eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK));
  check_fd (epoll_ctl (shard->epoll, EPOLL_CTL_ADD, shard->event, &event));
  shard->thread = g_thread_new ("shard", shard_main, shard);
  return shard;
}

/**
 * cts_shard_adopt:
 * @shard: a shard
 * @client: (transfer full): a client
 * @pending: (nullable): what it said right after the handshake
 *
 * Hands a client over. Any thread, not after cts_shard_stop().
 */
void
cts_shard_adopt (CtsShard *shard, CtsClient *client, GBytes *pending)
{
  CtsArrival arrival = { client, pending != NULL ? g_bytes_ref (pending) : NULL };

  atomic_fetch_add_explicit (&shard->n_clients, 1, memory_order_relaxed);
  atomic_fetch_add_explicit (&shard->n_adopted, 1, memory_order_relaxed);
  g_mutex_lock (&shard->lock);
  g_array_append_val (shard->inbox, arrival);
  g_mutex_unlock (&shard->lock);
  eventfd_write (shard->event, 1);
}

/**
 * cts_shard_wake:
 * @shard: a shard
 *
 * Tells it that something was published. Costs a system call only once for each pass. Any thread.
 */
void
cts_shard_wake (CtsShard *shard)
{
  if (!atomic_exchange_explicit (&shard->is_woken, TRUE, memory_order_acq_rel))
    eventfd_write (shard->event, 1);
}

guint
cts_shard_get_n_clients (CtsShard *shard)
{
  return atomic_load_explicit (&shard->n_clients, memory_order_relaxed);
}

/**
 * cts_shard_add_stats:
 * @shard: a shard
 * @stats: (inout): sums over shards
 *
 * Adds what it has done. Any thread.
 */
void
cts_shard_add_stats (CtsShard *shard, CtsStreamStats *stats)
{
  CtsShardCounters *counters = &shard->host.counters;

  stats->n_clients += cts_shard_get_n_clients (shard);
  stats->n_adopted += atomic_load_explicit (&shard->n_adopted, memory_order_relaxed);
  stats->n_messages += atomic_load_explicit (&counters->n_messages, memory_order_relaxed);
  stats->n_bytes += atomic_load_explicit (&counters->n_bytes, memory_order_relaxed);
  stats->n_sends += atomic_load_explicit (&counters->n_sends, memory_order_relaxed);
  stats->n_lapped += atomic_load_explicit (&counters->n_lapped, memory_order_relaxed);
  stats->n_timed_out += atomic_load_explicit (&counters->n_timed_out, memory_order_relaxed);
}

/**
 * cts_shard_stop:
 * @shard: a shard
 * @timeout_ms: time for clients to take what closing needs
 *
 * Tells it to close all clients and to end. Returns at once; cts_shard_free() waits.
 */
void
cts_shard_stop (CtsShard *shard, guint timeout_ms)
{
  shard->stop_at = g_get_monotonic_time () + (gint64) timeout_ms * G_TIME_SPAN_MILLISECOND;
  eventfd_write (shard->event, 1);
}

/**
 * cts_shard_free:
 * @shard: (transfer full): a shard that was told to stop
 *
 * Waits for its end.
 */
void
cts_shard_free (CtsShard *shard)
{
  g_thread_join (shard->thread);
  close (shard->epoll);
  close (shard->event);
  g_ptr_array_unref (shard->clients);
  g_ptr_array_unref (shard->dead);
  g_array_unref (shard->inbox);
  g_mutex_clear (&shard->lock);
  g_free (shard);
}
