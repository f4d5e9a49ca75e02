/* SPDX-License-Identifier: MIT */
#include "core/ct/cts-log.h"

#include "tests/support/cts-test.h"

typedef struct
{
  CtsLog *log;
  guint n_entries;
  guint n_other;
  int n_last_error;
} Fixture;

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  Fixture *fixture = user_data;

  if (g_str_equal (pspec->name, "entries"))
    fixture->n_entries++;
  else if (g_str_equal (pspec->name, "last-error"))
    fixture->n_last_error++;
  else
    fixture->n_other++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const guint8 id[CTS_LOG_ID_SIZE] = { 1 };
  g_autoptr (CtsLogInfo) info
      = cts_log_info_new (id, "Log", "https://log.example/", "Operator", "rfc6962");

  fixture->log = cts_log_new (info, NULL);
  g_signal_connect (fixture->log, "notify", G_CALLBACK (on_notify), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->log);
}

/* Many changes, one notification of each property that changed, none of those that did not. */
static void
test_notify (Fixture *fixture, gconstpointer data)
{
  guint64 entries;

  for (guint i = 0; i < 1000; i++)
    cts_log_edit_stats (fixture->log)->entries++;
  cts_log_set_last_error (fixture->log, "HTTP 500");
  g_assert_cmpuint (fixture->n_entries, ==, 0);
  g_object_get (fixture->log, "entries", &entries, NULL);
  g_assert_cmpuint (entries, ==, 1000);

  cts_test_wait (&fixture->n_last_error);
  g_assert_cmpuint (fixture->n_entries, ==, 1);
  g_assert_cmpint (fixture->n_last_error, ==, 1);
  g_assert_cmpuint (fixture->n_other, ==, 0);
}

/* A log may go while a change waits to be told. */
static void
test_dispose (Fixture *fixture, gconstpointer data)
{
  cts_log_edit_stats (fixture->log)->requests++;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/ct/log/notify", Fixture, NULL, set_up, test_notify, tear_down);
  g_test_add ("/ct/log/dispose", Fixture, NULL, set_up, test_dispose, tear_down);
  return g_test_run ();
}
