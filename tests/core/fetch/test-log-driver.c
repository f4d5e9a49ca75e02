/* SPDX-License-Identifier: MIT */
#include "tests/core/fetch/log-fixture.h"

#include "core/api/cts-batch-private.h"
#include "core/ct/cts-frontier.h"

#include <string.h>

/* Beyond 32 bits: an index seen in production. */
#define LARGE G_GUINT64_CONSTANT (4354630059)

/* A log without entries is normal; when it grows, its tree is known from the first one on. */
static void
test_empty_grows (Fixture *fixture, gconstpointer data)
{
  CtsFrontier expected;
  g_autoptr (GBytes) expected_bytes = NULL;
  g_autoptr (GBytes) frontier = NULL;
  guint64 next_index;

  fixture->options.start.kind = CTS_LOG_START_HEAD;
  fixture_start (fixture);
  fixture_wait_for_heads (fixture, 3);
  g_assert_cmpuint (fixture->log->n_pages, ==, 0);
  fixture->log->size = 5;
  fixture_wait_for (fixture, 5);
  fixture->log->size = 77;
  fixture_wait_for (fixture, 77);
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
  fixture_start (fixture);
  fixture_wait_for_heads (fixture, 2);
  fixture->log->size += 50;
  fixture_wait_for (fixture, fixture->log->size);
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
  fixture_wait_for (fixture, 100);
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
  fixture_start (fixture);
  fixture_wait_for (fixture, 3200);
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
  fixture_start (fixture);
  fixture_wait_for (fixture, 32 * 29);
  fake_log_release (fixture->log);
  fixture->log->fault = NULL;
  fixture_wait_for (fixture, 32 * 33);
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
  fixture_start (fixture);
  fixture_wait_for (fixture, 700);
  fixture->log->size = 720;
  fixture_wait_for (fixture, 720);
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
  fixture_start (fixture);
  fixture_wait_for (fixture, 1000);
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
  fixture_start (fixture);
  fixture_wait_for (fixture, 40);
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
  fixture_start (fixture);
  fixture_wait_for_heads (fixture, 12);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->health, ==, CTS_LOG_HEALTH_FAILING);
  fixture->log->fault = NULL;
  fixture_wait_for (fixture, 10);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->health, ==, CTS_LOG_HEALTH_OK);
  g_assert_cmpstr (fixture_lines->str, ==,
                   "log Log: failing: get-sth: HTTP 500 Internal Server Error: "
                   "<b>out of order</b>\n"
                   "log Log: recovered\n");
}

static void
test_unparsed (Fixture *fixture, gconstpointer data)
{
  fixture->log->size = 100;
  fixture->log->unparsable = 41;
  fixture_start (fixture);
  fixture_wait_for (fixture, 100);
  g_assert_cmpuint (fixture->n_records, ==, 99);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->entries, ==, 100);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->unparsed, ==, 1);
  g_assert_cmpstr (fixture_lines->str, ==, "log Log: entry 41: certificate frame unreadable\n");

  /* The next one within ten minutes is counted, not reported. */
  fixture->log->unparsable = 150;
  fixture->log->size = 200;
  fixture_wait_for (fixture, 200);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->unparsed, ==, 2);
  g_assert_cmpstr (fixture_lines->str, ==, "log Log: entry 41: certificate frame unreadable\n");
}

/* An answer from a machine that lags behind changes nothing. */
static void
test_smaller_head (Fixture *fixture, gconstpointer data)
{
  guint n;

  fixture->log->size = 100;
  fixture_start (fixture);
  fixture_wait_for (fixture, 100);
  fixture->log->size = 50;
  n = fixture->log->n_heads;
  fixture_wait_for_heads (fixture, n + 3);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->head_size, ==, 100);
  fixture->log->size = 110;
  fixture_wait_for (fixture, 110);
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
  fixture_start (fixture);
  while (fixture->log->held->len == 0)
    g_main_context_iteration (NULL, TRUE);
  cts_log_driver_stop (fixture->driver);
  fake_log_release (fixture->log);
  fixture_run_pending ();
  g_assert_false (fixture->begun);
}

/* A log far behind is not asked for its head. */
static void
test_no_poll_in_catch_up (Fixture *fixture, gconstpointer data)
{
  fixture->log->size = 100000;
  fixture->log->fault = hold_all;
  fixture->options.poll_interval_ms = 1;
  fixture_start (fixture);
  while (fixture->log->held->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fixture->log->n_heads, ==, 1);
  g_assert_cmpuint (fixture->log->n_pages, ==, 1);
}

#define ADD(name, test, data)                                                                      \
  g_test_add ("/fetch/log-driver/" name, Fixture, data, fixture_set_up, test, fixture_tear_down)

static void
add_numbered (const char *name, guint n, void (*test) (Fixture *fixture, gconstpointer data))
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("/fetch/log-driver/%s/%u", name, i);

      g_test_add (path, Fixture, GUINT_TO_POINTER (i), fixture_set_up, test, fixture_tear_down);
    }
}

static void
add_faults (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strdup_printf ("/fetch/log-driver/fault/%s", faults[i].name);

      g_test_add (path, Fixture, GUINT_TO_POINTER (i), fixture_set_up, test_fault,
                  fixture_tear_down);
    }
}

/* Requests of all windows go one by one, and heads among them. */
static void
test_paced (Fixture *fixture, gconstpointer data)
{
  gint64 began_us = g_get_monotonic_time ();
  gint64 elapsed_us;

  fixture->log->size = 32 * 10;
  fixture_set_pace (fixture, 3);
  fixture_start (fixture);
  fixture_wait_for (fixture, 32 * 10);
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
  fixture_set_pace (fixture, 60000);
  fixture_start (fixture);
  fixture_wait_for_heads (fixture, 1);
  while (cts_log_get_stats (fixture->state)->head_size == 0)
    g_main_context_iteration (NULL, TRUE);
  fixture_run_pending ();
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
  fixture_set_pace (fixture, 1);
  fixture_start (fixture);
  fixture_wait_for (fixture, 32 * 6);
  g_assert_cmpuint (fixture->n_records, ==, 32 * 6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_collect_lines ();

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
