/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-dedup"

#include "dedup.h"

#include "dedup-table.h"

#include <string.h>

struct _DedupFilter
{
  CtsFilter parent_instance;

  guint window_seconds;
  guint capacity;

  DedupTable *table;
  guint64 n_duplicates;
  gboolean eviction_logged;
};

G_DEFINE_FINAL_TYPE (DedupFilter, dedup_filter, CTS_TYPE_FILTER)

static const CtsOption options[] = {
  CTS_OPTION_UINT ("window-seconds",
                   DedupFilter,
                   window_seconds,
                   1,
                   86400,
                   900,
                   CTS_OPTION_LIVE,
                   "How long a certificate is remembered, seconds"),
  CTS_OPTION_UINT ("capacity",
                   DedupFilter,
                   capacity,
                   1000,
                   100000000,
                   1000000,
                   CTS_OPTION_RESTART,
                   "Certificates remembered at most; each takes 16 bytes"),
};

static gint64
filter_window_us (DedupFilter *self)
{
  return (gint64) self->window_seconds * G_USEC_PER_SEC;
}

static void
filter_note_evictions (DedupFilter *self)
{
  if (self->eviction_logged || dedup_table_get_n_evicted (self->table) == 0)
    return;

  self->eviction_logged = TRUE;
  g_warning ("filter '%s': capacity %u is too small for a window of %u s: certificates are "
             "forgotten early and may be sent twice",
             cts_stage_get_name (CTS_STAGE (self)), self->capacity, self->window_seconds);
}

/* Decides for each record; the keys of those that stay are put one after the other into @keys. */
static guint
filter_mark (DedupFilter *self, CtsBatch *batch, gboolean *keep, guint8 *keys)
{
  gint64 now = g_get_monotonic_time ();
  gint64 window = filter_window_us (self);
  guint n_kept = 0;

  for (guint i = 0; i < cts_batch_get_n_records (batch); i++)
    {
      const CtsCertificate *certificate
          = cts_record_get_certificate (cts_batch_get_record (batch, i));
      const guint8 *key = cts_certificate_get_sha256 (certificate);

      keep[i] = dedup_table_add (self->table, key, now, window);
      if (keep[i])
        memcpy (keys + DEDUP_KEY_SIZE * n_kept++, key, DEDUP_KEY_SIZE);
    }
  return n_kept;
}

static CtsBatch *
dedup_filter_filter (CtsFilter *filter, CtsBatch *batch)
{
  DedupFilter *self = DEDUP_FILTER (filter);
  guint n_records = cts_batch_get_n_records (batch);
  gboolean keep[CTS_BATCH_MAX_RECORDS];
  guint8 *keys;
  guint n_kept;
  g_autoptr (GBytes) bytes = NULL;
  CtsBatch *kept;

  if (n_records == 0)
    return cts_batch_ref (batch);

  keys = g_malloc (DEDUP_KEY_SIZE * n_records);
  n_kept = filter_mark (self, batch, keep, keys);
  __atomic_add_fetch (&self->n_duplicates, n_records - n_kept, __ATOMIC_RELAXED);
  filter_note_evictions (self);

  bytes = g_bytes_new_take (keys, DEDUP_KEY_SIZE * n_kept);
  kept = cts_batch_subset (batch, keep);
  cts_batch_set_keys (kept, bytes, DEDUP_KEY_SIZE);
  return kept;
}

/* Keys come back with the wall clock's time; the table goes by the one that never jumps. */
static void
dedup_filter_restore (CtsFilter *filter,
                      gconstpointer keys,
                      gsize key_size,
                      const gint64 *times_us,
                      gsize n_keys)
{
  DedupFilter *self = DEDUP_FILTER (filter);
  gint64 window = filter_window_us (self);
  gint64 offset = g_get_real_time () - g_get_monotonic_time ();

  g_return_if_fail (key_size == DEDUP_KEY_SIZE);

  for (gsize i = 0; i < n_keys; i++)
    dedup_table_add (self->table, (const guint8 *) keys + DEDUP_KEY_SIZE * i, times_us[i] - offset,
                     window);
}

static void
dedup_filter_constructed (GObject *object)
{
  DedupFilter *self = DEDUP_FILTER (object);

  G_OBJECT_CLASS (dedup_filter_parent_class)->constructed (object);
  self->table = dedup_table_new (self->capacity);
}

static void
dedup_filter_finalize (GObject *object)
{
  DedupFilter *self = DEDUP_FILTER (object);

  dedup_table_free (self->table);
  G_OBJECT_CLASS (dedup_filter_parent_class)->finalize (object);
}

static void
dedup_filter_class_init (DedupFilterClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = dedup_filter_constructed;
  G_OBJECT_CLASS (klass)->finalize = dedup_filter_finalize;
  CTS_FILTER_CLASS (klass)->filter = dedup_filter_filter;
  CTS_FILTER_CLASS (klass)->restore = dedup_filter_restore;
  cts_stage_class_install_options (CTS_STAGE_CLASS (klass), options, G_N_ELEMENTS (options));
}

static void
dedup_filter_init (DedupFilter *self)
{
}

/**
 * dedup_filter_get_n_duplicates:
 * @self: a filter
 *
 * Returns: records that were not let through. Any thread
 */
guint64
dedup_filter_get_n_duplicates (DedupFilter *self)
{
  return __atomic_load_n (&self->n_duplicates, __ATOMIC_RELAXED);
}

CTS_MODULE_DEFINE (.id = "dedup",
                   .description = "Lets each certificate through once",
                   .version = "1.0",
                   .license = "MIT",
                   .types = { { CTS_ROLE_FILTER, dedup_filter_get_type } });
