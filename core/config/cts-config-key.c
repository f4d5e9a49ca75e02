/* SPDX-License-Identifier: MIT */
#include "cts-config-key.h"

#include "core/config/cts-config-report.h"
#include "core/config/cts-config-value.h"

#include <string.h>

static gpointer
field_of (const CtsConfigKey *key, gpointer section)
{
  return G_STRUCT_MEMBER_P (section, key->option.offset);
}

static gconstpointer
const_field_of (const CtsConfigKey *key, gconstpointer section)
{
  return (const guint8 *) section + key->option.offset;
}

/* --- Options --- */

static const char *
expected_type (const CtsOption *option)
{
  switch (option->type)
    {
    case CTS_OPTION_TYPE_BOOLEAN:
      return "true or false";
    case CTS_OPTION_TYPE_UINT:
      return "a whole number in its range";
    case CTS_OPTION_TYPE_STRV:
      return "a list of texts";
    case CTS_OPTION_TYPE_STRING:
    case CTS_OPTION_TYPE_ENUM:
    default:
      return "a text";
    }
}

static gboolean
read_uint (const CtsOption *option,
           const CtsConfigNode *node,
           const char *path,
           GValue *value,
           GPtrArray *errors)
{
  guint64 number;

  if (!cts_config_value_get_uint (node, path, option->minimum, option->maximum, &number, errors))
    return FALSE;
  g_value_init (value, G_TYPE_UINT);
  g_value_set_uint (value, (guint) number);
  return TRUE;
}

static gboolean
read_string (const CtsConfigNode *node, const char *path, GValue *value, GPtrArray *errors)
{
  const char *text;

  if (!cts_config_value_get_string (node, path, &text, errors))
    return FALSE;
  g_value_init (value, G_TYPE_STRING);
  g_value_set_string (value, text);
  return TRUE;
}

static gboolean
read_choice (const CtsOption *option,
             const CtsConfigNode *node,
             const char *path,
             GValue *value,
             GPtrArray *errors)
{
  guint place;

  if (!cts_config_value_get_choice (node, path, option->choices, &place, errors))
    return FALSE;
  g_value_init (value, G_TYPE_STRING);
  g_value_set_string (value, option->choices[place]);
  return TRUE;
}

static gboolean
read_value (const CtsOption *option,
            const CtsConfigNode *node,
            const char *path,
            GValue *value,
            GPtrArray *errors)
{
  gboolean truth;
  GStrv texts;

  switch (option->type)
    {
    case CTS_OPTION_TYPE_BOOLEAN:
      if (!cts_config_value_get_boolean (node, path, &truth, errors))
        return FALSE;
      g_value_init (value, G_TYPE_BOOLEAN);
      g_value_set_boolean (value, truth);
      return TRUE;
    case CTS_OPTION_TYPE_UINT:
      return read_uint (option, node, path, value, errors);
    case CTS_OPTION_TYPE_STRING:
      return read_string (node, path, value, errors);
    case CTS_OPTION_TYPE_ENUM:
      return read_choice (option, node, path, value, errors);
    case CTS_OPTION_TYPE_STRV:
      if (!cts_config_value_get_strv (node, path, &texts, errors))
        return FALSE;
      g_value_init (value, G_TYPE_STRV);
      g_value_take_boxed (value, texts);
      return TRUE;
    default:
      g_return_val_if_reached (FALSE);
    }
}

/**
 * cts_config_option_read:
 * @option: an option
 * @node: what was written
 * @path: the key, dotted
 * @value: (out): zeroed; gets a boolean, an unsigned integer, a string (also for an enum) or a strv
 * @errors: (element-type utf8): gets what is wrong; never the value of a secret
 *
 * Returns: %FALSE when @node is no value of @option; then @value stays zeroed
 */
gboolean
cts_config_option_read (const CtsOption *option,
                        const CtsConfigNode *node,
                        const char *path,
                        GValue *value,
                        GPtrArray *errors)
{
  g_autoptr (GPtrArray) hidden = NULL;

  if ((option->flags & CTS_OPTION_SECRET) == 0)
    return read_value (option, node, path, value, errors);

  hidden = g_ptr_array_new_with_free_func (g_free);
  if (read_value (option, node, path, value, hidden))
    return TRUE;
  cts_config_add_error (errors, cts_config_node_get_origin (node), path, "expected %s",
                        expected_type (option));
  return FALSE;
}

/* --- Texts --- */

static char *
check_choice (const char *text, const char *const *choices)
{
  g_autofree char *list = NULL;

  if (g_strv_contains (choices, text))
    return NULL;
  list = g_strjoinv (", ", (GStrv) choices);
  return g_strconcat (choices[1] != NULL ? "one of " : "", list, NULL);
}

static gboolean
check_text (const CtsConfigKey *key,
            const char *text,
            const CtsConfigOrigin *origin,
            const char *path,
            GPtrArray *errors)
{
  g_autofree char *expected = NULL;

  if (key->choices != NULL)
    expected = check_choice (text, key->choices);
  else if (key->check != NULL)
    expected = key->check (text);
  if (expected == NULL)
    return TRUE;

  if ((key->option.flags & CTS_OPTION_SECRET) != 0)
    cts_config_add_error (errors, origin, path, "expected %s", expected);
  else
    cts_config_add_error (errors, origin, path, "expected %s, not '%s'", expected, text);
  return FALSE;
}

static gboolean
check_texts (const CtsConfigKey *key,
             const CtsConfigNode *node,
             const char *path,
             GPtrArray *errors)
{
  gboolean valid = TRUE;

  if (cts_config_node_get_kind (node) == CTS_CONFIG_NODE_SCALAR)
    return check_text (key, cts_config_node_get_text (node), cts_config_node_get_origin (node),
                       path, errors);

  for (guint i = 0; i < cts_config_node_get_size (node); i++)
    {
      const CtsConfigNode *item = cts_config_node_get_item (node, i);
      g_autofree char *item_path = cts_config_path_item (path, i);

      valid &= check_text (key, cts_config_node_get_text (item), cts_config_node_get_origin (item),
                           item_path, errors);
    }
  return valid;
}

/* --- Fields --- */

static guint
find_choice (const CtsOption *option, const char *word)
{
  for (guint i = 0; option->choices[i] != NULL; i++)
    if (g_str_equal (option->choices[i], word))
      return i;
  g_return_val_if_reached (option->default_uint);
}

static void
clear_field (const CtsConfigKey *key, gpointer field)
{
  if (key->type != NULL)
    key->type->clear (field);
  else if (key->option.type == CTS_OPTION_TYPE_STRING)
    g_clear_pointer ((char **) field, g_free);
  else if (key->option.type == CTS_OPTION_TYPE_STRV)
    g_clear_pointer ((char ***) field, g_strfreev);
}

static void
set_field (const CtsConfigKey *key, const GValue *value, gpointer field)
{
  clear_field (key, field);
  switch (key->option.type)
    {
    case CTS_OPTION_TYPE_BOOLEAN:
      *(gboolean *) field = g_value_get_boolean (value);
      break;
    case CTS_OPTION_TYPE_UINT:
      *(guint *) field = g_value_get_uint (value);
      break;
    case CTS_OPTION_TYPE_STRING:
      *(char **) field = g_value_dup_string (value);
      break;
    case CTS_OPTION_TYPE_ENUM:
      *(guint *) field = find_choice (&key->option, g_value_get_string (value));
      break;
    case CTS_OPTION_TYPE_STRV:
      *(char ***) field = g_value_dup_boxed (value);
      break;
    default:
      g_return_if_reached ();
    }
}

static void
set_default (const CtsConfigKey *key, gpointer field)
{
  const char *text = key->option.default_string != NULL ? key->option.default_string : "";

  if (key->type != NULL)
    {
      key->type->set_default (key, field);
      return;
    }
  switch (key->option.type)
    {
    case CTS_OPTION_TYPE_BOOLEAN:
    case CTS_OPTION_TYPE_UINT:
    case CTS_OPTION_TYPE_ENUM:
      *(guint *) field = key->option.default_uint;
      break;
    case CTS_OPTION_TYPE_STRING:
      *(char **) field = g_strdup (text);
      break;
    case CTS_OPTION_TYPE_STRV:
      *(char ***) field = g_strsplit (text, ",", -1);
      break;
    default:
      g_return_if_reached ();
    }
}

static void
read_field (CtsConfigReader *reader,
            const CtsConfigKey *key,
            const CtsConfigNode *node,
            const char *path,
            gpointer field)
{
  g_auto (GValue) value = G_VALUE_INIT;

  if (key->type != NULL)
    key->type->read (reader, key, node, path, field);
  else if (cts_config_option_read (&key->option, node, path, &value, reader->errors)
           && ((key->check == NULL && key->choices == NULL)
               || check_texts (key, node, path, reader->errors)))
    set_field (key, &value, field);
}

/* `logs.extra[3].stop` is noted as `logs.extra.stop`: once, not for each log. */
static char *
path_without_places (const char *path)
{
  GString *text = g_string_new (NULL);
  gboolean inside = FALSE;

  for (const char *c = path; *c != '\0'; c++)
    {
      inside = inside ? *c != ']' : *c == '[';
      if (!inside && *c != ']')
        g_string_append_c (text, *c);
    }
  return g_string_free (text, FALSE);
}

static void
note_if_idle (CtsConfigReader *reader,
              const CtsConfigKey *key,
              const CtsConfigEntry *entry,
              const char *path,
              gconstpointer field)
{
  gboolean is_idle = key->idle == NULL && (key->flags & CTS_CONFIG_KEY_IDLE) != 0;
  const char *what = key->idle != NULL ? key->idle (field) : NULL;
  g_autofree char *note_path = NULL;

  if (reader->notes == NULL || (!is_idle && what == NULL))
    return;

  note_path = path_without_places (path);
  cts_config_add_no_effect (reader->notes, &entry->origin, note_path, what);
}

/* --- Tables --- */

/**
 * cts_config_keys_set_defaults:
 * @keys: (array length=n_keys): a table
 * @n_keys: lines in it
 * @section: the struct it describes, zeroed
 *
 * Gives each field its default.
 */
void
cts_config_keys_set_defaults (const CtsConfigKey *keys, gsize n_keys, gpointer section)
{
  for (gsize i = 0; i < n_keys; i++)
    set_default (&keys[i], field_of (&keys[i], section));
}

static const CtsConfigKey *
find_key (const CtsConfigKey *keys, gsize n_keys, const char *name)
{
  for (gsize i = 0; i < n_keys; i++)
    if (g_str_equal (keys[i].option.name, name))
      return &keys[i];
  return NULL;
}

static void
add_unknown (CtsConfigReader *reader,
             const CtsConfigKey *keys,
             gsize n_keys,
             const CtsConfigEntry *entry,
             const char *path)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (gsize i = 0; i < n_keys; i++)
    g_ptr_array_add (names, (gpointer) keys[i].option.name);
  g_ptr_array_add (names, NULL);
  cts_config_add_unknown (reader->errors, entry, path, (const char *const *) names->pdata);
}

static void
check_required (CtsConfigReader *reader,
                const CtsConfigKey *keys,
                gsize n_keys,
                const CtsConfigNode *node,
                const char *path)
{
  for (gsize i = 0; i < n_keys; i++)
    if ((keys[i].flags & CTS_CONFIG_KEY_REQUIRED) != 0
        && cts_config_node_lookup (node, keys[i].option.name) == NULL)
      cts_config_add_error (reader->errors, cts_config_node_get_origin (node), path,
                            "'%s' is missing", keys[i].option.name);
}

/**
 * cts_config_keys_read:
 * @reader: gets what is wrong
 * @keys: (array length=n_keys): a table
 * @n_keys: lines in it
 * @node: a map, or what was written in its place
 * @path: path of @node
 * @section: the struct the table describes, with its defaults or earlier values
 *
 * Reads what @node sets into @section; what it does not set stays, and so does what it sets
 * wrongly.
 */
void
cts_config_keys_read (CtsConfigReader *reader,
                      const CtsConfigKey *keys,
                      gsize n_keys,
                      const CtsConfigNode *node,
                      const char *path,
                      gpointer section)
{
  if (!cts_config_value_is_map (node, path, reader->errors))
    return;

  for (guint i = 0; i < cts_config_node_get_size (node); i++)
    {
      const CtsConfigEntry *entry = cts_config_node_get_entry (node, i);
      const CtsConfigKey *key = find_key (keys, n_keys, entry->key);
      g_autofree char *key_path = NULL;

      if (key == NULL)
        {
          add_unknown (reader, keys, n_keys, entry, path);
          continue;
        }
      key_path = cts_config_path_key (path, key->option.name);
      read_field (reader, key, entry->value, key_path, field_of (key, section));
      note_if_idle (reader, key, entry, key_path, field_of (key, section));
    }
  check_required (reader, keys, n_keys, node, path);
}

/**
 * cts_config_key_equal:
 * @key: a line of a table
 * @a: a struct the table describes
 * @b: another
 *
 * Returns: %TRUE when @key has the same value in both
 */
gboolean
cts_config_key_equal (const CtsConfigKey *key, gconstpointer a, gconstpointer b)
{
  gconstpointer field_a = const_field_of (key, a);
  gconstpointer field_b = const_field_of (key, b);

  if (key->type != NULL)
    return key->type->equal (key, field_a, field_b);
  switch (key->option.type)
    {
    case CTS_OPTION_TYPE_BOOLEAN:
    case CTS_OPTION_TYPE_UINT:
    case CTS_OPTION_TYPE_ENUM:
      return *(const guint *) field_a == *(const guint *) field_b;
    case CTS_OPTION_TYPE_STRING:
      return g_str_equal (*(char *const *) field_a, *(char *const *) field_b);
    case CTS_OPTION_TYPE_STRV:
      return g_strv_equal (*(const char *const *const *) field_a,
                           *(const char *const *const *) field_b);
    default:
      g_return_val_if_reached (FALSE);
    }
}

/**
 * cts_config_keys_clear:
 * @keys: (array length=n_keys): a table
 * @n_keys: lines in it
 * @section: a struct it describes
 *
 * Frees what the fields hold.
 */
void
cts_config_keys_clear (const CtsConfigKey *keys, gsize n_keys, gpointer section)
{
  for (gsize i = 0; i < n_keys; i++)
    clear_field (&keys[i], field_of (&keys[i], section));
}
