/* SPDX-License-Identifier: MIT */
/*
 * What a delivered message costs: a stream and one shard against a bare loop of send() calls with
 * the same bytes and the same messages in a call. Both go to the same kind of sockets (loopback
 * TCP, the same send buffer), read by another process that throws all away, at the same pace: a
 * burst, then a rest until everything has been read and at least the shard's interval has passed.
 * Rounds of both take turns; medians are compared. CPU is that of the sending threads, with what
 * the kernel does in their calls.
 */
#include "core/api/cts-batch-private.h"
#include "core/api/cts-packet-private.h"
#include "core/stream/cts-shard-pool.h"
#include "core/stream/cts-websocket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* About a lite message. */
#define MESSAGE_SIZE 1200

#define SEND_BUFFER (128 << 10)

/* Rounds of each kind; the first is not counted. */
#define N_ROUNDS 8

/* Bursts in a round. */
#define N_BURSTS 25

/* Time between two bursts, longer than a pass may wait. */
#define INTERVAL (25 * G_TIME_SPAN_MILLISECOND)

#define TARGET 1.5

/* A burst that is not read after so long is a failure, not a measurement. */
#define PATIENCE (30 * G_TIME_SPAN_SECOND)

#define MAX_EVENTS 256

/**
 * Reader:
 *
 * The other process: @n sockets whose server ends are @fds. It adds up what it read in @n_read.
 */
typedef struct
{
  pid_t pid;
  guint n;
  int *fds;
  _Atomic guint64 *n_read;
} Reader;

static void
fail (const char *what)
{
  perror (what);
  exit (1);
}

static void G_GNUC_NORETURN
read_for_ever (const struct sockaddr_in *address, guint n, _Atomic guint64 *n_read)
{
  int epoll = epoll_create1 (EPOLL_CLOEXEC);
  struct epoll_event events[MAX_EVENTS];

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  for (guint i = 0; i < n; i++)
    {
      int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

      if (connect (fd, (const struct sockaddr *) address, sizeof *address) < 0
          || epoll_ctl (epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        fail ("reader");
    }
  for (;;)
    {
      int n_events = epoll_wait (epoll, events, MAX_EVENTS, -1);

      for (int i = 0; i < n_events; i++)
        {
          gssize size = recv (events[i].data.fd, NULL, 1 << 20, MSG_TRUNC | MSG_DONTWAIT);

          if (size > 0)
            *n_read += size;
          else if (size == 0)
            epoll_ctl (epoll, EPOLL_CTL_DEL, events[i].data.fd, NULL);
        }
    }
}

static void
reader_start (Reader *reader, guint n)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  int listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int buffer = SEND_BUFFER;
  int on = 1;

  reader->n = n;
  reader->fds = g_new (int, n);
  reader->n_read = mmap (NULL, sizeof *reader->n_read, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (bind (listener, (struct sockaddr *) &address, size) < 0
      || getsockname (listener, (struct sockaddr *) &address, &size) < 0
      || listen (listener, 4096) < 0)
    fail ("listen");
  reader->pid = fork ();
  if (reader->pid == 0)
    read_for_ever (&address, n, reader->n_read);
  for (guint i = 0; i < n; i++)
    {
      reader->fds[i] = accept4 (listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (reader->fds[i] < 0)
        fail ("accept");
      setsockopt (reader->fds[i], SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
      setsockopt (reader->fds[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
  close (listener);
}

static void
reader_stop (Reader *reader)
{
  kill (reader->pid, SIGKILL);
  waitpid (reader->pid, NULL, 0);
  munmap ((void *) reader->n_read, sizeof *reader->n_read);
  g_free (reader->fds);
}

/* Rests until all of @n_bytes is read and the burst that began at @start is over. */
static void
rest (Reader *reader, guint64 n_bytes, gint64 start)
{
  gint64 now;

  while (now = g_get_monotonic_time (), *reader->n_read < n_bytes || now < start + INTERVAL)
    {
      if (now > start + PATIENCE)
        {
          fprintf (stderr, "the readers are stuck\n");
          exit (1);
        }
      g_usleep (1000);
    }
}

/* CPU time, µs. */
static double
cpu_time (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

/**
 * Bench:
 *
 * One cell of the table: the same messages through both ways.
 */
typedef struct
{
  guint n_clients;
  guint n_messages;
  CtsPacket *packet;
  Reader bare_reader;
  guint8 *bytes;
  gsize n_bytes;
  guint64 bare_sent;
  guint64 n_partial;
  Reader reader;
  CtsShardPool *pool;
  CtsStream *stream;
  guint64 sent;
} Bench;

static CtsPacket *
make_packet (guint n)
{
  const guint8 id[CTS_LOG_ID_SIZE] = { 0 };
  g_autoptr (CtsLogInfo) log = cts_log_info_new (id, "log", "http://log/", "operator", "rfc6962");
  g_autoptr (CtsBatch) batch = cts_batch_new (log, 0, 0, NULL, NULL, 0);
  g_autoptr (CtsSlabPool) pool = cts_slab_pool_new (0);
  CtsSlab slab = { g_malloc (n * MESSAGE_SIZE), n * MESSAGE_SIZE };
  g_autofree guint32 *ends = g_new (guint32, n);

  memset (slab.data, 'x', slab.size);
  for (guint i = 0; i < n; i++)
    ends[i] = (i + 1) * MESSAGE_SIZE;
  return cts_packet_new (batch, "lite", 0, pool, slab, ends, n);
}

static guint8 *
frame_messages (guint n, gsize *n_bytes)
{
  gsize frame_size = cts_websocket_header_size (MESSAGE_SIZE) + MESSAGE_SIZE;
  guint8 *bytes = g_malloc (n * frame_size);

  memset (bytes, 'x', n * frame_size);
  for (guint i = 0; i < n; i++)
    cts_websocket_write_header (bytes + i * frame_size, CTS_WEBSOCKET_TEXT, MESSAGE_SIZE);
  *n_bytes = n * frame_size;
  return bytes;
}

/* One round of the bare loop: CPU for each message, µs. */
static double
run_bare (Bench *bench)
{
  double used = 0;

  for (guint i = 0; i < N_BURSTS; i++)
    {
      gint64 start = g_get_monotonic_time ();
      double before = cpu_time (CLOCK_THREAD_CPUTIME_ID);

      for (guint j = 0; j < bench->n_clients; j++)
        {
          gssize n = send (bench->bare_reader.fds[j], bench->bytes, bench->n_bytes,
                           MSG_NOSIGNAL | MSG_DONTWAIT);

          bench->bare_sent += MAX (n, 0);
          bench->n_partial += n != (gssize) bench->n_bytes;
        }
      used += cpu_time (CLOCK_THREAD_CPUTIME_ID) - before;
      rest (&bench->bare_reader, bench->bare_sent, start);
    }
  return used / N_BURSTS / bench->n_clients / bench->n_messages;
}

/* The same through the stream. The shard's CPU is the process's without this thread's rests. */
static double
run_stream (Bench *bench)
{
  double process = cpu_time (CLOCK_PROCESS_CPUTIME_ID);
  double resting = 0;

  for (guint i = 0; i < N_BURSTS; i++)
    {
      gint64 start = g_get_monotonic_time ();
      double before;

      cts_stream_append (bench->stream, bench->packet);
      cts_shard_pool_wake (bench->pool);
      bench->sent += bench->n_bytes * bench->n_clients;
      before = cpu_time (CLOCK_THREAD_CPUTIME_ID);
      rest (&bench->reader, bench->sent, start);
      resting += cpu_time (CLOCK_THREAD_CPUTIME_ID) - before;
    }
  return (cpu_time (CLOCK_PROCESS_CPUTIME_ID) - process - resting) / N_BURSTS / bench->n_clients
         / bench->n_messages;
}

static void
bench_set_up (Bench *bench, guint n_clients, guint n_messages)
{
  /* Nothing but messages goes out. */
  CtsShardOptions options = { .n_shards = 1, .send_buffer = SEND_BUFFER };

  *bench = (Bench){ .n_clients = n_clients, .n_messages = n_messages };
  bench->packet = make_packet (n_messages);
  bench->bytes = frame_messages (n_messages, &bench->n_bytes);
  reader_start (&bench->bare_reader, n_clients);
  reader_start (&bench->reader, n_clients);
  bench->pool = cts_shard_pool_new (&options);
  bench->stream = cts_stream_new ("lite", CTS_FRAMING_WEBSOCKET, 16 << 20);
  for (guint i = 0; i < n_clients; i++)
    cts_shard_pool_adopt (bench->pool, bench->reader.fds[i], bench->stream, NULL, NULL, NULL);
}

static void
bench_tear_down (Bench *bench)
{
  reader_stop (&bench->reader);
  cts_shard_pool_free (bench->pool, 1000);
  cts_stream_unref (bench->stream);
  for (guint i = 0; i < bench->n_clients; i++)
    close (bench->bare_reader.fds[i]);
  reader_stop (&bench->bare_reader);
  cts_packet_unref (bench->packet);
  g_free (bench->bytes);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static double
median (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* Returns whether the cell is within the target. */
static gboolean
run_cell (guint n_clients, guint n_messages)
{
  Bench bench;
  double bare[N_ROUNDS];
  double stream[N_ROUNDS];
  CtsStreamStats stats;
  double ratio;
  guint64 n_delivered = (guint64) (N_ROUNDS + 1) * N_BURSTS * n_clients * n_messages;

  bench_set_up (&bench, n_clients, n_messages);
  run_bare (&bench);
  run_stream (&bench);
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      bare[i] = run_bare (&bench);
      stream[i] = run_stream (&bench);
    }
  cts_shard_pool_get_stats (bench.pool, &stats);
  ratio = median (stream, N_ROUNDS) / median (bare, N_ROUNDS);

  printf ("%5u clients, %2u messages/send: bare %.3f µs (%.3f..%.3f), stream %.3f µs "
          "(%.3f..%.3f), %.1f messages/send, ratio %.2f %s\n",
          n_clients, n_messages, median (bare, N_ROUNDS), bare[0], bare[N_ROUNDS - 1],
          median (stream, N_ROUNDS), stream[0], stream[N_ROUNDS - 1],
          (double) stats.n_messages / stats.n_sends, ratio,
          ratio <= TARGET ? "ok" : "MISSES THE TARGET");
  if (bench.n_partial > 0)
    printf ("      not the same bytes: %" G_GUINT64_FORMAT " bare sends were cut short\n",
            bench.n_partial);
  if (stats.n_messages != n_delivered)
    printf ("      LOST: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " delivered\n",
            stats.n_messages, n_delivered);
  fflush (stdout);
  bench_tear_down (&bench);
  return ratio <= TARGET && stats.n_messages == n_delivered;
}

int
main (int argc, char *argv[])
{
  static const guint clients[] = { 100, 1000 };
  static const guint messages[] = { 10, 50 };
  gboolean ok = TRUE;

  printf ("delivery, CPU for each message of %d bytes, target: at most %.1f times the bare loop\n",
          MESSAGE_SIZE, TARGET);
  fflush (stdout);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    for (guint j = 0; j < G_N_ELEMENTS (messages); j++)
      ok &= run_cell (clients[i], messages[j]);
  return ok ? 0 : 1;
}
