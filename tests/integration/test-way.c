/* SPDX-License-Identifier: MIT */
#include <signal.h>

#include "support/cts-test-certificate.h"
#include "support/cts-test-client.h"
#include "support/cts-test-logs.h"

/* One certificate's way, from logs to a client, against what the logs wrote down. The client is
 * there before the logs are, so nothing can pass it by. */

#define N_CHEAP_EACH 4500
#define N_MINTED     1000

/* A ring that holds all messages: however slow this client reads, it is not lapped. */
#define STREAM "stream: {ring-megabytes: 512}\n"

typedef struct
{
  GHashTable *entries;  /* (owned): `URL index` → CtsTestTruth */
  GHashTable *received; /* (owned): sha256 → `URL index` */
  GHashTable *next;     /* (owned): URL → the least index that may come */
  guint n_precerts;
} Way;

static Way *
way_new (void)
{
  Way *way = g_new0 (Way, 1);

  way->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  way->received = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  way->next = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return way;
}

static void
way_free (Way *way)
{
  g_hash_table_unref (way->entries);
  g_hash_table_unref (way->received);
  g_hash_table_unref (way->next);
  g_free (way);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Way, way_free)

static void
check_order (Way *way, const char *url, gint64 index)
{
  const gint64 *least = g_hash_table_lookup (way->next, url);
  gint64 *next = g_new (gint64, 1);

  if (least != NULL)
    g_assert_cmpint (index, >=, *least);
  *next = index + 1;
  g_hash_table_replace (way->next, g_strdup (url), next);
}

static void
check_chain (JsonObject *data)
{
  JsonArray *chain = json_object_get_array_member (data, "chain");

  /* An authority and its root. */
  g_assert_cmpuint (json_array_get_length (chain), ==, 2);
  for (guint i = 0; i < json_array_get_length (chain); i++)
    g_bytes_unref (cts_test_certificate_check (json_array_get_object_element (chain, i)));
}

static void
on_message (JsonObject *message, gpointer user_data)
{
  Way *way = user_data;
  JsonObject *data = json_object_get_object_member (message, "data");
  JsonObject *leaf = json_object_get_object_member (data, "leaf_cert");
  JsonObject *source = json_object_get_object_member (data, "source");
  const char *url = json_object_get_string_member (source, "url");
  gint64 index = json_object_get_int_member (data, "cert_index");

  check_order (way, url, index);
  g_bytes_unref (cts_test_certificate_check (leaf));
  check_chain (data);
  way->n_precerts
      += g_str_equal (json_object_get_string_member (data, "update_type"), "PrecertLogEntry");
  if (!g_hash_table_insert (way->received, cts_test_certificate_get_sha256 (leaf),
                            g_strdup_printf ("%s %" G_GINT64_FORMAT, url, index)))
    g_error ("%s came twice", json_object_get_string_member (leaf, "sha256"));
}

/* Adds what @logs wrote down; @distinct collects the certificates. */
static void
add_truth (Way *way, CtsTestLogs *logs, GPtrArray *truths, GHashTable *distinct)
{
  for (guint i = 0; i < truths->len; i++)
    {
      CtsTestTruth *truth = g_ptr_array_index (truths, i);
      guint number = (guint) g_ascii_strtoull (truth->log + strlen ("testlog-"), NULL, 10);
      g_autofree char *url = cts_test_logs_make_url (logs, number);

      g_hash_table_insert (way->entries,
                           g_strdup_printf ("%s %" G_GUINT64_FORMAT, url, truth->index), truth);
      g_hash_table_add (distinct, truth->sha256);
    }
}

/* Every certificate came, from a place where it is. */
static void
compare (Way *way, GHashTable *distinct)
{
  GHashTableIter iter;
  gpointer sha256, place;

  g_assert_cmpuint (g_hash_table_size (way->received), ==, g_hash_table_size (distinct));
  g_hash_table_iter_init (&iter, way->received);
  while (g_hash_table_iter_next (&iter, &sha256, &place))
    {
      const CtsTestTruth *truth = g_hash_table_lookup (way->entries, place);

      g_assert_nonnull (truth);
      g_assert_cmpstr (truth->sha256, ==, sha256);
    }
}

static guint
count_received_precerts (Way *way)
{
  GHashTableIter iter;
  gpointer place;
  guint n = 0;

  g_hash_table_iter_init (&iter, way->received);
  while (g_hash_table_iter_next (&iter, NULL, &place))
    n += ((const CtsTestTruth *) g_hash_table_lookup (way->entries, place))->is_precert;
  return n;
}

static char *
make_config (CtsTestLogs *cheap, CtsTestLogs *minted)
{
  g_autofree char *config = cts_test_logs_make_config (cheap, 2, "0");
  g_autofree char *third = cts_test_logs_make_entry (minted, 1, "minted");

  return g_strconcat (config, third, STREAM, NULL);
}

static void
test_every_certificate_once (void)
{
  static const char *const cheap_arguments[]
      = { "--logs=2", "--rate=0", "--entries=" G_STRINGIFY (N_CHEAP_EACH), "--shared-percent=20",
          "--cheap",  NULL };
  static const char *const minted_arguments[]
      = { "--rate=0", "--entries=" G_STRINGIFY (N_MINTED), NULL };
  g_autoptr (CtsTestLogs) cheap = cts_test_logs_new ();
  g_autoptr (CtsTestLogs) minted = cts_test_logs_new ();
  g_autofree char *config = make_config (cheap, minted);
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (config, NULL);
  g_autoptr (Way) way = way_new ();
  g_autoptr (CtsTestClient) client = cts_test_client_new (daemon, "/full-stream", on_message, way);
  g_autoptr (GHashTable) distinct = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) cheap_truths = NULL;
  g_autoptr (GPtrArray) minted_truths = NULL;

  cts_test_logs_start (cheap, daemon, cheap_arguments);
  cts_test_logs_start (minted, daemon, minted_arguments);
  cts_test_logs_wait_complete (cheap);
  cts_test_logs_wait_complete (minted);
  cheap_truths = cts_test_logs_read_truth (cheap);
  minted_truths = cts_test_logs_read_truth (minted);
  add_truth (way, cheap, cheap_truths, distinct);
  add_truth (way, minted, minted_truths, distinct);
  g_assert_cmpuint (g_hash_table_size (way->entries), >=, 2 * N_CHEAP_EACH + N_MINTED);
  g_assert_cmpuint (g_hash_table_size (distinct), <, g_hash_table_size (way->entries));

  cts_test_client_wait (client, g_hash_table_size (distinct));
  cts_test_daemon_stop (daemon, SIGTERM);
  g_assert_cmpuint (cts_test_client_wait_closed (client), ==, 1001);
  compare (way, distinct);
  g_assert_cmpuint (way->n_precerts, ==, count_received_precerts (way));
  g_assert_cmpuint (way->n_precerts, >, 0);
}

/* What a message says of a certificate, against what went into it. */
static void
check_details (JsonObject *data, const CtsTestTruth *truth)
{
  JsonObject *leaf = json_object_get_object_member (data, "leaf_cert");
  JsonArray *domains = json_object_get_array_member (leaf, "all_domains");
  guint n_names = g_strv_length (truth->names);

  g_assert_cmpstr (json_object_get_string_member (leaf, "serial_number"), ==, truth->serial);
  g_assert_cmpstr (json_object_get_string_member (data, "update_type"), ==,
                   truth->is_precert ? "PrecertLogEntry" : "X509LogEntry");
  g_assert_cmpuint (json_array_get_length (domains), ==, n_names);
  for (guint i = 0; i < n_names; i++)
    g_assert_true (g_strv_contains ((const char *const *) truth->names,
                                    json_array_get_string_element (domains, i)));
}

static void
on_detailed (JsonObject *message, gpointer user_data)
{
  g_ptr_array_add (user_data, json_object_ref (json_object_get_object_member (message, "data")));
}

static void
test_details (void)
{
  static const char *const arguments[] = { "--rate=0", "--entries=200", NULL };
  g_autoptr (CtsTestLogs) logs = cts_test_logs_new ();
  g_autofree char *config = cts_test_logs_make_config (logs, 1, "0");
  g_autofree char *url = cts_test_logs_make_url (logs, 1);
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (config, NULL);
  g_autoptr (GPtrArray) messages
      = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (CtsTestClient) client = cts_test_client_new (daemon, "/", on_detailed, messages);
  g_autoptr (GPtrArray) truths = NULL;

  cts_test_logs_start (logs, daemon, arguments);
  cts_test_logs_wait_complete (logs);
  truths = cts_test_logs_read_truth (logs);
  cts_test_client_wait (client, 200);
  cts_test_daemon_stop (daemon, SIGTERM);

  g_assert_cmpuint (truths->len, ==, 200);
  g_assert_cmpuint (messages->len, ==, 200);
  for (guint i = 0; i < 200; i++)
    {
      JsonObject *data = g_ptr_array_index (messages, i);
      JsonObject *source = json_object_get_object_member (data, "source");

      g_assert_cmpint (json_object_get_int_member (data, "cert_index"), ==, i);
      g_assert_cmpstr (json_object_get_string_member (source, "name"), ==, "testlog-1");
      g_assert_cmpstr (json_object_get_string_member (source, "url"), ==, url);
      check_details (data, g_ptr_array_index (truths, i));
    }
}

/* What the configuration says of an operator is what its log sees: a head and 32 pages take no less
 * than 32 intervals. */
static void
test_paced (void)
{
  static const char *const arguments[] = { "--rate=0", "--entries=1024", "--cheap", NULL };
  g_autoptr (CtsTestLogs) logs = cts_test_logs_new ();
  g_autofree char *section = cts_test_logs_make_config (logs, 1, "0");
  g_autofree char *config = g_strconcat (section,
                                         "  page-size: 32\n"
                                         "  operators: {testlog-1: {request-interval-ms: 60, "
                                         "request-interval-min-ms: 60, request-burst: 1}}\n",
                                         NULL);
  g_autoptr (CtsTestDaemon) daemon = cts_test_daemon_new (config, NULL);
  g_autoptr (CtsTestClient) client = cts_test_client_new (daemon, "/domains-only", NULL, NULL);
  gint64 began_us = g_get_monotonic_time ();

  cts_test_logs_start (logs, daemon, arguments);
  cts_test_client_wait (client, 1024);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, 32 * 60 * G_TIME_SPAN_MILLISECOND);
  cts_test_daemon_stop (daemon, SIGTERM);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/integration/way/every-certificate-once", test_every_certificate_once);
  g_test_add_func ("/integration/way/details", test_details);
  g_test_add_func ("/integration/way/paced", test_paced);
  return g_test_run ();
}
