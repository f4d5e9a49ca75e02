/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/config/cts-config-report.h"
#include "core/config/cts-yaml.h"

static CtsConfigNode *
parse (const char *text, gsize size, GPtrArray *errors)
{
  char *file = g_ref_string_new ("f");
  CtsConfigNode *node = cts_yaml_parse (text, size, file, errors);

  g_ref_string_release (file);
  return node;
}

static void
test_tree (void)
{
  static const char text[] = "a_b: 1\nc:\n  - \"1\"\n  - {x: y}\n";
  g_autoptr (GPtrArray) errors = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (CtsConfigNode) root = parse (text, strlen (text), errors);
  const CtsConfigEntry *entry;
  const CtsConfigNode *item;

  g_assert_cmpuint (errors->len, ==, 0);
  g_assert_cmpint (cts_config_node_get_kind (root), ==, CTS_CONFIG_NODE_MAP);
  g_assert_cmpuint (cts_config_node_get_size (root), ==, 2);

  entry = cts_config_node_get_entry (root, 0);
  g_assert_cmpstr (entry->key, ==, "a-b");
  g_assert_cmpstr (entry->written, ==, "a_b");
  g_assert_cmpstr (cts_config_node_get_text (entry->value), ==, "1");
  g_assert_true (cts_config_node_is_plain (entry->value));
  g_assert_cmpuint (cts_config_node_get_origin (entry->value)->line, ==, 1);
  g_assert_cmpuint (cts_config_node_get_origin (entry->value)->column, ==, 6);

  entry = cts_config_node_lookup (root, "c");
  g_assert_cmpint (cts_config_node_get_kind (entry->value), ==, CTS_CONFIG_NODE_LIST);
  item = cts_config_node_get_item (entry->value, 0);
  g_assert_false (cts_config_node_is_plain (item));
  g_assert_cmpuint (cts_config_node_get_origin (item)->line, ==, 3);
  g_assert_cmpuint (cts_config_node_get_origin (item)->column, ==, 5);
  item = cts_config_node_get_item (entry->value, 1);
  g_assert_nonnull (cts_config_node_lookup (item, "x"));
  g_assert_null (cts_config_node_lookup (item, "y"));
}

static void
test_empty (void)
{
  static const char *const cases[] = { "", "\n\n", "# nothing\n", "---\n...\n", "~" };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) errors = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (CtsConfigNode) root = parse (cases[i], strlen (cases[i]), errors);

      g_assert_cmpuint (errors->len, ==, 0);
      g_assert_true (cts_config_node_is_null (root));
    }
}

static void
test_errors (void)
{
  static const struct
  {
    const char *text;
    const char *error;
    gboolean is_readable;
  } cases[] = {
    { "a: 1\na: 2\n", "f:2:1: duplicate key 'a'", TRUE },
    { "a_b: 1\na-b: 2\n", "f:2:1: duplicate key 'a-b'", TRUE },
    { "a: &x 1\n", "f:1:4: anchors (&x) are not supported", TRUE },
    { "a: *x\n", "f:1:4: aliases (*x) are not supported", TRUE },
    { "a: !!int 1\n", "f:1:4: tags (tag:yaml.org,2002:int) are not supported", TRUE },
    { "[a, b]: 1\n", "f:1:1: a key must be a text", TRUE },
    { "a: \"x\\0y\"\n", "f:1:4: a text must not hold a NUL character", TRUE },
    { "a: 1\n---\nb: 1\n", "f:2:1: a second document in one file", FALSE },
    { "a:\n\tb: 1\n",
      "f:2:1: found character that cannot start any token, while scanning for the next token",
      FALSE },
    { "a: [1\n", "f:2:1: did not find expected ',' or ']', while parsing a flow sequence", FALSE },
    { "a: 1\nb: \xff\n", "f:2:4: invalid leading UTF-8 octet", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) errors = g_ptr_array_new_with_free_func (g_free);
      CtsConfigNode *root = parse (cases[i].text, strlen (cases[i].text), errors);

      g_assert_cmpuint (errors->len, ==, 1);
      g_assert_cmpstr (errors->pdata[0], ==, cases[i].error);
      g_assert_cmpint (root != NULL, ==, cases[i].is_readable);
      g_clear_pointer (&root, cts_config_node_unref);
    }
}

static void
assert_bounded (const GString *text, const char *error)
{
  g_autoptr (GPtrArray) errors = g_ptr_array_new_with_free_func (g_free);

  g_assert_null (parse (text->str, text->len, errors));
  g_assert_cmpuint (errors->len, ==, 1);
  g_assert_cmpstr (errors->pdata[0], ==, error);
}

static void
append_often (GString *text, const char *piece, guint n)
{
  for (guint i = 0; i < n; i++)
    g_string_append (text, piece);
}

static void
test_depth (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) errors = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (CtsConfigNode) root = NULL;

  append_often (text, "[", CTS_YAML_MAX_DEPTH);
  append_often (text, "]", CTS_YAML_MAX_DEPTH);
  root = parse (text->str, text->len, errors);
  g_assert_nonnull (root);
  g_assert_cmpuint (errors->len, ==, 0);

  g_string_truncate (text, 0);
  append_often (text, "[", 1000);
  assert_bounded (text, "f:1:33: nested more than 32 deep");
}

static void
test_size (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_often (text, "-\n", CTS_YAML_MAX_NODES + 1);
  assert_bounded (text, "f:65536:2: more than 65536 values in one file");

  g_string_truncate (text, 0);
  append_often (text, "#", CTS_YAML_MAX_SIZE + 1);
  assert_bounded (text, "f:1:1: larger than 1048576 bytes");
}

/* From the spec's example of what merging is: maps merge, lists and texts replace. */
static void
test_merge (void)
{
  static const struct
  {
    const char *under;
    const char *over;
    const char *merged;
  } cases[] = {
    { "{a: 1, b: {c: 2, d: 3}}", "{b: {d: 4, e: 5}}", "{a: 1, b: {c: 2, d: 4, e: 5}}" },
    { "{a: [1, 2]}", "{a: [3]}", "{a: [3]}" },
    { "{a: {b: 1}}", "{a: 2}", "{a: 2}" },
    { "{a: {b: 1}}", "{a: }", "{a: {b: 1}}" },
    { "{a: 1}", "{a: {b: 1}}", "{a: {b: 1}}" },
    { "{a-b: 1}", "{a_b: 2}", "{a-b: 2}" },
    { "{a: 1}", "", "{a: 1}" },
    { "", "{a: 1}", "{a: 1}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) errors = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (CtsConfigNode) under = parse (cases[i].under, strlen (cases[i].under), errors);
      g_autoptr (CtsConfigNode) over = parse (cases[i].over, strlen (cases[i].over), errors);
      g_autoptr (CtsConfigNode) expected
          = parse (cases[i].merged, strlen (cases[i].merged), errors);
      g_autoptr (CtsConfigNode) merged = cts_config_node_merge (under, over);

      g_assert_cmpuint (errors->len, ==, 0);
      g_assert_true (cts_config_node_equal (merged, expected));
      g_assert_true (cts_config_node_equal (expected, merged));
    }
}

static void
test_equal (void)
{
  static const char *const texts[] = {
    "1", "\"1\"", "2", "[1]", "[1, 2]", "[2, 1]", "{a: 1}", "{a: 2}", "{b: 1}", "{a: 1, b: 1}",
  };
  g_autoptr (GPtrArray) errors = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (texts); j++)
      {
        g_autoptr (CtsConfigNode) a = parse (texts[i], strlen (texts[i]), errors);
        g_autoptr (CtsConfigNode) b = parse (texts[j], strlen (texts[j]), errors);

        g_assert_cmpint (cts_config_node_equal (a, b), ==, i == j);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config/yaml/tree", test_tree);
  g_test_add_func ("/config/yaml/empty", test_empty);
  g_test_add_func ("/config/yaml/errors", test_errors);
  g_test_add_func ("/config/yaml/depth", test_depth);
  g_test_add_func ("/config/yaml/size", test_size);
  g_test_add_func ("/config/node/merge", test_merge);
  g_test_add_func ("/config/node/equal", test_equal);
  return g_test_run ();
}
