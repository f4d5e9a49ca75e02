/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/modules/cts-module-loader.h"

G_BEGIN_DECLS

void cts_builtin_add_modules (CtsModuleLoader *loader);

G_END_DECLS
