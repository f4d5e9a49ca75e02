/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include <ctstream/cts-macros.h>
#include <ctstream/cts-option.h>

G_BEGIN_DECLS

/**
 * CTS_STAGE_ERROR:
 *
 * Error domain of stages.
 *
 * Since: 1.0
 */
#define CTS_STAGE_ERROR (cts_stage_error_quark ())

/**
 * CtsStageError:
 * @CTS_STAGE_ERROR_FAILED: the stage could not do its work
 *
 * Codes of %CTS_STAGE_ERROR.
 *
 * Since: 1.0
 */
typedef enum
{
  CTS_STAGE_ERROR_FAILED,
} CtsStageError;

CTS_AVAILABLE_IN_1_0
GQuark cts_stage_error_quark (void);

/**
 * CtsStageState:
 * @CTS_STAGE_STATE_STOPPED: built, or stopped again
 * @CTS_STAGE_STATE_RUNNING: started
 * @CTS_STAGE_STATE_FAILED: did not start, or failed later; it is tried again
 *
 * Where a stage is in its life.
 *
 * Since: 1.0
 */
typedef enum
{
  CTS_STAGE_STATE_STOPPED,
  CTS_STAGE_STATE_RUNNING,
  CTS_STAGE_STATE_FAILED,
} CtsStageState;

#define CTS_TYPE_STAGE_STATE (cts_stage_state_get_type ())
CTS_AVAILABLE_IN_1_0
GType cts_stage_state_get_type (void);

#define CTS_TYPE_STAGE (cts_stage_get_type ())
CTS_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (CtsStage, cts_stage, CTS, STAGE, GObject)

/**
 * CtsStageClass:
 * @parent_class: the parent class
 * @start: begin work, on the main context; it must not block
 * @stop_async: end work; the default completes at once
 * @stop_finish: finish @stop_async
 *
 * Base of the four roles: a configured instance of a type that a module brings. Two stages of one
 * module are normal, so a module keeps no state in static variables.
 *
 * Since: 1.0
 */
struct _CtsStageClass
{
  GObjectClass parent_class;

  gboolean (*start) (CtsStage *stage, GError **error);
  void (*stop_async) (CtsStage *stage,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data);
  gboolean (*stop_finish) (CtsStage *stage, GAsyncResult *result, GError **error);
};

CTS_AVAILABLE_IN_1_0
void cts_stage_class_install_options_sized (CtsStageClass *klass,
                                            const CtsOption *options,
                                            gsize n_options,
                                            gsize option_size);

/**
 * cts_stage_class_install_options:
 * @klass: the class, in its class_init
 * @options: the option table, static
 * @n_options: lines in the table
 *
 * Turns each line of @options into a property whose storage is the struct field it names. The
 * fields hold their defaults when `constructed` runs, strings and lists are never %NULL, and what
 * they own is freed after the type's own `finalize`.
 *
 * Since: 1.0
 */
#define cts_stage_class_install_options(klass, options, n_options)                                 \
  cts_stage_class_install_options_sized ((klass), (options), (n_options), sizeof (CtsOption))

CTS_AVAILABLE_IN_1_0
const CtsOption *cts_stage_class_get_options (CtsStageClass *klass, gsize *n_options);

CTS_AVAILABLE_IN_1_0
const char *cts_stage_get_name (CtsStage *stage);

CTS_AVAILABLE_IN_1_0
CtsStageState cts_stage_get_state (CtsStage *stage);

CTS_AVAILABLE_IN_1_0
gboolean cts_stage_start (CtsStage *stage, GError **error);

CTS_AVAILABLE_IN_1_0
void cts_stage_stop_async (CtsStage *stage,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);

CTS_AVAILABLE_IN_1_0
gboolean cts_stage_stop_finish (CtsStage *stage, GAsyncResult *result, GError **error);

G_END_DECLS
