/* SPDX-License-Identifier: MIT */
#include "core/api/cts-slab.h"

#include <string.h>

static void
test_kept (void)
{
  g_autoptr (CtsSlabPool) pool = cts_slab_pool_new (2);
  CtsSlab slabs[3], again[2];

  g_test_summary ("a slab comes back warm, one too many is freed");
  for (guint i = 0; i < G_N_ELEMENTS (slabs); i++)
    {
      slabs[i] = cts_slab_pool_take (pool);
      g_assert_cmpuint (slabs[i].size, ==, CTS_SLAB_SIZE);
      memset (slabs[i].data, (int) i, slabs[i].size);
    }
  g_assert_true (slabs[0].data != slabs[1].data && slabs[1].data != slabs[2].data);

  /* The pool has places for two: were the third kept, the sanitizer would see it written. */
  for (guint i = 0; i < G_N_ELEMENTS (slabs); i++)
    cts_slab_pool_give (pool, slabs[i]);
  for (guint i = 0; i < G_N_ELEMENTS (again); i++)
    {
      again[i] = cts_slab_pool_take (pool);
      g_assert_cmpuint (again[i].size, ==, CTS_SLAB_SIZE);
    }
  g_assert_true (again[0].data == slabs[1].data);
  g_assert_true (again[1].data == slabs[0].data);
  for (guint i = 0; i < G_N_ELEMENTS (again); i++)
    cts_slab_pool_give (pool, again[i]);
}

static void
test_grown (void)
{
  g_autoptr (CtsSlabPool) pool = cts_slab_pool_new (2);
  CtsSlab usual = cts_slab_pool_take (pool);
  CtsSlab grown = cts_slab_pool_take (pool);
  CtsSlab next;

  g_test_summary ("a slab that grew is not kept");
  grown.size *= 2;
  grown.data = g_realloc (grown.data, grown.size);
  cts_slab_pool_give (pool, usual);
  cts_slab_pool_give (pool, grown);

  /* What was given last comes first, so the grown one would come now. */
  next = cts_slab_pool_take (pool);
  g_assert_true (next.data == usual.data);
  g_assert_cmpuint (next.size, ==, CTS_SLAB_SIZE);
  cts_slab_pool_give (pool, next);
}

static void
test_none_kept (void)
{
  g_autoptr (CtsSlabPool) pool = cts_slab_pool_new (0);
  g_autoptr (CtsSlabPool) other = cts_slab_pool_ref (pool);

  g_test_summary ("a pool that keeps none serves all the same");
  for (guint i = 0; i < 3; i++)
    {
      CtsSlab slab = cts_slab_pool_take (pool);

      slab.data[0] = slab.data[slab.size - 1] = 1;
      cts_slab_pool_give (other, slab);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/slab/kept", test_kept);
  g_test_add_func ("/api/slab/grown", test_grown);
  g_test_add_func ("/api/slab/none-kept", test_none_kept);
  return g_test_run ();
}
