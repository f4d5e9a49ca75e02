/* SPDX-License-Identifier: MIT */
#include "cts-pacer.h"

/* The interval is never longer: logs that allow less than a request a minute are not known. */
#define INTERVAL_MAX_US G_TIME_SPAN_MINUTE
/* Nor shorter, once there is one. */
#define INTERVAL_MIN_US G_TIME_SPAN_MILLISECOND
/* So often the rate grows, by a twentieth. */
#define EASE_US G_TIME_SPAN_MINUTE
/* Requests for data that go before a head does while both wait. */
#define DATA_FOR_A_HEAD 3

/* What of the budget a rest can save up. */
static gint64
pacer_get_slack (const CtsPacer *self)
{
  return (self->options.burst - 1) * self->interval_us;
}

/* Grows the rate for each whole minute without a refusal. */
static void
pacer_ease (CtsPacer *self, gint64 now_us)
{
  while (now_us - self->eased_us >= EASE_US && self->interval_us > self->options.interval_min_us)
    {
      self->interval_us = MAX (self->interval_us * 20 / 21, self->options.interval_min_us);
      self->eased_us += EASE_US;
    }
}

static GQueue *
pacer_choose (CtsPacer *self)
{
  GQueue *heads = &self->waiting[CTS_PACER_HEAD];
  GQueue *data = &self->waiting[CTS_PACER_DATA];

  if (g_queue_is_empty (heads))
    return data;
  if (g_queue_is_empty (data))
    return heads;
  return self->n_data_since_head >= DATA_FOR_A_HEAD ? heads : data;
}

static void
pacer_spend (CtsPacer *self, GQueue *queue, gint64 now_us)
{
  self->spent_until_us = MAX (self->spent_until_us, now_us) + self->interval_us;
  if (queue == &self->waiting[CTS_PACER_HEAD])
    self->n_data_since_head = 0;
  else
    self->n_data_since_head = MIN (self->n_data_since_head + 1, DATA_FOR_A_HEAD);
}

/**
 * cts_pacer_init:
 * @pacer: a pacer
 * @options: how it begins; copied
 * @now_us: the time
 *
 * Begins, with a whole burst to go.
 */
void
cts_pacer_init (CtsPacer *pacer, const CtsPacerOptions *options, gint64 now_us)
{
  gint64 interval_us = MIN (options->interval_us, INTERVAL_MAX_US);

  *pacer = (CtsPacer){
    .options = *options,
    .interval_us = interval_us,
    .spent_until_us = now_us,
    .not_before_us = now_us,
    .slowed_us = G_MININT64,
    .eased_us = now_us,
  };
  pacer->options.interval_min_us
      = MIN (MAX (options->interval_min_us, INTERVAL_MIN_US), interval_us);
  pacer->options.burst = MAX (options->burst, 1);
  for (guint kind = 0; kind < CTS_PACER_N_KINDS; kind++)
    g_queue_init (&pacer->waiting[kind]);
}

/**
 * cts_pacer_push:
 * @pacer: a pacer
 * @kind: what the request is for
 * @urgent: goes before all others of its kind
 * @waiter: whoever is given back by cts_pacer_pop()
 *
 * Queues for a turn.
 */
void
cts_pacer_push (CtsPacer *pacer, CtsPacerKind kind, gboolean urgent, gpointer waiter)
{
  if (urgent)
    g_queue_push_head (&pacer->waiting[kind], waiter);
  else
    g_queue_push_tail (&pacer->waiting[kind], waiter);
}

/**
 * cts_pacer_pop:
 * @pacer: a pacer
 * @now_us: the time
 *
 * Gives the next turn, if it has come, and takes it from the budget.
 *
 * Returns: (transfer none) (nullable): whose turn it is; %NULL when nobody waits or all must
 */
gpointer
cts_pacer_pop (CtsPacer *pacer, gint64 now_us)
{
  GQueue *queue = pacer_choose (pacer);

  if (g_queue_is_empty (queue))
    return NULL;
  if (pacer->options.interval_us > 0)
    {
      pacer_ease (pacer, now_us);
      if (now_us < cts_pacer_get_due (pacer))
        return NULL;
      pacer_spend (pacer, queue, now_us);
    }
  return g_queue_pop_head (queue);
}

/**
 * cts_pacer_remove:
 * @pacer: a pacer
 * @waiter: somebody
 *
 * Gives up a place in the queue.
 *
 * Returns: whether @waiter had one
 */
gboolean
cts_pacer_remove (CtsPacer *pacer, gconstpointer waiter)
{
  for (guint kind = 0; kind < CTS_PACER_N_KINDS; kind++)
    if (g_queue_remove (&pacer->waiting[kind], waiter))
      return TRUE;
  return FALSE;
}

/**
 * cts_pacer_is_idle:
 * @pacer: a pacer
 *
 * Returns: whether nobody waits
 */
gboolean
cts_pacer_is_idle (const CtsPacer *pacer)
{
  for (guint kind = 0; kind < CTS_PACER_N_KINDS; kind++)
    if (pacer->waiting[kind].length > 0)
      return FALSE;
  return TRUE;
}

/**
 * cts_pacer_get_due:
 * @pacer: a pacer
 *
 * Returns: when the next request may go, in microseconds; maybe in the past
 */
gint64
cts_pacer_get_due (const CtsPacer *pacer)
{
  return MAX (pacer->not_before_us, pacer->spent_until_us - pacer_get_slack (pacer));
}

/**
 * cts_pacer_refused:
 * @pacer: a pacer
 * @sent_us: when the request went
 * @now_us: the time
 * @retry_after_us: how long the log asks to be left alone; 0 when it did not say
 *
 * Takes note that a request came too soon: doubles the interval, and leaves nothing of the burst.
 * Several that were under way together are refused for one cause: the interval doubles once.
 */
void
cts_pacer_refused (CtsPacer *pacer, gint64 sent_us, gint64 now_us, gint64 retry_after_us)
{
  if (pacer->options.interval_us == 0)
    return;
  pacer_ease (pacer, now_us);
  if (sent_us > pacer->slowed_us)
    {
      pacer->interval_us = MIN (pacer->interval_us * 2, INTERVAL_MAX_US);
      pacer->slowed_us = now_us;
    }
  pacer->eased_us = now_us;
  pacer->not_before_us
      = MAX (pacer->not_before_us, now_us + MAX (retry_after_us, pacer->interval_us));
  pacer->spent_until_us
      = MAX (pacer->spent_until_us, pacer->not_before_us + pacer_get_slack (pacer));
}
