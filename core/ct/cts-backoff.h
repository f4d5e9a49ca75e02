/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CtsBackoff:
 * @base_ms: the first delay, in milliseconds, before jitter
 * @max_ms: the largest delay, in milliseconds, before jitter
 * @next_ms: the delay that comes next, before jitter
 *
 * How long to wait before something that failed is tried again: each delay is twice the one
 * before, up to a cap. A plain value, no I/O and no clock; one owner, any thread.
 */
typedef struct
{
  guint base_ms;
  guint max_ms;
  guint next_ms;
} CtsBackoff;

void cts_backoff_init (CtsBackoff *backoff, guint base_ms, guint max_ms);
guint cts_backoff_next (CtsBackoff *backoff);
void cts_backoff_reset (CtsBackoff *backoff);

G_END_DECLS
