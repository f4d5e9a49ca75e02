/* SPDX-License-Identifier: MIT */
#include "plugins/dedup/dedup-table.h"

#include <string.h>

#define SECOND G_USEC_PER_SEC
#define WINDOW (900 * SECOND)
/* Where the table's clock begins in these tests. */
#define BEGIN (1000 * SECOND)

static void
make_key (guint8 *key, guint64 n)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize size = sizeof digest;

  g_checksum_update (checksum, (const guchar *) &n, sizeof n);
  g_checksum_get_digest (checksum, digest, &size);
  memcpy (key, digest, DEDUP_KEY_SIZE);
}

static gboolean
add (DedupTable *table, guint64 n, gint64 now)
{
  guint8 key[DEDUP_KEY_SIZE];

  make_key (key, n);
  return dedup_table_add (table, key, now, WINDOW);
}

static void
test_once (void)
{
  g_autoptr (DedupTable) table = dedup_table_new (100000);

  g_test_summary ("each key is new once, whatever came between");
  for (guint i = 0; i < 50000; i++)
    g_assert_true (add (table, i, BEGIN));
  for (guint i = 0; i < 50000; i++)
    g_assert_false (add (table, i, BEGIN + SECOND));
  g_assert_cmpuint (dedup_table_get_n_evicted (table), ==, 0);
}

static void
test_window (void)
{
  g_autoptr (DedupTable) table = dedup_table_new (1000);

  g_test_summary ("a key is remembered for the window, counted from when it was first seen");
  g_assert_true (add (table, 1, BEGIN));
  g_assert_false (add (table, 1, BEGIN + WINDOW - SECOND));
  g_assert_true (add (table, 1, BEGIN + WINDOW + SECOND));
  g_assert_false (add (table, 1, BEGIN + WINDOW + 2 * SECOND));
}

static void
test_capacity (void)
{
  const guint capacity = 80000;
  g_autoptr (DedupTable) table = dedup_table_new (capacity);
  guint n_remembered = 0;

  g_test_summary ("nothing is forgotten early up to nine tenths; beyond, evictions are counted");
  for (guint i = 0; i < capacity / 10 * 9; i++)
    add (table, i, BEGIN);
  g_assert_cmpuint (dedup_table_get_n_evicted (table), ==, 0);

  for (guint i = capacity / 10 * 9; i < 3 * capacity; i++)
    add (table, i, BEGIN + SECOND);
  g_assert_cmpuint (dedup_table_get_n_evicted (table), >=, 2 * capacity);

  for (guint i = 0; i < 3 * capacity; i++)
    {
      guint64 before = dedup_table_get_n_evicted (table);

      /* Adding what is not there evicts; what was there does not. */
      n_remembered
          += !add (table, i, BEGIN + SECOND) && dedup_table_get_n_evicted (table) == before;
    }
  g_assert_cmpuint (n_remembered, <=, capacity);
}

static void
test_turn_over (void)
{
  g_autoptr (DedupTable) table = dedup_table_new (8000);
  gint64 now = BEGIN;

  g_test_summary ("in a steady flow below the capacity nothing is ever evicted early");
  for (guint i = 0; i < 100000; i++)
    {
      now += WINDOW / 6000;
      g_assert_true (add (table, i, now));
      if (i >= 5000)
        g_assert_false (add (table, i - 5000, now));
    }
  g_assert_cmpuint (dedup_table_get_n_evicted (table), ==, 0);
}

static void
test_memory (void)
{
  g_autoptr (DedupTable) table = dedup_table_new (1000000);

  g_test_summary ("a million keys take at most 18 MB");
  g_assert_cmpuint (dedup_table_get_bytes (table), <=, 18000000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dedup/table/once", test_once);
  g_test_add_func ("/dedup/table/window", test_window);
  g_test_add_func ("/dedup/table/capacity", test_capacity);
  g_test_add_func ("/dedup/table/turn-over", test_turn_over);
  g_test_add_func ("/dedup/table/memory", test_memory);
  return g_test_run ();
}
