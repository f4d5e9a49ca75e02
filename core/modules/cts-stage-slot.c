/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-modules"

#include "cts-stage-slot.h"

#include "core/modules/cts-registry.h"

/**
 * cts_stage_slot_new:
 * @role: the stage's role
 * @name: its name
 * @module_id: the module it comes from
 * @n_properties: how many options are given
 * @names: (array length=n_properties): their names
 * @values: (array length=n_properties): their values
 *
 * Returns: (transfer full): a slot without a stage
 */
CtsStageSlot *
cts_stage_slot_new (CtsRole role,
                    const char *name,
                    const char *module_id,
                    guint n_properties,
                    const char *const *names,
                    const GValue *values)
{
  CtsStageSlot *slot = g_new0 (CtsStageSlot, 1);

  slot->role = role;
  slot->name = g_strdup (name);
  slot->module_id = g_strdup (module_id);
  slot->n_properties = n_properties;

  /* One place more for the stage's name. */
  slot->names = g_new0 (char *, n_properties + 2);
  slot->values = g_new0 (GValue, n_properties + 1);
  for (guint i = 0; i < n_properties; i++)
    {
      slot->names[i] = g_strdup (names[i]);
      g_value_init (&slot->values[i], G_VALUE_TYPE (&values[i]));
      g_value_copy (&values[i], &slot->values[i]);
    }
  slot->names[n_properties] = g_strdup ("name");
  g_value_init (&slot->values[n_properties], G_TYPE_STRING);
  g_value_set_string (&slot->values[n_properties], name);
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
  for (guint i = 0; i <= slot->n_properties; i++)
    g_value_unset (&slot->values[i]);
  g_free (slot->values);
  g_strfreev (slot->names);
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

/**
 * cts_stage_slot_build:
 * @slot: a slot without a stage
 * @module: its module
 * @error: return location for an error in %CTS_REGISTRY_ERROR
 *
 * Builds the stage. The options are checked first, since GObject would only warn. Main context.
 *
 * Returns: whether the slot has a stage now
 */
gboolean
cts_stage_slot_build (CtsStageSlot *slot, CtsLoadedModule *module, GError **error)
{
  GType type = cts_loaded_module_find_type (module, slot->role);
  g_autoptr (GTypeClass) klass = NULL;

  if (type == G_TYPE_INVALID)
    {
      g_set_error (error, CTS_REGISTRY_ERROR, CTS_REGISTRY_ERROR_ROLE, "module '%s' has no %s",
                   slot->module_id, cts_role_to_string (slot->role));
      return FALSE;
    }

  klass = g_type_class_ref (type);
  for (guint i = 0; i < slot->n_properties; i++)
    if (!check_option (G_OBJECT_CLASS (klass), slot->names[i], &slot->values[i], error))
      return FALSE;

  slot->stage
      = CTS_STAGE (g_object_new_with_properties (type, slot->n_properties + 1,
                                                 (const char **) slot->names, slot->values));
  return TRUE;
}
