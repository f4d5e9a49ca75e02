/* SPDX-License-Identifier: MIT */
#include "core/fetch/cts-pacer.h"

#define MS      G_TIME_SPAN_MILLISECOND
#define SECOND  G_TIME_SPAN_SECOND
#define MINUTE  G_TIME_SPAN_MINUTE
#define ONE_GO  GINT_TO_POINTER (1)
#define STARTED (1000 * MINUTE)

static CtsPacer
pacer_new (gint64 interval_us, gint64 interval_min_us, guint burst)
{
  CtsPacerOptions options = { interval_us, interval_min_us, burst };
  CtsPacer pacer;

  cts_pacer_init (&pacer, &options, STARTED);
  return pacer;
}

static void
push (CtsPacer *pacer, CtsPacerKind kind, guint n)
{
  for (guint i = 0; i < n; i++)
    cts_pacer_push (pacer, kind, FALSE, ONE_GO);
}

static guint
pop_all (CtsPacer *pacer, gint64 now_us)
{
  guint n = 0;

  while (cts_pacer_pop (pacer, now_us) != NULL)
    n++;
  return n;
}

static void
clear (CtsPacer *pacer)
{
  while (cts_pacer_remove (pacer, ONE_GO))
    ;
  g_assert_true (cts_pacer_is_idle (pacer));
}

/* How many of a long queue go from @from_us on for @duration_us, looked at each millisecond. */
static guint
count (CtsPacer *pacer, gint64 from_us, gint64 duration_us)
{
  guint n = 0;

  push (pacer, CTS_PACER_DATA, 2000);
  for (gint64 t = 0; t < duration_us; t += MS)
    n += pop_all (pacer, from_us + t);
  clear (pacer);
  return n;
}

static void
test_rate (void)
{
  static const struct
  {
    gint64 interval_us;
    guint burst, in_ten_seconds;
  } cases[] = {
    { 500 * MS, 1, 20 },
    { 500 * MS, 4, 23 },
    { 100 * MS, 4, 103 },
    { 10 * SECOND, 1, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CtsPacer pacer = pacer_new (cases[i].interval_us, cases[i].interval_us, cases[i].burst);

      g_assert_cmpuint (count (&pacer, STARTED, 10 * SECOND), ==, cases[i].in_ten_seconds);
    }
}

/* A rest earns the burst again, a longer rest no more than that. */
static void
test_burst (void)
{
  CtsPacer pacer = pacer_new (500 * MS, 500 * MS, 4);

  push (&pacer, CTS_PACER_DATA, 100);
  g_assert_cmpuint (pop_all (&pacer, STARTED), ==, 4);
  g_assert_cmpint (cts_pacer_get_due (&pacer), ==, STARTED + 500 * MS);
  g_assert_cmpuint (pop_all (&pacer, STARTED + 499 * MS), ==, 0);
  g_assert_cmpuint (pop_all (&pacer, STARTED + 500 * MS), ==, 1);
  g_assert_cmpuint (pop_all (&pacer, STARTED + 1500 * MS), ==, 2);
  g_assert_cmpuint (pop_all (&pacer, STARTED + 30 * SECOND), ==, 4);
  clear (&pacer);
}

static void
test_no_pacing (void)
{
  CtsPacer pacer = pacer_new (0, 100 * MS, 1);

  push (&pacer, CTS_PACER_DATA, 1000);
  push (&pacer, CTS_PACER_HEAD, 10);
  g_assert_cmpuint (pop_all (&pacer, STARTED), ==, 1010);
  cts_pacer_refused (&pacer, STARTED, STARTED, 10 * SECOND);
  push (&pacer, CTS_PACER_DATA, 10);
  g_assert_cmpuint (pop_all (&pacer, STARTED), ==, 10);
  g_assert_null (cts_pacer_pop (&pacer, STARTED + MINUTE));
}

static void
test_halved (void)
{
  CtsPacer pacer = pacer_new (500 * MS, 100 * MS, 4);

  /* Nothing is left of the burst, which begins whole. */
  cts_pacer_refused (&pacer, STARTED, STARTED, 0);
  g_assert_cmpint (cts_pacer_get_due (&pacer), ==, STARTED + SECOND);
  g_assert_cmpuint (count (&pacer, STARTED, 10 * SECOND), ==, 9);
}

/* Four at once are refused together: that is one refusal. The fifth was sent after it. */
static void
test_halved_once (void)
{
  CtsPacer pacer = pacer_new (500 * MS, 100 * MS, 4);

  for (guint i = 1; i <= 4; i++)
    cts_pacer_refused (&pacer, STARTED, STARTED + i * MS, 0);
  g_assert_cmpint (pacer.interval_us, ==, SECOND);
  cts_pacer_refused (&pacer, STARTED + 2 * SECOND, STARTED + 3 * SECOND, 0);
  g_assert_cmpint (pacer.interval_us, ==, 2 * SECOND);
}

static void
test_longest (void)
{
  CtsPacer pacer = pacer_new (500 * MS, 100 * MS, 4);

  for (guint i = 0; i < 20; i++)
    cts_pacer_refused (&pacer, STARTED + i * MS, STARTED + i * MS, 0);
  g_assert_cmpuint (count (&pacer, STARTED + 5 * MINUTE, 10 * SECOND), ==, 4);
  g_assert_cmpint (pacer.interval_us, <=, MINUTE);
  g_assert_cmpint (pacer.interval_us, >, 45 * SECOND);
}

/* The rate grows by 5 % a minute, for as long as nobody looks too, until it is the greatest. */
static void
test_recovery (void)
{
  CtsPacer pacer = pacer_new (500 * MS, 100 * MS, 1);

  cts_pacer_refused (&pacer, STARTED, STARTED, 0);
  push (&pacer, CTS_PACER_DATA, 100);
  g_assert_nonnull (cts_pacer_pop (&pacer, STARTED + MINUTE - 1));
  g_assert_cmpint (pacer.interval_us, ==, SECOND);
  g_assert_nonnull (cts_pacer_pop (&pacer, STARTED + MINUTE + SECOND));
  g_assert_cmpfloat_with_epsilon ((double) pacer.interval_us, (double) SECOND / 1.05, 10);
  g_assert_nonnull (cts_pacer_pop (&pacer, STARTED + 10 * MINUTE));
  /* 1.05 to the power of 10 */
  g_assert_cmpfloat_with_epsilon ((double) pacer.interval_us, (double) SECOND / 1.628895, 100);
  g_assert_nonnull (cts_pacer_pop (&pacer, STARTED + 10000 * MINUTE));
  g_assert_cmpint (pacer.interval_us, ==, 100 * MS);
  clear (&pacer);

  /* What was earned before a refusal is not earned again after it. */
  cts_pacer_refused (&pacer, STARTED + 20000 * MINUTE, STARTED + 20000 * MINUTE, 0);
  push (&pacer, CTS_PACER_DATA, 1);
  g_assert_nonnull (cts_pacer_pop (&pacer, STARTED + 20000 * MINUTE + SECOND));
  g_assert_cmpint (pacer.interval_us, ==, 200 * MS);
}

/* A least interval above the one at start makes nothing slower; one of 0 is a millisecond. */
static void
test_least (void)
{
  CtsPacer pacer = pacer_new (50 * MS, 100 * MS, 1);

  g_assert_cmpuint (count (&pacer, STARTED + 100 * MINUTE, SECOND), ==, 20);
  pacer = pacer_new (50 * MS, 0, 1);
  g_assert_cmpuint (count (&pacer, STARTED + 1000 * MINUTE, SECOND), ==, 1000);
}

/* After the time a log asked for, requests go one by one. */
static void
test_retry_after (void)
{
  CtsPacer pacer = pacer_new (500 * MS, 100 * MS, 4);

  push (&pacer, CTS_PACER_DATA, 100);
  cts_pacer_refused (&pacer, STARTED, STARTED, 30 * SECOND);
  /* A shorter wish that comes later takes nothing back. */
  cts_pacer_refused (&pacer, STARTED, STARTED + SECOND, 2 * SECOND);
  g_assert_cmpint (cts_pacer_get_due (&pacer), ==, STARTED + 30 * SECOND);
  g_assert_cmpuint (pop_all (&pacer, STARTED + 30 * SECOND - 1), ==, 0);
  g_assert_cmpuint (pop_all (&pacer, STARTED + 30 * SECOND), ==, 1);
  g_assert_cmpuint (pop_all (&pacer, STARTED + 31 * SECOND), ==, 1);
  clear (&pacer);
}

/* While both wait every fourth is a head; otherwise whoever waits goes. */
static void
test_heads (void)
{
  CtsPacer pacer = pacer_new (SECOND, SECOND, 1);
  g_autoptr (GString) order = g_string_new (NULL);
  const char *kind;

  for (guint i = 0; i < 8; i++)
    cts_pacer_push (&pacer, CTS_PACER_HEAD, FALSE, "h");
  for (guint i = 0; i < 8; i++)
    cts_pacer_push (&pacer, CTS_PACER_DATA, FALSE, "D");
  for (gint64 now_us = STARTED; (kind = cts_pacer_pop (&pacer, now_us)) != NULL; now_us += SECOND)
    g_string_append (order, kind);
  g_assert_cmpstr (order->str, ==, "DDDhDDDhDDhhhhhh");
}

static void
test_order (void)
{
  CtsPacer pacer = pacer_new (SECOND, SECOND, 4);

  cts_pacer_push (&pacer, CTS_PACER_DATA, FALSE, "first");
  cts_pacer_push (&pacer, CTS_PACER_DATA, FALSE, "second");
  cts_pacer_push (&pacer, CTS_PACER_DATA, FALSE, "gone");
  cts_pacer_push (&pacer, CTS_PACER_DATA, TRUE, "urgent");
  g_assert_true (cts_pacer_remove (&pacer, pacer.waiting[CTS_PACER_DATA].tail->data));
  g_assert_cmpstr (cts_pacer_pop (&pacer, STARTED), ==, "urgent");
  g_assert_cmpstr (cts_pacer_pop (&pacer, STARTED), ==, "first");
  g_assert_cmpstr (cts_pacer_pop (&pacer, STARTED), ==, "second");
  g_assert_null (cts_pacer_pop (&pacer, STARTED));
  g_assert_false (cts_pacer_remove (&pacer, "nobody"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fetch/pacer/rate", test_rate);
  g_test_add_func ("/fetch/pacer/burst", test_burst);
  g_test_add_func ("/fetch/pacer/no-pacing", test_no_pacing);
  g_test_add_func ("/fetch/pacer/halved", test_halved);
  g_test_add_func ("/fetch/pacer/halved-once", test_halved_once);
  g_test_add_func ("/fetch/pacer/longest", test_longest);
  g_test_add_func ("/fetch/pacer/recovery", test_recovery);
  g_test_add_func ("/fetch/pacer/least", test_least);
  g_test_add_func ("/fetch/pacer/retry-after", test_retry_after);
  g_test_add_func ("/fetch/pacer/heads", test_heads);
  g_test_add_func ("/fetch/pacer/order", test_order);
  return g_test_run ();
}
