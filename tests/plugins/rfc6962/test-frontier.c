/* SPDX-License-Identifier: MIT */
#include "plugins/rfc6962/rfc6962-frontier.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "tests/support/cts-test.h"

#define HASH_SIZE 32
/* 32 bytes in base64, and 31. */
#define HASH  "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
#define SHORT "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA=="

static char *
hex_to_base64 (const char *hex)
{
  gsize size = strlen (hex) / 2;
  g_autofree guint8 *bytes = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    bytes[i]
        = (guint8) (g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));
  return g_base64_encode (bytes, size);
}

/* A get-entry-and-proof answer. */
static GBytes *
make_answer (const char *leaf_hex, JsonArray *proof)
{
  GString *text = g_string_new ("{\"leaf_input\":\"");
  g_autofree char *leaf = hex_to_base64 (leaf_hex);

  g_string_append_printf (text, "%s\",\"extra_data\":\"\",\"audit_path\":[", leaf);
  for (guint i = 0; i < json_array_get_length (proof); i++)
    {
      g_autofree char *hash = hex_to_base64 (json_array_get_string_element (proof, i));

      g_string_append_printf (text, "%s\"%s\"", i > 0 ? "," : "", hash);
    }
  g_string_append (text, "]}");
  return g_string_free_to_bytes (text);
}

static void
assert_frontier (GBytes *frontier, JsonArray *expected)
{
  const guint8 *hashes = g_bytes_get_data (frontier, NULL);

  g_assert_cmpuint (g_bytes_get_size (frontier), ==, HASH_SIZE * json_array_get_length (expected));
  for (guint i = 0; i < json_array_get_length (expected); i++)
    {
      g_autofree char *hash = g_base64_encode (hashes + (gsize) i * HASH_SIZE, HASH_SIZE);
      g_autofree char *wanted = hex_to_base64 (json_array_get_string_element (expected, i));

      g_assert_cmpstr (hash, ==, wanted);
    }
}

/* The proofs of the last of the classic eight leaves, against the frontiers of those trees. */
static void
test_reference (void)
{
  g_autoptr (GBytes) file
      = cts_test_shared_bytes ("vectors/merkle/rfc6962_reference_8_leaves.json");
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonArray *leaves, *frontiers, *proofs;
  JsonObject *object;
  guint n = 0;

  if (file == NULL)
    return;
  json_parser_load_from_data (parser, g_bytes_get_data (file, NULL), g_bytes_get_size (file),
                              &error);
  g_assert_no_error (error);
  object = json_node_get_object (json_parser_get_root (parser));
  leaves = json_object_get_array_member (object, "leaves");
  frontiers = json_object_get_array_member (object, "compact_range_by_size");
  proofs = json_object_get_array_member (object, "inclusion");
  for (guint i = 0; i < json_array_get_length (proofs); i++)
    {
      JsonObject *proof = json_array_get_object_element (proofs, i);
      guint index = (guint) json_object_get_int_member (proof, "leaf_index");
      guint size = (guint) json_object_get_int_member (proof, "tree_size");
      g_autoptr (GBytes) answer = NULL;
      g_autoptr (GBytes) frontier = NULL;

      if (index + 1 != size)
        continue;
      answer = make_answer (json_array_get_string_element (leaves, index),
                            json_object_get_array_member (proof, "proof"));
      frontier = rfc6962_frontier_read (answer, size, &error);
      g_assert_no_error (error);
      assert_frontier (frontier, json_array_get_array_element (frontiers, size));
      n++;
    }
  g_assert_cmpuint (n, ==, 8);
}

static void
test_bad (void)
{
  static const struct
  {
    const char *text;
    guint64 tree_size;
  } cases[] = {
    { "", 1 },
    { "[]", 1 },
    { "null", 1 },
    { "{\"leaf_input\":\"AA==\",\"audit_path\":[]", 1 },
    { "{\"audit_path\":[]}", 1 },
    { "{\"leaf_input\":\"A\",\"audit_path\":[]}", 1 },
    { "{\"leaf_input\":5,\"audit_path\":[]}", 1 },
    { "{\"leaf_input\":\"AA==\"}", 1 },
    { "{\"leaf_input\":\"AA==\",\"audit_path\":{}}", 1 },
    { "{\"leaf_input\":\"AA==\",\"audit_path\":null}", 1 },
    /* One hash too many, too few, of another length, of another type. */
    { "{\"leaf_input\":\"AA==\",\"audit_path\":[\"" HASH "\"]}", 1 },
    { "{\"leaf_input\":\"AA==\",\"audit_path\":[]}", 2 },
    { "{\"leaf_input\":\"AA==\",\"audit_path\":[\"" HASH "\"]}", 4 },
    { "{\"leaf_input\":\"AA==\",\"audit_path\":[\"" SHORT "\"]}", 2 },
    { "{\"leaf_input\":\"AA==\",\"audit_path\":[7]}", 2 },
    { "{\"leaf_input\":\"AA==\",\"audit_path\":[[]]}", 2 },
    { "{\"leaf_input\":\"AA==\",\"audit_path\":[\"" HASH "\"]}", G_MAXUINT64 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = g_bytes_new_static (cases[i].text, strlen (cases[i].text));
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_null (rfc6962_frontier_read (body, cases[i].tree_size, &error));
      g_assert_error (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED);
    }
}

/* Nesting would be descended into call by call. */
static void
test_deep (void)
{
  g_autofree char *text = g_strnfill (1 << 20, '[');
  g_autoptr (GBytes) body = g_bytes_new_static (text, 1 << 20);
  g_autoptr (GError) error = NULL;

  g_assert_null (rfc6962_frontier_read (body, 1, &error));
  g_assert_error (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rfc6962/frontier/reference", test_reference);
  g_test_add_func ("/rfc6962/frontier/bad", test_bad);
  g_test_add_func ("/rfc6962/frontier/deep", test_deep);
  return g_test_run ();
}
