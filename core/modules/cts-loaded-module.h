/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-module.h>

G_BEGIN_DECLS

#define CTS_MODULE_ERROR (cts_module_error_quark ())

/**
 * CtsModuleError:
 * @CTS_MODULE_ERROR_NOT_FOUND: there is no such module
 * @CTS_MODULE_ERROR_UNSAFE: others than root and us could have written the file
 * @CTS_MODULE_ERROR_INCOMPATIBLE: it was built for another version of the plugin contract
 * @CTS_MODULE_ERROR_INVALID: it is no module, or its descriptor is wrong
 *
 * Why a module was refused.
 */
typedef enum
{
  CTS_MODULE_ERROR_NOT_FOUND,
  CTS_MODULE_ERROR_UNSAFE,
  CTS_MODULE_ERROR_INCOMPATIBLE,
  CTS_MODULE_ERROR_INVALID,
} CtsModuleError;

GQuark cts_module_error_quark (void);

const char *cts_role_to_string (CtsRole role);

/* A module whose descriptor and types were checked. Immutable; main context. */
typedef struct _CtsLoadedModule CtsLoadedModule;

gboolean cts_module_id_is_valid (const char *id);

CtsLoadedModule *cts_loaded_module_open (const char *path, GError **error);
CtsLoadedModule *cts_loaded_module_new_builtin (const CtsModuleInfo *info, GError **error);
void cts_loaded_module_free (CtsLoadedModule *module);

const CtsModuleInfo *cts_loaded_module_get_info (const CtsLoadedModule *module);
const char *cts_loaded_module_get_path (const CtsLoadedModule *module);
GType cts_loaded_module_find_type (const CtsLoadedModule *module, CtsRole role);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsLoadedModule, cts_loaded_module_free)

G_END_DECLS
