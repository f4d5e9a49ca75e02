/* SPDX-License-Identifier: MIT */
#include "cts-config-stage.h"

#include "core/config/cts-config-check.h"
#include "core/config/cts-config-report.h"
#include "core/config/cts-config-value.h"

#include <string.h>

const char *const cts_config_roles[CTS_CONFIG_N_ROLES + 1]
    = { "sources", "filters", "serializers", "sinks", NULL };

/* Plugins whose stages are known and stand in the default configuration, but that nobody has
 * written yet. */
static const struct
{
  CtsRole role;
  const char *plugin;
} planned[] = {
  { CTS_ROLE_SOURCE, "static-ct" },
  { CTS_ROLE_SINK, "sse" },
  { CTS_ROLE_SINK, "rest" },
};

/* The keys of a stage that are not its plugin's; `stream` is a sink's only. */
static const CtsConfigKey stage_keys[] = {
  {
      .option = CTS_OPTION_STRING ("plugin",
                                   CtsStageConfig,
                                   plugin,
                                   NULL,
                                   CTS_OPTION_RESTART,
                                   "Module the stage comes from"),
      .check = cts_config_check_name,
  },
  {
      .option = CTS_OPTION_BOOLEAN ("enabled",
                                    CtsStageConfig,
                                    enabled,
                                    TRUE,
                                    CTS_OPTION_RESTART,
                                    "FALSE switches the stage off"),
  },
  {
      .option = CTS_OPTION_STRING ("stream",
                                   CtsStageConfig,
                                   stream,
                                   NULL,
                                   CTS_OPTION_RESTART,
                                   "Format a push sink gets"),
      .check = cts_config_check_name,
  },
};

static gsize
n_stage_keys (CtsRole role)
{
  return role == CTS_ROLE_SINK ? G_N_ELEMENTS (stage_keys) : G_N_ELEMENTS (stage_keys) - 1;
}

void
cts_stage_config_free (CtsStageConfig *stage)
{
  cts_config_keys_clear (stage_keys, G_N_ELEMENTS (stage_keys), stage);
  g_free (stage->name);
  g_free (stage->path);
  g_clear_pointer (&stage->options, cts_config_node_unref);
  g_clear_pointer (&stage->origin.file, g_ref_string_release);
  g_free (stage);
}

static gboolean
is_stage_key (CtsRole role, const char *key)
{
  for (gsize i = 0; i < n_stage_keys (role); i++)
    if (g_str_equal (stage_keys[i].option.name, key))
      return TRUE;
  return FALSE;
}

/* Divides a stage's map into what is ours and what is its plugin's. */
static void
split (CtsRole role, const CtsConfigNode *node, CtsConfigNode *ours, CtsConfigNode *options)
{
  for (guint i = 0; i < cts_config_node_get_size (node); i++)
    {
      const CtsConfigEntry *entry = cts_config_node_get_entry (node, i);

      cts_config_node_set (is_stage_key (role, entry->key) ? ours : options, entry->written,
                           &entry->origin, cts_config_node_ref (entry->value));
    }
}

static CtsStageConfig *
read_stage (CtsConfigReader *reader, CtsRole role, const CtsConfigEntry *entry, char *path)
{
  const CtsConfigOrigin *origin = cts_config_node_get_origin (entry->value);
  g_autoptr (CtsConfigNode) ours = cts_config_node_new_map (origin);
  CtsStageConfig *stage = g_new0 (CtsStageConfig, 1);

  stage->role = role;
  stage->name = g_strdup (entry->key);
  stage->path = path;
  stage->options = cts_config_node_new_map (origin);
  stage->origin = entry->origin;
  g_ref_string_acquire (stage->origin.file);
  cts_config_keys_set_defaults (stage_keys, G_N_ELEMENTS (stage_keys), stage);

  split (role, entry->value, ours, stage->options);
  cts_config_keys_read (reader, stage_keys, n_stage_keys (role), ours, path, stage);
  return stage;
}

static void
check_name (CtsConfigReader *reader, const CtsStageConfig *stage)
{
  g_autofree char *expected = cts_config_check_name (stage->name);

  if (expected != NULL)
    cts_config_add_error (reader->errors, &stage->origin, stage->path,
                          "the name of a stage must be %s", expected);
}

static gboolean
is_planned (const CtsStageConfig *stage)
{
  for (gsize i = 0; i < G_N_ELEMENTS (planned); i++)
    if (planned[i].role == stage->role && g_str_equal (planned[i].plugin, stage->plugin))
      return TRUE;
  return FALSE;
}

/* What one file says of a stage may be completed by another, so this is asked of the whole only. */
static gboolean
is_usable (CtsConfigReader *reader, const CtsStageConfig *stage, const CtsConfigNode *node)
{
  if (cts_config_node_lookup (node, "plugin") == NULL)
    {
      cts_config_add_error (reader->errors, &stage->origin, stage->path, "'plugin' is missing");
      return FALSE;
    }
  if (!is_planned (stage))
    return TRUE;
  if (reader->notes != NULL && !g_str_equal (stage->origin.file, CTS_CONFIG_BUILTIN))
    cts_config_add_no_effect (reader->notes, &stage->origin, stage->path, NULL);
  return FALSE;
}

/**
 * cts_stage_configs_read:
 * @reader: gets what is wrong
 * @role: role of the stages
 * @node: (nullable): what was written under the role's key
 * @is_whole: nothing will be merged into @node any more
 *
 * Reads the stages of one role. Those whose plugin does not exist yet are noted and left out.
 *
 * Returns: (transfer full) (element-type CtsStageConfig): the stages, in the order of their keys
 */
GPtrArray *
cts_stage_configs_read (CtsConfigReader *reader,
                        CtsRole role,
                        const CtsConfigNode *node,
                        gboolean is_whole)
{
  GPtrArray *stages = g_ptr_array_new_with_free_func ((GDestroyNotify) cts_stage_config_free);
  const char *role_path = cts_config_roles[role - CTS_ROLE_SOURCE];

  if (node == NULL || !cts_config_value_is_map (node, role_path, reader->errors))
    return stages;

  for (guint i = 0; i < cts_config_node_get_size (node); i++)
    {
      const CtsConfigEntry *entry = cts_config_node_get_entry (node, i);
      g_autofree char *path = cts_config_path_key (role_path, entry->key);
      CtsStageConfig *stage;

      if (!cts_config_value_is_map (entry->value, path, reader->errors))
        continue;
      stage = read_stage (reader, role, entry, g_steal_pointer (&path));
      check_name (reader, stage);
      if (is_whole && is_usable (reader, stage, entry->value))
        g_ptr_array_add (stages, stage);
      else
        cts_stage_config_free (stage);
    }
  return stages;
}

static const CtsOption *
option_at (const CtsOption *options, gsize i, gsize option_size)
{
  return (const CtsOption *) ((const guint8 *) options + i * option_size);
}

static const CtsOption *
find_option (const CtsOption *options, gsize n_options, gsize option_size, const char *name)
{
  for (gsize i = 0; i < n_options; i++)
    if (g_str_equal (option_at (options, i, option_size)->name, name))
      return option_at (options, i, option_size);
  return NULL;
}

static void
add_unknown_option (const CtsStageConfig *stage,
                    const CtsConfigEntry *entry,
                    const CtsOption *options,
                    gsize n_options,
                    gsize option_size,
                    GPtrArray *errors)
{
  g_autoptr (GPtrArray) known = g_ptr_array_new ();

  for (gsize i = 0; i < n_options; i++)
    g_ptr_array_add (known, (gpointer) option_at (options, i, option_size)->name);
  for (gsize i = 0; i < n_stage_keys (stage->role); i++)
    g_ptr_array_add (known, (gpointer) stage_keys[i].option.name);
  g_ptr_array_add (known, NULL);
  cts_config_add_unknown (errors, entry, stage->path, (const char *const *) known->pdata);
}

/**
 * cts_stage_config_validate:
 * @stage: a stage
 * @options: (array length=n_options): the option table of its class
 * @n_options: lines in it
 * @option_size: bytes from one line to the next, sizeof (CtsOption) as the plugin knows it
 * @errors: (element-type utf8): gets what is wrong
 * @names: (element-type utf8): gets the name of each property that was set, to be freed with
 * g_free()
 * @values: (element-type GValue): gets their values in the same order: booleans, unsigned integers,
 *   strings (also for enums) and %G_TYPE_STRV; its clear function must be g_value_unset()
 *
 * Checks the options of @stage against its plugin's table and makes properties of them, for
 * g_object_new_with_properties(). What the configuration does not set is not among them. Any
 * thread.
 *
 * Returns: %FALSE when @errors got something
 */
gboolean
cts_stage_config_validate (const CtsStageConfig *stage,
                           const CtsOption *options,
                           gsize n_options,
                           gsize option_size,
                           GPtrArray *errors,
                           GPtrArray *names,
                           GArray *values)
{
  gboolean valid = TRUE;

  for (guint i = 0; i < cts_config_node_get_size (stage->options); i++)
    {
      const CtsConfigEntry *entry = cts_config_node_get_entry (stage->options, i);
      const CtsOption *option = find_option (options, n_options, option_size, entry->key);
      g_autofree char *path = NULL;
      GValue value = G_VALUE_INIT;

      if (option == NULL)
        {
          add_unknown_option (stage, entry, options, n_options, option_size, errors);
          valid = FALSE;
          continue;
        }
      path = cts_config_path_key (stage->path, entry->key);
      if (!cts_config_option_read (option, entry->value, path, &value, errors))
        {
          valid = FALSE;
          continue;
        }
      g_ptr_array_add (names, g_strdup (option->name));
      g_array_append_val (values, value);
    }
  return valid;
}

/* --- Differences --- */

static const CtsStageConfig *
find_stage (const GPtrArray *stages, const char *name)
{
  for (guint i = 0; i < stages->len; i++)
    {
      const CtsStageConfig *stage = stages->pdata[i];

      if (g_str_equal (stage->name, name))
        return stage;
    }
  return NULL;
}

/* Options of @a that @b says otherwise or not at all. */
static void
diff_options (const CtsStageConfig *a,
              const CtsStageConfig *b,
              gboolean only_missing,
              GPtrArray *changed)
{
  for (guint i = 0; i < cts_config_node_get_size (a->options); i++)
    {
      const CtsConfigEntry *entry = cts_config_node_get_entry (a->options, i);
      const CtsConfigEntry *other = cts_config_node_lookup (b->options, entry->key);

      if (other == NULL || (!only_missing && !cts_config_node_equal (entry->value, other->value)))
        g_ptr_array_add (changed, cts_config_path_key (a->path, entry->key));
    }
}

static void
diff_stage (const CtsStageConfig *old, const CtsStageConfig *new, GPtrArray *changed)
{
  for (gsize i = 0; i < G_N_ELEMENTS (stage_keys); i++)
    if (!cts_config_key_equal (&stage_keys[i], old, new))
      g_ptr_array_add (changed, cts_config_path_key (new->path, stage_keys[i].option.name));
  diff_options (new, old, FALSE, changed);
  diff_options (old, new, TRUE, changed);
}

/**
 * cts_stage_configs_diff:
 * @old: (element-type CtsStageConfig): stages of one role
 * @new: (element-type CtsStageConfig): the same later
 * @changed: (element-type utf8): gets the paths of changed keys, and of stages that came or went
 */
void
cts_stage_configs_diff (const GPtrArray *old, const GPtrArray *new, GPtrArray *changed)
{
  for (guint i = 0; i < new->len; i++)
    {
      const CtsStageConfig *stage = new->pdata[i];
      const CtsStageConfig *before = find_stage (old, stage->name);

      if (before == NULL)
        g_ptr_array_add (changed, g_strdup (stage->path));
      else
        diff_stage (before, stage, changed);
    }
  for (guint i = 0; i < old->len; i++)
    {
      const CtsStageConfig *stage = old->pdata[i];

      if (find_stage (new, stage->name) == NULL)
        g_ptr_array_add (changed, g_strdup (stage->path));
    }
}
