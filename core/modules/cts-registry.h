/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include <ctstream/cts-stage.h>

#include "core/modules/cts-module-loader.h"
#include "core/modules/cts-stage-slot.h"

G_BEGIN_DECLS

#define CTS_REGISTRY_ERROR (cts_registry_error_quark ())

/**
 * CtsRegistryError:
 * @CTS_REGISTRY_ERROR_EXISTS: there is a stage of this role and name
 * @CTS_REGISTRY_ERROR_ROLE: the module has no type for this role
 * @CTS_REGISTRY_ERROR_OPTION: an option is unknown, or its value is not allowed
 *
 * Why a stage could not be added.
 */
typedef enum
{
  CTS_REGISTRY_ERROR_EXISTS,
  CTS_REGISTRY_ERROR_ROLE,
  CTS_REGISTRY_ERROR_OPTION,
} CtsRegistryError;

GQuark cts_registry_error_quark (void);

/* How long a stage that failed waits before it is tried again, at first and at most. */
#define CTS_REGISTRY_RETRY_BASE_MS 1000
#define CTS_REGISTRY_RETRY_MAX_MS  60000

#define CTS_TYPE_REGISTRY (cts_registry_get_type ())
G_DECLARE_FINAL_TYPE (CtsRegistry, cts_registry, CTS, REGISTRY, GObject)

CtsRegistry *cts_registry_new (CtsModuleLoader *loader, guint retry_base_ms, guint retry_max_ms);
gboolean cts_registry_add_stage (CtsRegistry *registry,
                                 CtsRole role,
                                 const char *name,
                                 const char *module_id,
                                 CtsStageConfigureFunc configure,
                                 gpointer configure_data,
                                 GError **error);
CtsStage *cts_registry_lookup (CtsRegistry *registry, CtsRole role, const char *name);
gboolean cts_registry_start_stage (CtsRegistry *registry, CtsRole role, const char *name);
void cts_registry_stop_all_async (CtsRegistry *registry,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean cts_registry_stop_all_finish (CtsRegistry *registry, GAsyncResult *result, GError **error);

G_END_DECLS
