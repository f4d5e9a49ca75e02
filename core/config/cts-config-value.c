/* SPDX-License-Identifier: MIT */
#include "cts-config-value.h"

#include "core/config/cts-config-report.h"

#include <string.h>

/* Longer words are no misspelt keys. */
#define MAX_WORD 64

/* The longest text that a message repeats, in characters. */
#define MAX_SHOWN 60

static char *
describe (const CtsConfigNode *node)
{
  const char *text;

  switch (cts_config_node_get_kind (node))
    {
    case CTS_CONFIG_NODE_LIST:
      return g_strdup ("a list");
    case CTS_CONFIG_NODE_MAP:
      return g_strdup ("a map");
    case CTS_CONFIG_NODE_SCALAR:
    default:
      break;
    }

  text = cts_config_node_get_text (node);
  if (cts_config_node_is_null (node))
    return g_strdup ("nothing");
  if (g_utf8_strlen (text, -1) > MAX_SHOWN)
    return g_strdup ("a long text");
  return g_strdup_printf (cts_config_node_is_plain (node) ? "'%s'" : "the text \"%s\"", text);
}

static void
add_mismatch (const CtsConfigNode *node, const char *path, const char *expected, GPtrArray *errors)
{
  g_autofree char *found = describe (node);

  cts_config_add_error (errors, cts_config_node_get_origin (node), path, "expected %s, not %s",
                        expected, found);
}

/* The words of YAML 1.2 §10.3.2; those that only YAML 1.1 takes for booleans (yes, on) are not
 * guessed at. */
static gboolean
read_boolean (const CtsConfigNode *node, gboolean *value)
{
  static const char *const yes[] = { "true", "True", "TRUE", NULL };
  static const char *const no[] = { "false", "False", "FALSE", NULL };

  if (!cts_config_node_is_plain (node))
    return FALSE;
  *value = g_strv_contains (yes, cts_config_node_get_text (node));
  return *value || g_strv_contains (no, cts_config_node_get_text (node));
}

/**
 * cts_config_value_get_boolean:
 * @node: what was written
 * @path: the key, dotted
 * @value: (out): its value
 * @errors: (element-type utf8): gets what is wrong
 *
 * Returns: %FALSE when @node is no boolean
 */
gboolean
cts_config_value_get_boolean (const CtsConfigNode *node,
                              const char *path,
                              gboolean *value,
                              GPtrArray *errors)
{
  gboolean read;

  if (!read_boolean (node, &read))
    {
      add_mismatch (node, path, "true or false", errors);
      return FALSE;
    }
  *value = read;
  return TRUE;
}

/* A leading zero means octal to some readers and nothing to others. */
static gboolean
is_whole_number (const CtsConfigNode *node)
{
  const char *digits;

  if (!cts_config_node_is_plain (node))
    return FALSE;
  digits = cts_config_node_get_text (node);
  if (*digits == '-')
    digits++;
  return *digits != '\0' && digits[strspn (digits, "0123456789")] == '\0'
         && (digits[0] != '0' || digits[1] == '\0');
}

/**
 * cts_config_value_get_uint:
 * @node: what was written
 * @path: the key, dotted
 * @minimum: least value
 * @maximum: largest value
 * @value: (out): its value
 * @errors: (element-type utf8): gets what is wrong
 *
 * Returns: %FALSE when @node is no decimal whole number within the range
 */
gboolean
cts_config_value_get_uint (const CtsConfigNode *node,
                           const char *path,
                           guint64 minimum,
                           guint64 maximum,
                           guint64 *value,
                           GPtrArray *errors)
{
  if (!is_whole_number (node))
    {
      add_mismatch (node, path, "a whole number", errors);
      return FALSE;
    }
  if (!g_ascii_string_to_unsigned (cts_config_node_get_text (node), 10, minimum, maximum, value,
                                   NULL))
    {
      g_autofree char *found = describe (node);

      cts_config_add_error (errors, cts_config_node_get_origin (node), path,
                            "%s is out of range %" G_GUINT64_FORMAT "–%" G_GUINT64_FORMAT, found,
                            minimum, maximum);
      return FALSE;
    }
  return TRUE;
}

/**
 * cts_config_value_get_string:
 * @node: what was written
 * @path: the key, dotted
 * @value: (out) (transfer none): its text
 * @errors: (element-type utf8): gets what is wrong
 *
 * A number without quotes is taken as it is written.
 *
 * Returns: %FALSE when @node is no text
 */
gboolean
cts_config_value_get_string (const CtsConfigNode *node,
                             const char *path,
                             const char **value,
                             GPtrArray *errors)
{
  gboolean ignored;

  if (cts_config_node_get_kind (node) != CTS_CONFIG_NODE_SCALAR || cts_config_node_is_null (node)
      || read_boolean (node, &ignored))
    {
      add_mismatch (node, path, "a text", errors);
      return FALSE;
    }
  *value = cts_config_node_get_text (node);
  return TRUE;
}

/**
 * cts_config_value_get_choice:
 * @node: what was written
 * @path: the key, dotted
 * @choices: (array zero-terminated=1): the words it may be
 * @value: (out): place of its word in @choices
 * @errors: (element-type utf8): gets what is wrong
 *
 * Returns: %FALSE when @node is none of @choices
 */
gboolean
cts_config_value_get_choice (const CtsConfigNode *node,
                             const char *path,
                             const char *const *choices,
                             guint *value,
                             GPtrArray *errors)
{
  g_autofree char *list = g_strjoinv (", ", (GStrv) choices);
  g_autofree char *expected
      = g_strconcat (g_strv_length ((GStrv) choices) > 1 ? "one of " : "", list, NULL);

  if (cts_config_node_get_kind (node) == CTS_CONFIG_NODE_SCALAR)
    for (guint i = 0; choices[i] != NULL; i++)
      if (g_str_equal (choices[i], cts_config_node_get_text (node)))
        {
          *value = i;
          return TRUE;
        }
  add_mismatch (node, path, expected, errors);
  return FALSE;
}

/**
 * cts_config_value_get_strv:
 * @node: what was written
 * @path: the key, dotted
 * @value: (out) (transfer full): its texts
 * @errors: (element-type utf8): gets what is wrong
 *
 * Returns: %FALSE when @node is no list of texts
 */
gboolean
cts_config_value_get_strv (const CtsConfigNode *node,
                           const char *path,
                           GStrv *value,
                           GPtrArray *errors)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean valid = TRUE;

  if (!cts_config_value_is_list (node, path, errors))
    return FALSE;
  for (guint i = 0; i < cts_config_node_get_size (node); i++)
    {
      g_autofree char *item_path = cts_config_path_item (path, i);
      const char *text;

      if (cts_config_value_get_string (cts_config_node_get_item (node, i), item_path, &text,
                                       errors))
        g_strv_builder_add (builder, text);
      else
        valid = FALSE;
    }
  if (valid)
    *value = g_strv_builder_end (builder);
  return valid;
}

/**
 * cts_config_value_is_list:
 * @node: what was written
 * @path: the key, dotted
 * @errors: (element-type utf8): gets what is wrong
 *
 * Returns: %FALSE when @node is no list
 */
gboolean
cts_config_value_is_list (const CtsConfigNode *node, const char *path, GPtrArray *errors)
{
  if (cts_config_node_get_kind (node) == CTS_CONFIG_NODE_LIST)
    return TRUE;
  add_mismatch (node, path, "a list, as in [one, two]", errors);
  return FALSE;
}

/**
 * cts_config_value_is_map:
 * @node: what was written
 * @path: the key, dotted
 * @errors: (element-type utf8): gets what is wrong
 *
 * Nothing at all is a map whose lines are all commented out.
 *
 * Returns: %FALSE when @node is no map
 */
gboolean
cts_config_value_is_map (const CtsConfigNode *node, const char *path, GPtrArray *errors)
{
  if (cts_config_node_get_kind (node) == CTS_CONFIG_NODE_MAP || cts_config_node_is_null (node))
    return TRUE;
  add_mismatch (node, path, "a map of keys", errors);
  return FALSE;
}

/**
 * cts_config_path_item:
 * @path: path of a list
 * @i: place in it
 *
 * Returns: (transfer full): path of the item
 */
char *
cts_config_path_item (const char *path, guint i)
{
  return g_strdup_printf ("%s[%u]", path, i);
}

/**
 * cts_config_path_key:
 * @path: path of a map, empty for the whole configuration
 * @key: key in it
 *
 * Returns: (transfer full): path of the value
 */
char *
cts_config_path_key (const char *path, const char *key)
{
  return *path == '\0' ? g_strdup (key) : g_strconcat (path, ".", key, NULL);
}

/* Levenshtein's distance: the least number of letters put in, left out or changed. */
static guint
edit_distance (const char *a, const char *b)
{
  guint8 row[MAX_WORD + 1];
  gsize n = strlen (b);

  for (gsize j = 0; j <= n; j++)
    row[j] = (guint8) j;
  for (gsize i = 0; a[i] != '\0'; i++)
    {
      guint8 diagonal = row[0];

      row[0] = (guint8) (i + 1);
      for (gsize j = 1; j <= n; j++)
        {
          guint8 changed = (guint8) (diagonal + (a[i] != b[j - 1]));

          diagonal = row[j];
          row[j] = (guint8) MIN (changed, MIN (row[j], row[j - 1]) + 1);
        }
    }
  return row[n];
}

/**
 * cts_config_nearest:
 * @word: a word
 * @words: (array zero-terminated=1): known words
 *
 * Returns: (transfer none) (nullable): the word of @words that @word was probably meant to be
 */
const char *
cts_config_nearest (const char *word, const char *const *words)
{
  const char *nearest = NULL;
  guint least = (guint) strlen (word) / 3 + 2;

  if (strlen (word) > MAX_WORD)
    return NULL;
  for (guint i = 0; words[i] != NULL; i++)
    {
      guint distance = strlen (words[i]) <= MAX_WORD ? edit_distance (word, words[i]) : MAX_WORD;

      if (distance < least && distance < strlen (words[i]))
        {
          least = distance;
          nearest = words[i];
        }
    }
  return nearest;
}

/**
 * cts_config_add_unknown:
 * @errors: (element-type utf8): gets the error
 * @entry: a line with a key nobody knows
 * @path: path of the map it stands in
 * @known: (array zero-terminated=1): the keys that map may have
 *
 * Adds the error of an unknown key.
 */
void
cts_config_add_unknown (GPtrArray *errors,
                        const CtsConfigEntry *entry,
                        const char *path,
                        const char *const *known)
{
  const char *nearest;
  g_autofree char *shown = NULL;
  g_autofree char *key_path = NULL;

  /* Looking for the nearest takes its time, which thousands of errors need not. */
  if (errors->len > CTS_CONFIG_MAX_ERRORS)
    return;
  shown = g_strdup (g_utf8_strlen (entry->key, -1) > MAX_SHOWN ? "…" : entry->key);
  key_path = cts_config_path_key (path, shown);
  nearest = cts_config_nearest (entry->key, known);

  if (nearest != NULL)
    cts_config_add_error (errors, &entry->origin, key_path, "unknown key, did you mean '%s'?",
                          nearest);
  else
    cts_config_add_error (errors, &entry->origin, key_path, "unknown key");
}
