/* SPDX-License-Identifier: MIT */
#include <ctstream/cts-log-info.h>

#include <string.h>

struct _CtsLogInfo
{
  guint8 id[CTS_LOG_ID_SIZE];
  char *name;
  char *url;
  char *operator_name;
  char *protocol;
};

G_DEFINE_BOXED_TYPE (CtsLogInfo, cts_log_info, cts_log_info_ref, cts_log_info_unref)

static void
log_info_clear (gpointer data)
{
  CtsLogInfo *info = data;

  g_free (info->name);
  g_free (info->url);
  g_free (info->operator_name);
  g_free (info->protocol);
}

/**
 * cts_log_info_new:
 * @id: (array fixed-size=32): log ID (RFC 6962 §3.2)
 * @name: what clients see as `source.name`
 * @url: base URL; a final slash is dropped
 * @operator_name: pacing group
 * @protocol: `rfc6962` or `static-ct`
 *
 * Returns: (transfer full): a new log description
 *
 * Since: 1.0
 */
CtsLogInfo *
cts_log_info_new (const guint8 *id,
                  const char *name,
                  const char *url,
                  const char *operator_name,
                  const char *protocol)
{
  CtsLogInfo *info = g_atomic_rc_box_new0 (CtsLogInfo);
  gsize n = strlen (url);

  memcpy (info->id, id, sizeof info->id);
  info->name = g_strdup (name);
  while (n > 0 && url[n - 1] == '/')
    n--;
  info->url = g_strndup (url, n);
  info->operator_name = g_strdup (operator_name);
  info->protocol = g_strdup (protocol);
  return info;
}

/**
 * cts_log_info_ref:
 * @info: a log description
 *
 * Returns: (transfer full): @info
 *
 * Since: 1.0
 */
CtsLogInfo *
cts_log_info_ref (CtsLogInfo *info)
{
  return g_atomic_rc_box_acquire (info);
}

/**
 * cts_log_info_unref:
 * @info: (transfer full): a log description
 *
 * Drops a reference.
 *
 * Since: 1.0
 */
void
cts_log_info_unref (CtsLogInfo *info)
{
  g_atomic_rc_box_release_full (info, log_info_clear);
}

/**
 * cts_log_info_get_id:
 * @info: a log description
 *
 * Returns: (transfer none): the log ID, 32 bytes: SHA-256 of the log's key
 *
 * Since: 1.0
 */
const guint8 *
cts_log_info_get_id (const CtsLogInfo *info)
{
  return info->id;
}

/**
 * cts_log_info_get_name:
 * @info: a log description
 *
 * Returns: (transfer none): its name for people
 *
 * Since: 1.0
 */
const char *
cts_log_info_get_name (const CtsLogInfo *info)
{
  return info->name;
}

/**
 * cts_log_info_get_url:
 * @info: a log description
 *
 * Returns: (transfer none): its base URL, without a final slash
 *
 * Since: 1.0
 */
const char *
cts_log_info_get_url (const CtsLogInfo *info)
{
  return info->url;
}

/**
 * cts_log_info_get_operator:
 * @info: a log description
 *
 * Returns: (transfer none): who runs it
 *
 * Since: 1.0
 */
const char *
cts_log_info_get_operator (const CtsLogInfo *info)
{
  return info->operator_name;
}

/**
 * cts_log_info_get_protocol:
 * @info: a log description
 *
 * Returns: (transfer none): the protocol it is read with
 *
 * Since: 1.0
 */
const char *
cts_log_info_get_protocol (const CtsLogInfo *info)
{
  return info->protocol;
}
