/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-modules"

#include "cts-registry.h"

/**
 * CtsRegistry:
 *
 * The stages of the configuration, as a #GListModel of those that could be built, in the order
 * they were added. A stage whose module cannot be loaded, or which does not start, is warned about
 * once and tried again with growing delays; the others do not notice. Main context.
 */
struct _CtsRegistry
{
  GObject parent_instance;
  CtsModuleLoader *loader;
  guint retry_base_ms;
  guint retry_max_ms;
  GPtrArray *slots; /* (element-type CtsStageSlot) */
  gboolean stopping;
};

enum
{
  SIGNAL_STAGE_STARTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_QUARK (cts_registry_error, cts_registry_error)

static GType
cts_registry_get_item_type (GListModel *model)
{
  return CTS_TYPE_STAGE;
}

static guint
cts_registry_get_n_items (GListModel *model)
{
  CtsRegistry *self = CTS_REGISTRY (model);
  guint n_items = 0;

  for (guint i = 0; i < self->slots->len; i++)
    {
      CtsStageSlot *slot = g_ptr_array_index (self->slots, i);

      n_items += slot->stage != NULL;
    }
  return n_items;
}

static gpointer
cts_registry_get_item (GListModel *model, guint position)
{
  CtsRegistry *self = CTS_REGISTRY (model);

  for (guint i = 0; i < self->slots->len; i++)
    {
      CtsStageSlot *slot = g_ptr_array_index (self->slots, i);

      if (slot->stage != NULL && position-- == 0)
        return g_object_ref (slot->stage);
    }
  return NULL;
}

static void
cts_registry_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = cts_registry_get_item_type;
  iface->get_n_items = cts_registry_get_n_items;
  iface->get_item = cts_registry_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (CtsRegistry,
                               cts_registry,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      cts_registry_list_model_init))

static void
cts_registry_dispose (GObject *object)
{
  CtsRegistry *self = CTS_REGISTRY (object);

  g_ptr_array_set_size (self->slots, 0);
  g_clear_object (&self->loader);
  G_OBJECT_CLASS (cts_registry_parent_class)->dispose (object);
}

static void
cts_registry_finalize (GObject *object)
{
  CtsRegistry *self = CTS_REGISTRY (object);

  g_ptr_array_unref (self->slots);
  G_OBJECT_CLASS (cts_registry_parent_class)->finalize (object);
}

static void
cts_registry_class_init (CtsRegistryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cts_registry_dispose;
  object_class->finalize = cts_registry_finalize;

  /**
   * CtsRegistry::stage-started:
   * @registry: the registry
   * @stage: a stage that has just started, at the first try or a later one
   *
   * Emitted each time a stage starts: now a sink can be mounted.
   */
  signals[SIGNAL_STAGE_STARTED]
      = g_signal_new ("stage-started", CTS_TYPE_REGISTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 1, CTS_TYPE_STAGE);
}

static void
cts_registry_init (CtsRegistry *self)
{
  self->slots = g_ptr_array_new_with_free_func ((GDestroyNotify) cts_stage_slot_free);
}

/**
 * cts_registry_new:
 * @loader: where modules come from
 * @retry_base_ms: how long a failed stage waits at first, usually %CTS_REGISTRY_RETRY_BASE_MS
 * @retry_max_ms: how long it waits at most, usually %CTS_REGISTRY_RETRY_MAX_MS
 *
 * Returns: (transfer full): a registry without stages
 */
CtsRegistry *
cts_registry_new (CtsModuleLoader *loader, guint retry_base_ms, guint retry_max_ms)
{
  CtsRegistry *self = g_object_new (CTS_TYPE_REGISTRY, NULL);

  self->loader = g_object_ref (loader);
  self->retry_base_ms = retry_base_ms;
  self->retry_max_ms = retry_max_ms;
  return self;
}

static CtsStageSlot *
find_slot (CtsRegistry *self, CtsRole role, const char *name)
{
  for (guint i = 0; i < self->slots->len; i++)
    {
      CtsStageSlot *slot = g_ptr_array_index (self->slots, i);

      if (slot->role == role && g_str_equal (slot->name, name))
        return slot;
    }
  return NULL;
}

/* How many stages of the list come before @slot. */
static guint
position_of (CtsRegistry *self, CtsStageSlot *slot)
{
  guint position = 0;

  for (guint i = 0; i < self->slots->len && g_ptr_array_index (self->slots, i) != slot; i++)
    {
      CtsStageSlot *before = g_ptr_array_index (self->slots, i);

      position += before->stage != NULL;
    }
  return position;
}

/**
 * cts_registry_add_stage:
 * @registry: a registry
 * @role: the stage's role
 * @name: its name, unique within the role
 * @module_id: the module it comes from
 * @configure: (nullable): says what its options are; %NULL for the defaults
 * @configure_data: data for @configure; outlives the registry
 * @error: return location for an error in %CTS_REGISTRY_ERROR, or of @configure
 *
 * Adds a stage to the configuration and builds it. That its module cannot be loaded is no error:
 * cts_registry_start_stage() warns of it and tries again.
 *
 * Returns: whether the stage was added
 */
gboolean
cts_registry_add_stage (CtsRegistry *registry,
                        CtsRole role,
                        const char *name,
                        const char *module_id,
                        CtsStageConfigureFunc configure,
                        gpointer configure_data,
                        GError **error)
{
  g_autoptr (CtsStageSlot) slot = NULL;
  CtsLoadedModule *module;
  CtsStage *stage;

  g_return_val_if_fail (CTS_IS_REGISTRY (registry), FALSE);
  g_return_val_if_fail (cts_role_to_string (role) != NULL, FALSE);

  if (find_slot (registry, role, name) != NULL)
    {
      g_set_error (error, CTS_REGISTRY_ERROR, CTS_REGISTRY_ERROR_EXISTS,
                   "%s '%s': there is one of this name", cts_role_to_string (role), name);
      return FALSE;
    }

  slot = cts_stage_slot_new (role, name, module_id, configure, configure_data);
  slot->owner = registry;
  cts_backoff_init (&slot->backoff, registry->retry_base_ms, registry->retry_max_ms);

  module = cts_module_loader_load (registry->loader, module_id, NULL);
  if (module != NULL && !cts_stage_slot_build (slot, module, error))
    {
      g_prefix_error (error, "%s '%s': ", cts_role_to_string (role), name);
      return FALSE;
    }

  stage = slot->stage;
  g_ptr_array_add (registry->slots, g_steal_pointer (&slot));
  if (stage != NULL)
    g_list_model_items_changed (G_LIST_MODEL (registry),
                                g_list_model_get_n_items (G_LIST_MODEL (registry)) - 1, 0, 1);
  return TRUE;
}

/**
 * cts_registry_lookup:
 * @registry: a registry
 * @role: a role
 * @name: a stage's name
 *
 * Returns: (transfer none) (nullable): the stage; %NULL when there is none, or none yet because
 *   its module could not be loaded
 */
CtsStage *
cts_registry_lookup (CtsRegistry *registry, CtsRole role, const char *name)
{
  CtsStageSlot *slot;

  g_return_val_if_fail (CTS_IS_REGISTRY (registry), NULL);

  slot = find_slot (registry, role, name);
  return slot != NULL ? slot->stage : NULL;
}

static gboolean
build_if_needed (CtsRegistry *self, CtsStageSlot *slot, GError **error)
{
  CtsLoadedModule *module;

  if (slot->stage != NULL)
    return TRUE;
  module = cts_module_loader_load (self->loader, slot->module_id, error);
  if (module == NULL || !cts_stage_slot_build (slot, module, error))
    return FALSE;
  g_list_model_items_changed (G_LIST_MODEL (self), position_of (self, slot), 0, 1);
  return TRUE;
}

/* One warning for the first failure; the tries after it are for whoever looks closer. */
static void
log_failure (CtsStageSlot *slot, const GError *error, guint delay_ms)
{
  GLogLevelFlags level = slot->n_failures == 1 ? G_LOG_LEVEL_WARNING : G_LOG_LEVEL_INFO;

  g_log_structured (G_LOG_DOMAIN, level, "CTS_STAGE", slot->name, "MESSAGE",
                    "%s '%s': %s; trying again in %u ms", cts_role_to_string (slot->role),
                    slot->name, error->message, delay_ms);
}

static void
log_success (CtsStageSlot *slot)
{
  GLogLevelFlags level = slot->n_failures > 0 ? G_LOG_LEVEL_MESSAGE : G_LOG_LEVEL_INFO;

  g_log_structured (G_LOG_DOMAIN, level, "CTS_STAGE", slot->name, "MESSAGE", "%s '%s': started",
                    cts_role_to_string (slot->role), slot->name);
}

static gboolean on_retry (gpointer user_data);

static void
schedule_retry (CtsStageSlot *slot, guint delay_ms)
{
  slot->retry = g_timeout_source_new (delay_ms);
  g_source_set_static_name (slot->retry, "cts-registry retry");
  g_source_set_callback (slot->retry, on_retry, slot, NULL);
  g_source_attach (slot->retry, NULL);
}

static gboolean
start_slot (CtsRegistry *self, CtsStageSlot *slot)
{
  g_autoptr (GError) error = NULL;
  guint delay_ms;

  cts_stage_slot_cancel_retry (slot);
  if (build_if_needed (self, slot, &error) && cts_stage_start (slot->stage, &error))
    {
      log_success (slot);
      slot->n_failures = 0;
      cts_backoff_reset (&slot->backoff);
      g_signal_emit (self, signals[SIGNAL_STAGE_STARTED], 0, slot->stage);
      return TRUE;
    }

  slot->n_failures++;
  delay_ms = cts_backoff_next (&slot->backoff);
  log_failure (slot, error, delay_ms);
  schedule_retry (slot, delay_ms);
  return FALSE;
}

static gboolean
on_retry (gpointer user_data)
{
  CtsStageSlot *slot = user_data;
  g_autoptr (CtsRegistry) self = g_object_ref (slot->owner);

  start_slot (self, slot);
  return G_SOURCE_REMOVE;
}

/**
 * cts_registry_start_stage:
 * @registry: a registry
 * @role: a role
 * @name: name of a stage that was added
 *
 * Starts a stage, after loading its module if that failed before. A failure is logged here, once,
 * and the stage is tried again until it starts; #CtsRegistry::stage-started tells when.
 *
 * Returns: whether the stage runs now
 */
gboolean
cts_registry_start_stage (CtsRegistry *registry, CtsRole role, const char *name)
{
  CtsStageSlot *slot;

  g_return_val_if_fail (CTS_IS_REGISTRY (registry), FALSE);
  g_return_val_if_fail (!registry->stopping, FALSE);

  slot = find_slot (registry, role, name);
  g_return_val_if_fail (slot != NULL, FALSE);

  if (slot->stage != NULL && cts_stage_get_state (slot->stage) == CTS_STAGE_STATE_RUNNING)
    return TRUE;
  return start_slot (registry, slot);
}

static void stop_next (GTask *task);

static void
stop_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CtsStage *stage = CTS_STAGE (object);
  g_autoptr (GError) error = NULL;

  if (!cts_stage_stop_finish (stage, result, &error))
    g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "CTS_STAGE", cts_stage_get_name (stage),
                      "MESSAGE", "stage '%s': did not stop cleanly: %s", cts_stage_get_name (stage),
                      error != NULL ? error->message : "it gave no reason");
  stop_next (g_steal_pointer (&task));
}

/* The task data is how many slots are still to be stopped. Takes the task. */
static void
stop_next (GTask *task)
{
  g_autoptr (GTask) owned = task;
  CtsRegistry *self = g_task_get_source_object (task);
  guint n_left = GPOINTER_TO_UINT (g_task_get_task_data (task));

  while (n_left > 0)
    {
      CtsStageSlot *slot = g_ptr_array_index (self->slots, --n_left);

      if (slot->stage == NULL)
        continue;
      g_task_set_task_data (task, GUINT_TO_POINTER (n_left), NULL);
      cts_stage_stop_async (slot->stage, g_task_get_cancellable (task), stop_cb,
                            g_steal_pointer (&owned));
      return;
    }

  self->stopping = FALSE;
  g_task_return_boolean (task, TRUE);
}

/**
 * cts_registry_stop_all_async:
 * @registry: a registry
 * @cancellable: (nullable): a cancellable, handed to each stage
 * @callback: called when all have stopped
 * @user_data: data for @callback
 *
 * Stops all stages, one after the other, the last added first, and takes back all tries that are
 * due. A stage that does not stop cleanly is logged; it does not keep the others.
 */
void
cts_registry_stop_all_async (CtsRegistry *registry,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task;

  g_return_if_fail (CTS_IS_REGISTRY (registry));
  g_return_if_fail (!registry->stopping);

  registry->stopping = TRUE;
  for (guint i = 0; i < registry->slots->len; i++)
    cts_stage_slot_cancel_retry (g_ptr_array_index (registry->slots, i));

  task = g_task_new (registry, cancellable, callback, user_data);
  g_task_set_source_tag (task, cts_registry_stop_all_async);
  /* All stages were asked, whatever the cancellable says. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, GUINT_TO_POINTER (registry->slots->len), NULL);
  stop_next (task);
}

/**
 * cts_registry_stop_all_finish:
 * @registry: a registry
 * @result: the result handed to the callback
 * @error: return location for an error
 *
 * Finishes cts_registry_stop_all_async().
 *
 * Returns: %TRUE
 */
gboolean
cts_registry_stop_all_finish (CtsRegistry *registry, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, registry), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
