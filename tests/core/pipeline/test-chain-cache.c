/* SPDX-License-Identifier: MIT */
#include "core/pipeline/cts-chain-cache.h"

#include "tests/support/cts-test-records.h"

static CtsIssuer *
get (CtsChainCache *cache, GBytes *der)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (der, &size);

  return cts_chain_cache_get (cache, data, size);
}

static void
test_same (void)
{
  g_autoptr (CtsChainCache) cache = cts_chain_cache_new (1 << 20);
  GBytes *der = g_ptr_array_index (cts_test_minted (), 0);
  g_autoptr (CtsIssuer) first = get (cache, der);
  g_autoptr (CtsIssuer) second = get (cache, der);
  g_autoptr (CtsIssuer) other = get (cache, g_ptr_array_index (cts_test_minted (), 1));
  g_autofree char *expected = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, der);
  g_autoptr (GString) found = g_string_new (NULL);

  g_test_summary ("one certificate is read once, another is another");
  g_assert_true (first == second);
  g_assert_true (first != other);
  for (guint i = 0; i < CTS_SHA256_SIZE; i++)
    g_string_append_printf (found, "%02x", first->certificate.sha256[i]);
  g_assert_cmpstr (found->str, ==, expected);
}

static void
test_same_tail (void)
{
  g_autoptr (CtsChainCache) cache = cts_chain_cache_new (1 << 20);
  guint8 a[64] = { 1 }, b[64] = { 2 };
  g_autoptr (CtsIssuer) first = cts_chain_cache_get (cache, a, sizeof a);
  g_autoptr (CtsIssuer) second = cts_chain_cache_get (cache, b, sizeof b);

  g_test_summary ("two that end alike are told apart, and what cannot be read is kept as it is");
  g_assert_true (first != second);
  g_assert_false (first->parsed);
  g_assert_cmpmem (second->certificate.der, second->certificate.size, b, sizeof b);
}

static void
test_bound (void)
{
  const gsize bound = 256 << 10;
  g_autoptr (CtsChainCache) cache = cts_chain_cache_new (bound);
  guint8 hot[500] = { 0 };
  g_autoptr (CtsIssuer) kept = cts_chain_cache_get (cache, hot, sizeof hot);

  g_test_summary ("it never grows past its bound, and what is asked for again and again stays");
  for (guint i = 1; i < 5000; i++)
    {
      guint8 der[500] = { 0 };
      g_autoptr (CtsIssuer) cold = NULL;
      g_autoptr (CtsIssuer) again = NULL;

      der[0] = (guint8) i;
      der[1] = (guint8) (i >> 8);
      cold = cts_chain_cache_get (cache, der, sizeof der);
      again = cts_chain_cache_get (cache, hot, sizeof hot);
      g_assert_true (again == kept);
      g_assert_cmpuint (cts_chain_cache_get_bytes (cache), <=, bound);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chain-cache/same", test_same);
  g_test_add_func ("/chain-cache/same-tail", test_same_tail);
  g_test_add_func ("/chain-cache/bound", test_bound);
  return g_test_run ();
}
