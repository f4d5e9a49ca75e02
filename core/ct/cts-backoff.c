/* SPDX-License-Identifier: MIT */
#include "cts-backoff.h"

/* What fails together must not come back together: each delay is off by up to this share. */
#define JITTER_PERCENT 20

/**
 * cts_backoff_init:
 * @backoff: (out caller-allocates): a back-off
 * @base_ms: the first delay, in milliseconds
 * @max_ms: the largest delay, in milliseconds; at least @base_ms
 *
 * Sets up a back-off that has not failed yet.
 */
void
cts_backoff_init (CtsBackoff *backoff, guint base_ms, guint max_ms)
{
  g_return_if_fail (base_ms <= max_ms);

  backoff->base_ms = base_ms;
  backoff->max_ms = max_ms;
  backoff->next_ms = base_ms;
}

static guint
add_jitter (guint delay_ms)
{
  gint64 spread = (gint64) delay_ms * JITTER_PERCENT / 100;
  gint64 jittered = (gint64) delay_ms + (gint64) g_random_double_range (-spread, spread + 1.0);

  return (guint) MIN (jittered, G_MAXUINT);
}

/**
 * cts_backoff_next:
 * @backoff: a back-off
 *
 * Takes note of a failure.
 *
 * Returns: how long to wait before the next try, in milliseconds: ±20 % of the delay whose turn
 *   it is, the cap included
 */
guint
cts_backoff_next (CtsBackoff *backoff)
{
  guint delay_ms = backoff->next_ms;

  backoff->next_ms = delay_ms > backoff->max_ms / 2 ? backoff->max_ms : delay_ms * 2;
  return add_jitter (delay_ms);
}

/**
 * cts_backoff_reset:
 * @backoff: a back-off
 *
 * Takes note of a success: the next failure waits the first delay again.
 */
void
cts_backoff_reset (CtsBackoff *backoff)
{
  backoff->next_ms = backoff->base_ms;
}
