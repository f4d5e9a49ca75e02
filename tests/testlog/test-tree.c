/* SPDX-License-Identifier: MIT */
#include "testlog-tree.h"

#include <json-glib/json-glib.h>

#include "core/ct/cts-frontier.h"
#include "tests/support/cts-test.h"

static char *
to_hex (const guint8 *data, gsize size)
{
  GString *hex = g_string_new (NULL);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (hex, "%02x", data[i]);
  return g_string_free (hex, FALSE);
}

static void
assert_path (const GByteArray *path, JsonArray *expected)
{
  g_assert_cmpuint (path->len, ==, json_array_get_length (expected) * TESTLOG_HASH_SIZE);
  for (guint i = 0; i < json_array_get_length (expected); i++)
    {
      g_autofree char *hash = to_hex (path->data + i * TESTLOG_HASH_SIZE, TESTLOG_HASH_SIZE);

      g_assert_cmpstr (hash, ==, json_array_get_string_element (expected, i));
    }
}

static JsonParser *
load (const char *name)
{
  g_autofree char *path = cts_test_shared_file (name);
  JsonParser *parser;
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    return NULL;
  parser = json_parser_new ();
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return parser;
}

static guint64
get_number (JsonArray *array, guint i, const char *name)
{
  return json_object_get_int_member (json_array_get_object_element (array, i), name);
}

static void
check_inclusion (const TestlogTree *tree, JsonArray *cases)
{
  g_assert_cmpuint (json_array_get_length (cases), >, 0);
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *object = json_array_get_object_element (cases, i);
      g_autoptr (GByteArray) path = g_byte_array_new ();

      g_assert_true (testlog_tree_prove_inclusion (tree, get_number (cases, i, "leaf_index"),
                                                   get_number (cases, i, "tree_size"), path));
      assert_path (path, json_object_get_array_member (object, "proof"));
    }
}

static void
check_consistency (const TestlogTree *tree, JsonArray *cases)
{
  g_assert_cmpuint (json_array_get_length (cases), >, 0);
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *object = json_array_get_object_element (cases, i);
      g_autoptr (GByteArray) path = g_byte_array_new ();

      g_assert_true (testlog_tree_prove_consistency (tree, get_number (cases, i, "first"),
                                                     get_number (cases, i, "second"), path));
      assert_path (path, json_object_get_array_member (object, "proof"));
    }
}

static void
check_vectors (const TestlogTree *tree, JsonObject *object)
{
  check_inclusion (tree, json_object_get_array_member (object, "inclusion"));
  check_consistency (tree, json_object_get_array_member (object, "consistency"));
}

static void
test_eight_leaves (void)
{
  g_autoptr (JsonParser) parser = load ("vectors/merkle/rfc6962_reference_8_leaves.json");
  g_autoptr (TestlogTree) tree = testlog_tree_new (0);
  JsonObject *object;
  JsonArray *leaves, *roots;

  if (parser == NULL)
    return;
  object = json_node_get_object (json_parser_get_root (parser));
  leaves = json_object_get_array_member (object, "leaves");
  roots = json_object_get_array_member (object, "roots_by_size");
  for (guint i = 0; i < json_array_get_length (leaves); i++)
    {
      const char *hex = json_array_get_string_element (leaves, i);
      guint8 leaf[16];
      gsize size = 0;

      for (; hex[2 * size] != '\0'; size++)
        leaf[size]
            = g_ascii_xdigit_value (hex[2 * size]) << 4 | g_ascii_xdigit_value (hex[2 * size + 1]);
      testlog_tree_append (tree, leaf, size);
    }
  for (guint size = 0; size < json_array_get_length (roots); size++)
    {
      guint8 root[TESTLOG_HASH_SIZE];
      g_autofree char *hex = NULL;

      testlog_tree_get_root (tree, size, root);
      hex = to_hex (root, sizeof root);
      g_assert_cmpstr (hex, ==, json_array_get_string_element (roots, size));
    }
  check_vectors (tree, object);
}

static void
test_600_leaves (void)
{
  g_autoptr (JsonParser) parser = load ("vectors/merkle/computed_600_leaves.json");
  g_autoptr (TestlogTree) tree = testlog_tree_new (0);

  if (parser == NULL)
    return;
  for (guint i = 0; i < 600; i++)
    testlog_tree_append (tree, (const guint8[]){ i >> 8, i }, 2);
  check_vectors (tree, json_node_get_object (json_parser_get_root (parser)));
}

/* The frontier that an audit path of the last entry tells, plus that entry, makes the root. */
static void
assert_edge (const TestlogTree *tree, const void *leaf, gsize leaf_size)
{
  guint64 size = testlog_tree_get_size (tree);
  g_autoptr (GByteArray) path = g_byte_array_new ();
  g_autoptr (GByteArray) hashes = g_byte_array_new ();
  guint8 hash[TESTLOG_HASH_SIZE], root[TESTLOG_HASH_SIZE], expected[TESTLOG_HASH_SIZE];
  CtsFrontier frontier;

  g_assert_true (testlog_tree_prove_inclusion (tree, size - 1, size, path));
  for (gsize at = path->len; at > 0; at -= TESTLOG_HASH_SIZE)
    g_byte_array_append (hashes, path->data + at - TESTLOG_HASH_SIZE, TESTLOG_HASH_SIZE);
  g_assert_true (cts_frontier_init_from_hashes (&frontier, size - 1, hashes->data,
                                                hashes->len / TESTLOG_HASH_SIZE));
  cts_merkle_leaf_hash (hash, leaf, leaf_size);
  cts_frontier_append (&frontier, hash);
  cts_frontier_get_root (&frontier, root);
  testlog_tree_get_root (tree, size, expected);
  g_assert_cmpmem (root, sizeof root, expected, sizeof expected);
}

static void
test_synthetic_past (void)
{
  static const guint64 starts[] = { 1, 2, 3, 5, 8, 255, (1ULL << 32) + 5, 4354630059, 1ULL << 40 };

  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      g_autoptr (TestlogTree) tree = testlog_tree_new (starts[i]);
      g_autoptr (GByteArray) path = g_byte_array_new ();

      for (guint8 leaf = 0; leaf < 40; leaf++)
        {
          testlog_tree_append (tree, &leaf, 1);
          assert_edge (tree, &leaf, 1);
        }
      g_assert_cmpuint (testlog_tree_get_size (tree), ==, starts[i] + 40);
      g_assert_true (testlog_tree_prove_consistency (tree, starts[i], starts[i] + 40, path));
      g_assert_true (starts[i] < 4 || !testlog_tree_prove_inclusion (tree, 0, starts[i], path));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/testlog/tree/eight-leaves", test_eight_leaves);
  g_test_add_func ("/testlog/tree/600-leaves", test_600_leaves);
  g_test_add_func ("/testlog/tree/synthetic-past", test_synthetic_past);
  return g_test_run ();
}
