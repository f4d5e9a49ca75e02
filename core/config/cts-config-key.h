/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-option.h>

#include "core/config/cts-config-node.h"

G_BEGIN_DECLS

typedef struct _CtsConfigKey CtsConfigKey;

/**
 * CtsConfigReader:
 * @errors: (element-type utf8): gets what is wrong
 * @notes: (element-type utf8) (nullable): gets the keys that have no effect yet
 *
 * What reading a tree into structs adds to.
 */
typedef struct
{
  GPtrArray *errors;
  GPtrArray *notes;
} CtsConfigReader;

/**
 * CtsConfigCheck:
 * @text: a text
 *
 * Returns: (transfer full) (nullable): what a valid text would be, as in "expected …"; %NULL when
 *   @text is valid
 */
typedef char *(*CtsConfigCheck) (const char *text);

/**
 * CtsConfigIdle:
 * @field: the field of a key that was set
 *
 * Returns: (nullable): what about this value has no effect yet; %NULL when it has
 */
typedef const char *(*CtsConfigIdle) (gconstpointer field);

/**
 * CtsConfigType:
 * @set_default: gives the zeroed field the key's default
 * @read: reads a node into the field, or adds an error; never both
 * @equal: compares two fields
 * @clear: frees what the field holds
 *
 * A type of value that #CtsOption cannot say.
 */
typedef struct
{
  void (*set_default) (const CtsConfigKey *key, gpointer field);
  void (*read) (CtsConfigReader *reader,
                const CtsConfigKey *key,
                const CtsConfigNode *node,
                const char *path,
                gpointer field);
  gboolean (*equal) (const CtsConfigKey *key, gconstpointer a, gconstpointer b);
  void (*clear) (gpointer field);
} CtsConfigType;

/**
 * CtsConfigKeyFlags:
 * @CTS_CONFIG_KEY_IDLE: the part that the key is for does not exist yet
 * @CTS_CONFIG_KEY_REQUIRED: it has no default
 */
typedef enum
{
  CTS_CONFIG_KEY_IDLE = 1 << 0,
  CTS_CONFIG_KEY_REQUIRED = 1 << 1,
} CtsConfigKeyFlags;

/**
 * CtsConfigKey:
 * @option: name, type, range, default, field
 * @flags: what the option cannot say
 * @check: (nullable): checks a text, or each of a list
 * @choices: (nullable) (array zero-terminated=1): words a text, or each of a list, may be
 * @idle: (nullable): tells values that have no effect yet; without it, all or none
 * @type: (nullable): the type of the value when it is none of #CtsOptionType
 * @children: (nullable): keys of the records in the value
 * @n_children: how many
 * @record_size: size of a record
 * @record_free: (nullable): frees a record
 *
 * A line in the table of a section: an option, and what goes beyond options of plugins.
 */
struct _CtsConfigKey
{
  CtsOption option;
  CtsConfigKeyFlags flags;
  CtsConfigCheck check;
  const char *const *choices;
  CtsConfigIdle idle;
  const CtsConfigType *type;
  const CtsConfigKey *children;
  gsize n_children;
  gsize record_size;
  GDestroyNotify record_free;
};

/* Lists of records, each a map of @children. */
extern const CtsConfigType cts_config_type_records;
/* Maps from a name to a record; the record's first field is that name, a char *. */
extern const CtsConfigType cts_config_type_named_records;

void cts_config_keys_set_defaults (const CtsConfigKey *keys, gsize n_keys, gpointer section);
void cts_config_keys_read (CtsConfigReader *reader,
                           const CtsConfigKey *keys,
                           gsize n_keys,
                           const CtsConfigNode *node,
                           const char *path,
                           gpointer section);
gboolean cts_config_key_equal (const CtsConfigKey *key, gconstpointer a, gconstpointer b);
void cts_config_keys_clear (const CtsConfigKey *keys, gsize n_keys, gpointer section);

gboolean cts_config_option_read (const CtsOption *option,
                                 const CtsConfigNode *node,
                                 const char *path,
                                 GValue *value,
                                 GPtrArray *errors);

G_END_DECLS
