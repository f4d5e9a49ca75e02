/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "ctstreamd"

#include "cts-stage-setup.h"

#include <ctstream.h>

static void
append_string_value (GPtrArray *names, GArray *values, const char *name, const char *text)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, text);
  g_ptr_array_add (names, g_strdup (name));
  g_array_append_val (values, value);
}

/* What the configuration says of a stage, as properties of the class its plugin has. */
static gboolean
read_options (const CtsStageConfig *stage,
              CtsStageClass *klass,
              GPtrArray *names,
              GArray *values,
              GPtrArray *errors)
{
  gsize n_options;
  const CtsOption *options = cts_stage_class_get_options (klass, &n_options);

  if (!cts_stage_config_validate (stage, options, n_options, sizeof (CtsOption), errors, names,
                                  values))
    return FALSE;
  if (stage->stream[0] != '\0' && stage->role == CTS_ROLE_SINK)
    append_string_value (names, values, "stream", stage->stream);
  return TRUE;
}

static gboolean
configure (CtsStageClass *klass,
           GPtrArray *names,
           GArray *values,
           gpointer user_data,
           GError **error)
{
  g_autoptr (GPtrArray) errors = g_ptr_array_new_with_free_func (g_free);

  if (read_options (user_data, klass, names, values, errors))
    return TRUE;
  g_set_error_literal (error, CTS_REGISTRY_ERROR, CTS_REGISTRY_ERROR_OPTION,
                       g_ptr_array_index (errors, 0));
  return FALSE;
}

static gboolean
is_wanted (const CtsStageConfig *stage)
{
  return stage->enabled && stage->plugin[0] != '\0';
}

/**
 * cts_stage_setup_check:
 * @loader: where plugins come from
 * @stage: a stage of the configuration
 * @need_plugin: whether it is wrong that the plugin cannot be loaded
 * @errors: (element-type utf8): what is wrong is added here
 *
 * Checks a stage against its plugin.
 */
void
cts_stage_setup_check (CtsModuleLoader *loader,
                       const CtsStageConfig *stage,
                       gboolean need_plugin,
                       GPtrArray *errors)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (GValue));
  g_autoptr (GTypeClass) klass = NULL;
  g_autoptr (GError) error = NULL;
  CtsLoadedModule *module;
  GType type;

  if (!is_wanted (stage))
    return;
  g_array_set_clear_func (values, (GDestroyNotify) g_value_unset);

  module = cts_module_loader_load (loader, stage->plugin, &error);
  if (module == NULL)
    {
      if (need_plugin)
        cts_config_add_error (errors, &stage->origin, stage->path, "%s", error->message);
      return;
    }
  type = cts_loaded_module_find_type (module, stage->role);
  if (type == G_TYPE_INVALID)
    {
      cts_config_add_error (errors, &stage->origin, stage->path, "plugin '%s' has no %s",
                            stage->plugin, cts_role_to_string (stage->role));
      return;
    }

  klass = g_type_class_ref (type);
  read_options (stage, (CtsStageClass *) klass, names, values, errors);
}

/**
 * cts_stage_setup_check_count:
 * @stages: (element-type CtsStageConfig): the stages of one role
 * @most: how many of them there is a place for
 * @errors: (element-type utf8): what is wrong is added here, once, at the first stage too many
 *
 * Checks that not more stages are switched on than can run.
 */
void
cts_stage_setup_check_count (const GPtrArray *stages, guint most, GPtrArray *errors)
{
  guint n_wanted = 0;

  for (guint i = 0; i < stages->len; i++)
    {
      const CtsStageConfig *stage = g_ptr_array_index (stages, i);

      if (is_wanted (stage) && ++n_wanted == most + 1)
        cts_config_add_error (errors, &stage->origin, stage->path, "at most %u %s can be enabled",
                              most, cts_config_roles[stage->role - CTS_ROLE_SOURCE]);
    }
}

/**
 * cts_stage_setup_start:
 * @registry: where it is added
 * @stage: a stage of the configuration, which outlives the registry
 *
 * Adds a stage and starts it. That its plugin cannot be loaded, or does not start, is logged and
 * tried again by the registry.
 */
void
cts_stage_setup_start (CtsRegistry *registry, const CtsStageConfig *stage)
{
  g_autoptr (GError) error = NULL;

  if (!is_wanted (stage))
    return;
  if (cts_registry_add_stage (registry, stage->role, stage->name, stage->plugin, configure,
                              (gpointer) stage, &error))
    cts_registry_start_stage (registry, stage->role, stage->name);
  else
    g_warning ("%s", error->message);
}
