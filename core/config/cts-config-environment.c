/* SPDX-License-Identifier: MIT */
#include "cts-config-environment.h"

#include "core/config/cts-yaml.h"

#include <string.h>

#define PREFIX    "CTSTREAM_"
#define SEPARATOR "__"

/* What a variable says: a text as it is, or a list, map or quoted text in YAML. NULL when it
 * cannot be read. */
static CtsConfigNode *
read_value (const char *value, const CtsConfigOrigin *origin, GPtrArray *errors)
{
  g_autoptr (GPtrArray) mistakes = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = g_strstrip (g_strdup (value));
  g_autoptr (CtsConfigNode) node = NULL;

  if (!g_utf8_validate (value, -1, NULL))
    {
      cts_config_add_error (errors, origin, NULL, "not valid UTF-8");
      return NULL;
    }
  if (*text == '\0' || strchr ("[{\"'", *text) == NULL)
    return cts_config_node_new_scalar (origin, text, *text != '\0');

  node = cts_yaml_parse (text, strlen (text), origin->file, mistakes);
  for (guint i = 0; i < mistakes->len; i++)
    cts_config_add_error (errors, origin, NULL, "cannot be read as YAML: %s",
                          (const char *) g_ptr_array_index (mistakes, i) + strlen (origin->file)
                              + 1);
  return g_steal_pointer (&node);
}

/* One variable as a tree of its own: A__B=1 is {a: {b: 1}}. */
static CtsConfigNode *
read_variable (const char *name, const char *value, GPtrArray *errors)
{
  g_autofree char *file_text = g_strconcat ("environment variable ", name, NULL);
  CtsConfigOrigin origin = { .file = g_ref_string_new (file_text) };
  g_autofree char *lower = g_ascii_strdown (name + strlen (PREFIX), -1);
  g_auto (GStrv) levels = g_strsplit (lower, SEPARATOR, -1);
  CtsConfigNode *node = NULL;

  if (g_strv_length (levels) > CTS_YAML_MAX_DEPTH)
    cts_config_add_error (errors, &origin, NULL, "nested more than %d deep", CTS_YAML_MAX_DEPTH);
  else
    node = read_value (value, &origin, errors);

  for (guint i = g_strv_length (levels); node != NULL && i-- > 0;)
    {
      CtsConfigNode *map = cts_config_node_new_map (&origin);

      cts_config_node_set (map, levels[i], &origin, node);
      node = map;
    }
  g_ref_string_release (origin.file);
  return node;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Ours, but read by others. */
static const char *const other_variables[] = { "CTSTREAM_PLUGIN_DIR", NULL };

static gboolean
is_configuration (const char *variable, GPtrArray *notes)
{
  const char *equals = strchr (variable, '=');
  g_autofree char *name = NULL;

  if (!g_str_has_prefix (variable, PREFIX) || equals == NULL)
    return FALSE;
  name = g_strndup (variable, (gsize) (equals - variable));
  if (strstr (name, SEPARATOR) != NULL)
    return TRUE;
  if (!g_strv_contains (other_variables, name))
    g_ptr_array_add (notes, g_strdup_printf ("environment variable %s: note: is not read, for two "
                                             "underscores stand between a section and its key",
                                             name));
  return FALSE;
}

/* Those that are ours, sorted: the environment has no order, and a map is laid down before what
 * stands in it. */
static GPtrArray *
select_variables (const char *const *environment, GPtrArray *notes)
{
  GPtrArray *variables = g_ptr_array_new ();

  for (guint i = 0; environment != NULL && environment[i] != NULL; i++)
    if (is_configuration (environment[i], notes))
      g_ptr_array_add (variables, (gpointer) environment[i]);
  g_ptr_array_sort (variables, compare_names);
  return variables;
}

/**
 * cts_config_environment_read:
 * @environment: (array zero-terminated=1) (nullable): lines NAME=VALUE
 * @report: gets errors and notes
 *
 * Reads the variables CTSTREAM_SECTION__KEY as one tree. A variable of ours without a double
 * underscore is none of the configuration; if nobody else reads it either, it is noted.
 *
 * Returns: (transfer full): a map
 */
CtsConfigNode *
cts_config_environment_read (const char *const *environment, CtsConfigReport *report)
{
  g_autoptr (GPtrArray) variables = select_variables (environment, report->notes);
  CtsConfigOrigin origin = { .file = g_ref_string_new ("environment") };
  CtsConfigNode *tree = cts_config_node_new_map (&origin);

  g_ref_string_release (origin.file);
  for (guint i = 0; i < variables->len; i++)
    {
      const char *variable = g_ptr_array_index (variables, i);
      const char *equals = strchr (variable, '=');
      g_autofree char *name = g_strndup (variable, (gsize) (equals - variable));
      g_autoptr (CtsConfigNode) branch = read_variable (name, equals + 1, report->errors);
      CtsConfigNode *merged;

      if (branch == NULL)
        continue;
      merged = cts_config_node_merge (tree, branch);
      cts_config_node_unref (tree);
      tree = merged;
    }
  return tree;
}
