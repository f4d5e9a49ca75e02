/* SPDX-License-Identifier: MIT */
#include "core/store/cts-group.h"

#include "tests/support/cts-test-records.h"

static void
count (gpointer data)
{
  (*(guint *) data)++;
}

static void
add_batch (CtsGroup *group, CtsLogInfo *log, guint64 first, guint n_records, guint *n_done)
{
  g_autoptr (CtsBatch) batch = cts_test_batch (log, first, 0, n_records);

  cts_group_add (group, batch, n_done != NULL ? count : NULL, n_done);
}

/* Each batch is told once, and only when nobody holds the group any more. */
static void
test_done (void)
{
  g_autoptr (CtsLogInfo) log = cts_test_log ("a");
  guint n_done[3] = { 0 };
  CtsGroup *group = cts_group_new ();

  for (guint i = 0; i < G_N_ELEMENTS (n_done); i++)
    add_batch (group, log, i * 2, 2, &n_done[i]);
  add_batch (group, log, 6, 1, NULL);
  cts_group_ref (group);
  cts_group_unref (group);
  for (guint i = 0; i < G_N_ELEMENTS (n_done); i++)
    g_assert_cmpuint (n_done[i], ==, 0);

  cts_group_unref (group);
  for (guint i = 0; i < G_N_ELEMENTS (n_done); i++)
    g_assert_cmpuint (n_done[i], ==, 1);
}

/* Batches stay in their order; an empty one is one too. */
static void
test_batches (void)
{
  static const guint sizes[] = { 3, 0, 2 };
  g_autoptr (CtsLogInfo) log = cts_test_log ("a");
  g_autoptr (CtsGroup) group = cts_group_new ();

  g_assert_cmpuint (cts_group_get_n_batches (group), ==, 0);
  g_assert_cmpuint (cts_group_get_n_records (group), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    add_batch (group, log, i * 10, sizes[i], NULL);

  g_assert_cmpuint (cts_group_get_n_batches (group), ==, G_N_ELEMENTS (sizes));
  g_assert_cmpuint (cts_group_get_n_records (group), ==, 5);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      CtsBatch *batch = cts_group_get_batch (group, i);

      g_assert_cmpuint (cts_batch_get_first_index (batch), ==, i * 10);
      g_assert_cmpuint (cts_batch_get_n_records (batch), ==, sizes[i]);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/group/done", test_done);
  g_test_add_func ("/store/group/batches", test_batches);
  return g_test_run ();
}
