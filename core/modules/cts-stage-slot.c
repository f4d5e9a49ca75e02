/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-modules"

#include "cts-stage-slot.h"

#include "core/modules/cts-registry.h"

/**
 * cts_stage_slot_new:
 * @role: the stage's role
 * @name: its name
 * @module_id: the module it comes from
 * @configure: (nullable): says what its options are; %NULL for the defaults
 * @configure_data: data for @configure; outlives the slot
 *
 * Returns: (transfer full): a slot without a stage
 */
CtsStageSlot *
cts_stage_slot_new (CtsRole role,
                    const char *name,
                    const char *module_id,
                    CtsStageConfigureFunc configure,
                    gpointer configure_data)
{
  CtsStageSlot *slot = g_new0 (CtsStageSlot, 1);

  slot->role = role;
  slot->name = g_strdup (name);
  slot->module_id = g_strdup (module_id);
  slot->configure = configure;
  slot->configure_data = configure_data;
  return slot;
}

/**
 * cts_stage_slot_free:
 * @slot: (transfer full): a slot
 *
 * Frees a slot and gives up its stage.
 */
void
cts_stage_slot_free (CtsStageSlot *slot)
{
  cts_stage_slot_cancel_retry (slot);
  g_clear_object (&slot->stage);
  g_free (slot->module_id);
  g_free (slot->name);
  g_free (slot);
}

/**
 * cts_stage_slot_cancel_retry:
 * @slot: a slot
 *
 * Takes back the next try, if one is due.
 */
void
cts_stage_slot_cancel_retry (CtsStageSlot *slot)
{
  if (slot->retry != NULL)
    g_source_destroy (slot->retry);
  g_clear_pointer (&slot->retry, g_source_unref);
}

/* The message does not hold the value: it may be a secret. */
static gboolean
check_option (GObjectClass *klass, const char *name, const GValue *value, GError **error)
{
  GParamSpec *pspec = g_object_class_find_property (klass, name);
  g_auto (GValue) copy = G_VALUE_INIT;

  if (pspec == NULL || pspec->owner_type == CTS_TYPE_STAGE
      || (pspec->flags & G_PARAM_WRITABLE) == 0)
    {
      g_set_error (error, CTS_REGISTRY_ERROR, CTS_REGISTRY_ERROR_OPTION, "no option named '%s'",
                   name);
      return FALSE;
    }

  g_value_init (&copy, pspec->value_type);
  if (!g_value_type_transformable (G_VALUE_TYPE (value), pspec->value_type)
      || !g_value_transform (value, &copy) || g_param_value_validate (pspec, &copy))
    {
      g_set_error (error, CTS_REGISTRY_ERROR, CTS_REGISTRY_ERROR_OPTION,
                   "the value of option '%s' is not allowed", name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_options (GObjectClass *klass, GPtrArray *names, GArray *values, GError **error)
{
  for (guint i = 0; i < names->len; i++)
    if (!check_option (klass, g_ptr_array_index (names, i), &g_array_index (values, GValue, i),
                       error))
      return FALSE;
  return TRUE;
}

static CtsStage *
make_stage (CtsStageSlot *slot, GType type, GPtrArray *names, GArray *values)
{
  GValue name = G_VALUE_INIT;

  g_value_init (&name, G_TYPE_STRING);
  g_value_set_string (&name, slot->name);
  g_ptr_array_add (names, g_strdup ("name"));
  g_array_append_val (values, name);
  return CTS_STAGE (g_object_new_with_properties (type, names->len, (const char **) names->pdata,
                                                  (const GValue *) values->data));
}

/**
 * cts_stage_slot_build:
 * @slot: a slot without a stage
 * @module: its module
 * @error: return location for an error in %CTS_REGISTRY_ERROR, or of whoever configures
 *
 * Builds the stage. The options are checked first, since GObject would only warn. Main context.
 *
 * Returns: whether the slot has a stage now
 */
gboolean
cts_stage_slot_build (CtsStageSlot *slot, CtsLoadedModule *module, GError **error)
{
  GType type = cts_loaded_module_find_type (module, slot->role);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (GValue));
  g_autoptr (GTypeClass) klass = NULL;

  g_array_set_clear_func (values, (GDestroyNotify) g_value_unset);
  if (type == G_TYPE_INVALID)
    {
      g_set_error (error, CTS_REGISTRY_ERROR, CTS_REGISTRY_ERROR_ROLE, "module '%s' has no %s",
                   slot->module_id, cts_role_to_string (slot->role));
      return FALSE;
    }

  klass = g_type_class_ref (type);
  if (slot->configure != NULL
      && !slot->configure ((CtsStageClass *) klass, names, values, slot->configure_data, error))
    return FALSE;
  if (!check_options (G_OBJECT_CLASS (klass), names, values, error))
    return FALSE;

  slot->stage = make_stage (slot, type, names, values);
  return TRUE;
}
