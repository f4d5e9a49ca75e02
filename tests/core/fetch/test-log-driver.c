/* SPDX-License-Identifier: MIT */
#include "core/fetch/cts-log-driver.h"

#include "core/api/cts-batch-private.h"
#include "core/ct/cts-frontier.h"
#include "core/fetch/cts-http-client.h"
#include "core/store/cts-memory-store.h"
#include "plugins/rfc6962/rfc6962-source.h"
#include "tests/core/fetch/fake-log.h"
#include "tests/support/cts-test.h"

#include <string.h>

/* Beyond 32 bits: an index seen in production. */
#define LARGE G_GUINT64_CONSTANT (4354630059)

typedef struct
{
  FakeLog *log;
  CtsLogDriverOptions options;
  CtsPacing *pacing;
  CtsHttpClient *client;
  CtsSource *source;
  CtsWorkers *workers;
  CtsDecoder *decoder;
  CtsStore *store;
  CtsPipeline *pipeline;
  CtsRoom *room;
  CtsLog *state;
  CtsLogDriver *driver;

  /* Written by the pipeline's thread. */
  GMutex lock; /* guards the three below */
  gboolean begun;
  guint64 first_index;
  guint64 next_index;
  guint64 n_records;
  guint64 goal;
  int reached;
} Fixture;

/* Lines of the driver, at message level and above. */
static GString *lines;

static GLogWriterOutput
collect_lines (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  const char *domain = NULL;
  const char *message = NULL;

  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "GLIB_DOMAIN"))
      domain = fields[i].value;
    else if (g_str_equal (fields[i].key, "MESSAGE"))
      message = fields[i].value;
  if (g_strcmp0 (domain, "cts-fetch") != 0)
    return g_log_writer_default (level, fields, n_fields, user_data);
  if ((level & (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE)) != 0)
    g_string_append_printf (lines, "%s\n", message);
  return G_LOG_WRITER_HANDLED;
}

/* Each batch goes on where the one before ended, and each record is the entry it says it is. */
static void
check_batch (Fixture *fixture, CtsBatch *batch)
{
  if (!fixture->begun)
    fixture->first_index = cts_batch_get_first_index (batch);
  else
    g_assert_cmpuint (cts_batch_get_first_index (batch), ==, fixture->next_index);
  fixture->begun = TRUE;
  fixture->next_index = cts_batch_get_end_index (batch);
  for (guint i = 0; i < cts_batch_get_n_records (batch); i++)
    {
      CtsRecord *record = cts_batch_get_record (batch, i);

      g_assert_cmpuint (fake_log_read_index (cts_record_get_certificate (record)), ==,
                        cts_record_get_index (record));
      fixture->n_records++;
    }
}

static void
on_committed (CtsGroup *group, guint64 first_seq, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_mutex_lock (&fixture->lock);
  for (guint i = 0; i < cts_group_get_n_batches (group); i++)
    check_batch (fixture, cts_group_get_batch (group, i));
  if (fixture->next_index >= fixture->goal)
    g_atomic_int_set (&fixture->reached, 1);
  g_mutex_unlock (&fixture->lock);
  g_main_context_wakeup (NULL);
}

/* Before start(). */
static void
set_pace (Fixture *fixture, guint interval_ms)
{
  CtsPacerOptions options = { interval_ms * G_TIME_SPAN_MILLISECOND, 0, 1 };

  g_clear_object (&fixture->client);
  g_clear_pointer (&fixture->pacing, cts_pacing_unref);
  fixture->pacing = cts_pacing_new (&options);
  fixture->client = cts_http_client_new ("1", "", "", 20000, fixture->pacing);
  cts_source_set_transport (fixture->source, CTS_TRANSPORT (fixture->client));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_string_truncate (lines, 0);
  g_mutex_init (&fixture->lock);
  fixture->log = fake_log_new ("Log", 0, 256);
  fixture->options = (CtsLogDriverOptions){ .start = { CTS_LOG_START_INDEX, 0 },
                                            .poll_interval_ms = 5,
                                            .page_size = 32,
                                            .windows = 4,
                                            .backoff_base_ms = 1,
                                            .backoff_max_ms = 8 };
  fixture->source = g_object_new (RFC6962_TYPE_SOURCE, NULL);
  set_pace (fixture, 0);
  fixture->workers = cts_workers_new (2);
  fixture->decoder = cts_decoder_new (fixture->workers);
  fixture->store = cts_memory_store_new ();
  fixture->pipeline = cts_pipeline_new (fixture->store, 1, on_committed, fixture);
  cts_pipeline_start (fixture->pipeline);
  fixture->room = cts_room_new (CTS_ROOM_SIZE);
  fixture->state = cts_log_new (fixture->log->info, NULL);
}

static void
start (Fixture *fixture)
{
  fixture->driver
      = cts_log_driver_new (fixture->state, fixture->source, fixture->decoder, fixture->pipeline,
                            fixture->room, fixture->pacing, &fixture->options);
  cts_log_driver_start (fixture->driver);
}

/* Waits until all entries before @next_index are committed. */
static void
wait_for (Fixture *fixture, guint64 next_index)
{
  g_mutex_lock (&fixture->lock);
  fixture->goal = next_index;
  g_atomic_int_set (&fixture->reached, fixture->begun && fixture->next_index >= next_index);
  g_mutex_unlock (&fixture->lock);
  cts_test_wait (&fixture->reached);
}

static void
run_pending (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer driver = fixture->driver;

  cts_log_driver_stop (fixture->driver);
  g_object_add_weak_pointer (G_OBJECT (fixture->driver), &driver);
  g_object_unref (fixture->driver);
  fake_log_release (fixture->log);
  while (driver != NULL)
    g_main_context_iteration (NULL, TRUE);
  cts_pipeline_stop (fixture->pipeline);
  g_object_unref (fixture->pipeline);
  run_pending ();
  g_assert_cmpuint (cts_room_get_used (fixture->room), ==, 0);
  cts_room_unref (fixture->room);
  g_object_unref (fixture->store);
  g_object_unref (fixture->decoder);
  cts_workers_unref (fixture->workers);
  g_object_unref (fixture->source);
  g_object_unref (fixture->client);
  cts_pacing_unref (fixture->pacing);
  g_object_unref (fixture->state);
  fake_log_free (fixture->log);
  run_pending ();
  g_mutex_clear (&fixture->lock);
}

static void
wait_for_heads (Fixture *fixture, guint n)
{
  while (fixture->log->n_heads < n)
    g_main_context_iteration (NULL, TRUE);
}

/* A log without entries is normal; when it grows, its tree is known from the first one on. */
static void
test_empty_grows (Fixture *fixture, gconstpointer data)
{
  CtsFrontier expected;
  g_autoptr (GBytes) expected_bytes = NULL;
  g_autoptr (GBytes) frontier = NULL;
  guint64 next_index;

  fixture->options.start.kind = CTS_LOG_START_HEAD;
  start (fixture);
  wait_for_heads (fixture, 3);
  g_assert_cmpuint (fixture->log->n_pages, ==, 0);
  fixture->log->size = 5;
  wait_for (fixture, 5);
  fixture->log->size = 77;
  wait_for (fixture, 77);
  g_assert_cmpuint (fixture->first_index, ==, 0);
  g_assert_cmpuint (fixture->n_records, ==, 77);

  cts_frontier_init (&expected);
  for (guint64 index = 0; index < 77; index++)
    {
      guint8 hash[32];

      fake_log_leaf_hash (index, hash);
      cts_frontier_append (&expected, hash);
    }
  expected_bytes = cts_frontier_to_bytes (&expected);
  g_assert_true (cts_store_get_position (fixture->store, cts_log_info_get_id (fixture->log->info),
                                         &next_index, &frontier));
  g_assert_cmpuint (next_index, ==, 77);
  g_assert_true (g_bytes_equal (frontier, expected_bytes));
}

static void
test_start (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    CtsLogStart start;
    guint64 size;
    guint64 first_index;
  } cases[] = {
    { { CTS_LOG_START_HEAD, 0 }, 1000, 1000 },
    { { CTS_LOG_START_BEHIND_HEAD, 10 }, 1000, 990 },
    { { CTS_LOG_START_BEHIND_HEAD, 5000 }, 100, 0 },
    { { CTS_LOG_START_INDEX, 7 }, 100, 7 },
    { { CTS_LOG_START_INDEX, 1003 }, 1000, 1003 },
    { { CTS_LOG_START_HEAD, 0 }, LARGE, LARGE },
    { { CTS_LOG_START_BEHIND_HEAD, 300 }, LARGE, LARGE - 300 },
    { { CTS_LOG_START_INDEX, LARGE - 300 }, LARGE, LARGE - 300 },
  };
  const guint i = GPOINTER_TO_UINT (data);

  g_assert_cmpuint (i, <, G_N_ELEMENTS (cases));
  fixture->log->size = cases[i].size;
  fixture->options.start = cases[i].start;
  start (fixture);
  wait_for_heads (fixture, 2);
  fixture->log->size += 50;
  wait_for (fixture, fixture->log->size);
  g_assert_cmpuint (fixture->first_index, ==, cases[i].first_index);
  g_assert_cmpuint (fixture->n_records, ==, fixture->log->size - cases[i].first_index);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->next_index, ==, fixture->log->size);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->backlog, ==, 0);
}

static void
test_resume (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) stored = NULL;
  g_autoptr (GBytes) frontier = NULL;
  CtsFrontier before;
  guint64 next_index;

  cts_frontier_init (&before);
  for (guint64 index = 0; index < 33; index++)
    {
      guint8 hash[32];

      fake_log_leaf_hash (index, hash);
      cts_frontier_append (&before, hash);
    }
  stored = cts_frontier_to_bytes (&before);
  fixture->log->size = 100;
  fixture->driver
      = cts_log_driver_new (fixture->state, fixture->source, fixture->decoder, fixture->pipeline,
                            fixture->room, fixture->pacing, &fixture->options);
  cts_log_driver_resume (fixture->driver, 33, stored);
  cts_log_driver_start (fixture->driver);
  wait_for (fixture, 100);
  g_assert_cmpuint (fixture->first_index, ==, 33);
  g_assert_true (cts_store_get_position (fixture->store, cts_log_info_get_id (fixture->log->info),
                                         &next_index, &frontier));
  g_assert_nonnull (frontier);
}

/* A served page is found out about, so that there are hardly more requests than pages. */
static void
test_short_pages (Fixture *fixture, gconstpointer data)
{
  fixture->log->size = 3200;
  fixture->log->page = GPOINTER_TO_UINT (data);
  fixture->log->aligned = fixture->log->page % 2 == 0;
  fixture->options.page_size = 256;
  start (fixture);
  wait_for (fixture, 3200);
  g_assert_cmpuint (fixture->n_records, ==, 3200);
  g_assert_cmpuint (fixture->log->n_pages, <=, 3200 / fixture->log->page + 25);
}

/* Answers come in the reverse of the order of the questions. */
static gboolean
hold_four (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end)
{
  /* The first page stands alone: until it came, its size is not known. */
  if (end == 0 || n == 1)
    return FALSE;
  fake_log_answer (log, message, start, end);
  fake_log_hold (log, message);
  if (log->held->len == 4)
    fake_log_release (log);
  return TRUE;
}

static void
test_windows (Fixture *fixture, gconstpointer data)
{
  fixture->log->fault = hold_four;
  /* One page, and 8 times 4 at once. */
  fixture->log->size = 32 * 33;
  fixture->options.start.value = 0;
  start (fixture);
  wait_for (fixture, 32 * 29);
  fake_log_release (fixture->log);
  fixture->log->fault = NULL;
  wait_for (fixture, 32 * 33);
  g_assert_cmpuint (fixture->n_records, ==, 32 * 33);
  /* Nothing is asked for twice. */
  g_assert_cmpuint (fixture->log->n_pages, ==, 33);
}

static gboolean
fault_behind (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end)
{
  fake_log_answer_text (message, 400, "Bad Request\nneed tree size 5");
  return TRUE;
}

static gboolean
fault_forbidden (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end)
{
  fake_log_answer_text (message, 403, "");
  return end - start > 4;
}

static gboolean
fault_empty (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end)
{
  fake_log_answer_text (message, 200, "{\"entries\":[]}");
  return TRUE;
}

static gboolean
fault_extra (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end)
{
  fake_log_answer (log, message, start, end + 1);
  return TRUE;
}

static gboolean
fault_truncated (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end)
{
  SoupMessageBody *body = soup_server_message_get_response_body (message);
  g_autoptr (GBytes) whole = NULL;

  fake_log_answer (log, message, start, end);
  whole = soup_message_body_flatten (body);
  soup_message_body_truncate (body);
  soup_message_body_append (body, SOUP_MEMORY_COPY, g_bytes_get_data (whole, NULL),
                            g_bytes_get_size (whole) - 10);
  return TRUE;
}

static gboolean
fault_html (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end)
{
  fake_log_answer_text (message, 200, "<html>please sign in</html>");
  return TRUE;
}

static gboolean
fault_unavailable (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end)
{
  fake_log_answer_text (message, n % 2 == 0 ? 503 : 500, "later");
  return TRUE;
}

static gboolean
fault_redirect (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end)
{
  soup_server_message_set_redirect (message, 302, "/log/ct/v1/get-entries?start=0&end=0");
  return TRUE;
}

/* Larger than the cap on a head; pages hold it out, and are refused as they are no JSON. */
static gboolean
fault_large (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end)
{
  g_autofree char *text = g_strnfill (100 << 10, ' ');

  fake_log_answer_text (message, 200, text);
  return TRUE;
}

/* Ends the connection in the middle of an answer. */
static gboolean
fault_cut (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  fake_log_answer_text (message, 200, "{\"entries\":[");
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_EOF);
  soup_message_body_complete (soup_server_message_get_response_body (message));
  return TRUE;
}

static const struct
{
  const char *name;
  FakeLogFault fault;
} faults[] = {
  { "behind", fault_behind },
  { "forbidden", fault_forbidden },
  { "empty", fault_empty },
  { "extra", fault_extra },
  { "truncated", fault_truncated },
  { "html", fault_html },
  { "unavailable", fault_unavailable },
  { "redirect", fault_redirect },
  { "large", fault_large },
  { "cut", fault_cut },
};

/* Every second and third request, for heads and pages alike, meets the fault. */
static gboolean
fault_often (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end)
{
  guint fault = GPOINTER_TO_UINT (log->fault_data);

  return n % 5 >= 3 && faults[fault].fault (log, message, n, start, end);
}

/* Whatever a log answers: each index once, in order, none left out. */
static void
test_fault (Fixture *fixture, gconstpointer data)
{
  fixture->log->size = 700;
  fixture->log->fault = fault_often;
  fixture->log->fault_data = (gpointer) data;
  start (fixture);
  wait_for (fixture, 700);
  fixture->log->size = 720;
  wait_for (fixture, 720);
  g_assert_cmpuint (fixture->first_index, ==, 0);
  g_assert_cmpuint (fixture->n_records, ==, 720);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->retries, >, 0);
  g_assert_nonnull (cts_log_get_last_error (fixture->state));
}

/* All of them at random, held answers between them, and next to no room. */
static gboolean
fault_storm (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end)
{
  guint dice = (guint) g_rand_int_range (log->fault_data, 0, 3 * G_N_ELEMENTS (faults));

  if (end == 0)
    return FALSE;
  if (dice < G_N_ELEMENTS (faults))
    return faults[dice].fault (log, message, n, start, end);
  if (dice % 4 == 0)
    {
      fake_log_answer (log, message, start, start + 1 + (end - start) / 2);
      return TRUE;
    }
  return FALSE;
}

static void
test_storm (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (GPOINTER_TO_UINT (data));

  cts_room_unref (fixture->room);
  fixture->room = cts_room_new (GPOINTER_TO_UINT (data) % 2 == 0 ? 1 : 40000);
  fixture->log->size = 1000;
  fixture->log->page = 24;
  fixture->log->fault = fault_storm;
  fixture->log->fault_data = rand;
  fixture->options.backoff_max_ms = 2;
  start (fixture);
  wait_for (fixture, 1000);
  g_assert_cmpuint (fixture->n_records, ==, 1000);
  fixture->log->fault = NULL;
}

static gint64 refused_us;
static guint n_early;

static gboolean
fault_busy_once (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end)
{
  if (refused_us != 0)
    {
      /* Heads are asked for no more than pages are; but one may have been on its way already. */
      if (g_get_monotonic_time () - refused_us < G_TIME_SPAN_SECOND)
        g_assert_true (end == 0 && n_early++ == 0);
      return FALSE;
    }
  if (end == 0 || start == 0)
    return FALSE;
  refused_us = g_get_monotonic_time ();
  soup_message_headers_append (soup_server_message_get_response_headers (message), "Retry-After",
                               "1");
  fake_log_answer_text (message, 429, "");
  return TRUE;
}

static void
test_retry_after (Fixture *fixture, gconstpointer data)
{
  refused_us = 0;
  n_early = 0;
  fixture->log->size = 40;
  fixture->options.windows = 1;
  fixture->log->fault = fault_busy_once;
  start (fixture);
  wait_for (fixture, 40);
  g_assert_cmpint (refused_us, !=, 0);
  g_assert_cmpuint (fixture->log->n_pages, ==, 3);
}

static gboolean
fault_always (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end)
{
  fake_log_answer_text (message, 500, "<b>out of order</b>");
  return TRUE;
}

/* One line when it begins to fail, one when it is well again; also when it never answered before.
 */
static void
test_lines (Fixture *fixture, gconstpointer data)
{
  fixture->log->size = 10;
  fixture->log->fault = fault_always;
  start (fixture);
  wait_for_heads (fixture, 12);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->health, ==, CTS_LOG_HEALTH_FAILING);
  fixture->log->fault = NULL;
  wait_for (fixture, 10);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->health, ==, CTS_LOG_HEALTH_OK);
  g_assert_cmpstr (lines->str, ==,
                   "log Log: failing: get-sth: HTTP 500 Internal Server Error: "
                   "<b>out of order</b>\n"
                   "log Log: recovered\n");
}

static void
test_unparsed (Fixture *fixture, gconstpointer data)
{
  fixture->log->size = 100;
  fixture->log->unparsable = 41;
  start (fixture);
  wait_for (fixture, 100);
  g_assert_cmpuint (fixture->n_records, ==, 99);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->entries, ==, 100);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->unparsed, ==, 1);
  g_assert_cmpstr (lines->str, ==, "log Log: entry 41: certificate frame unreadable\n");

  /* The next one within ten minutes is counted, not reported. */
  fixture->log->unparsable = 150;
  fixture->log->size = 200;
  wait_for (fixture, 200);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->unparsed, ==, 2);
  g_assert_cmpstr (lines->str, ==, "log Log: entry 41: certificate frame unreadable\n");
}

/* An answer from a machine that lags behind changes nothing. */
static void
test_smaller_head (Fixture *fixture, gconstpointer data)
{
  guint n;

  fixture->log->size = 100;
  start (fixture);
  wait_for (fixture, 100);
  fixture->log->size = 50;
  n = fixture->log->n_heads;
  wait_for_heads (fixture, n + 3);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->head_size, ==, 100);
  fixture->log->size = 110;
  wait_for (fixture, 110);
  g_assert_cmpuint (fixture->n_records, ==, 110);
}

static gboolean
hold_all (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end)
{
  if (end == 0)
    return FALSE;
  fake_log_answer (log, message, start, end);
  fake_log_hold (log, message);
  return TRUE;
}

/* Stopped with a request on its way: nothing is handed on any more. */
static void
test_stop (Fixture *fixture, gconstpointer data)
{
  fixture->log->size = 100;
  fixture->log->fault = hold_all;
  start (fixture);
  while (fixture->log->held->len == 0)
    g_main_context_iteration (NULL, TRUE);
  cts_log_driver_stop (fixture->driver);
  fake_log_release (fixture->log);
  run_pending ();
  g_assert_false (fixture->begun);
}

/* A log far behind is not asked for its head. */
static void
test_no_poll_in_catch_up (Fixture *fixture, gconstpointer data)
{
  fixture->log->size = 100000;
  fixture->log->fault = hold_all;
  fixture->options.poll_interval_ms = 1;
  start (fixture);
  while (fixture->log->held->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fixture->log->n_heads, ==, 1);
  g_assert_cmpuint (fixture->log->n_pages, ==, 1);
}

#define ADD(name, test, data)                                                                      \
  g_test_add ("/fetch/log-driver/" name, Fixture, data, set_up, test, tear_down)

static void
add_numbered (const char *name, guint n, void (*test) (Fixture *fixture, gconstpointer data))
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("/fetch/log-driver/%s/%u", name, i);

      g_test_add (path, Fixture, GUINT_TO_POINTER (i), set_up, test, tear_down);
    }
}

static void
add_faults (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strdup_printf ("/fetch/log-driver/fault/%s", faults[i].name);

      g_test_add (path, Fixture, GUINT_TO_POINTER (i), set_up, test_fault, tear_down);
    }
}

/* Requests of all windows go one by one, and heads among them. */
static void
test_paced (Fixture *fixture, gconstpointer data)
{
  gint64 began_us = g_get_monotonic_time ();
  gint64 elapsed_us;

  fixture->log->size = 32 * 10;
  set_pace (fixture, 3);
  start (fixture);
  wait_for (fixture, 32 * 10);
  elapsed_us = g_get_monotonic_time () - began_us;
  g_assert_cmpuint (fixture->n_records, ==, 32 * 10);
  /* A head and ten pages, the first of them at once. */
  g_assert_cmpint (elapsed_us, >=, 10 * 3 * G_TIME_SPAN_MILLISECOND);
}

/* What waits for its turn keeps no room from other logs. The budget is spent with the head. */
static void
test_waits_without_room (Fixture *fixture, gconstpointer data)
{
  fixture->log->size = 1000;
  set_pace (fixture, 60000);
  start (fixture);
  wait_for_heads (fixture, 1);
  while (cts_log_get_stats (fixture->state)->head_size == 0)
    g_main_context_iteration (NULL, TRUE);
  run_pending ();
  g_assert_cmpuint (cts_room_get_used (fixture->room), ==, 0);
  g_assert_cmpuint (fixture->log->n_pages, ==, 0);
}

/* A log that refuses is left alone for what the pacing doubled; nothing is lost or sent twice. */
static gboolean
too_fast (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end)
{
  if (end == 0 || n % 3 != 0)
    return FALSE;
  fake_log_answer_text (message, 429, "");
  return TRUE;
}

static void
test_paced_refused (Fixture *fixture, gconstpointer data)
{
  fixture->log->size = 32 * 6;
  fixture->log->fault = too_fast;
  set_pace (fixture, 1);
  start (fixture);
  wait_for (fixture, 32 * 6);
  g_assert_cmpuint (fixture->n_records, ==, 32 * 6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* Warnings are part of what the driver does, and are looked at. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  lines = g_string_new (NULL);
  g_log_set_writer_func (collect_lines, NULL, NULL);

  ADD ("empty-grows", test_empty_grows, NULL);
  add_numbered ("start", 8, test_start);
  ADD ("resume", test_resume, NULL);
  ADD ("short-pages/aligned", test_short_pages, GUINT_TO_POINTER (64));
  ADD ("short-pages/odd", test_short_pages, GUINT_TO_POINTER (75));
  ADD ("windows", test_windows, NULL);
  add_faults ();
  add_numbered ("storm", 4, test_storm);
  ADD ("retry-after", test_retry_after, NULL);
  ADD ("lines", test_lines, NULL);
  ADD ("unparsed", test_unparsed, NULL);
  ADD ("smaller-head", test_smaller_head, NULL);
  ADD ("stop", test_stop, NULL);
  ADD ("no-poll-in-catch-up", test_no_poll_in_catch_up, NULL);
  ADD ("paced", test_paced, NULL);
  ADD ("waits-without-room", test_waits_without_room, NULL);
  ADD ("paced-refused", test_paced_refused, NULL);
  return g_test_run ();
}
