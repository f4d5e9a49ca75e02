/* SPDX-License-Identifier: MIT */
#include "plugins/dedup/dedup.h"
#include "tests/support/cts-test-records.h"

#include <string.h>

static CtsFilter *
make_filter (void)
{
  return g_object_new (DEDUP_TYPE_FILTER, "name", "dedup", NULL);
}

static void
test_two_logs (void)
{
  g_autoptr (CtsFilter) filter = make_filter ();
  g_autoptr (CtsLogInfo) one = cts_test_log ("one");
  g_autoptr (CtsLogInfo) two = cts_test_log ("two");
  g_autoptr (CtsBatch) first = cts_test_batch (one, 100, 0, 20);
  g_autoptr (CtsBatch) second = cts_test_batch (two, 7, 10, 20);
  g_autoptr (CtsBatch) a = cts_filter_filter (filter, first);
  g_autoptr (CtsBatch) b = cts_filter_filter (filter, second);

  g_test_summary ("what a second log holds as well is let through once, and its position stays");
  g_assert_cmpuint (cts_batch_get_n_records (a), ==, 20);
  g_assert_cmpuint (cts_batch_get_n_records (b), ==, 10);
  g_assert_cmpuint (cts_record_get_index (cts_batch_get_record (b, 0)), ==, 17);
  g_assert_cmpuint (cts_batch_get_first_index (b), ==, 7);
  g_assert_cmpuint (cts_batch_get_end_index (b), ==, 27);
  g_assert_cmpuint (dedup_filter_get_n_duplicates (DEDUP_FILTER (filter)), ==, 10);
}

static void
test_all_duplicates (void)
{
  g_autoptr (CtsFilter) filter = make_filter ();
  g_autoptr (CtsLogInfo) log = cts_test_log ("one");
  g_autoptr (CtsBatch) batch = cts_test_batch (log, 0, 0, 5);
  g_autoptr (CtsBatch) once = cts_filter_filter (filter, batch);
  g_autoptr (CtsBatch) twice = cts_filter_filter (filter, batch);

  g_test_summary ("a batch of duplicates travels on empty");
  g_assert_cmpuint (cts_batch_get_n_records (once), ==, 5);
  g_assert_true (cts_batch_is_empty (twice));
  g_assert_cmpuint (cts_batch_get_end_index (twice), ==, 5);
}

static void
test_keys (void)
{
  g_autoptr (CtsFilter) filter = make_filter ();
  g_autoptr (CtsLogInfo) log = cts_test_log ("one");
  g_autoptr (CtsBatch) batch = cts_test_batch (log, 0, 0, 5);
  g_autoptr (CtsBatch) kept = cts_filter_filter (filter, batch);
  gsize key_size;
  const guint8 *keys = g_bytes_get_data (cts_batch_get_keys (kept, &key_size), NULL);

  g_test_summary ("the keys given to the store are the first 16 bytes of each SHA-256");
  g_assert_cmpuint (key_size, ==, 16);
  for (guint i = 0; i < 5; i++)
    {
      const CtsCertificate *certificate
          = cts_record_get_certificate (cts_batch_get_record (kept, i));

      g_assert_cmpmem (keys + 16 * i, 16, cts_certificate_get_sha256 (certificate), 16);
    }
}

static void
test_restore (void)
{
  g_autoptr (CtsFilter) before = make_filter ();
  g_autoptr (CtsFilter) after = make_filter ();
  g_autoptr (CtsLogInfo) log = cts_test_log ("one");
  g_autoptr (CtsBatch) batch = cts_test_batch (log, 0, 0, 5);
  g_autoptr (CtsBatch) kept = cts_filter_filter (before, batch);
  g_autoptr (CtsBatch) again = NULL;
  gint64 now = g_get_real_time ();
  gint64 times[5] = { now - 1200 * G_USEC_PER_SEC, now - 899 * G_USEC_PER_SEC, now, now, now };
  gsize key_size;
  GBytes *keys = cts_batch_get_keys (kept, &key_size);

  g_test_summary ("restored keys count for what is left of their window");
  cts_filter_restore (after, g_bytes_get_data (keys, NULL), key_size, times, 5);
  again = cts_filter_filter (after, batch);
  g_assert_cmpuint (cts_batch_get_n_records (again), ==, 1);
  g_assert_cmpuint (cts_record_get_index (cts_batch_get_record (again, 0)), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dedup/filter/two-logs", test_two_logs);
  g_test_add_func ("/dedup/filter/all-duplicates", test_all_duplicates);
  g_test_add_func ("/dedup/filter/keys", test_keys);
  g_test_add_func ("/dedup/filter/restore", test_restore);
  return g_test_run ();
}
