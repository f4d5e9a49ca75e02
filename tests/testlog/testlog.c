/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-testlog"

#include "testlog.h"

#include <libsoup/soup.h>

#include "testlog-config.h"
#include "testlog-endpoints.h"
#include "testlog-replay.h"

/* Entries become visible with the next head, as in real logs. */
#define PUBLISH_MS 200

/* Entries are made in slices this long, so that requests are answered between them. */
#define GROW_MS       10
#define GROW_SLICE_US 8000

struct _Testlog
{
  TestlogOptions options;
  TestlogMint *mint;
  TestlogTruth *truth;
  GPtrArray *logs;
  GPtrArray *replay; /* (nullable): submissions that come before those made */
  guint n_replayed;
  SoupServer *server;
  char *url;
  GSource *grow_source;
  GSource *publish_source;
  gint64 started_us;
  gboolean is_grown;
  gboolean is_complete;
};

static gboolean
dice (int percent)
{
  return g_random_int_range (0, 100) < percent;
}

/* Returns: (transfer full) (nullable): NULL when there is nothing left to submit */
static TestlogSubmission *
next_submission (Testlog *self)
{
  const TestlogOptions *options = &self->options;
  TestlogEntryType type;

  if (self->replay != NULL && self->n_replayed < self->replay->len)
    return testlog_submission_ref (g_ptr_array_index (self->replay, self->n_replayed++));
  if (self->replay != NULL && options->n_entries == 0)
    return NULL;
  type = dice (options->precert_percent) ? TESTLOG_PRECERT_ENTRY : TESTLOG_X509_ENTRY;
  return testlog_mint_next (self->mint, type, dice (options->broken_percent));
}

/* How many entries each log should have by now. */
static guint64
get_target (const Testlog *self)
{
  const TestlogOptions *options = &self->options;
  guint64 end = options->n_entries > 0 ? (guint64) options->n_entries : G_MAXUINT64;
  double seconds = (g_get_monotonic_time () - self->started_us) / (double) G_USEC_PER_SEC;

  return options->rate > 0 ? MIN (end, (guint64) (seconds * options->rate)) : end;
}

static gboolean
has_room (const Testlog *self, TestlogLog *log)
{
  return self->options.n_entries == 0
         || testlog_log_get_n_submitted (log) < (guint64) self->options.n_entries;
}

/* Submits one entry to log @i, perhaps to the one after it as well. */
static gboolean
grow_log (Testlog *self, guint i)
{
  g_autoptr (TestlogSubmission) submission = next_submission (self);
  TestlogLog *next = g_ptr_array_index (self->logs, (i + 1) % self->logs->len);

  if (submission == NULL)
    return FALSE;
  testlog_log_submit (g_ptr_array_index (self->logs, i), submission);
  if (self->logs->len > 1 && dice (self->options.shared_percent) && has_room (self, next))
    testlog_log_submit (next, submission);
  return TRUE;
}

/* Gives each log that is behind @target one entry. */
static gboolean
grow_round (Testlog *self, guint64 target, gboolean *is_behind)
{
  *is_behind = FALSE;
  for (guint i = 0; i < self->logs->len; i++)
    {
      if (testlog_log_get_n_submitted (g_ptr_array_index (self->logs, i)) >= target)
        continue;
      *is_behind = TRUE;
      if (!grow_log (self, i))
        return FALSE;
    }
  return TRUE;
}

static gboolean
on_grow (gpointer data)
{
  Testlog *self = data;
  gint64 until = g_get_monotonic_time () + GROW_SLICE_US;
  guint64 target = get_target (self);
  gboolean is_behind = TRUE;

  while (is_behind && g_get_monotonic_time () < until)
    if (!grow_round (self, target, &is_behind))
      {
        self->is_grown = TRUE;
        return G_SOURCE_REMOVE;
      }
  self->is_grown
      = !is_behind && self->options.n_entries > 0 && target >= (guint64) self->options.n_entries;
  return !self->is_grown;
}

static gboolean
on_publish (gpointer data)
{
  Testlog *self = data;
  gboolean is_grown = self->is_grown;

  for (guint i = 0; i < self->logs->len; i++)
    testlog_log_publish (g_ptr_array_index (self->logs, i));
  if (self->truth != NULL)
    testlog_truth_flush (self->truth);
  self->is_complete = is_grown;
  return G_SOURCE_CONTINUE;
}

static GSource *
add_timeout (guint milliseconds, GSourceFunc function, gpointer data, const char *name)
{
  GSource *source = g_timeout_source_new (milliseconds);

  g_source_set_static_name (source, name);
  g_source_set_callback (source, function, data, NULL);
  g_source_attach (source, NULL);
  return source;
}

static gboolean
load_replay (Testlog *self, GError **error)
{
  const TestlogOptions *options = &self->options;

  if (options->replay_certificates != NULL)
    self->replay = testlog_replay_certificates (options->replay_certificates,
                                                testlog_mint_get_chain (self->mint, 0), error);
  else if (options->replay_entries != NULL)
    self->replay = testlog_replay_entries (options->replay_entries, error);
  else
    return TRUE;
  return self->replay != NULL;
}

static void
add_logs (Testlog *self)
{
  self->logs = g_ptr_array_new_with_free_func ((GDestroyNotify) testlog_log_free);
  self->server = soup_server_new ("server-header", "ctstream-testlog", NULL);
  for (int i = 0; i < self->options.n_logs; i++)
    {
      g_autofree char *name = g_strdup_printf ("testlog-%d", i + 1);
      TestlogLog *log = testlog_log_new (name, self->options.start_size, self->truth);

      g_ptr_array_add (self->logs, log);
      testlog_endpoints_add (self->server, log, self->mint, self->options.page_cap);
    }
}

static gboolean
listen_on_loopback (Testlog *self, GError **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, self->options.port);
  GSList *uris;

  if (!soup_server_listen (self->server, address, 0, error))
    return FALSE;
  uris = soup_server_get_uris (self->server);
  self->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return TRUE;
}

static gboolean
testlog_start (Testlog *self, GError **error)
{
  if (self->options.truth != NULL)
    {
      self->truth = testlog_truth_new (self->options.truth, error);
      if (self->truth == NULL)
        return FALSE;
    }
  self->mint = testlog_mint_new (self->options.n_issuers, self->options.cheap);
  if (!load_replay (self, error))
    return FALSE;
  add_logs (self);
  if (!listen_on_loopback (self, error))
    return FALSE;
  if (self->options.config_out != NULL
      && !testlog_config_write (self->options.config_out, self->url, self->logs, error))
    return FALSE;

  self->started_us = g_get_monotonic_time ();
  self->grow_source = add_timeout (GROW_MS, on_grow, self, "testlog grow");
  self->publish_source = add_timeout (PUBLISH_MS, on_publish, self, "testlog publish");
  return TRUE;
}

/**
 * testlog_new:
 * @options: what it shall be; its strings are copied where they are needed later
 * @error: return location for an error
 *
 * Starts to serve logs on loopback. Main context.
 *
 * Returns: (transfer full): the logs, listening
 */
Testlog *
testlog_new (const TestlogOptions *options, GError **error)
{
  Testlog *self = g_new0 (Testlog, 1);

  self->options = *options;
  if (testlog_start (self, error))
    return self;
  testlog_free (self);
  return NULL;
}

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

void
testlog_free (Testlog *self)
{
  clear_source (&self->grow_source);
  clear_source (&self->publish_source);
  if (self->server != NULL)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  g_clear_pointer (&self->logs, g_ptr_array_unref);
  g_clear_pointer (&self->replay, g_ptr_array_unref);
  g_clear_pointer (&self->mint, testlog_mint_free);
  g_clear_pointer (&self->truth, testlog_truth_free);
  g_free (self->url);
  g_free (self);
}

/* Returns: (transfer none): without a slash at its end; a log's name follows */
const char *
testlog_get_url (const Testlog *self)
{
  return self->url;
}

TestlogLog *
testlog_get_log (const Testlog *self, guint i)
{
  return g_ptr_array_index (self->logs, i);
}

/* Whether every entry that will ever be is visible. */
gboolean
testlog_is_complete (const Testlog *self)
{
  return self->is_complete;
}
