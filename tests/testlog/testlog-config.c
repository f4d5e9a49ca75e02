/* SPDX-License-Identifier: MIT */
#include "testlog-config.h"

#include "testlog-log.h"

/* Time between two looks at a head: often enough to see each one of ours soon. */
#define POLL_MS 200

static void
append_log (GString *out, const char *url, const TestlogLog *log)
{
  GBytes *spki = testlog_key_get_spki (testlog_log_get_key (log));
  const char *name = testlog_log_get_name (log);
  g_autofree char *key = g_base64_encode (g_bytes_get_data (spki, NULL), g_bytes_get_size (spki));

  g_string_append_printf (out, "    - name: %s\n", name);
  g_string_append (out, "      protocol: rfc6962\n");
  g_string_append_printf (out, "      url: %s/%s/\n", url, name);
  g_string_append_printf (out, "      key: %s\n", key);
  g_string_append_printf (out, "      operator: operator of %s\n", name);
}

/**
 * testlog_config_write:
 * @path: the file to write
 * @url: where the logs are served
 * @logs: (element-type TestlogLog): the logs
 * @error: return location for an error
 *
 * Writes the `logs` section of a ctstreamd configuration that follows @logs and no other from
 * their first entry, without pacing.
 *
 * Returns: whether it could be written
 */
gboolean
testlog_config_write (const char *path, const char *url, const GPtrArray *logs, GError **error)
{
  g_autoptr (GString) out = g_string_new ("logs:\n  lists: []\n");

  g_string_append_printf (out, "  start: \"%" G_GUINT64_FORMAT "\"\n",
                          testlog_log_get_start_size (g_ptr_array_index (logs, 0)));
  g_string_append_printf (out, "  poll-interval-ms: %d\n", POLL_MS);
  g_string_append (out, "  request-interval-ms: 0\n");
  g_string_append (out, "  extra:\n");
  for (guint i = 0; i < logs->len; i++)
    append_log (out, url, g_ptr_array_index (logs, i));
  return g_file_set_contents (path, out->str, out->len, error);
}
