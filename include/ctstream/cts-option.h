/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <glib-object.h>

G_BEGIN_DECLS

/**
 * CtsOptionFlags:
 * @CTS_OPTION_RESTART: the key is construct-only: a new value rebuilds this one stage
 * @CTS_OPTION_LIVE: the key changes while the stage runs
 * @CTS_OPTION_SECRET: the value is never logged nor sent over D-Bus
 *
 * How one option behaves when the configuration is reloaded, and who may see it.
 *
 * Since: 1.0
 */
typedef enum
{
  CTS_OPTION_RESTART = 0,
  CTS_OPTION_LIVE = 1 << 0,
  CTS_OPTION_SECRET = 1 << 1,
} CtsOptionFlags;

/**
 * CtsOptionType:
 * @CTS_OPTION_TYPE_BOOLEAN: a gboolean field
 * @CTS_OPTION_TYPE_UINT: a guint field
 * @CTS_OPTION_TYPE_STRING: a char * field, never %NULL
 * @CTS_OPTION_TYPE_ENUM: a guint field, the place of the value in @choices
 * @CTS_OPTION_TYPE_STRV: a char ** field, never %NULL
 *
 * Type of an option, and of the struct field that holds it.
 *
 * Since: 1.0
 */
typedef enum
{
  CTS_OPTION_TYPE_BOOLEAN,
  CTS_OPTION_TYPE_UINT,
  CTS_OPTION_TYPE_STRING,
  CTS_OPTION_TYPE_ENUM,
  CTS_OPTION_TYPE_STRV,
} CtsOptionType;

/**
 * CtsOption:
 * @name: key in the configuration, kebab-case, the unit in the name
 * @type: type of the value and of the field
 * @offset: place of the field in the struct
 * @flags: behaviour at reload
 * @description: one line of help
 * @minimum: least value of an unsigned integer
 * @maximum: largest value of an unsigned integer
 * @default_uint: default of a boolean, unsigned integer or enum
 * @default_string: (nullable): default of a string; of a list, its values joined with commas
 * @choices: (nullable) (array zero-terminated=1): words an enum may take
 *
 * One line of an option table: the only source for a key's default, type, range, help and
 * behaviour at reload. Write it with the CTS_OPTION_ macros.
 *
 * Since: 1.0
 */
typedef struct
{
  const char *name;
  CtsOptionType type;
  gsize offset;
  CtsOptionFlags flags;
  const char *description;
  guint minimum;
  guint maximum;
  guint default_uint;
  const char *default_string;
  const char *const *choices;
} CtsOption;

#define CTS_OPTION_BOOLEAN(name_, Struct, field, default_, flags_, description_)                   \
  {                                                                                                \
    .name = (name_), .type = CTS_OPTION_TYPE_BOOLEAN, .offset = G_STRUCT_OFFSET (Struct, field),   \
    .flags = (flags_), .description = (description_), .default_uint = (default_)                   \
  }

#define CTS_OPTION_UINT(name_, Struct, field, minimum_, maximum_, default_, flags_, description_)  \
  {                                                                                                \
    .name = (name_), .type = CTS_OPTION_TYPE_UINT, .offset = G_STRUCT_OFFSET (Struct, field),      \
    .flags = (flags_), .description = (description_), .minimum = (minimum_),                       \
    .maximum = (maximum_), .default_uint = (default_)                                              \
  }

#define CTS_OPTION_STRING(name_, Struct, field, default_, flags_, description_)                    \
  {                                                                                                \
    .name = (name_), .type = CTS_OPTION_TYPE_STRING, .offset = G_STRUCT_OFFSET (Struct, field),    \
    .flags = (flags_), .description = (description_), .default_string = (default_)                 \
  }

#define CTS_OPTION_ENUM(name_, Struct, field, choices_, default_, flags_, description_)            \
  {                                                                                                \
    .name = (name_), .type = CTS_OPTION_TYPE_ENUM, .offset = G_STRUCT_OFFSET (Struct, field),      \
    .flags = (flags_), .description = (description_), .default_uint = (default_),                  \
    .choices = (choices_)                                                                          \
  }

#define CTS_OPTION_STRV(name_, Struct, field, default_, flags_, description_)                      \
  {                                                                                                \
    .name = (name_), .type = CTS_OPTION_TYPE_STRV, .offset = G_STRUCT_OFFSET (Struct, field),      \
    .flags = (flags_), .description = (description_), .default_string = (default_)                 \
  }

G_END_DECLS
