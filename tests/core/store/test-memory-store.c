/* SPDX-License-Identifier: MIT */
#include "core/store/cts-memory-store.h"

#include "core/api/cts-batch-private.h"
#include "tests/support/cts-test-records.h"

#include <string.h>

/* What the store said of the last commit. */
typedef struct
{
  guint n_calls;
  CtsGroup *group; /* not owned */
  guint64 first_seq;
} Answer;

static void
on_committed (CtsGroup *group, guint64 first_seq, const GError *error, gpointer user_data)
{
  Answer *answer = user_data;

  g_assert_no_error (error);
  answer->n_calls++;
  answer->group = group;
  answer->first_seq = first_seq;
}

static guint64
commit (CtsStore *store, CtsGroup *group)
{
  Answer answer = { 0 };

  cts_store_commit (store, group, on_committed, &answer);
  g_assert_cmpuint (answer.n_calls, ==, 1);
  g_assert_true (answer.group == group);
  return answer.first_seq;
}

/* A batch without records that ends at @end_index; @frontier: (nullable). */
static void
add_position (CtsGroup *group, CtsLogInfo *log, guint64 end_index, const char *frontier)
{
  g_autoptr (GBytes) bytes = frontier != NULL ? g_bytes_new (frontier, strlen (frontier)) : NULL;
  g_autoptr (CtsBatch) batch = cts_batch_new (log, 0, end_index, bytes, NULL, 0);

  cts_group_add (group, batch, NULL, NULL);
}

static void
commit_position (CtsStore *store, CtsLogInfo *log, guint64 end_index, const char *frontier)
{
  g_autoptr (CtsGroup) group = cts_group_new ();

  add_position (group, log, end_index, frontier);
  commit (store, group);
}

static void
assert_position (CtsStore *store, CtsLogInfo *log, guint64 end_index, const char *frontier)
{
  g_autoptr (GBytes) bytes = NULL;
  guint64 next_index;

  g_assert_true (cts_store_get_position (store, cts_log_info_get_id (log), &next_index, &bytes));
  g_assert_cmpuint (next_index, ==, end_index);
  if (frontier == NULL)
    g_assert_null (bytes);
  else
    g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), frontier,
                     strlen (frontier));
}

static void
test_position (void)
{
  g_autoptr (CtsStore) store = cts_memory_store_new ();
  g_autoptr (CtsLogInfo) a = cts_test_log ("a");
  g_autoptr (CtsLogInfo) b = cts_test_log ("b");
  g_autoptr (GBytes) frontier = NULL;
  guint64 next_index;

  g_assert_false (cts_store_get_position (store, cts_log_info_get_id (a), &next_index, &frontier));
  commit_position (store, a, 7, NULL);
  assert_position (store, a, 7, NULL);
  g_assert_false (cts_store_get_position (store, cts_log_info_get_id (b), &next_index, &frontier));
  commit_position (store, b, G_MAXUINT64, NULL);
  assert_position (store, b, G_MAXUINT64, NULL);
  assert_position (store, a, 7, NULL);
}

/* Position and frontier belong together: a later batch replaces both, one without takes it away. */
static void
test_frontier (void)
{
  g_autoptr (CtsStore) store = cts_memory_store_new ();
  g_autoptr (CtsLogInfo) log = cts_test_log ("a");
  g_autoptr (CtsGroup) group = cts_group_new ();

  commit_position (store, log, 7, "seven");
  assert_position (store, log, 7, "seven");
  add_position (group, log, 8, "eight");
  add_position (group, log, 9, "nine");
  commit (store, group);
  assert_position (store, log, 9, "nine");
  commit_position (store, log, 10, NULL);
  assert_position (store, log, 10, NULL);
}

/* Sequence numbers begin with 1 and have no gap, whatever groups hold. */
static void
test_sequence (void)
{
  static const guint groups[][3] = { { 2, 0, 3 }, { 0, 0, 0 }, { 1, 0, 0 }, { 0, 4, 1 } };
  g_autoptr (CtsStore) store = cts_memory_store_new ();
  g_autoptr (CtsLogInfo) log = cts_test_log ("a");
  guint64 next_seq = 1;

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      g_autoptr (CtsGroup) group = cts_group_new ();

      for (guint j = 0; j < G_N_ELEMENTS (groups[i]); j++)
        {
          g_autoptr (CtsBatch) batch = cts_test_batch (log, next_seq, 0, groups[i][j]);

          cts_group_add (group, batch, NULL, NULL);
        }
      g_assert_cmpuint (commit (store, group), ==, next_seq);
      next_seq += cts_group_get_n_records (group);
    }
  g_assert_cmpuint (next_seq, ==, 12);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/memory-store/position", test_position);
  g_test_add_func ("/store/memory-store/frontier", test_frontier);
  g_test_add_func ("/store/memory-store/sequence", test_sequence);
  return g_test_run ();
}
