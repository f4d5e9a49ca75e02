/* SPDX-License-Identifier: MIT */
#include "cts-log.h"

/* Pages come by the hundred a second; who watches a log wants a few changes a second. */
#define NOTIFY_MS 250

struct _CtsLog
{
  GObject parent_instance;

  CtsLogInfo *info;
  GBytes *key;
  CtsLogStats stats;
  CtsLogStats told;
  char *last_error;
  gboolean last_error_changed;
  GSource *notify;
};

/* Each number of CtsLogStats is a property: its number is its place here, from 1. */
static const struct
{
  const char *name;
  gsize offset;
} fields[] = {
  { "head-size", G_STRUCT_OFFSET (CtsLogStats, head_size) },
  { "next-index", G_STRUCT_OFFSET (CtsLogStats, next_index) },
  { "backlog", G_STRUCT_OFFSET (CtsLogStats, backlog) },
  { "entries", G_STRUCT_OFFSET (CtsLogStats, entries) },
  { "unparsed", G_STRUCT_OFFSET (CtsLogStats, unparsed) },
  { "requests", G_STRUCT_OFFSET (CtsLogStats, requests) },
  { "retries", G_STRUCT_OFFSET (CtsLogStats, retries) },
  { "bytes", G_STRUCT_OFFSET (CtsLogStats, bytes) },
  { "last-success-us", G_STRUCT_OFFSET (CtsLogStats, last_success_us) },
  { "health", G_STRUCT_OFFSET (CtsLogStats, health) },
  { "trust", G_STRUCT_OFFSET (CtsLogStats, trust) },
  { "verified-to", G_STRUCT_OFFSET (CtsLogStats, verified_to) },
  { "verified-timestamp-ms", G_STRUCT_OFFSET (CtsLogStats, verified_timestamp_ms) },
  { "alarms", G_STRUCT_OFFSET (CtsLogStats, alarms) },
};

enum
{
  PROP_INFO = G_N_ELEMENTS (fields) + 1,
  PROP_LAST_ERROR,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (CtsLog, cts_log, G_TYPE_OBJECT)

static guint64
stats_get (const CtsLogStats *stats, guint field)
{
  return G_STRUCT_MEMBER (guint64, stats, fields[field].offset);
}

static void
cts_log_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CtsLog *self = CTS_LOG (object);

  if (id == PROP_INFO)
    g_value_set_boxed (value, self->info);
  else if (id == PROP_LAST_ERROR)
    g_value_set_string (value, self->last_error);
  else if (id >= 1 && id <= G_N_ELEMENTS (fields))
    g_value_set_uint64 (value, stats_get (&self->stats, id - 1));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static gboolean
on_notify (gpointer data)
{
  CtsLog *self = data;
  CtsLogStats before = self->told;

  g_clear_pointer (&self->notify, g_source_unref);
  self->told = self->stats;
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (stats_get (&before, i) != stats_get (&self->told, i))
      g_object_notify_by_pspec (G_OBJECT (self), properties[i + 1]);
  if (self->last_error_changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_ERROR]);
  self->last_error_changed = FALSE;
  g_object_thaw_notify (G_OBJECT (self));
  return G_SOURCE_REMOVE;
}

static void
log_changes (CtsLog *self)
{
  if (self->notify != NULL)
    return;
  self->notify = g_timeout_source_new (NOTIFY_MS);
  g_source_set_static_name (self->notify, "cts-log-notify");
  g_source_set_callback (self->notify, on_notify, self, NULL);
  g_source_attach (self->notify, g_main_context_get_thread_default ());
}

static void
cts_log_dispose (GObject *object)
{
  CtsLog *self = CTS_LOG (object);

  if (self->notify != NULL)
    g_source_destroy (self->notify);
  g_clear_pointer (&self->notify, g_source_unref);
  G_OBJECT_CLASS (cts_log_parent_class)->dispose (object);
}

static void
cts_log_finalize (GObject *object)
{
  CtsLog *self = CTS_LOG (object);

  g_clear_pointer (&self->info, cts_log_info_unref);
  g_clear_pointer (&self->key, g_bytes_unref);
  g_free (self->last_error);
  G_OBJECT_CLASS (cts_log_parent_class)->finalize (object);
}

static void
cts_log_class_init (CtsLogClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = cts_log_get_property;
  object_class->dispose = cts_log_dispose;
  object_class->finalize = cts_log_finalize;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    properties[i + 1] = g_param_spec_uint64 (fields[i].name, NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_INFO] = g_param_spec_boxed ("info", NULL, NULL, CTS_TYPE_LOG_INFO, flags);
  properties[PROP_LAST_ERROR] = g_param_spec_string ("last-error", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
cts_log_init (CtsLog *self)
{
}

/**
 * cts_log_new:
 * @info: what the log is
 * @key: (nullable): its public key, SubjectPublicKeyInfo in DER; %NULL when it is not known
 *
 * Returns: (transfer full): a log of which nothing was read yet
 */
CtsLog *
cts_log_new (CtsLogInfo *info, GBytes *key)
{
  CtsLog *self = g_object_new (CTS_TYPE_LOG, NULL);

  self->info = cts_log_info_ref (info);
  self->key = key != NULL ? g_bytes_ref (key) : NULL;
  return self;
}

/**
 * cts_log_get_info:
 * @self: a log
 *
 * Returns: (transfer none): what it is
 */
CtsLogInfo *
cts_log_get_info (CtsLog *self)
{
  return self->info;
}

/**
 * cts_log_get_key:
 * @self: a log
 *
 * Returns: (transfer none) (nullable): its public key, SubjectPublicKeyInfo in DER
 */
GBytes *
cts_log_get_key (CtsLog *self)
{
  return self->key;
}

/**
 * cts_log_get_stats:
 * @self: a log
 *
 * Returns: (transfer none): its numbers as they are now
 */
const CtsLogStats *
cts_log_get_stats (CtsLog *self)
{
  return &self->stats;
}

/**
 * cts_log_get_last_error:
 * @self: a log
 *
 * Returns: (transfer none) (nullable): what went wrong last
 */
const char *
cts_log_get_last_error (CtsLog *self)
{
  return self->last_error;
}

/**
 * cts_log_edit_stats:
 * @self: a log
 *
 * For the log's driver: what it changes before it returns to the main loop is told to whoever
 * watches the log.
 *
 * Returns: (transfer none): its numbers
 */
CtsLogStats *
cts_log_edit_stats (CtsLog *self)
{
  log_changes (self);
  return &self->stats;
}

/**
 * cts_log_set_last_error:
 * @self: a log
 * @message: what went wrong
 *
 * For the log's driver.
 */
void
cts_log_set_last_error (CtsLog *self, const char *message)
{
  if (g_strcmp0 (self->last_error, message) == 0)
    return;
  g_free (self->last_error);
  self->last_error = g_strdup (message);
  self->last_error_changed = TRUE;
  log_changes (self);
}
