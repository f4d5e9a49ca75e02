/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CtsPacerKind:
 * @CTS_PACER_HEAD: a look at a log's head
 * @CTS_PACER_DATA: all else
 *
 * What a request is for.
 */
typedef enum
{
  CTS_PACER_HEAD,
  CTS_PACER_DATA,
} CtsPacerKind;

#define CTS_PACER_N_KINDS 2

/**
 * CtsPacerOptions:
 * @interval_us: microseconds between two requests at first; 0: nobody ever waits
 * @interval_min_us: what that adapts down to; a larger one than @interval_us counts as that
 * @burst: requests that may go at once after a rest
 *
 * How a pacer begins.
 */
typedef struct
{
  gint64 interval_us;
  gint64 interval_min_us;
  guint burst;
} CtsPacerOptions;

/**
 * CtsPacer:
 *
 * Decides when requests that share a budget go: at most one in an interval, which becomes longer
 * when one is refused and shorter with time. Whoever comes too early waits in a queue for his
 * kind; while both kinds wait, every fourth to go is a head. Pure: times are given, in
 * microseconds of any steady clock. The queues hold what callers put in: they bound it.
 */
typedef struct
{
  CtsPacerOptions options;
  gint64 interval_us;
  gint64 spent_until_us; /* when all the budget used so far will have been earned */
  gint64 not_before_us;
  gint64 slowed_us; /* when the interval was doubled last */
  gint64 eased_us;  /* when it was doubled or shortened last */
  guint n_data_since_head;
  GQueue waiting[CTS_PACER_N_KINDS];
} CtsPacer;

void cts_pacer_init (CtsPacer *pacer, const CtsPacerOptions *options, gint64 now_us);
void cts_pacer_push (CtsPacer *pacer, CtsPacerKind kind, gboolean urgent, gpointer waiter);
gpointer cts_pacer_pop (CtsPacer *pacer, gint64 now_us);
gboolean cts_pacer_remove (CtsPacer *pacer, gconstpointer waiter);
gboolean cts_pacer_is_idle (const CtsPacer *pacer);
gint64 cts_pacer_get_due (const CtsPacer *pacer);
void cts_pacer_refused (CtsPacer *pacer, gint64 sent_us, gint64 now_us, gint64 retry_after_us);

G_END_DECLS
