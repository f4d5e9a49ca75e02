/* SPDX-License-Identifier: MIT */
#include "demo-tally.h"

#include <json-glib/json-glib.h>
#include <string.h>

struct _DemoTally
{
  GHashTable *received; /* sha256 → nothing */
  guint64 n_received;
  guint64 n_repeated;
};

DemoTally *
demo_tally_new (void)
{
  DemoTally *tally = g_new0 (DemoTally, 1);

  tally->received = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return tally;
}

void
demo_tally_free (DemoTally *tally)
{
  g_hash_table_unref (tally->received);
  g_free (tally);
}

void
demo_tally_add (DemoTally *tally, const char *sha256)
{
  tally->n_received++;
  if (!g_hash_table_add (tally->received, g_strdup (sha256)))
    tally->n_repeated++;
}

guint64
demo_tally_get_n_received (const DemoTally *tally)
{
  return tally->n_received;
}

/* What can be said without a truth file. */
void
demo_tally_count (const DemoTally *tally, DemoResult *result)
{
  *result = (DemoResult){ .n_received = tally->n_received, .n_repeated = tally->n_repeated };
}

/* Notes when the certificate of a truth line was first visible in any log. A last line that is
 * still being written is no JSON yet; it is not due either. */
static void
note_line (GHashTable *first_seen, JsonParser *parser, const char *line)
{
  JsonObject *object;
  const char *sha256;
  gint64 time, *known;

  if (!json_parser_load_from_data (parser, line, -1, NULL)
      || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return;
  object = json_node_get_object (json_parser_get_root (parser));
  sha256 = json_object_get_string_member_with_default (object, "sha256", NULL);
  if (sha256 == NULL || json_object_get_boolean_member_with_default (object, "broken", FALSE))
    return;

  time = json_object_get_int_member_with_default (object, "time", 0);
  known = g_hash_table_lookup (first_seen, sha256);
  if (known != NULL)
    *known = MIN (*known, time);
  else
    g_hash_table_insert (first_seen, g_strdup (sha256), g_memdup2 (&time, sizeof time));
}

static GHashTable *
read_truth (const char *path, GError **error)
{
  g_autofree char *contents = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  GHashTable *first_seen;
  char *line, *next;

  if (!g_file_get_contents (path, &contents, NULL, error))
    return NULL;
  first_seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (line = contents; *line != '\0'; line = next)
    {
      next = line + strcspn (line, "\n");
      if (*next != '\0')
        *next++ = '\0';
      note_line (first_seen, parser, line);
    }
  return first_seen;
}

static guint64
count_unknown (const DemoTally *tally, GHashTable *first_seen)
{
  GHashTableIter iter;
  gpointer sha256;
  guint64 n_unknown = 0;

  g_hash_table_iter_init (&iter, tally->received);
  while (g_hash_table_iter_next (&iter, &sha256, NULL))
    n_unknown += !g_hash_table_contains (first_seen, sha256);
  return n_unknown;
}

/**
 * demo_tally_compare:
 * @tally: what arrived
 * @truth: the truth file
 * @from_ms: Unix time in milliseconds from which on a client was there to receive
 * @until_ms: until when what became visible must have arrived
 * @result: (out): the counts
 * @error: return location for an error
 *
 * A certificate that several logs hold is due once, after it was visible in the first of them.
 *
 * Returns: whether @truth could be read
 */
gboolean
demo_tally_compare (const DemoTally *tally,
                    const char *truth,
                    gint64 from_ms,
                    gint64 until_ms,
                    DemoResult *result,
                    GError **error)
{
  g_autoptr (GHashTable) first_seen = read_truth (truth, error);
  GHashTableIter iter;
  gpointer sha256, time;

  if (first_seen == NULL)
    return FALSE;

  demo_tally_count (tally, result);
  result->n_unknown = count_unknown (tally, first_seen);
  g_hash_table_iter_init (&iter, first_seen);
  while (g_hash_table_iter_next (&iter, &sha256, &time))
    {
      if (*(const gint64 *) time < from_ms || *(const gint64 *) time > until_ms)
        continue;
      result->n_due++;
      result->n_missing += !g_hash_table_contains (tally->received, sha256);
    }
  return TRUE;
}
