/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "ctstreamd"

#include "cts-log-followers.h"

#include "core/api/cts-source-private.h"
#include "core/fetch/cts-http-client.h"
#include "core/fetch/cts-log-driver.h"
#include "core/pipeline/cts-decoder.h"

#include <nettle/sha2.h>
#include <string.h>

/* Wait after a first failure of a log. */
#define BACKOFF_BASE_MS 500

struct _CtsLogFollowers
{
  CtsConfig *config;
  CtsPipeline *pipeline;
  CtsStore *store;
  CtsDecoder *decoder;
  CtsPacing *pacing;
  CtsHttpClient *client;
  CtsRoom *room;
  GPtrArray *sources; /* of CtsSource, one for each protocol */
  GPtrArray *drivers; /* of CtsLogDriver */
};

static CtsPacerOptions
make_pacer_options (const CtsLogsConfig *logs, const CtsOperatorConfig *own)
{
  guint interval_ms = logs->request_interval_ms;
  guint interval_min_ms = logs->request_interval_min_ms;
  guint burst = logs->request_burst;

  if (own != NULL && own->request_interval_ms != CTS_CONFIG_UNSET)
    interval_ms = own->request_interval_ms;
  if (own != NULL && own->request_interval_min_ms != CTS_CONFIG_UNSET)
    interval_min_ms = own->request_interval_min_ms;
  if (own != NULL && own->request_burst > 0)
    burst = own->request_burst;
  return (CtsPacerOptions){ (gint64) interval_ms * 1000, (gint64) interval_min_ms * 1000, burst };
}

static CtsPacing *
make_pacing (const CtsLogsConfig *logs)
{
  CtsPacerOptions options = make_pacer_options (logs, NULL);
  CtsPacing *pacing = cts_pacing_new (&options);

  for (guint i = 0; i < logs->operators->len; i++)
    {
      const CtsOperatorConfig *own = g_ptr_array_index (logs->operators, i);

      options = make_pacer_options (logs, own);
      cts_pacing_set_operator (pacing, own->name, &options);
    }
  return pacing;
}

/**
 * cts_log_followers_new:
 * @config: which logs, and how to read them
 * @workers: where pages are decoded
 * @pipeline: where batches go
 * @store: who knows where each log was left
 *
 * Returns: (transfer full): followers of no log yet
 */
CtsLogFollowers *
cts_log_followers_new (CtsConfig *config,
                       CtsWorkers *workers,
                       CtsPipeline *pipeline,
                       CtsStore *store)
{
  const CtsLogsConfig *logs = cts_config_get_logs (config);
  CtsLogFollowers *self = g_new0 (CtsLogFollowers, 1);

  self->config = cts_config_ref (config);
  self->pipeline = g_object_ref (pipeline);
  self->store = g_object_ref (store);
  self->decoder = cts_decoder_new (workers);
  self->pacing = make_pacing (logs);
  self->client = cts_http_client_new (CTS_VERSION, logs->contact, logs->proxy,
                                      logs->request_timeout_seconds * 1000, self->pacing);
  self->room = cts_room_new (CTS_ROOM_SIZE);
  self->sources = g_ptr_array_new_with_free_func (g_object_unref);
  self->drivers = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

/**
 * cts_log_followers_free:
 * @self: (transfer full): followers
 *
 * Stops reading all logs.
 */
void
cts_log_followers_free (CtsLogFollowers *self)
{
  for (guint i = 0; i < self->drivers->len; i++)
    cts_log_driver_stop (g_ptr_array_index (self->drivers, i));
  g_ptr_array_unref (self->drivers);
  g_ptr_array_unref (self->sources);
  cts_room_unref (self->room);
  g_object_unref (self->client);
  cts_pacing_unref (self->pacing);
  g_object_unref (self->decoder);
  g_object_unref (self->store);
  g_object_unref (self->pipeline);
  cts_config_unref (self->config);
  g_free (self);
}

/* The log ID is the hash of the key (RFC 6962 §3.2). A log without a key is told apart by its
 * address; nobody can mistake that for a signed one, since it has no key to verify with. */
static void
compute_log_id (const CtsExtraLog *log, guint8 *id)
{
  struct sha256_ctx sha;

  sha256_init (&sha);
  if (log->key != NULL)
    sha256_update (&sha, g_bytes_get_size (log->key), g_bytes_get_data (log->key, NULL));
  else
    sha256_update (&sha, strlen (log->url), (const guint8 *) log->url);
  sha256_digest (&sha, CTS_LOG_ID_SIZE, id);
}

static CtsLog *
make_log (const CtsExtraLog *extra)
{
  const char *operator_name = extra->operator_name[0] != '\0' ? extra->operator_name : extra->name;
  guint8 id[CTS_LOG_ID_SIZE];
  g_autoptr (CtsLogInfo) info = NULL;

  compute_log_id (extra, id);
  info = cts_log_info_new (id, extra->name, extra->url, operator_name, extra->protocol);
  return cts_log_new (info, extra->key);
}

static CtsLogStart
make_start (const CtsStart *start, const CtsStart *fallback)
{
  const CtsStart *chosen = start->kind != CTS_START_UNSET ? start : fallback;

  switch (chosen->kind)
    {
    case CTS_START_INDEX:
      return (CtsLogStart){ CTS_LOG_START_INDEX, chosen->value };
    case CTS_START_HEAD:
      return (CtsLogStart){ CTS_LOG_START_BEHIND_HEAD, chosen->value };
    case CTS_START_UNSET:
    case CTS_START_DATE:
    default:
      return (CtsLogStart){ CTS_LOG_START_HEAD, 0 };
    }
}

static void
followers_add_log (CtsLogFollowers *self, CtsSource *source, const CtsExtraLog *extra)
{
  const CtsLogsConfig *logs = cts_config_get_logs (self->config);
  CtsLogDriverOptions options = {
    .start = make_start (&extra->start, &logs->start),
    .poll_interval_ms
    = extra->poll_interval_ms > 0 ? extra->poll_interval_ms : logs->poll_interval_ms,
    .page_size = extra->page_size > 0 ? extra->page_size : logs->page_size,
    .windows = logs->windows,
    .backoff_base_ms = BACKOFF_BASE_MS,
    .backoff_max_ms = logs->backoff_max_seconds * 1000,
    .audit = logs->audit != CTS_AUDIT_OFF,
  };
  g_autoptr (CtsLog) log = make_log (extra);
  g_autoptr (GBytes) frontier = NULL;
  guint64 next_index;
  CtsLogDriver *driver = cts_log_driver_new (log, source, self->decoder, self->pipeline, self->room,
                                             self->pacing, &options);

  if (cts_store_get_position (self->store, cts_log_info_get_id (cts_log_get_info (log)),
                              &next_index, &frontier))
    cts_log_driver_resume (driver, next_index, frontier);
  g_ptr_array_add (self->drivers, driver);
  cts_log_driver_start (driver);
}

static gboolean
followers_have_protocol (CtsLogFollowers *self, const char *protocol)
{
  for (guint i = 0; i < self->sources->len; i++)
    if (g_str_equal (CTS_SOURCE_GET_CLASS (g_ptr_array_index (self->sources, i))->protocol,
                     protocol))
      return TRUE;
  return FALSE;
}

/**
 * cts_log_followers_add_source:
 * @self: followers
 * @source: a source that runs
 *
 * Follows the logs that speak the protocol of @source. Of two sources of one protocol the first is
 * taken: two drivers of one log would hand on everything twice.
 */
void
cts_log_followers_add_source (CtsLogFollowers *self, CtsSource *source)
{
  const char *protocol = CTS_SOURCE_GET_CLASS (source)->protocol;
  const GPtrArray *logs = cts_config_get_logs (self->config)->extra;
  guint n_logs = 0;

  if (followers_have_protocol (self, protocol))
    {
      g_warning ("source '%s' is not used: another one reads %s logs",
                 cts_stage_get_name (CTS_STAGE (source)), protocol);
      return;
    }
  g_ptr_array_add (self->sources, g_object_ref (source));
  cts_source_set_transport (source, CTS_TRANSPORT (self->client));
  for (guint i = 0; i < logs->len; i++)
    {
      const CtsExtraLog *extra = g_ptr_array_index (logs, i);

      if (!g_str_equal (extra->protocol, protocol))
        continue;
      followers_add_log (self, source, extra);
      n_logs++;
    }
  g_message ("following %u %s logs", n_logs, protocol);
}
