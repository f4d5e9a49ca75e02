/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "ctstreamd"

#include "cts-daemon.h"

#include "core/daemon/cts-builtin.h"
#include "core/daemon/cts-log-followers.h"
#include "core/daemon/cts-stage-setup.h"
#include "core/http/cts-http-server.h"
#include "core/http/cts-listen-address.h"
#include "core/modules/cts-registry.h"
#include "core/pipeline/cts-pipeline.h"
#include "core/store/cts-memory-store.h"
#include "core/stream/cts-publisher.h"

/* Time that clients get to take what is on its way to them, and the close behind it. */
#define CLOSE_MS 3000

/* Time that all stages together get to stop. */
#define STOP_SECONDS 5

struct _CtsDaemon
{
  GObject parent_instance;

  CtsConfig *config;
  CtsModuleLoader *loader;
  CtsRegistry *registry;
  GPtrArray *waiting_sinks; /* of CtsSink: started, but no serializer makes their format yet */

  /* In the order of a certificate's way; there only while the daemon runs. */
  CtsWorkers *workers;
  CtsLogFollowers *followers;
  CtsStore *store;
  CtsPipeline *pipeline;
  CtsPublisher *publisher;
  CtsShardPool *shards;
  CtsHttpServer *http;
};

G_DEFINE_FINAL_TYPE (CtsDaemon, cts_daemon, G_TYPE_OBJECT)

/* Stages start in this order: each finds what it hands its records to. */
static const CtsRole start_order[]
    = { CTS_ROLE_SERIALIZER, CTS_ROLE_FILTER, CTS_ROLE_SINK, CTS_ROLE_SOURCE };

static void
on_committed (CtsGroup *group, guint64 first_seq, gpointer user_data)
{
  CtsDaemon *self = user_data;

  cts_publisher_publish (self->publisher, group, first_seq);
}

static void
daemon_connect_sink (CtsDaemon *self, CtsSink *sink)
{
  g_autoptr (GError) error = NULL;

  if (CTS_IS_HTTP_MOUNT (sink))
    cts_http_mount_mount (CTS_HTTP_MOUNT (sink), CTS_HTTP_HOST (self->http));
  if (cts_sink_is_push (sink) && !cts_publisher_add_push_sink (self->publisher, sink, &error))
    {
      g_warning ("%s", error->message);
      g_ptr_array_add (self->waiting_sinks, g_object_ref (sink));
    }
}

/* Push sinks whose format nobody made so far may have it now. */
static void
daemon_add_serializer (CtsDaemon *self, CtsSerializer *serializer)
{
  cts_publisher_add_serializer (self->publisher, serializer);
  for (guint i = self->waiting_sinks->len; i-- > 0;)
    if (cts_publisher_add_push_sink (self->publisher, g_ptr_array_index (self->waiting_sinks, i),
                                     NULL))
      g_ptr_array_remove_index (self->waiting_sinks, i);
}

/* A stage runs, from the start or after some tries: now it is given its place. */
static void
on_stage_started (CtsRegistry *registry, CtsStage *stage, gpointer user_data)
{
  CtsDaemon *self = user_data;

  if (CTS_IS_SERIALIZER (stage))
    daemon_add_serializer (self, CTS_SERIALIZER (stage));
  else if (CTS_IS_FILTER (stage))
    cts_pipeline_add_filter (self->pipeline, CTS_FILTER (stage));
  else if (CTS_IS_SINK (stage))
    daemon_connect_sink (self, CTS_SINK (stage));
  else if (CTS_IS_SOURCE (stage))
    cts_log_followers_add_source (self->followers, CTS_SOURCE (stage));
}

static void
cts_daemon_dispose (GObject *object)
{
  CtsDaemon *self = CTS_DAEMON (object);

  cts_daemon_stop (self);
  g_clear_pointer (&self->waiting_sinks, g_ptr_array_unref);
  g_clear_object (&self->registry);
  g_clear_object (&self->loader);
  g_clear_pointer (&self->config, cts_config_unref);
  G_OBJECT_CLASS (cts_daemon_parent_class)->dispose (object);
}

static void
cts_daemon_class_init (CtsDaemonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cts_daemon_dispose;
}

static void
cts_daemon_init (CtsDaemon *self)
{
  self->waiting_sinks = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * cts_daemon_new:
 * @config: the configuration
 * @plugin_path: (nullable): folders of plugins, separated by colons; %NULL for the installed ones
 *
 * Returns: (transfer full): a daemon that does nothing yet
 */
CtsDaemon *
cts_daemon_new (CtsConfig *config, const char *plugin_path)
{
  CtsDaemon *self = g_object_new (CTS_TYPE_DAEMON, NULL);

  self->config = cts_config_ref (config);
  self->loader = cts_module_loader_new (plugin_path);
  cts_builtin_add_modules (self->loader);
  self->registry
      = cts_registry_new (self->loader, CTS_REGISTRY_RETRY_BASE_MS, CTS_REGISTRY_RETRY_MAX_MS);
  return self;
}

/**
 * cts_daemon_check:
 * @self: a daemon
 * @need_plugins: whether it is wrong that a plugin cannot be loaded; a running daemon tries again
 * @errors: (element-type utf8): what is wrong is added here
 *
 * Checks what only plugins and the rooms behind the configuration can know: that each stage's
 * plugin takes its options, and that there is a place for each stage.
 *
 * Returns: whether nothing is wrong
 */
gboolean
cts_daemon_check (CtsDaemon *self, gboolean need_plugins, GPtrArray *errors)
{
  guint before = errors->len;

  cts_stage_setup_check_count (cts_config_get_stages (self->config, CTS_ROLE_FILTER),
                               CTS_PIPELINE_MAX_FILTERS, errors);
  cts_stage_setup_check_count (cts_config_get_stages (self->config, CTS_ROLE_SERIALIZER),
                               CTS_PUBLISHER_MAX_SERIALIZERS, errors);
  for (guint r = 0; r < G_N_ELEMENTS (start_order); r++)
    {
      const GPtrArray *stages = cts_config_get_stages (self->config, start_order[r]);

      for (guint i = 0; i < stages->len; i++)
        cts_stage_setup_check (self->loader, g_ptr_array_index (stages, i), need_plugins, errors);
    }
  return errors->len == before;
}

static void
daemon_start_workers (CtsDaemon *self)
{
  const CtsStreamConfig *stream = cts_config_get_stream (self->config);
  CtsShardOptions options = cts_shard_options_default;

  options.heartbeat_seconds = stream->heartbeat_seconds;
  options.heartbeat_always = stream->heartbeat == CTS_STREAM_HEARTBEAT_ALWAYS;

  self->workers = cts_workers_new (0);
  self->shards = cts_shard_pool_new (&options);
  self->publisher
      = cts_publisher_new (self->workers, self->shards, (gsize) stream->ring_megabytes << 20);
  self->store = cts_memory_store_new ();
  self->pipeline
      = cts_pipeline_new (self->store, cts_config_get_store (self->config)->commit_interval_ms,
                          on_committed, self);
  self->followers
      = cts_log_followers_new (self->config, self->workers, self->pipeline, self->store);
  self->http = cts_http_server_new (self->publisher, self->shards,
                                    cts_config_get_server (self->config)->max_connections);
}

static gboolean
daemon_listen (CtsDaemon *self, GError **error)
{
  char **listen = cts_config_get_server (self->config)->listen;

  for (guint i = 0; listen[i] != NULL; i++)
    {
      g_autoptr (GSocketAddress) address = cts_http_server_listen (self->http, listen[i], error);
      g_autofree char *text = NULL;

      if (address == NULL)
        return FALSE;
      text = cts_listen_address_to_string (address);
      g_message ("listening on %s%s", G_IS_INET_SOCKET_ADDRESS (address) ? "http://" : "", text);
    }
  return TRUE;
}

static void
daemon_start_stages (CtsDaemon *self)
{
  g_signal_connect_object (self->registry, "stage-started", G_CALLBACK (on_stage_started), self, 0);
  for (guint r = 0; r < G_N_ELEMENTS (start_order); r++)
    {
      const GPtrArray *stages = cts_config_get_stages (self->config, start_order[r]);

      for (guint i = 0; i < stages->len; i++)
        cts_stage_setup_start (self->registry, g_ptr_array_index (stages, i));
    }
}

/**
 * cts_daemon_start:
 * @self: a daemon that was checked
 * @error: return location for an error
 *
 * Starts everything. A stage that fails is logged and tried again; an address that cannot be
 * listened on is an error.
 *
 * Returns: whether the daemon runs
 */
gboolean
cts_daemon_start (CtsDaemon *self, GError **error)
{
  g_return_val_if_fail (self->workers == NULL, FALSE);

  daemon_start_workers (self);
  if (!daemon_listen (self, error))
    return FALSE;
  cts_pipeline_start (self->pipeline);
  daemon_start_stages (self);
  return TRUE;
}

/* Outlives the wait when stages do not stop in time. */
typedef struct
{
  gboolean stopped;
  gboolean expired;
} StopWait;

static void
on_stages_stopped (GObject *object, GAsyncResult *result, gpointer user_data)
{
  StopWait *wait = user_data;

  cts_registry_stop_all_finish (CTS_REGISTRY (object), result, NULL);
  wait->stopped = TRUE;
  g_rc_box_release (wait);
}

static gboolean
on_stop_deadline (gpointer user_data)
{
  StopWait *wait = user_data;

  wait->expired = TRUE;
  return G_SOURCE_CONTINUE;
}

/* Stages stop one after the other, the last added first: the last that runs is the one. */
static void
daemon_warn_of_hanging_stage (CtsDaemon *self)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->registry)); i-- > 0;)
    {
      g_autoptr (CtsStage) stage = g_list_model_get_item (G_LIST_MODEL (self->registry), i);

      if (cts_stage_get_state (stage) != CTS_STAGE_STATE_RUNNING)
        continue;
      g_warning ("stages did not stop within %d s, going on without: '%s' hangs", STOP_SECONDS,
                 cts_stage_get_name (stage));
      return;
    }
}

static void
daemon_stop_stages (CtsDaemon *self)
{
  StopWait *wait = g_rc_box_new0 (StopWait);
  guint deadline = g_timeout_add_seconds (STOP_SECONDS, on_stop_deadline, wait);

  cts_registry_stop_all_async (self->registry, NULL, on_stages_stopped, g_rc_box_acquire (wait));
  while (!wait->stopped && !wait->expired)
    g_main_context_iteration (NULL, TRUE);
  if (!wait->stopped)
    daemon_warn_of_hanging_stage (self);
  g_source_remove (deadline);
  g_rc_box_release (wait);
}

static void
daemon_log_totals (CtsDaemon *self)
{
  CtsStreamStats stats;

  cts_shard_pool_get_stats (self->shards, &stats);
  g_info ("served %" G_GUINT64_FORMAT " clients: %" G_GUINT64_FORMAT " messages, %" G_GUINT64_FORMAT
          " bytes; %" G_GUINT64_FORMAT " fell behind, %" G_GUINT64_FORMAT " did not answer",
          stats.n_adopted, stats.n_messages, stats.n_bytes, stats.n_lapped, stats.n_timed_out);
}

/**
 * cts_daemon_stop:
 * @self: a daemon
 *
 * Stops everything from the left to the right: no new entries; what was committed is published;
 * push sinks get a moment for what waits, and clients are told with a close of 1001. What was not
 * committed is read again at the next start.
 */
void
cts_daemon_stop (CtsDaemon *self)
{
  if (self->workers == NULL)
    return;

  g_clear_pointer (&self->followers, cts_log_followers_free);
  cts_pipeline_stop (self->pipeline);
  cts_http_server_stop (self->http);
  cts_publisher_stop (self->publisher);
  daemon_stop_stages (self);
  g_clear_pointer (&self->workers, cts_workers_unref);
  daemon_log_totals (self);
  cts_shard_pool_free (g_steal_pointer (&self->shards), CLOSE_MS);
  g_clear_object (&self->http);
  g_clear_object (&self->pipeline);
  g_clear_object (&self->publisher);
  g_clear_object (&self->store);
}
