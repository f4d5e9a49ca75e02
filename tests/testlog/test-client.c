/* SPDX-License-Identifier: MIT */
#include "test-client.h"

#include <libsoup/soup.h>

#include "tests/support/cts-test.h"

typedef struct
{
  int done;
  GBytes *body;
  guint status;
} Answer;

static void
client_entry_free (gpointer data)
{
  ClientEntry *entry = data;

  g_bytes_unref (entry->leaf);
  g_bytes_unref (entry->extra);
  g_free (entry);
}

static void
on_answer (GObject *object, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;
  g_autoptr (GError) error = NULL;
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (object), result);

  answer->body = soup_session_send_and_read_finish (SOUP_SESSION (object), result, &error);
  g_assert_no_error (error);
  answer->status = soup_message_get_status (message);
  g_atomic_int_set (&answer->done, 1);
}

guint
client_fetch (const Testlog *testlog, GBytes **body, const char *format, ...)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = NULL;
  g_autofree char *call = NULL;
  g_autofree char *url = NULL;
  Answer answer = { 0 };
  va_list args;

  va_start (args, format);
  call = g_strdup_vprintf (format, args);
  va_end (args);
  url = g_strdup_printf ("%s/%s/ct/v1/%s", testlog_get_url (testlog),
                         testlog_log_get_name (testlog_get_log (testlog, 0)), call);
  message = soup_message_new (SOUP_METHOD_GET, url);
  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL, on_answer, &answer);
  cts_test_wait (&answer.done);
  if (body != NULL)
    *body = answer.body;
  else
    g_bytes_unref (answer.body);
  return answer.status;
}

JsonParser *
client_parse (GBytes *body)
{
  JsonParser *parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, g_bytes_get_data (body, NULL), g_bytes_get_size (body),
                              &error);
  g_assert_no_error (error);
  return parser;
}

GBytes *
client_get_bytes (JsonObject *object, const char *name)
{
  gsize size;
  guint8 *data = g_base64_decode (json_object_get_string_member (object, name), &size);

  return g_bytes_new_take (data, size);
}

/* One page; returns its entries. */
GPtrArray *
client_fetch_page (const Testlog *testlog, guint64 start, guint64 end)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (client_entry_free);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (JsonParser) parser = NULL;
  JsonArray *array;

  g_assert_cmpuint (client_fetch (testlog, &body,
                                  "get-entries?start=%" G_GUINT64_FORMAT "&end=%" G_GUINT64_FORMAT,
                                  start, end),
                    ==, 200);
  parser = client_parse (body);
  array = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)),
                                        "entries");
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *object = json_array_get_object_element (array, i);
      ClientEntry *entry = g_new0 (ClientEntry, 1);

      entry->leaf = client_get_bytes (object, "leaf_input");
      entry->extra = client_get_bytes (object, "extra_data");
      g_ptr_array_add (entries, entry);
    }
  return entries;
}

GPtrArray *
client_fetch_all (const Testlog *testlog, guint64 n_entries)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (client_entry_free);

  while (all->len < n_entries)
    {
      g_autoptr (GPtrArray) page = client_fetch_page (testlog, all->len, n_entries - 1);

      g_assert_cmpuint (page->len, >, 0);
      g_ptr_array_extend_and_steal (all, g_steal_pointer (&page));
    }
  return all;
}

Testlog *
client_start (const TestlogOptions *options)
{
  g_autoptr (GError) error = NULL;
  Testlog *testlog = testlog_new (options, &error);

  g_assert_no_error (error);
  while (!testlog_is_complete (testlog))
    g_main_context_iteration (NULL, TRUE);
  return testlog;
}

void
client_hash_tree (GPtrArray *entries, guint begin, guint n, guint8 *hash)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = TESTLOG_HASH_SIZE;

  if (n == 1)
    {
      GBytes *leaf = ((const ClientEntry *) g_ptr_array_index (entries, begin))->leaf;

      g_checksum_update (checksum, (const guint8 *) "\0", 1);
      g_checksum_update (checksum, g_bytes_get_data (leaf, NULL), g_bytes_get_size (leaf));
    }
  else
    {
      guint8 halves[2][TESTLOG_HASH_SIZE];
      guint k = 1;

      while (k * 2 < n)
        k *= 2;
      client_hash_tree (entries, begin, k, halves[0]);
      client_hash_tree (entries, begin + k, n - k, halves[1]);
      g_checksum_update (checksum, (const guint8 *) "\1", 1);
      g_checksum_update (checksum, (const guint8 *) halves, sizeof halves);
    }
  g_checksum_get_digest (checksum, hash, &size);
}

gnutls_datum_t
client_take_der (GBytes *bytes, gsize *at)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gnutls_datum_t der;

  g_assert_cmpuint (*at + 3, <=, size);
  der.size = data[*at] << 16 | data[*at + 1] << 8 | data[*at + 2];
  der.data = (guint8 *) data + *at + 3;
  *at += 3 + der.size;
  g_assert_cmpuint (*at, <=, size);
  return der;
}

gnutls_x509_crt_t
client_import (gnutls_datum_t der)
{
  gnutls_x509_crt_t certificate;

  g_assert_cmpint (gnutls_x509_crt_init (&certificate), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_import (certificate, &der, GNUTLS_X509_FMT_DER), ==, 0);
  return certificate;
}
