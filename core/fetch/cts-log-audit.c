/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-fetch"

#include "cts-log-audit.h"

#include "core/codec/cts-hex.h"
#include "core/ct/cts-log-key.h"

#include <ctstream/cts-source.h>
#include <string.h>

/* Heads that are kept: a log with several machines shows a few, in and out of order. */
#define MAX_HEADS 64
/* A head older than that is no longer one of a log that grows (most promise 24 hours). */
#define STALE_MS (G_GINT64_CONSTANT (24) * 60 * 60 * 1000)
/* Clocks differ, but not by so much. */
#define FUTURE_MS (G_GINT64_CONSTANT (5) * 60 * 1000)
/* Least time between two lines about one kind of alarm of a log. */
#define ALARM_LINE_US (10 * 60 * G_TIME_SPAN_SECOND)

typedef enum
{
  ALARM_BAD_SIGNATURE,
  ALARM_FORK,
  ALARM_WRONG_ROOT,
  N_ALARMS,
} Alarm;

static const char *const alarm_names[N_ALARMS] = { "bad-signature", "fork", "wrong-root" };

/* A head with the log's signature. */
typedef struct
{
  guint64 size;
  guint64 timestamp_ms;
  guint8 root[CTS_MERKLE_HASH_SIZE];
  gboolean compared; /* with the tree of the entries */
} SignedHead;

struct _CtsLogAudit
{
  CtsLog *log;
  CtsLogKey *key;
  SignedHead heads[MAX_HEADS]; /* in the order they came in */
  guint n_heads;
  guint64 largest_size;
  guint64 tree_size; /* of the last tree that was looked at; smaller ones are gone */
  guint64 next_size;
  gint64 next_lines_us[N_ALARMS];
  gboolean stale_told;
  gboolean future_told;
};

static const char *
audit_get_name (CtsLogAudit *self)
{
  return cts_log_info_get_name (cts_log_get_info (self->log));
}

/* Each one is counted; the lines must not fill the journal when a log goes wrong for good. */
G_GNUC_PRINTF (3, 4)
static void
audit_raise (CtsLogAudit *self, Alarm alarm, const char *format, ...)
{
  gint64 now_us = g_get_monotonic_time ();
  g_autofree char *message = NULL;
  va_list args;

  cts_log_edit_stats (self->log)->alarms++;
  if (now_us < self->next_lines_us[alarm])
    return;
  self->next_lines_us[alarm] = now_us + ALARM_LINE_US;
  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_warning ("alarm: log %s: %s: %s", audit_get_name (self), alarm_names[alarm], message);
}

static char *
root_to_text (const guint8 *root)
{
  char *text = g_malloc0 (2 * CTS_MERKLE_HASH_SIZE + 1);

  cts_hex_lower (text, root, CTS_MERKLE_HASH_SIZE);
  return text;
}

/**
 * cts_log_audit_new:
 * @log: the log; what is found out is written to it
 *
 * A log without a key, or with one of an unknown kind, is followed all the same; one line says that
 * nothing of it can be verified.
 *
 * Returns: (transfer full) (nullable): an audit that has seen nothing yet; %NULL without a key
 */
CtsLogAudit *
cts_log_audit_new (CtsLog *log)
{
  const char *name = cts_log_info_get_name (cts_log_get_info (log));
  GBytes *spki = cts_log_get_key (log);
  g_autoptr (GError) error = NULL;
  CtsLogKey *key = spki != NULL ? cts_log_key_new (spki, &error) : NULL;
  CtsLogAudit *self;

  if (key == NULL)
    {
      g_message ("log %s: unverifiable: %s", name, spki != NULL ? error->message : "no public key");
      return NULL;
    }
  self = g_new0 (CtsLogAudit, 1);
  self->log = g_object_ref (log);
  self->key = key;
  return self;
}

/**
 * cts_log_audit_free:
 * @self: (transfer full): an audit
 *
 * Frees an audit.
 */
void
cts_log_audit_free (CtsLogAudit *self)
{
  g_object_unref (self->log);
  cts_log_key_free (self->key);
  g_free (self);
}

static void
audit_find_next_size (CtsLogAudit *self)
{
  self->next_size = 0;
  for (guint i = 0; i < self->n_heads; i++)
    {
      guint64 size = self->heads[i].size;

      if (size > self->tree_size && (self->next_size == 0 || size < self->next_size))
        self->next_size = size;
    }
}

static SignedHead *
audit_find_head (CtsLogAudit *self, guint64 size)
{
  for (guint i = 0; i < self->n_heads; i++)
    if (self->heads[i].size == size)
      return &self->heads[i];
  return NULL;
}

static void
audit_keep_head (CtsLogAudit *self, const CtsTreeHead *head)
{
  SignedHead *kept;

  if (self->n_heads == MAX_HEADS)
    memmove (self->heads, self->heads + 1, --self->n_heads * sizeof self->heads[0]);
  kept = &self->heads[self->n_heads++];
  kept->size = head->tree_size;
  kept->timestamp_ms = head->timestamp_ms;
  memcpy (kept->root, head->root, CTS_MERKLE_HASH_SIZE);
  kept->compared = FALSE;
  audit_find_next_size (self);
}

/* Another head of a size that was seen: one tree, or two that the log showed. */
static void
audit_compare_heads (CtsLogAudit *self, SignedHead *kept, const CtsTreeHead *head)
{
  CtsLogStats *stats = cts_log_edit_stats (self->log);
  g_autofree char *kept_root = NULL;
  g_autofree char *root = NULL;

  if (memcmp (kept->root, head->root, CTS_MERKLE_HASH_SIZE) == 0)
    {
      kept->timestamp_ms = MAX (kept->timestamp_ms, head->timestamp_ms);
      if (stats->trust == CTS_LOG_VERIFIED && stats->verified_to == kept->size)
        stats->verified_timestamp_ms = kept->timestamp_ms;
      return;
    }
  stats->trust = CTS_LOG_INCONSISTENT;
  kept_root = root_to_text (kept->root);
  root = root_to_text (head->root);
  audit_raise (self, ALARM_FORK,
               "two signed heads of size %" G_GUINT64_FORMAT ": %s at %" G_GUINT64_FORMAT
               ", %s at %" G_GUINT64_FORMAT,
               kept->size, kept_root, kept->timestamp_ms, root, head->timestamp_ms);
}

/* Only of the largest head: machines that lag behind show old ones. A log that takes nothing any
 * more signs nothing either, so that an old head is told, not alarmed about. */
static void
audit_check_time (CtsLogAudit *self, const CtsTreeHead *head, gint64 now_us)
{
  gint64 age_ms = now_us / 1000 - (gint64) MIN (head->timestamp_ms, G_MAXINT64 / 2);

  if (head->tree_size < self->largest_size)
    return;
  self->largest_size = head->tree_size;
  if (age_ms > STALE_MS && !self->stale_told)
    {
      self->stale_told = TRUE;
      g_warning ("log %s: its head is %" G_GINT64_FORMAT " hours old", audit_get_name (self),
                 age_ms / (60 * 60 * 1000));
    }
  if (-age_ms > FUTURE_MS && !self->future_told)
    {
      self->future_told = TRUE;
      g_warning ("log %s: its head is %" G_GINT64_FORMAT " minutes ahead of the clock",
                 audit_get_name (self), -age_ms / (60 * 1000));
    }
}

/**
 * cts_log_audit_take_head:
 * @self: an audit
 * @head: a head as the log sent it
 * @now_us: the time, microseconds since 1970
 * @error: return location for an error in %CTS_SOURCE_ERROR
 *
 * Verifies a head. One that the log did not sign must not be used for anything. One that differs
 * from another of its size is signed all the same: it raises an alarm.
 *
 * Returns: whether the log signed @head
 */
gboolean
cts_log_audit_take_head (CtsLogAudit *self, const CtsTreeHead *head, gint64 now_us, GError **error)
{
  SignedHead *kept;

  if (!cts_log_key_verify_head (self->key, head))
    {
      g_set_error (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED,
                   "head of size %" G_GUINT64_FORMAT ": wrong signature", head->tree_size);
      audit_raise (self, ALARM_BAD_SIGNATURE,
                   "head of size %" G_GUINT64_FORMAT " is not signed with the log's key",
                   head->tree_size);
      return FALSE;
    }
  audit_check_time (self, head, now_us);
  kept = audit_find_head (self, head->tree_size);
  if (kept != NULL)
    audit_compare_heads (self, kept, head);
  else
    audit_keep_head (self, head);
  return TRUE;
}

/**
 * cts_log_audit_fits:
 * @self: an audit
 * @frontier: a frontier from somebody who may be wrong
 *
 * Returns: whether @frontier has the root of the signed head of its size, or there is no such head
 */
gboolean
cts_log_audit_fits (CtsLogAudit *self, const CtsFrontier *frontier)
{
  const SignedHead *head = audit_find_head (self, frontier->size);
  guint8 root[CTS_MERKLE_HASH_SIZE];

  cts_frontier_get_root (frontier, root);
  return head == NULL || memcmp (root, head->root, sizeof root) == 0;
}

/**
 * cts_log_audit_get_next_size:
 * @self: an audit
 *
 * Returns: the size at which the growing tree is to be shown to cts_log_audit_take_tree(); 0 when
 *   there is none so far
 */
guint64
cts_log_audit_get_next_size (const CtsLogAudit *self)
{
  return self->next_size;
}

static void
audit_compare_tree (CtsLogAudit *self, SignedHead *head, const CtsFrontier *frontier)
{
  CtsLogStats *stats = cts_log_edit_stats (self->log);
  guint8 root[CTS_MERKLE_HASH_SIZE];
  g_autofree char *text = NULL;
  g_autofree char *head_text = NULL;

  head->compared = TRUE;
  cts_frontier_get_root (frontier, root);
  if (memcmp (root, head->root, sizeof root) == 0)
    {
      if (stats->trust == CTS_LOG_INCONSISTENT)
        return;
      stats->trust = CTS_LOG_VERIFIED;
      stats->verified_to = head->size;
      stats->verified_timestamp_ms = head->timestamp_ms;
      return;
    }
  stats->trust = CTS_LOG_INCONSISTENT;
  text = root_to_text (root);
  head_text = root_to_text (head->root);
  audit_raise (self, ALARM_WRONG_ROOT,
               "the first %" G_GUINT64_FORMAT
               " entries make the root %s, the head signed at %" G_GUINT64_FORMAT " has %s",
               head->size, text, head->timestamp_ms, head_text);
}

/**
 * cts_log_audit_take_tree:
 * @self: an audit
 * @frontier: that of the tree that the entries make; never smaller than the one before
 *
 * Compares the tree with the signed head of its size, if there is one.
 */
void
cts_log_audit_take_tree (CtsLogAudit *self, const CtsFrontier *frontier)
{
  SignedHead *head = audit_find_head (self, frontier->size);

  if (head != NULL && !head->compared)
    audit_compare_tree (self, head, frontier);
  self->tree_size = frontier->size;
  audit_find_next_size (self);
}
