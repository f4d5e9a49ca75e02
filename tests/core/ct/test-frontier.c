/* SPDX-License-Identifier: MIT */
#include "core/ct/cts-frontier.h"

#include <json-glib/json-glib.h>

#include "tests/support/cts-test.h"

/* The classic eight leaves of RFC 6962 implementations: data, and the root of the tree that ends
 * with it, in hex. */
static const struct
{
  const char *data;
  const char *leaf_hash;
  const char *root;
} cases[] = {
  { "", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
  { "00", "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
  { "10", "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
  { "2021", "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
  { "3031", "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
  { "40414243", "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
  { "5051525354555657", "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
  { "606162636465666768696a6b6c6d6e6f",
    "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
};

#define EMPTY_ROOT "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HASH_2_3   "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
#define HASH_4_7   "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"

static gsize
from_hex (guint8 *out, const char *hex)
{
  gsize n = 0;

  for (; *hex != '\0'; hex += 2)
    out[n++] = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);
  return n;
}

static void
assert_hash (const guint8 *hash, const char *hex)
{
  guint8 expected[CTS_MERKLE_HASH_SIZE];

  g_assert_cmpuint (from_hex (expected, hex), ==, sizeof expected);
  g_assert_cmpmem (hash, CTS_MERKLE_HASH_SIZE, expected, sizeof expected);
}

static void
assert_root (const CtsFrontier *frontier, const char *hex)
{
  guint8 root[CTS_MERKLE_HASH_SIZE];

  cts_frontier_get_root (frontier, root);
  assert_hash (root, hex);
}

static void
test_empty (void)
{
  CtsFrontier frontier;

  cts_frontier_init (&frontier);
  g_assert_cmpuint (cts_frontier_get_n_hashes (&frontier), ==, 0);
  assert_root (&frontier, EMPTY_ROOT);
}

static void
test_append (void)
{
  CtsFrontier frontier;

  cts_frontier_init (&frontier);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint8 data[16], hash[CTS_MERKLE_HASH_SIZE];

      cts_merkle_leaf_hash (hash, data, from_hex (data, cases[i].data));
      assert_hash (hash, cases[i].leaf_hash);
      cts_frontier_append (&frontier, hash);
      g_assert_cmpuint (frontier.size, ==, i + 1);
      assert_root (&frontier, cases[i].root);
    }
}

static void
test_subtree (void)
{
  guint8 hash[CTS_MERKLE_HASH_SIZE];
  CtsFrontier frontier;

  cts_frontier_init (&frontier);
  for (gsize i = 0; i < 2; i++)
    {
      from_hex (hash, cases[i].leaf_hash);
      g_assert_true (cts_frontier_append_subtree (&frontier, 0, hash));
    }
  from_hex (hash, HASH_4_7);
  g_assert_false (cts_frontier_append_subtree (&frontier, 2, hash));
  from_hex (hash, HASH_2_3);
  g_assert_true (cts_frontier_append_subtree (&frontier, 1, hash));
  assert_root (&frontier, cases[3].root);
  from_hex (hash, HASH_4_7);
  g_assert_true (cts_frontier_append_subtree (&frontier, 2, hash));
  g_assert_cmpuint (frontier.size, ==, 8);
  assert_root (&frontier, cases[7].root);
  g_assert_false (cts_frontier_append_subtree (&frontier, 64, hash));
}

static void
test_full (void)
{
  g_autofree guint8 *hashes = g_malloc0 (CTS_FRONTIER_MAX_HASHES * CTS_MERKLE_HASH_SIZE);
  CtsFrontier frontier;

  g_assert_true (
      cts_frontier_init_from_hashes (&frontier, G_MAXUINT64, hashes, CTS_FRONTIER_MAX_HASHES));
  g_assert_false (cts_frontier_append_subtree (&frontier, 0, hashes));
  g_assert_cmpuint (frontier.size, ==, G_MAXUINT64);
}

static void
test_bytes (void)
{
  CtsFrontier frontier, read;
  guint8 hash[CTS_MERKLE_HASH_SIZE] = { 1 };

  cts_frontier_init (&frontier);
  for (guint size = 0; size < 70; size++)
    {
      g_autoptr (GBytes) bytes = cts_frontier_to_bytes (&frontier);

      g_assert_cmpuint (g_bytes_get_size (bytes), ==,
                        8 + 32 * cts_frontier_get_n_hashes (&frontier));
      g_assert_true (cts_frontier_from_bytes (&read, bytes));
      g_assert_true (cts_frontier_equal (&frontier, &read));
      hash[1] = size;
      cts_frontier_append (&frontier, hash);
      g_assert_false (cts_frontier_equal (&frontier, &read));
    }
}

static void
test_bad_bytes (void)
{
  static const struct
  {
    guint8 size;
    gsize n_bytes;
  } bad[] = { { 0, 0 }, { 0, 7 }, { 0, 40 }, { 1, 8 }, { 1, 39 }, { 1, 41 }, { 3, 40 }, { 2, 72 } };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      guint8 data[80] = { 0, 0, 0, 0, 0, 0, 0, bad[i].size };
      g_autoptr (GBytes) bytes = g_bytes_new (data, bad[i].n_bytes);
      CtsFrontier frontier = { .size = 5 };

      g_assert_false (cts_frontier_from_bytes (&frontier, bytes));
      g_assert_cmpuint (frontier.size, ==, 5);
    }
}

/* 600 leaves, each its number as two bytes: roots and frontiers at sizes around powers of two. */
static void
test_vectors (void)
{
  g_autoptr (GBytes) bytes = cts_test_shared_bytes ("vectors/merkle/computed_600_leaves.json");
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonObject *object, *roots, *compact;
  CtsFrontier frontier;
  guint n_roots = 0;

  if (bytes == NULL)
    return;
  json_parser_load_from_data (parser, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                              &error);
  g_assert_no_error (error);
  object = json_node_get_object (json_parser_get_root (parser));
  roots = json_object_get_object_member (object, "roots");
  compact = json_object_get_object_member (object, "compact");

  cts_frontier_init (&frontier);
  for (guint i = 0; i < 600; i++)
    {
      const guint8 leaf[] = { i >> 8, i };
      g_autofree char *size = g_strdup_printf ("%u", i + 1);
      guint8 hash[CTS_MERKLE_HASH_SIZE];

      cts_merkle_leaf_hash (hash, leaf, sizeof leaf);
      cts_frontier_append (&frontier, hash);
      if (!json_object_has_member (roots, size))
        continue;
      assert_root (&frontier, json_object_get_string_member (roots, size));
      n_roots++;
      if (json_object_has_member (compact, size))
        {
          JsonArray *hashes = json_object_get_array_member (compact, size);

          g_assert_cmpuint (json_array_get_length (hashes), ==,
                            cts_frontier_get_n_hashes (&frontier));
          for (guint j = 0; j < json_array_get_length (hashes); j++)
            assert_hash (frontier.hashes[j], json_array_get_string_element (hashes, j));
        }
    }
  g_assert_cmpuint (n_roots, ==, json_object_get_size (roots));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ct/frontier/empty", test_empty);
  g_test_add_func ("/ct/frontier/append", test_append);
  g_test_add_func ("/ct/frontier/subtree", test_subtree);
  g_test_add_func ("/ct/frontier/full", test_full);
  g_test_add_func ("/ct/frontier/bytes", test_bytes);
  g_test_add_func ("/ct/frontier/bad-bytes", test_bad_bytes);
  g_test_add_func ("/ct/frontier/vectors", test_vectors);
  return g_test_run ();
}
