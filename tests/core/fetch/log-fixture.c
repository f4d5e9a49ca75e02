/* SPDX-License-Identifier: MIT */
#include "log-fixture.h"

#include "core/store/cts-memory-store.h"
#include "plugins/rfc6962/rfc6962-source.h"
#include "tests/support/cts-test.h"

GString *fixture_lines;

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
    g_string_append_printf (fixture_lines, "%s\n", message);
  return G_LOG_WRITER_HANDLED;
}

void
fixture_collect_lines (void)
{
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  fixture_lines = g_string_new (NULL);
  g_log_set_writer_func (collect_lines, NULL, NULL);
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

/* Before fixture_start(). */
void
fixture_set_pace (Fixture *fixture, guint interval_ms)
{
  CtsPacerOptions options = { interval_ms * G_TIME_SPAN_MILLISECOND, 0, 1 };

  g_clear_object (&fixture->client);
  g_clear_pointer (&fixture->pacing, cts_pacing_unref);
  fixture->pacing = cts_pacing_new (&options);
  fixture->client = cts_http_client_new ("1", "", "", 20000, fixture->pacing);
  cts_source_set_transport (fixture->source, CTS_TRANSPORT (fixture->client));
}

void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  g_string_truncate (fixture_lines, 0);
  g_mutex_init (&fixture->lock);
  fixture->log = fake_log_new ("Log", 0, 256);
  fixture->options = (CtsLogDriverOptions){ .start = { CTS_LOG_START_INDEX, 0 },
                                            .poll_interval_ms = 5,
                                            .page_size = 32,
                                            .windows = 4,
                                            .backoff_base_ms = 1,
                                            .backoff_max_ms = 8 };
  fixture->source = g_object_new (RFC6962_TYPE_SOURCE, NULL);
  fixture_set_pace (fixture, 0);
  fixture->workers = cts_workers_new (2);
  fixture->decoder = cts_decoder_new (fixture->workers);
  fixture->store = cts_memory_store_new ();
  fixture->pipeline = cts_pipeline_new (fixture->store, 1, on_committed, fixture);
  cts_pipeline_start (fixture->pipeline);
  fixture->room = cts_room_new (CTS_ROOM_SIZE);
  fixture->state = cts_log_new (fixture->log->info, NULL);
}

void
fixture_start (Fixture *fixture)
{
  fixture->driver
      = cts_log_driver_new (fixture->state, fixture->source, fixture->decoder, fixture->pipeline,
                            fixture->room, fixture->pacing, &fixture->options);
  cts_log_driver_start (fixture->driver);
}

void
fixture_wait_for (Fixture *fixture, guint64 next_index)
{
  g_mutex_lock (&fixture->lock);
  fixture->goal = next_index;
  g_atomic_int_set (&fixture->reached, fixture->begun && fixture->next_index >= next_index);
  g_mutex_unlock (&fixture->lock);
  cts_test_wait (&fixture->reached);
}

void
fixture_run_pending (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
fixture_tear_down (Fixture *fixture, gconstpointer data)
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
  fixture_run_pending ();
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
  fixture_run_pending ();
  g_mutex_clear (&fixture->lock);
}

void
fixture_wait_for_heads (Fixture *fixture, guint n)
{
  while (fixture->log->n_heads < n)
    g_main_context_iteration (NULL, TRUE);
}
