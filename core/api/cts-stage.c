/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-stage"

#include "cts-stage-private.h"

#include "core/api/cts-option-private.h"

typedef struct
{
  char *name;
  CtsStageState state;
  gboolean started;
} CtsStagePrivate;

/* The options of one type, in the layout this library was compiled with. Lives as long as the
 * type, which is for ever. */
typedef struct
{
  gsize n_options;
  CtsOption options[];
} OptionTable;

enum
{
  PROP_NAME = 1,
  PROP_STATE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CtsStage, cts_stage, G_TYPE_OBJECT)
G_DEFINE_QUARK (cts_stage_error, cts_stage_error)
static G_DEFINE_QUARK (cts_stage_option_table, option_table)

    GType cts_stage_state_get_type (void)
{
  static const GEnumValue values[] = {
    { CTS_STAGE_STATE_STOPPED, "CTS_STAGE_STATE_STOPPED", "stopped" },
    { CTS_STAGE_STATE_RUNNING, "CTS_STAGE_STATE_RUNNING", "running" },
    { CTS_STAGE_STATE_FAILED, "CTS_STAGE_STATE_FAILED", "failed" },
    { 0, NULL, NULL },
  };
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("CtsStageState", values));
  return type;
}

static const CtsOption *
lookup_option (GParamSpec *pspec, guint id)
{
  const OptionTable *table = g_type_get_qdata (pspec->owner_type, option_table_quark ());

  return table != NULL && id >= 1 && id <= table->n_options ? &table->options[id - 1] : NULL;
}

static void
cts_stage_get_option (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  const CtsOption *option = lookup_option (pspec, id);

  if (option != NULL)
    cts_option_get_field (option, object, value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cts_stage_set_option (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  const CtsOption *option = lookup_option (pspec, id);

  if (option != NULL)
    cts_option_set_field (option, object, value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cts_stage_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CtsStagePrivate *priv = cts_stage_get_instance_private (CTS_STAGE (object));

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, priv->name);
      break;
    case PROP_STATE:
      g_value_set_enum (value, priv->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cts_stage_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CtsStagePrivate *priv = cts_stage_get_instance_private (CTS_STAGE (object));

  if (id == PROP_NAME)
    priv->name = g_strdup (g_value_get_string (value) != NULL ? g_value_get_string (value) : "");
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

/* Last in the chain of finalize, so a plugin may still read its options in its own. */
static void
clear_options (GObject *object)
{
  for (GType type = G_OBJECT_TYPE (object); type != CTS_TYPE_STAGE; type = g_type_parent (type))
    {
      const OptionTable *table = g_type_get_qdata (type, option_table_quark ());

      for (gsize i = 0; table != NULL && i < table->n_options; i++)
        cts_option_clear_field (&table->options[i], object);
    }
}

static void
cts_stage_finalize (GObject *object)
{
  CtsStagePrivate *priv = cts_stage_get_instance_private (CTS_STAGE (object));

  clear_options (object);
  g_free (priv->name);
  G_OBJECT_CLASS (cts_stage_parent_class)->finalize (object);
}

static gboolean
cts_stage_real_start (CtsStage *stage, GError **error)
{
  return TRUE;
}

static void
cts_stage_real_stop_async (CtsStage *stage,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (stage, cancellable, callback, user_data);

  g_task_set_source_tag (task, cts_stage_real_stop_async);
  g_task_return_boolean (task, TRUE);
}

static gboolean
cts_stage_real_stop_finish (CtsStage *stage, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, stage), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
cts_stage_class_init (CtsStageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = cts_stage_get_property;
  object_class->set_property = cts_stage_set_property;
  object_class->finalize = cts_stage_finalize;
  klass->start = cts_stage_real_start;
  klass->stop_async = cts_stage_real_stop_async;
  klass->stop_finish = cts_stage_real_stop_finish;

  /**
   * CtsStage:name:
   *
   * What the configuration calls this stage; unique within its role, never %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_NAME]
      = g_param_spec_string ("name", NULL, NULL, "",
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * CtsStage:state:
   *
   * Where the stage is in its life.
   *
   * Since: 1.0
   */
  properties[PROP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, CTS_TYPE_STAGE_STATE, CTS_STAGE_STATE_STOPPED,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
cts_stage_init (CtsStage *self)
{
}

/* A table compiled against an older CtsOption has smaller lines; what they lack is 0. */
static OptionTable *
option_table_new (const CtsOption *options, gsize n_options, gsize option_size)
{
  OptionTable *table = g_malloc0 (sizeof (OptionTable) + n_options * sizeof (CtsOption));

  table->n_options = n_options;
  for (gsize i = 0; i < n_options; i++)
    memcpy (&table->options[i], (const guint8 *) options + i * option_size,
            MIN (option_size, sizeof (CtsOption)));
  return table;
}

/* Only a mistake in the plugin's source fails here: a field of another struct, or a key that
 * already means something else. */
static gboolean
option_fits (GObjectClass *klass, const CtsOption *option)
{
  GTypeQuery query;

  g_type_query (G_TYPE_FROM_CLASS (klass), &query);
  return option->offset + cts_option_get_field_size (option) <= query.instance_size
         && g_object_class_find_property (klass, option->name) == NULL;
}

/**
 * cts_stage_class_install_options_sized:
 * @klass: the class, in its class_init
 * @options: the option table, static
 * @n_options: lines in the table
 * @option_size: size of #CtsOption where the table was compiled
 *
 * Does the work of cts_stage_class_install_options(). The properties belong to @klass, whose
 * `get_property` and `set_property` are set here: a class with options has no other properties.
 *
 * Since: 1.0
 */
void
cts_stage_class_install_options_sized (CtsStageClass *klass,
                                       const CtsOption *options,
                                       gsize n_options,
                                       gsize option_size)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);
  OptionTable *table;

  g_return_if_fail (g_type_get_qdata (type, option_table_quark ()) == NULL);

  table = option_table_new (options, n_options, option_size);
  for (gsize i = 0; i < n_options; i++)
    g_return_if_fail (option_fits (object_class, &table->options[i]));

  /* GObject clears both in each subclass, hence here and not in the base class. */
  object_class->get_property = cts_stage_get_option;
  object_class->set_property = cts_stage_set_option;
  for (gsize i = 0; i < n_options; i++)
    g_object_class_install_property (object_class, i + 1,
                                     cts_option_to_param_spec (&table->options[i]));
  g_type_set_qdata (type, option_table_quark (), table);
}

/**
 * cts_stage_class_get_options:
 * @klass: a class
 * @n_options: (out): lines in the table
 *
 * Looks up the option table of a class, or of the nearest class above it that has one. Any thread.
 *
 * Returns: (transfer none) (nullable) (array length=n_options): the table; %NULL without options
 *
 * Since: 1.0
 */
const CtsOption *
cts_stage_class_get_options (CtsStageClass *klass, gsize *n_options)
{
  for (GType type = G_TYPE_FROM_CLASS (klass); type != 0; type = g_type_parent (type))
    {
      const OptionTable *table = g_type_get_qdata (type, option_table_quark ());

      if (table != NULL)
        {
          *n_options = table->n_options;
          return table->options;
        }
    }

  *n_options = 0;
  return NULL;
}

/**
 * cts_stage_get_name:
 * @stage: a stage
 *
 * Any thread.
 *
 * Returns: (transfer none): what the configuration calls the stage
 *
 * Since: 1.0
 */
const char *
cts_stage_get_name (CtsStage *stage)
{
  CtsStagePrivate *priv = cts_stage_get_instance_private (stage);

  g_return_val_if_fail (CTS_IS_STAGE (stage), NULL);

  return priv->name;
}

/**
 * cts_stage_get_state:
 * @stage: a stage
 *
 * Main context.
 *
 * Returns: where the stage is in its life
 *
 * Since: 1.0
 */
CtsStageState
cts_stage_get_state (CtsStage *stage)
{
  CtsStagePrivate *priv = cts_stage_get_instance_private (stage);

  g_return_val_if_fail (CTS_IS_STAGE (stage), CTS_STAGE_STATE_STOPPED);

  return priv->state;
}

/**
 * cts_stage_set_state:
 * @stage: a stage
 * @state: its state
 *
 * Notes down a state, and emits `notify::state` when it is another one. Main context.
 */
void
cts_stage_set_state (CtsStage *stage, CtsStageState state)
{
  CtsStagePrivate *priv = cts_stage_get_instance_private (stage);

  if (priv->state == state)
    return;
  priv->state = state;
  g_object_notify_by_pspec (G_OBJECT (stage), properties[PROP_STATE]);
}

/**
 * cts_stage_start:
 * @stage: a stage that is not started
 * @error: return location for an error, in %CTS_STAGE_ERROR or any domain the plugin uses
 *
 * Begins the stage's work and sets its state to running, or to failed. Main context.
 *
 * Returns: whether the stage started
 *
 * Since: 1.0
 */
gboolean
cts_stage_start (CtsStage *stage, GError **error)
{
  CtsStagePrivate *priv = cts_stage_get_instance_private (stage);
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (CTS_IS_STAGE (stage), FALSE);
  g_return_val_if_fail (!priv->started, FALSE);

  priv->started = CTS_STAGE_GET_CLASS (stage)->start (stage, &local_error);
  cts_stage_set_state (stage, priv->started ? CTS_STAGE_STATE_RUNNING : CTS_STAGE_STATE_FAILED);
  if (priv->started)
    return TRUE;

  if (local_error == NULL)
    g_set_error_literal (error, CTS_STAGE_ERROR, CTS_STAGE_ERROR_FAILED,
                         "start failed and gave no reason");
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * cts_stage_stop_async:
 * @stage: a stage
 * @cancellable: (nullable): a cancellable
 * @callback: called when the stage has stopped
 * @user_data: data for @callback
 *
 * Ends the stage's work. A stage that is not started just completes. Main context.
 *
 * Since: 1.0
 */
void
cts_stage_stop_async (CtsStage *stage,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  CtsStagePrivate *priv = cts_stage_get_instance_private (stage);
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CTS_IS_STAGE (stage));

  if (priv->started)
    {
      CTS_STAGE_GET_CLASS (stage)->stop_async (stage, cancellable, callback, user_data);
      return;
    }

  task = g_task_new (stage, cancellable, callback, user_data);
  g_task_set_source_tag (task, cts_stage_stop_async);
  g_task_return_boolean (task, TRUE);
}

/**
 * cts_stage_stop_finish:
 * @stage: a stage
 * @result: the result handed to the callback
 * @error: return location for an error
 *
 * Finishes cts_stage_stop_async(). Whatever it returns, the stage may be started again.
 *
 * Returns: whether the stage stopped cleanly; if not, its state is failed
 *
 * Since: 1.0
 */
gboolean
cts_stage_stop_finish (CtsStage *stage, GAsyncResult *result, GError **error)
{
  CtsStagePrivate *priv = cts_stage_get_instance_private (stage);
  gboolean stopped;

  g_return_val_if_fail (CTS_IS_STAGE (stage), FALSE);

  if (g_async_result_is_tagged (result, cts_stage_stop_async))
    stopped = g_task_propagate_boolean (G_TASK (result), error);
  else
    stopped = CTS_STAGE_GET_CLASS (stage)->stop_finish (stage, result, error);

  priv->started = FALSE;
  cts_stage_set_state (stage, stopped ? CTS_STAGE_STATE_STOPPED : CTS_STAGE_STATE_FAILED);
  return stopped;
}
