/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-fetch"

#include "cts-log-driver.h"

#include "core/api/cts-source-private.h"
#include "core/ct/cts-backoff.h"
#include "core/ct/cts-frontier.h"
#include "core/fetch/cts-log-audit.h"
#include "core/fetch/cts-page-cutter.h"
#include "core/fetch/cts-page-size.h"
#include "core/fetch/cts-page-window.h"
#include "core/fetch/cts-tree-search.h"
#include "core/fetch/cts-unparsed-report.h"

/* Failures in a row after which a log counts as failing: one that answers from several machines
 * refuses a few times what another of them has promised. */
#define FAILING_AFTER 5
/* Failures in a row after which pages behind the one that fails give back their room. */
#define HOLD_FAILURES 2
/* First guess of what an entry takes in an answer, chain and base64 included. */
#define ENTRY_SIZE_GUESS 5000
/* Heads are asked for this much sooner or later, so that logs are not asked all at once. */
#define POLL_JITTER_PERCENT 20

/* One of the two things a log is asked for. While @timer is set it is not. */
typedef struct
{
  CtsBackoff backoff;
  guint n_failures;
  GSource *timer;
} Lane;

struct _CtsLogDriver
{
  GObject parent_instance;

  CtsLog *log;
  CtsLogInfo *info;
  CtsSource *source;
  CtsDecoder *decoder;
  CtsPipeline *pipeline;
  CtsRoom *room;
  CtsPacing *pacing;
  CtsLogDriverOptions options;
  GCancellable *cancellable;
  gboolean running;

  Lane heads;
  gboolean head_asked;
  CtsTurn *head_turn; /* while it is waited for */
  gint64 next_poll_us;
  guint64 head_size;

  /* Before it has a position it only looks at the head. */
  gboolean has_position;
  guint64 next_index; /* first not handed on: where the first window starts */
  guint64 next_ask;   /* first beyond all windows */
  GQueue windows;     /* of CtsPageWindow: [next_index, next_ask) without a gap */
  gboolean has_frontier;
  CtsFrontier frontier;
  CtsLogAudit *audit; /* (nullable) */
  gboolean tree_sought;
  gboolean tree_asked; /* pages wait for the answer, as they are part of the tree */

  Lane pages;
  CtsPageSize page_size;
  guint64 entry_size;
  gint64 quiet_until_us; /* the log asked to be left alone */

  CtsUnparsedReport unparsed;
};

G_DEFINE_FINAL_TYPE (CtsLogDriver, cts_log_driver, G_TYPE_OBJECT)

static void driver_advance (CtsLogDriver *self);
static gboolean on_head_due (gpointer data);
static gboolean on_pages_due (gpointer data);

/* A page on its way; found again by its start, since the window may be gone. */
typedef struct
{
  CtsLogDriver *driver;
  guint64 start;
} Asked;

static void
asked_free (Asked *asked)
{
  g_object_unref (asked->driver);
  g_free (asked);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asked, asked_free)

static guint64
driver_get_backlog (CtsLogDriver *self)
{
  return self->head_size > self->next_index ? self->head_size - self->next_index : 0;
}

static void
driver_update_position (CtsLogDriver *self)
{
  CtsLogStats *stats = cts_log_edit_stats (self->log);

  stats->head_size = self->head_size;
  if (!self->has_position)
    return;
  stats->next_index = self->next_index;
  stats->backlog = driver_get_backlog (self);
}

static void
lane_arm (CtsLogDriver *self, Lane *lane, gint64 delay_us)
{
  guint delay_ms = (guint) CLAMP ((delay_us + 999) / 1000, 0, G_MAXINT);

  g_return_if_fail (lane->timer == NULL);

  lane->timer = g_timeout_source_new (delay_ms);
  g_source_set_static_name (lane->timer, lane == &self->heads ? "cts-heads" : "cts-pages");
  g_source_set_callback (lane->timer, lane == &self->heads ? on_head_due : on_pages_due, self,
                         NULL);
  g_source_attach (lane->timer, g_main_context_get_thread_default ());
}

static void
lane_clear (Lane *lane)
{
  if (lane->timer != NULL)
    g_source_destroy (lane->timer);
  g_clear_pointer (&lane->timer, g_source_unref);
}

/* Called when a lane's time has come: whether it is really so, or the log asked for more. */
static gboolean
lane_is_due (CtsLogDriver *self, Lane *lane)
{
  gint64 left_us = self->quiet_until_us - g_get_monotonic_time ();

  lane_clear (lane);
  if (left_us <= 0)
    return TRUE;
  lane_arm (self, lane, left_us);
  return FALSE;
}

/* One line when it changes; none for a single failure, but that a log has never answered is known
 * at once: its address may be wrong. */
static void
driver_update_health (CtsLogDriver *self)
{
  guint n_failures = MAX (self->heads.n_failures, self->pages.n_failures);
  CtsLogStats *stats = cts_log_edit_stats (self->log);
  const char *name = cts_log_info_get_name (self->info);
  guint failing_after = stats->health == CTS_LOG_HEALTH_UNKNOWN ? 1 : FAILING_AFTER;

  if (n_failures >= failing_after && stats->health != CTS_LOG_HEALTH_FAILING)
    {
      stats->health = CTS_LOG_HEALTH_FAILING;
      g_warning ("log %s: failing: %s", name, cts_log_get_last_error (self->log));
    }
  else if (n_failures == 0 && stats->health != CTS_LOG_HEALTH_OK)
    {
      if (stats->health == CTS_LOG_HEALTH_FAILING)
        g_message ("log %s: recovered", name);
      stats->health = CTS_LOG_HEALTH_OK;
    }
}

static void
lane_succeeded (CtsLogDriver *self, Lane *lane)
{
  lane->n_failures = 0;
  cts_backoff_reset (&lane->backoff);
  cts_log_edit_stats (self->log)->last_success_us = (guint64) g_get_real_time ();
  driver_update_health (self);
}

/*
 * Several windows may fail of one cause: only the first makes the lane wait and counts in its
 * back-off.
 */
static void
lane_failed (CtsLogDriver *self, Lane *lane, const GError *error)
{
  gint64 retry_after_us = (gint64) cts_source_error_get_retry_after (error) * 1000;
  gint64 until_us = g_get_monotonic_time () + retry_after_us;

  cts_log_edit_stats (self->log)->retries++;
  cts_log_set_last_error (self->log, error->message);
  g_debug ("log %s: %s", cts_log_info_get_name (self->info), error->message);
  if (retry_after_us > 0)
    self->quiet_until_us = MAX (self->quiet_until_us, until_us);
  if (lane->timer != NULL)
    return;
  lane->n_failures++;
  lane_arm (self, lane, (gint64) cts_backoff_next (&lane->backoff) * 1000);
  driver_update_health (self);
}

static void
driver_set_position (CtsLogDriver *self, guint64 index)
{
  self->has_position = TRUE;
  self->next_index = index;
  self->next_ask = index;
  /* The tree before the first entry is known; any other must come from elsewhere. */
  self->has_frontier = index == 0;
  cts_frontier_init (&self->frontier);
}

static void
driver_take_first_head (CtsLogDriver *self)
{
  const CtsLogStart *start = &self->options.start;

  switch (start->kind)
    {
    case CTS_LOG_START_HEAD:
      driver_set_position (self, self->head_size);
      break;
    case CTS_LOG_START_BEHIND_HEAD:
      driver_set_position (self, self->head_size - MIN (start->value, self->head_size));
      break;
    case CTS_LOG_START_INDEX:
      driver_set_position (self, start->value);
      break;
    }
}

static void
on_tree (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CtsLogDriver) self = user_data;

  self->has_frontier = cts_tree_search_finish (self->source, result, self->audit, &self->frontier);
  self->tree_asked = FALSE;
  driver_advance (self);
}

/* Once, as soon as there is a tree before the first entry that is asked for. */
static void
driver_seek_tree (CtsLogDriver *self)
{
  if (self->audit == NULL || self->has_frontier || self->tree_sought
      || self->next_index > self->head_size)
    return;
  self->tree_sought = TRUE;
  self->tree_asked = TRUE;
  cts_log_edit_stats (self->log)->requests++;
  cts_tree_search_async (self->source, self->info, self->next_index, self->cancellable, on_tree,
                         g_object_ref (self));
}

/* A head smaller than one seen before comes from a machine that lags behind: it is no news. */
static void
driver_take_head (CtsLogDriver *self, const CtsTreeHead *head)
{
  if (head->tree_size < self->head_size)
    g_debug ("log %s: head of size %" G_GUINT64_FORMAT " after %" G_GUINT64_FORMAT,
             cts_log_info_get_name (self->info), head->tree_size, self->head_size);
  self->head_size = MAX (self->head_size, head->tree_size);
  if (!self->has_position)
    driver_take_first_head (self);
  if (self->audit != NULL && self->has_frontier)
    cts_log_audit_take_tree (self->audit, &self->frontier);
  driver_seek_tree (self);
  driver_update_position (self);
}

static void
on_head (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CtsLogDriver) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CtsTreeHead) head = NULL;

  head = CTS_SOURCE_GET_CLASS (self->source)->fetch_head_finish (self->source, result, &error);
  if (!self->running)
    return;
  self->head_asked = FALSE;
  if (head == NULL
      || (self->audit != NULL
          && !cts_log_audit_take_head (self->audit, head, g_get_real_time (), &error)))
    {
      lane_failed (self, &self->heads, error);
      return;
    }
  lane_succeeded (self, &self->heads);
  driver_take_head (self, head);
  driver_advance (self);
}

static gint64
driver_jittered_poll_interval_us (CtsLogDriver *self)
{
  int percent = g_random_int_range (100 - POLL_JITTER_PERCENT, 100 + POLL_JITTER_PERCENT + 1);

  return (gint64) self->options.poll_interval_ms * 1000 * percent / 100;
}

static void
driver_send_head (CtsLogDriver *self)
{
  g_autoptr (CtsTurn) turn = g_steal_pointer (&self->head_turn);

  self->next_poll_us = g_get_monotonic_time () + driver_jittered_poll_interval_us (self);
  cts_log_edit_stats (self->log)->requests++;
  cts_turn_hold (turn);
  CTS_SOURCE_GET_CLASS (self->source)
      ->fetch_head_async (self->source, self->info, self->cancellable, on_head,
                          g_object_ref (self));
}

/* At its turn a head may find that the log must rest: then it asks for a turn anew. */
static void
on_head_turn (gpointer user_data)
{
  CtsLogDriver *self = user_data;

  if (lane_is_due (self, &self->heads))
    {
      driver_send_head (self);
      return;
    }
  self->head_asked = FALSE;
  g_clear_pointer (&self->head_turn, cts_turn_free);
}

static gboolean
on_head_due (gpointer data)
{
  CtsLogDriver *self = data;

  if (!lane_is_due (self, &self->heads))
    return G_SOURCE_REMOVE;
  self->head_asked = TRUE;
  self->head_turn
      = cts_pacing_take (self->pacing, self->info, CTS_PACER_HEAD, FALSE, on_head_turn, self);
  if (cts_turn_has_come (self->head_turn))
    driver_send_head (self);
  return G_SOURCE_REMOVE;
}

/* A log with a page of backlog has enough to be asked for: its head can wait. */
static void
driver_schedule_poll (CtsLogDriver *self)
{
  if (self->head_asked || self->heads.timer != NULL)
    return;
  if (self->has_position && driver_get_backlog (self) >= self->page_size.limit)
    return;
  lane_arm (self, &self->heads, self->next_poll_us - g_get_monotonic_time ());
}

/* What cts_page_cut() hands on. */
typedef struct
{
  CtsLogDriver *driver;
  CtsRoomShare *share;
} Push;

static void
push_batch (CtsBatch *batch, gpointer user_data)
{
  Push *push = user_data;

  cts_pipeline_push (push->driver->pipeline, batch, (GDestroyNotify) cts_room_share_unref,
                     cts_room_share_ref (push->share));
}

static void
driver_hand_on (CtsLogDriver *self, CtsPageWindow *window)
{
  Push push = { self, window->share };
  CtsLogStats *stats = cts_log_edit_stats (self->log);

  cts_page_cut (window->page, self->info, self->has_frontier ? &self->frontier : NULL, self->audit,
                push_batch, &push);
  stats->entries += window->page->n_entries;
  stats->unparsed += window->page->unparsed->len;
  cts_unparsed_report_add (&self->unparsed, cts_log_info_get_name (self->info), window->page);
  self->next_index = window->end;
}

static void
driver_hand_on_decoded (CtsLogDriver *self)
{
  CtsPageWindow *window;

  while ((window = g_queue_peek_head (&self->windows)) != NULL
         && window->state == CTS_PAGE_WINDOW_DECODED)
    {
      driver_hand_on (self, window);
      g_queue_pop_head (&self->windows);
      cts_page_window_free (window);
    }
  driver_update_position (self);
}

static void
driver_page_failed (CtsLogDriver *self, CtsPageWindow *window, const GError *error)
{
  if (g_error_matches (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_RANGE)
      || g_error_matches (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_TOO_LARGE)
      || g_error_matches (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED))
    cts_page_size_refused (&self->page_size, window->start, window->end);
  cts_page_window_reopen (window);
  lane_failed (self, &self->pages, error);
  /* Pages that wait for one that fails time and again hold room that other logs could use. */
  if (self->pages.n_failures >= HOLD_FAILURES)
    cts_page_windows_drop_decoded (&self->windows);
  driver_advance (self);
}

static void
driver_page_decoded (CtsLogDriver *self, CtsPageWindow *window, CtsDecodedPage *page)
{
  cts_page_size_served (&self->page_size, window->start, window->end, page->n_entries);
  cts_page_windows_split (&self->windows, window, window->start + page->n_entries);
  window->page = page;
  window->state = CTS_PAGE_WINDOW_DECODED;
  lane_succeeded (self, &self->pages);
  driver_advance (self);
}

static void
on_decoded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Asked) asked = user_data;
  CtsLogDriver *self = asked->driver;
  CtsPageWindow *window = cts_page_windows_find_asked (&self->windows, asked->start);
  g_autoptr (GError) error = NULL;
  g_autoptr (CtsDecodedPage) page = NULL;

  page = cts_decoder_decode_finish (CTS_DECODER (object), result, &error);
  if (!self->running || window == NULL)
    return;
  /* A protocol should say so itself; the log is not to be asked again at once for nothing. */
  if (page != NULL && page->n_entries == 0)
    {
      g_set_error (&error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_RANGE, "no entries in the answer");
      g_clear_pointer (&page, cts_decoded_page_free);
    }
  if (page == NULL)
    driver_page_failed (self, window, error);
  else
    driver_page_decoded (self, window, g_steal_pointer (&page));
}

static void
driver_take_answer (CtsLogDriver *self, CtsPageWindow *window, GBytes *answer, Asked *asked)
{
  gsize size = g_bytes_get_size (answer);
  guint max = (guint) (window->end - window->start);

  cts_log_edit_stats (self->log)->bytes += size;
  cts_room_share_resize (window->share, size);
  /* Up at once, since room is what bounds memory; down by an eighth a page. */
  self->entry_size = MAX (MAX ((self->entry_size * 7 + size / max) / 8, size / max), 1);
  cts_decoder_decode_async (self->decoder, self->source, self->info, answer, window->start, max,
                            self->cancellable, on_decoded, asked);
}

static void
on_entries (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Asked) asked = user_data;
  CtsLogDriver *self = asked->driver;
  CtsPageWindow *window = cts_page_windows_find_asked (&self->windows, asked->start);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = NULL;

  answer = CTS_SOURCE_GET_CLASS (self->source)->fetch_entries_finish (self->source, result, &error);
  if (!self->running || window == NULL)
    return;
  if (answer == NULL)
    driver_page_failed (self, window, error);
  else
    driver_take_answer (self, window, answer, g_steal_pointer (&asked));
}

static void
driver_send (CtsLogDriver *self, CtsPageWindow *window)
{
  Asked *asked = g_new (Asked, 1);
  g_autoptr (CtsTurn) turn = g_steal_pointer (&window->turn);

  *asked = (Asked){ g_object_ref (self), window->start };
  window->state = CTS_PAGE_WINDOW_ASKED;
  cts_turn_hold (turn);
  cts_log_edit_stats (self->log)->requests++;
  CTS_SOURCE_GET_CLASS (self->source)
      ->fetch_entries_async (self->source, self->info, window->start, window->end,
                             self->cancellable, on_entries, asked);
}

/* At its turn for room a window may find that the log must rest: then it asks for room anew. */
static void
on_room (gpointer user_data)
{
  CtsLogDriver *self = user_data;

  for (GList *link = self->windows.head; link != NULL; link = link->next)
    {
      CtsPageWindow *window = link->data;

      if (window->state != CTS_PAGE_WINDOW_WAITS_FOR_ROOM
          || !cts_room_share_is_granted (window->share))
        continue;
      if (self->pages.timer == NULL)
        driver_send (self, window);
      else
        cts_page_window_reopen (window);
    }
  driver_advance (self);
}

/* The first window must not wait for what only windows behind it can give: they wait for it. */
static gboolean
driver_is_urgent (CtsLogDriver *self, CtsPageWindow *window)
{
  return window == g_queue_peek_head (&self->windows)
         && cts_page_windows_hold_room (&self->windows);
}

static void
driver_take_room (CtsLogDriver *self, CtsPageWindow *window)
{
  window->state = CTS_PAGE_WINDOW_WAITS_FOR_ROOM;
  window->share = cts_room_take (self->room, self->entry_size * (window->end - window->start),
                                 driver_is_urgent (self, window), on_room, self);
  if (cts_room_share_is_granted (window->share))
    driver_send (self, window);
}

/* As in on_room(). */
static void
on_turn (gpointer user_data)
{
  CtsLogDriver *self = user_data;

  for (GList *link = self->windows.head; link != NULL; link = link->next)
    {
      CtsPageWindow *window = link->data;

      if (window->state != CTS_PAGE_WINDOW_WAITS_FOR_TURN || !cts_turn_has_come (window->turn))
        continue;
      if (self->pages.timer == NULL)
        driver_take_room (self, window);
      else
        cts_page_window_reopen (window);
    }
  driver_advance (self);
}

/* First a turn, then room: an operator that allows little must not keep room from others. */
static void
driver_ask (CtsLogDriver *self, CtsPageWindow *window)
{
  cts_page_windows_split (&self->windows, window,
                          cts_page_size_end (&self->page_size, window->start, window->end));
  window->state = CTS_PAGE_WINDOW_WAITS_FOR_TURN;
  window->turn = cts_pacing_take (self->pacing, self->info, CTS_PACER_DATA,
                                  driver_is_urgent (self, window), on_turn, self);
  if (cts_turn_has_come (window->turn))
    driver_take_room (self, window);
}

/* Side by side only in catch-up, with a page that the log has served, and not while it fails. */
static guint
driver_get_n_allowed (CtsLogDriver *self)
{
  if (!self->page_size.known || self->pages.n_failures > 0)
    return 1;
  return driver_get_backlog (self) > self->page_size.page ? self->options.windows : 1;
}

/* Asks for open windows in their order; returns how many are on their way. */
static guint
driver_ask_open (CtsLogDriver *self, guint n_allowed)
{
  guint n_busy = 0;

  for (GList *link = self->windows.head; link != NULL && n_busy < n_allowed; link = link->next)
    {
      CtsPageWindow *window = link->data;

      if (window->state == CTS_PAGE_WINDOW_OPEN)
        driver_ask (self, window);
      if (window->state != CTS_PAGE_WINDOW_DECODED)
        n_busy++;
      if (window->state == CTS_PAGE_WINDOW_WAITS_FOR_TURN
          || window->state == CTS_PAGE_WINDOW_WAITS_FOR_ROOM)
        return n_allowed;
    }
  return n_busy;
}

static void
driver_open_windows (CtsLogDriver *self)
{
  guint n_allowed = driver_get_n_allowed (self);
  guint n_busy = driver_ask_open (self, n_allowed);

  /* Answers may wait for an earlier one, but not without end. */
  while (n_busy < n_allowed && self->next_ask < self->head_size
         && g_queue_get_length (&self->windows) < 2 * self->options.windows)
    {
      CtsPageWindow *window = g_new0 (CtsPageWindow, 1);

      window->start = self->next_ask;
      window->end = cts_page_size_end (&self->page_size, window->start, self->head_size);
      self->next_ask = window->end;
      g_queue_push_tail (&self->windows, window);
      n_busy = driver_ask_open (self, n_allowed);
    }
}

/* The first window may still be in the queue for room while windows behind it hold theirs. */
static void
driver_hurry_first (CtsLogDriver *self)
{
  CtsPageWindow *first = g_queue_peek_head (&self->windows);

  if (first == NULL || first->state != CTS_PAGE_WINDOW_WAITS_FOR_ROOM
      || !cts_page_windows_hold_room (&self->windows))
    return;
  g_clear_pointer (&first->share, cts_room_share_withdraw);
  driver_take_room (self, first);
}

/* Does all that can be done now. */
static void
driver_advance (CtsLogDriver *self)
{
  if (!self->running)
    return;
  if (self->has_position && !self->tree_asked)
    {
      driver_hand_on_decoded (self);
      if (self->pages.timer == NULL)
        {
          driver_hurry_first (self);
          driver_open_windows (self);
        }
    }
  driver_schedule_poll (self);
}

static gboolean
on_pages_due (gpointer data)
{
  CtsLogDriver *self = data;

  if (lane_is_due (self, &self->pages))
    driver_advance (self);
  return G_SOURCE_REMOVE;
}

static void
cts_log_driver_dispose (GObject *object)
{
  CtsLogDriver *self = CTS_LOG_DRIVER (object);

  cts_log_driver_stop (self);
  g_clear_object (&self->log);
  g_clear_object (&self->source);
  g_clear_object (&self->decoder);
  g_clear_object (&self->pipeline);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->room, cts_room_unref);
  g_clear_pointer (&self->audit, cts_log_audit_free);
  g_clear_pointer (&self->pacing, cts_pacing_unref);
  g_clear_pointer (&self->info, cts_log_info_unref);
  G_OBJECT_CLASS (cts_log_driver_parent_class)->dispose (object);
}

static void
cts_log_driver_class_init (CtsLogDriverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cts_log_driver_dispose;
}

static void
cts_log_driver_init (CtsLogDriver *self)
{
  self->cancellable = g_cancellable_new ();
  self->entry_size = ENTRY_SIZE_GUESS;
  g_queue_init (&self->windows);
}

/**
 * cts_log_driver_new:
 * @log: the log; the driver writes what it finds out to it
 * @source: the protocol the log is read with, with a transport
 * @decoder: turns its pages into records
 * @pipeline: takes its batches
 * @room: bounds its pages together with those of other logs
 * @pacing: when its requests go
 * @options: how to read it; copied
 *
 * Returns: (transfer full): a driver, not yet started
 */
CtsLogDriver *
cts_log_driver_new (CtsLog *log,
                    CtsSource *source,
                    CtsDecoder *decoder,
                    CtsPipeline *pipeline,
                    CtsRoom *room,
                    CtsPacing *pacing,
                    const CtsLogDriverOptions *options)
{
  CtsLogDriver *self = g_object_new (CTS_TYPE_LOG_DRIVER, NULL);

  self->log = g_object_ref (log);
  self->info = cts_log_info_ref (cts_log_get_info (log));
  self->source = g_object_ref (source);
  self->decoder = g_object_ref (decoder);
  self->pipeline = g_object_ref (pipeline);
  self->room = cts_room_ref (room);
  self->pacing = cts_pacing_ref (pacing);
  self->options = *options;
  self->audit = options->audit ? cts_log_audit_new (log) : NULL;
  cts_page_size_init (&self->page_size, options->page_size);
  cts_backoff_init (&self->heads.backoff, options->backoff_base_ms, options->backoff_max_ms);
  cts_backoff_init (&self->pages.backoff, options->backoff_base_ms, options->backoff_max_ms);
  return self;
}

/**
 * cts_log_driver_resume:
 * @self: a driver not yet started
 * @next_index: index of the first entry to hand on
 * @frontier: (nullable): frontier of the tree before it, from cts_batch_get_frontier()
 *
 * Sets where to go on, in place of the start in its options. A frontier of another size is not
 * believed.
 */
void
cts_log_driver_resume (CtsLogDriver *self, guint64 next_index, GBytes *frontier)
{
  CtsFrontier stored;

  g_return_if_fail (!self->running);

  driver_set_position (self, next_index);
  if (frontier != NULL && cts_frontier_from_bytes (&stored, frontier) && stored.size == next_index)
    {
      self->frontier = stored;
      self->has_frontier = TRUE;
    }
}

/**
 * cts_log_driver_start:
 * @self: a driver that was never started
 *
 * Begins to read the log.
 */
void
cts_log_driver_start (CtsLogDriver *self)
{
  g_return_if_fail (!self->running && !g_cancellable_is_cancelled (self->cancellable));

  self->running = TRUE;
  driver_update_position (self);
  driver_advance (self);
}

/**
 * cts_log_driver_stop:
 * @self: a driver
 *
 * Ends it for good: requests are cancelled, pages on their way are dropped, nothing more is handed
 * on.
 */
void
cts_log_driver_stop (CtsLogDriver *self)
{
  self->running = FALSE;
  g_cancellable_cancel (self->cancellable);
  lane_clear (&self->heads);
  lane_clear (&self->pages);
  g_clear_pointer (&self->head_turn, cts_turn_free);
  g_queue_clear_full (&self->windows, (GDestroyNotify) cts_page_window_free);
}
