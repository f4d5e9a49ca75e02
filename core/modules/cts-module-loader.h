/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include "core/modules/cts-loaded-module.h"

G_BEGIN_DECLS

#define CTS_TYPE_MODULE_LOADER (cts_module_loader_get_type ())
G_DECLARE_FINAL_TYPE (CtsModuleLoader, cts_module_loader, CTS, MODULE_LOADER, GObject)

CtsModuleLoader *cts_module_loader_new (const char *search_path);
void cts_module_loader_add_builtin (CtsModuleLoader *loader, const CtsModuleInfo *info);
CtsLoadedModule *cts_module_loader_load (CtsModuleLoader *loader, const char *id, GError **error);
char **cts_module_loader_list_ids (CtsModuleLoader *loader);

G_END_DECLS
