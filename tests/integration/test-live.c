/* SPDX-License-Identifier: MIT */
#include <signal.h>

#include "support/cts-test-certificate.h"
#include "support/cts-test-client.h"
#include "support/cts-test-logs.h"
#include "tests/support/cts-test.h"

/* Entries of real logs, replayed byte for byte, on all streams at once, against what stands in
 * them by RFC 6962 §3.4 and §4.6. */

/* What an entry holds. */
typedef struct
{
  gboolean is_precert;
  guint64 timestamp_ms;
  GBytes *certificate; /* (nullable): what was submitted */
  GPtrArray *chain;    /* of GBytes */
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_pointer (&entry->certificate, g_bytes_unref);
  g_ptr_array_unref (entry->chain);
  g_free (entry);
}

/* Takes an unsigned number of @n octets off @bytes. */
static guint64
take_number (GBytes **bytes, gsize n)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (*bytes, &size);
  g_autoptr (GBytes) whole = *bytes;
  guint64 number = 0;

  g_assert_cmpuint (size, >=, n);
  for (gsize i = 0; i < n; i++)
    number = number << 8 | data[i];
  *bytes = g_bytes_new_from_bytes (whole, n, size - n);
  return number;
}

/* Takes what stands behind its length of 24 bits. */
static GBytes *
take_field (GBytes **bytes)
{
  gsize n = take_number (bytes, 3);
  g_autoptr (GBytes) whole = *bytes;
  gsize size = g_bytes_get_size (whole);

  g_assert_cmpuint (size, >=, n);
  *bytes = g_bytes_new_from_bytes (whole, n, size - n);
  return g_bytes_new_from_bytes (whole, 0, n);
}

static GBytes *
decode (JsonObject *object, const char *name)
{
  gsize size;
  guchar *data = g_base64_decode (json_object_get_string_member (object, name), &size);

  return g_bytes_new_take (data, size);
}

static void
read_leaf (Entry *entry, JsonObject *object)
{
  g_autoptr (GBytes) leaf = decode (object, "leaf_input");

  /* version, leaf_type */
  g_assert_cmpuint (take_number (&leaf, 2), ==, 0);
  entry->timestamp_ms = take_number (&leaf, 8);
  entry->is_precert = take_number (&leaf, 2) == 1;
  if (!entry->is_precert)
    entry->certificate = take_field (&leaf);
}

static Entry *
read_entry (JsonObject *object)
{
  Entry *entry = g_new0 (Entry, 1);
  g_autoptr (GBytes) extra = decode (object, "extra_data");
  g_autoptr (GBytes) chain = NULL;

  read_leaf (entry, object);
  if (entry->is_precert)
    entry->certificate = take_field (&extra);
  chain = take_field (&extra);
  entry->chain = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  while (g_bytes_get_size (chain) > 0)
    g_ptr_array_add (entry->chain, take_field (&chain));
  return entry;
}

/* The files keep their entries at different places. */
static JsonArray *
find_entries (JsonNode *node)
{
  while (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_node_get_object (node);

      node = json_object_has_member (object, "entries")
                 ? json_object_get_member (object, "entries")
                 : json_object_get_member (object, "get_entries");
    }
  return json_node_get_array (node);
}

static GPtrArray *
read_entries (const char *path)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  GPtrArray *entries = g_ptr_array_new_with_free_func (entry_free);
  JsonArray *array;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  array = find_entries (json_parser_get_root (parser));
  for (guint i = 0; i < json_array_get_length (array); i++)
    g_ptr_array_add (entries, read_entry (json_array_get_object_element (array, i)));
  return entries;
}

static void
on_message (JsonObject *message, gpointer user_data)
{
  g_ptr_array_add (user_data, json_object_ref (message));
}

static void
check_data (JsonObject *data, guint index, const Entry *entry)
{
  g_assert_cmpint (json_object_get_int_member (data, "cert_index"), ==, index);
  g_assert_cmpstr (json_object_get_string_member (data, "update_type"), ==,
                   entry->is_precert ? "PrecertLogEntry" : "X509LogEntry");
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (data, "submission_timestamp"),
                                  entry->timestamp_ms / 1000.0, 0.0005);
}

static void
check_full (GPtrArray *messages, GPtrArray *entries)
{
  g_assert_cmpuint (messages->len, ==, entries->len);
  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (entries, i);
      JsonObject *data = json_object_get_object_member (g_ptr_array_index (messages, i), "data");
      JsonArray *chain = json_object_get_array_member (data, "chain");
      g_autoptr (GBytes) der
          = cts_test_certificate_check (json_object_get_object_member (data, "leaf_cert"));

      check_data (data, i, entry);
      g_assert_true (g_bytes_equal (der, entry->certificate));
      g_assert_cmpuint (json_array_get_length (chain), ==, entry->chain->len);
      for (guint c = 0; c < entry->chain->len; c++)
        {
          g_autoptr (GBytes) issuer
              = cts_test_certificate_check (json_array_get_object_element (chain, c));

          g_assert_true (g_bytes_equal (issuer, g_ptr_array_index (entry->chain, c)));
        }
    }
}

/* The lite message is the full one without DER and chain; the names are those of both. */
static void
check_others (GPtrArray *full, GPtrArray *lite, GPtrArray *domains, GPtrArray *entries)
{
  g_assert_cmpuint (lite->len, ==, entries->len);
  g_assert_cmpuint (domains->len, ==, entries->len);
  for (guint i = 0; i < entries->len; i++)
    {
      JsonObject *full_data = json_object_get_object_member (g_ptr_array_index (full, i), "data");
      JsonObject *lite_data = json_object_get_object_member (g_ptr_array_index (lite, i), "data");
      JsonObject *names = g_ptr_array_index (domains, i);
      JsonObject *leaf = json_object_get_object_member (full_data, "leaf_cert");

      check_data (lite_data, i, g_ptr_array_index (entries, i));
      g_assert_true (json_node_equal (json_object_get_member (names, "data"),
                                      json_object_get_member (leaf, "all_domains")));
      json_object_remove_member (full_data, "chain");
      json_object_remove_member (leaf, "as_der");
      g_assert_true (
          json_node_equal (json_object_get_member (g_ptr_array_index (full, i), "data"),
                           json_object_get_member (g_ptr_array_index (lite, i), "data")));
    }
}

static void
test_replay (gconstpointer name)
{
  g_autofree char *path = cts_test_shared_file (name);
  g_autofree char *argument = g_strdup_printf ("--replay-entries=%s", path);
  const char *const arguments[] = { "--rate=0", argument, NULL };
  g_autoptr (CtsTestLogs) logs = cts_test_logs_new ();
  g_autofree char *config = cts_test_logs_make_config (logs, 1, "0");
  g_autoptr (CtsTestDaemon) daemon = NULL;
  static const char *const paths[] = { "/full-stream/", "/", "/domains-only" };
  GPtrArray *messages[G_N_ELEMENTS (paths)];
  CtsTestClient *clients[G_N_ELEMENTS (paths)];
  g_autoptr (GPtrArray) entries = NULL;

  if (path == NULL)
    return;
  entries = read_entries (path);
  daemon = cts_test_daemon_new (config, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      messages[i] = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
      clients[i] = cts_test_client_new (daemon, paths[i], on_message, messages[i]);
    }

  cts_test_logs_start (logs, daemon, arguments);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    cts_test_client_wait (clients[i], entries->len);
  cts_test_daemon_stop (daemon, SIGTERM);
  check_full (messages[0], entries);
  check_others (messages[0], messages[1], messages[2], entries);

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      cts_test_client_free (clients[i]);
      g_ptr_array_unref (messages[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/integration/live/of-2026",
                        "vectors/get-entries/live_2026-05_argon2026h2_nimbus2026.json",
                        test_replay);
  g_test_add_data_func ("/integration/live/four", "vectors/get-entries/four_entries.json",
                        test_replay);
  g_test_add_data_func ("/integration/live/precert-and-certificate",
                        "vectors/get-entries/precert_and_cert_pair.json", test_replay);
  return g_test_run ();
}
