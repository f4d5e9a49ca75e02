/* SPDX-License-Identifier: MIT */
#include "core/ct/cts-backoff.h"

#define N_ROUNDS 200

static void
assert_about (guint delay_ms, guint expected_ms)
{
  g_assert_cmpuint (delay_ms, >=, expected_ms - expected_ms / 5);
  g_assert_cmpuint (delay_ms, <=, expected_ms + expected_ms / 5);
}

static void
test_doubles (void)
{
  const guint expected_ms[] = { 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000 };
  CtsBackoff backoff;

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      cts_backoff_init (&backoff, 1000, 60000);
      for (guint i = 0; i < G_N_ELEMENTS (expected_ms); i++)
        assert_about (cts_backoff_next (&backoff), expected_ms[i]);
    }
}

static void
test_reset (void)
{
  CtsBackoff backoff;

  cts_backoff_init (&backoff, 100, 100000);
  for (guint i = 0; i < 5; i++)
    cts_backoff_next (&backoff);
  cts_backoff_reset (&backoff);
  assert_about (cts_backoff_next (&backoff), 100);
  assert_about (cts_backoff_next (&backoff), 200);
}

static void
test_jitter (void)
{
  guint least_ms = G_MAXUINT;
  guint largest_ms = 0;
  CtsBackoff backoff;

  cts_backoff_init (&backoff, 1000, 1000);
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      guint delay_ms = cts_backoff_next (&backoff);

      least_ms = MIN (least_ms, delay_ms);
      largest_ms = MAX (largest_ms, delay_ms);
    }
  /* 200 draws over 800..1200 all on one side of the middle: once in 2^199. */
  g_assert_cmpuint (least_ms, <, 1000);
  g_assert_cmpuint (largest_ms, >, 1000);
}

static void
test_bounds (void)
{
  CtsBackoff backoff;

  cts_backoff_init (&backoff, 0, 0);
  g_assert_cmpuint (cts_backoff_next (&backoff), ==, 0);

  /* Neither the doubling nor the jitter wraps round. */
  cts_backoff_init (&backoff, G_MAXUINT / 2 + 2, G_MAXUINT);
  for (guint i = 0; i < N_ROUNDS; i++)
    g_assert_cmpuint (cts_backoff_next (&backoff), >=, G_MAXUINT / 5 * 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ct/backoff/doubles", test_doubles);
  g_test_add_func ("/ct/backoff/reset", test_reset);
  g_test_add_func ("/ct/backoff/jitter", test_jitter);
  g_test_add_func ("/ct/backoff/bounds", test_bounds);

  return g_test_run ();
}
