/* SPDX-License-Identifier: MIT */
#include "core/fetch/cts-log-audit.h"

#include "tests/core/fetch/log-fixture.h"

#include <string.h>

/* The log signs its heads and is held to that. */
static void
begin_audit (Fixture *fixture)
{
  fake_log_sign (fixture->log);
  g_object_unref (fixture->state);
  fixture->state = cts_log_new (fixture->log->info, fixture->log->spki);
  fixture->options.audit = TRUE;
}

static void
assert_trust (Fixture *fixture, CtsLogTrust trust, guint64 verified_to)
{
  const CtsLogStats *stats = cts_log_get_stats (fixture->state);

  g_assert_cmpuint (stats->trust, ==, trust);
  g_assert_cmpuint (stats->verified_to, ==, verified_to);
}

/* Lines that begin with "alarm: log Log: " and @kind. */
static guint
count_alarm_lines (const char *kind)
{
  g_auto (GStrv) all = g_strsplit (fixture_lines->str, "\n", -1);
  g_autofree char *prefix = g_strdup_printf ("alarm: log Log: %s: ", kind);
  guint n = 0;

  for (char **line = all; *line != NULL; line++)
    n += g_str_has_prefix (*line, prefix);
  return n;
}

/* Waits for @n more heads to be taken, not only asked for. */
static void
wait_for_more_heads (Fixture *fixture, guint n)
{
  fixture_wait_for_heads (fixture, fixture->log->n_heads + n + 1);
}

/* What is verified reaches each head, wherever in a page that lies, with heads that lag behind and
 * an entry that cannot be read in between. */
static void
test_grows (Fixture *fixture, gconstpointer data)
{
  static const guint64 sizes[] = { 0, 1, 5, 37, 31, 300, 299, 301, 700 };
  guint64 before = (guint64) g_get_real_time () / 1000;
  guint64 largest = 0;

  begin_audit (fixture);
  fixture->log->unparsable = 41;
  fixture_start (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      fixture->log->size = sizes[i];
      largest = MAX (largest, sizes[i]);
      wait_for_more_heads (fixture, 2);
      if (largest > 0)
        fixture_wait_for (fixture, largest);
      assert_trust (fixture, CTS_LOG_VERIFIED, largest);
    }
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->alarms, ==, 0);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->verified_timestamp_ms, >=, before);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->verified_timestamp_ms, <=,
                    (guint64) g_get_real_time () / 1000);
  g_assert_cmpstr (fixture_lines->str, ==, "log Log: entry 41: certificate frame unreadable\n");
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

/* Windows on their way when a head comes end beyond it: the tree is looked at within a page. */
static void
test_within_page (Fixture *fixture, gconstpointer data)
{
  begin_audit (fixture);
  fixture->log->size = 10;
  fixture->log->fault = hold_all;
  fixture_start (fixture);
  while (fixture->log->held->len == 0)
    g_main_context_iteration (NULL, TRUE);
  /* The page of ten is held back; meanwhile the log says what it was at 7. */
  fixture->log->size = 7;
  wait_for_more_heads (fixture, 2);
  fixture->log->size = 10;
  fixture->log->forked = TRUE;
  fixture->log->size = 8;
  wait_for_more_heads (fixture, 2);
  fixture->log->fault = NULL;
  fixture->log->forked = FALSE;
  fixture->log->size = 10;
  fake_log_release (fixture->log);
  fixture_wait_for (fixture, 10);
  /* Right at 7, wrong at 8; what comes after is no longer called verified. */
  assert_trust (fixture, CTS_LOG_INCONSISTENT, 7);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->alarms, ==, 1);
  g_assert_cmpuint (count_alarm_lines ("wrong-root"), ==, 1);
}

/* A head that the log did not sign is not used; one line, however often it comes. */
static void
test_bad_signature (Fixture *fixture, gconstpointer data)
{
  begin_audit (fixture);
  fixture->log->size = 10;
  fixture->log->missigns = TRUE;
  fixture_start (fixture);
  fixture_wait_for_heads (fixture, 8);
  g_assert_cmpuint (fixture->log->n_pages, ==, 0);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->head_size, ==, 0);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->health, ==, CTS_LOG_HEALTH_FAILING);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->alarms, >=, 7);
  g_assert_cmpuint (count_alarm_lines ("bad-signature"), ==, 1);
  fixture->log->missigns = FALSE;
  fixture_wait_for (fixture, 10);
  assert_trust (fixture, CTS_LOG_VERIFIED, 10);
}

static void
test_wrong_key (Fixture *fixture, gconstpointer data)
{
  FakeLog *other = fake_log_new ("Other", 0, 1);

  fake_log_sign (other);
  begin_audit (fixture);
  g_object_unref (fixture->state);
  fixture->state = cts_log_new (fixture->log->info, other->spki);
  fixture->log->size = 10;
  fixture_start (fixture);
  fixture_wait_for_heads (fixture, 4);
  g_assert_cmpuint (fixture->log->n_pages, ==, 0);
  g_assert_cmpuint (count_alarm_lines ("bad-signature"), ==, 1);
  assert_trust (fixture, CTS_LOG_UNVERIFIED, 0);
  fake_log_free (other);
}

/* Without a key, or with one of an unknown kind: followed, and said once. */
static void
test_no_key (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) key = data != NULL ? g_bytes_new_static (data, strlen (data)) : NULL;

  begin_audit (fixture);
  g_object_unref (fixture->state);
  fixture->state = cts_log_new (fixture->log->info, key);
  fixture->log->missigns = TRUE;
  fixture->log->size = 10;
  fixture_start (fixture);
  fixture_wait_for (fixture, 10);
  assert_trust (fixture, CTS_LOG_UNVERIFIED, 0);
  g_assert_true (g_str_has_prefix (fixture_lines->str, "log Log: unverifiable: "));
  g_assert_true (strchr (fixture_lines->str, '\n') == fixture_lines->str + fixture_lines->len - 1);
}

/* Audit is off: nothing is looked at and nothing said. */
static void
test_off (Fixture *fixture, gconstpointer data)
{
  begin_audit (fixture);
  fixture->options.audit = FALSE;
  fixture->log->missigns = TRUE;
  fixture->log->size = 10;
  fixture_start (fixture);
  fixture_wait_for (fixture, 10);
  assert_trust (fixture, CTS_LOG_UNVERIFIED, 0);
  g_assert_cmpstr (fixture_lines->str, ==, "");
}

/* Two trees of one size, both signed; entries go on, but nothing is verified any more. */
static void
test_fork (Fixture *fixture, gconstpointer data)
{
  begin_audit (fixture);
  fixture->log->size = 10;
  fixture_start (fixture);
  fixture_wait_for (fixture, 10);
  fixture->log->forked = TRUE;
  wait_for_more_heads (fixture, 3);
  assert_trust (fixture, CTS_LOG_INCONSISTENT, 10);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->alarms, >=, 3);
  g_assert_cmpuint (count_alarm_lines ("fork"), ==, 1);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->health, ==, CTS_LOG_HEALTH_OK);
  fixture->log->forked = FALSE;
  fixture->log->size = 20;
  fixture_wait_for (fixture, 20);
  assert_trust (fixture, CTS_LOG_INCONSISTENT, 10);
}

/* An entry that is not the one in the tree (one bit, as in Yeti 2022). */
static void
test_wrong_root (Fixture *fixture, gconstpointer data)
{
  begin_audit (fixture);
  fixture->log->size = 40;
  fixture->log->altered = 50;
  fixture_start (fixture);
  fixture_wait_for (fixture, 40);
  assert_trust (fixture, CTS_LOG_VERIFIED, 40);
  fixture->log->size = 100;
  fixture_wait_for (fixture, 100);
  assert_trust (fixture, CTS_LOG_INCONSISTENT, 40);
  fixture->log->size = 120;
  fixture_wait_for (fixture, 120);
  assert_trust (fixture, CTS_LOG_INCONSISTENT, 40);
  g_assert_cmpuint (fixture->n_records, ==, 120);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->alarms, ==, 2);
  g_assert_cmpuint (count_alarm_lines ("wrong-root"), ==, 1);
}

/* Each head is old, or of tomorrow: one line, and the log is followed all the same. */
static void
test_clock (Fixture *fixture, gconstpointer data)
{
  gboolean ahead = GPOINTER_TO_INT (data);

  begin_audit (fixture);
  fixture->log->clock_us = (ahead ? 10 * G_TIME_SPAN_MINUTE : -30 * G_TIME_SPAN_HOUR)
                           + G_TIME_SPAN_MINUTE / (ahead ? 2 : -2);
  fixture->log->size = 10;
  fixture_start (fixture);
  fixture_wait_for (fixture, 10);
  wait_for_more_heads (fixture, 2);
  assert_trust (fixture, CTS_LOG_VERIFIED, 10);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->alarms, ==, 0);
  g_assert_cmpstr (fixture_lines->str, ==,
                   ahead ? "log Log: its head is 10 minutes ahead of the clock\n"
                         : "log Log: its head is 30 hours old\n");
}

/* In the middle the tree comes from the log's own proof, for each shape of tree there is. */
static void
test_middle (Fixture *fixture, gconstpointer data)
{
  begin_audit (fixture);
  fixture->log->size = 70;
  fixture->log->unparsable = GPOINTER_TO_UINT (data) - 1;
  fixture->options.start.value = GPOINTER_TO_UINT (data);
  fixture_start (fixture);
  fixture_wait_for (fixture, 70);
  g_assert_cmpuint (fixture->log->n_proofs, ==, 1);
  g_assert_cmpuint (fixture->first_index, ==, fixture->options.start.value);
  assert_trust (fixture, CTS_LOG_VERIFIED, 70);
  g_assert_cmpstr (fixture_lines->str, ==, "");
}

/* At the head the proof must make the signed root; that is verified before any entry comes. */
static void
test_head (Fixture *fixture, gconstpointer data)
{
  begin_audit (fixture);
  fixture->log->size = 70;
  fixture->options.start.kind = CTS_LOG_START_HEAD;
  fixture_start (fixture);
  while (cts_log_get_stats (fixture->state)->trust == CTS_LOG_UNVERIFIED)
    g_main_context_iteration (NULL, TRUE);
  assert_trust (fixture, CTS_LOG_VERIFIED, 70);
  g_assert_false (fixture->begun);
  fixture->log->size = 100;
  fixture_wait_for (fixture, 100);
  assert_trust (fixture, CTS_LOG_VERIFIED, 100);
  g_assert_cmpuint (fixture->log->n_proofs, ==, 1);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->alarms, ==, 0);
}

/* Without a proof, or with a wrong one, only signatures are verified; entries come all the same. */
static void
test_no_tree (Fixture *fixture, gconstpointer data)
{
  const char *problem = data;

  begin_audit (fixture);
  fixture->log->no_proofs = strstr (problem, "404") != NULL;
  fixture->log->misproves = TRUE;
  fixture->log->size = 70;
  fixture->options.start.kind = CTS_LOG_START_HEAD;
  fixture_start (fixture);
  fixture_wait_for_heads (fixture, 3);
  fixture->log->size = 100;
  fixture_wait_for (fixture, 100);
  assert_trust (fixture, CTS_LOG_UNVERIFIED, 0);
  g_assert_cmpuint (fixture->first_index, ==, 70);
  g_assert_cmpuint (fixture->log->n_proofs, ==, 1);
  g_assert_cmpuint (cts_log_get_stats (fixture->state)->alarms, ==, 0);
  g_assert_true (g_str_has_prefix (fixture_lines->str,
                                   "log Log: only its signatures are verified, the tree before "
                                   "entry 70 stays unknown: "));
  g_assert_nonnull (strstr (fixture_lines->str, problem));
  g_assert_true (strchr (fixture_lines->str, '\n') == fixture_lines->str + fixture_lines->len - 1);
}

/* An index beyond the head: the tree is asked for once the log has grown up to it. */
static void
test_beyond_head (Fixture *fixture, gconstpointer data)
{
  begin_audit (fixture);
  fixture->log->size = 20;
  fixture->options.start.value = 33;
  fixture_start (fixture);
  fixture_wait_for_heads (fixture, 3);
  g_assert_cmpuint (fixture->log->n_proofs, ==, 0);
  fixture->log->size = 50;
  fixture_wait_for (fixture, 50);
  g_assert_cmpuint (fixture->first_index, ==, 33);
  g_assert_cmpuint (fixture->log->n_proofs, ==, 1);
  assert_trust (fixture, CTS_LOG_VERIFIED, 50);
}

#define ADD(name, test, data)                                                                      \
  g_test_add ("/fetch/log-audit/" name, Fixture, data, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_collect_lines ();

  ADD ("grows", test_grows, NULL);
  ADD ("within-page", test_within_page, NULL);
  ADD ("bad-signature", test_bad_signature, NULL);
  ADD ("wrong-key", test_wrong_key, NULL);
  ADD ("no-key", test_no_key, NULL);
  ADD ("unknown-key", test_no_key, "junk");
  ADD ("off", test_off, NULL);
  ADD ("fork", test_fork, NULL);
  ADD ("wrong-root", test_wrong_root, NULL);
  ADD ("clock/behind", test_clock, GINT_TO_POINTER (FALSE));
  ADD ("clock/ahead", test_clock, GINT_TO_POINTER (TRUE));
  ADD ("head", test_head, NULL);
  ADD ("no-tree/unknown", test_no_tree, "404");
  ADD ("no-tree/wrong", test_no_tree, "not of the signed tree");
  ADD ("beyond-head", test_beyond_head, NULL);
  for (guint start = 1; start <= 69; start++)
    {
      g_autofree char *path = g_strdup_printf ("/fetch/log-audit/middle/%u", start);

      g_test_add (path, Fixture, GUINT_TO_POINTER (start), fixture_set_up, test_middle,
                  fixture_tear_down);
    }
  return g_test_run ();
}
