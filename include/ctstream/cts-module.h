/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include <ctstream/cts-macros.h>

G_BEGIN_DECLS

/**
 * CtsRole:
 * @CTS_ROLE_SOURCE: a #CtsSource
 * @CTS_ROLE_FILTER: a #CtsFilter
 * @CTS_ROLE_SERIALIZER: a #CtsSerializer
 * @CTS_ROLE_SINK: a #CtsSink
 *
 * What a type of a module is.
 *
 * Since: 1.0
 */
typedef enum
{
  CTS_ROLE_SOURCE = 1,
  CTS_ROLE_FILTER,
  CTS_ROLE_SERIALIZER,
  CTS_ROLE_SINK,
} CtsRole;

/**
 * CtsModuleType:
 * @role: the role of the type
 * @get_type: returns the type; it must be derived from the class of the role
 *
 * One type that a module brings.
 *
 * Since: 1.0
 */
typedef struct
{
  CtsRole role;
  GType (*get_type) (void);
} CtsModuleType;

/**
 * CTS_MODULE_MAX_TYPES:
 *
 * Most types one module may bring.
 *
 * Since: 1.0
 */
#define CTS_MODULE_MAX_TYPES 8

/**
 * CtsModuleInfo:
 * @magic: %CTS_MODULE_MAGIC
 * @abi_version: %CTS_ABI_VERSION at compile time
 * @size: size of this struct at compile time
 * @id: the module's name, the same as the file name without its ending
 * @description: one line for people
 * @version: version of the module
 * @license: SPDX expression
 * @types: the types, ended by one with role 0
 *
 * The one symbol a module exports, `cts_module`: constant data, checked before code of the module
 * runs.
 *
 * Since: 1.0
 */
typedef struct
{
  guint32 magic;
  guint32 abi_version;
  gsize size;
  const char *id;
  const char *description;
  const char *version;
  const char *license;
  CtsModuleType types[CTS_MODULE_MAX_TYPES + 1];
} CtsModuleInfo;

#define CTS_MODULE_MAGIC 0x4354534dU /* "CTSM" */

/* A module that is linked into the daemon is told apart by its name. */
#ifdef CTS_MODULE_BUILTIN
#define CTS_MODULE_SYMBOL G_PASTE (cts_module_, CTS_MODULE_BUILTIN)
#else
#define CTS_MODULE_SYMBOL cts_module
#endif

/**
 * CTS_MODULE_DEFINE:
 * @...: designated initialisers of #CtsModuleInfo: id, description, version, license, types
 *
 * Defines and exports the descriptor of a module.
 *
 * Since: 1.0
 */
#define CTS_MODULE_DEFINE(...)                                                                     \
  __attribute__ ((visibility ("default"))) extern const CtsModuleInfo CTS_MODULE_SYMBOL;           \
  const CtsModuleInfo CTS_MODULE_SYMBOL = { .magic = CTS_MODULE_MAGIC,                             \
                                            .abi_version = CTS_ABI_VERSION,                        \
                                            .size = sizeof (CtsModuleInfo),                        \
                                            __VA_ARGS__ }

G_END_DECLS
