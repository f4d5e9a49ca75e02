/* SPDX-License-Identifier: MIT */
#include "core/api/cts-batch-private.h"

#include "tests/support/cts-test-records.h"

#include <string.h>

#define N_RECORDS 8
/* Beyond 32 bits, and the batch stands for more than it has records. */
#define FIRST G_GUINT64_CONSTANT (4294967290)
#define END   (FIRST + 20)

typedef struct
{
  CtsLogInfo *log;
  GBytes *frontier;
  CtsBatch *batch;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CtsBatch) whole = NULL;
  CtsRecord *records[N_RECORDS];

  fixture->log = cts_test_log ("batch");
  fixture->frontier = g_bytes_new_static ("frontier", 8);
  whole = cts_test_batch (fixture->log, FIRST, 0, N_RECORDS);
  for (guint i = 0; i < N_RECORDS; i++)
    records[i] = cts_batch_get_record (whole, i);
  fixture->batch = cts_batch_new (fixture->log, FIRST, END, fixture->frontier, records, N_RECORDS);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->batch, cts_batch_unref);
  g_bytes_unref (fixture->frontier);
  cts_log_info_unref (fixture->log);
}

static void
assert_range (Fixture *fixture, CtsBatch *batch)
{
  g_assert_cmpuint (cts_batch_get_first_index (batch), ==, FIRST);
  g_assert_cmpuint (cts_batch_get_end_index (batch), ==, END);
  g_assert_true (cts_batch_get_log (batch) == fixture->log);
  g_assert_true (cts_batch_get_frontier (batch) == fixture->frontier);
}

static void
test_subset (Fixture *fixture, gconstpointer data)
{
  for (guint mask = 0; mask < 1 << N_RECORDS; mask++)
    {
      gboolean keep[N_RECORDS];
      g_autoptr (CtsBatch) subset = NULL;
      guint n = 0;

      for (guint i = 0; i < N_RECORDS; i++)
        keep[i] = (mask >> i & 1) != 0;
      subset = cts_batch_subset (fixture->batch, keep);

      assert_range (fixture, subset);
      for (guint i = 0; i < N_RECORDS; i++)
        if (keep[i])
          {
            g_assert_cmpuint (n, <, cts_batch_get_n_records (subset));
            g_assert_true (cts_batch_get_record (subset, n++)
                           == cts_batch_get_record (fixture->batch, i));
          }
      g_assert_cmpuint (cts_batch_get_n_records (subset), ==, n);
      g_assert_cmpint (cts_batch_is_empty (subset), ==, mask == 0);
    }
  g_assert_cmpuint (cts_batch_get_n_records (fixture->batch), ==, N_RECORDS);
}

/* The smaller batch keeps its records by itself. */
static void
test_outlives (Fixture *fixture, gconstpointer data)
{
  const gboolean keep[N_RECORDS] = { [3] = TRUE };
  g_autoptr (CtsBatch) subset = cts_batch_subset (fixture->batch, keep);

  g_clear_pointer (&fixture->batch, cts_batch_unref);
  g_assert_cmpuint (cts_record_get_index (cts_batch_get_record (subset, 0)), ==, FIRST + 3);
  assert_range (fixture, subset);
}

static void
test_keys (Fixture *fixture, gconstpointer data)
{
  const gboolean keep[N_RECORDS] = { [1] = TRUE, [5] = TRUE };
  const gboolean keep_first[2] = { TRUE, FALSE };
  g_autoptr (CtsBatch) subset = cts_batch_subset (fixture->batch, keep);
  g_autoptr (CtsBatch) smaller = NULL;
  g_autoptr (GBytes) first = g_bytes_new_static ("abcdefgh", 8);
  g_autoptr (GBytes) second = g_bytes_new_static ("xyz", 2);
  gsize key_size = 99;

  g_assert_null (cts_batch_get_keys (subset, &key_size));
  cts_batch_set_keys (subset, first, 4);
  g_assert_true (cts_batch_get_keys (subset, &key_size) == first);
  g_assert_cmpuint (key_size, ==, 4);
  cts_batch_set_keys (subset, second, 1);
  g_assert_true (cts_batch_get_keys (subset, &key_size) == second);
  g_assert_cmpuint (key_size, ==, 1);

  smaller = cts_batch_subset (subset, keep_first);
  g_assert_null (cts_batch_get_keys (smaller, &key_size));
}

/* Keys that are not one for each record are refused. */
static void
test_keys_size (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) keys = g_bytes_new_static ("0123456789", N_RECORDS + 1);
  gsize key_size;

  g_test_expect_message (NULL, G_LOG_LEVEL_CRITICAL, "*key_size*");
  cts_batch_set_keys (fixture->batch, keys, 1);
  g_test_assert_expected_messages ();
  g_assert_null (cts_batch_get_keys (fixture->batch, &key_size));
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CtsBatch) batch = cts_batch_new (fixture->log, FIRST, END, fixture->frontier, NULL, 0);
  g_autoptr (CtsBatch) subset = cts_batch_subset (batch, NULL);
  g_autoptr (CtsBatch) nothing = cts_batch_new (fixture->log, FIRST, FIRST, NULL, NULL, 0);

  g_assert_true (cts_batch_is_empty (batch));
  assert_range (fixture, batch);
  g_assert_true (cts_batch_is_empty (subset));
  assert_range (fixture, subset);
  g_assert_false (cts_batch_is_empty (fixture->batch));
  g_assert_cmpuint (cts_batch_get_end_index (nothing), ==, FIRST);
  g_assert_null (cts_batch_get_frontier (nothing));
}

#define ADD(name, func) g_test_add ("/api/batch/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("subset", test_subset);
  ADD ("outlives", test_outlives);
  ADD ("keys", test_keys);
  ADD ("keys-size", test_keys_size);
  ADD ("empty", test_empty);
  return g_test_run ();
}
