/* SPDX-License-Identifier: MIT */
#include "http-test.h"

#define N_GROUPS  10
#define N_BATCHES 4
#define N_RECORDS 25
#define N_IN_ALL  (N_GROUPS * N_BATCHES * N_RECORDS)

static void
check_encoded (HttpTest *test, guint64 lite, guint64 full, guint64 domains)
{
  g_assert_cmpuint (cts_publisher_get_n_encoded (test->publisher, "lite"), ==, lite);
  g_assert_cmpuint (cts_publisher_get_n_encoded (test->publisher, "full"), ==, full);
  g_assert_cmpuint (cts_publisher_get_n_encoded (test->publisher, "domains"), ==, domains);
}

/* However many read: each gets every record once and in order, and it was encoded once. */
static void
test_clients (gconstpointer data)
{
  guint n_peers = GPOINTER_TO_UINT (data);
  g_autoptr (GPtrArray) peers = g_ptr_array_new_with_free_func ((GDestroyNotify) stream_peer_free);
  HttpTest test;

  http_test_set_up (&test, n_peers);
  for (guint i = 0; i < n_peers; i++)
    g_ptr_array_add (peers, http_test_open_stream (i % 2 == 0 ? test.tcp : test.unix_socket, "/",
                                                   NULL, 0));
  g_assert_cmpuint (cts_http_server_get_n_connections (test.server), ==, n_peers);

  for (guint i = 0; i < N_GROUPS; i++)
    fake_publish (test.publisher, test.log, &test.next, N_BATCHES, N_RECORDS);
  for (guint i = 0; i < n_peers; i++)
    for (guint64 k = 0; k < N_IN_ALL; k++)
      http_test_read_record (g_ptr_array_index (peers, i), "lite", k);
  stream_test_wait_stat (test.shards, n_messages, (guint64) n_peers * N_IN_ALL);

  check_encoded (&test, N_IN_ALL, 0, 0);
  fake_serializer_check (test.serializer, FAKE_LITE, 0, N_IN_ALL, 1);
  fake_serializer_check (test.serializer, FAKE_FULL, 0, N_IN_ALL, 0);
  fake_serializer_check (test.serializer, FAKE_DOMAINS, 0, N_IN_ALL, 0);

  /* Nothing came behind the last record. */
  for (guint i = 0; i < n_peers; i++)
    g_assert_cmpuint (((StreamPeer *) g_ptr_array_index (peers, i))->input->len, ==, 0);
  g_ptr_array_set_size (peers, 0);
  http_test_tear_down (&test);
}

static void
test_nobody (void)
{
  HttpTest test;

  http_test_set_up (&test, 1);
  for (guint i = 0; i < N_GROUPS; i++)
    fake_publish (test.publisher, test.log, &test.next, N_BATCHES, N_RECORDS);
  cts_publisher_stop (test.publisher);
  check_encoded (&test, 0, 0, 0);
  fake_serializer_check (test.serializer, FAKE_LITE, 0, N_IN_ALL, 0);
  http_test_tear_down (&test);
}

/* Readers of two formats: each format once, the third not at all. */
static void
test_two_formats (void)
{
  g_autoptr (StreamPeer) lite = NULL;
  g_autoptr (StreamPeer) domains = NULL;
  HttpTest test;

  http_test_set_up (&test, 2);
  lite = http_test_open_stream (test.tcp, "/", NULL, 0);
  fake_publish (test.publisher, test.log, &test.next, 1, N_RECORDS);
  domains = http_test_open_stream (test.tcp, "/domains-only", NULL, 0);
  fake_publish (test.publisher, test.log, &test.next, 1, N_RECORDS);

  for (guint64 k = 0; k < 2 * N_RECORDS; k++)
    http_test_read_record (lite, "lite", k);
  for (guint64 k = N_RECORDS; k < 2 * N_RECORDS; k++)
    http_test_read_record (domains, "domains", k);
  check_encoded (&test, 2 * N_RECORDS, 0, N_RECORDS);
  fake_serializer_check (test.serializer, FAKE_LITE, 0, 2 * N_RECORDS, 1);
  fake_serializer_check (test.serializer, FAKE_DOMAINS, 0, N_RECORDS, 0);
  fake_serializer_check (test.serializer, FAKE_DOMAINS, N_RECORDS, 2 * N_RECORDS, 1);

  g_clear_pointer (&lite, stream_peer_free);
  g_clear_pointer (&domains, stream_peer_free);
  http_test_tear_down (&test);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/http/encoded-once/1-client", GUINT_TO_POINTER (1), test_clients);
  g_test_add_data_func ("/http/encoded-once/100-clients", GUINT_TO_POINTER (100), test_clients);
  g_test_add_func ("/http/encoded-once/nobody", test_nobody);
  g_test_add_func ("/http/encoded-once/two-formats", test_two_formats);
  return g_test_run ();
}
