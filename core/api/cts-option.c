/* SPDX-License-Identifier: MIT */
#include "cts-option-private.h"

/*
 * One line of an option table as a property. GLib has no specification for a word out of a list
 * nor for a list of strings with a default, so there are two here; both read the table, which is
 * static.
 */

typedef struct
{
  GParamSpecString parent_instance;
  const char *const *choices;
} CtsParamChoice;
typedef GParamSpecClass CtsParamChoiceClass;

typedef struct
{
  GParamSpecBoxed parent_instance;
  const char *default_string;
} CtsParamList;
typedef GParamSpecClass CtsParamListClass;

GType cts_param_choice_get_type (void);
GType cts_param_list_get_type (void);

G_DEFINE_TYPE (CtsParamChoice, cts_param_choice, G_TYPE_PARAM_STRING)
G_DEFINE_TYPE (CtsParamList, cts_param_list, G_TYPE_PARAM_BOXED)

static gboolean
find_choice (const char *const *choices, const char *word, guint *place)
{
  for (guint i = 0; choices[i] != NULL; i++)
    if (g_strcmp0 (choices[i], word) == 0)
      {
        *place = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
cts_param_choice_is_valid (GParamSpec *pspec, const GValue *value)
{
  CtsParamChoice *self = (CtsParamChoice *) pspec;
  guint place;

  return find_choice (self->choices, g_value_get_string (value), &place);
}

static gboolean
cts_param_choice_validate (GParamSpec *pspec, GValue *value)
{
  if (cts_param_choice_is_valid (pspec, value))
    return FALSE;
  g_param_value_set_default (pspec, value);
  return TRUE;
}

static void
cts_param_choice_class_init (CtsParamChoiceClass *klass)
{
  klass->value_is_valid = cts_param_choice_is_valid;
  klass->value_validate = cts_param_choice_validate;
}

static void
cts_param_choice_init (CtsParamChoice *self)
{
}

static void
cts_param_list_set_default (GParamSpec *pspec, GValue *value)
{
  CtsParamList *self = (CtsParamList *) pspec;

  /* The empty string gives an empty list, not a list of one empty string. */
  g_value_take_boxed (value, g_strsplit (self->default_string != NULL ? self->default_string : "",
                                         ",", -1));
}

static void
cts_param_list_class_init (CtsParamListClass *klass)
{
  klass->value_set_default = cts_param_list_set_default;
}

static void
cts_param_list_init (CtsParamList *self)
{
}

static GParamFlags
param_flags (const CtsOption *option)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  return flags | ((option->flags & CTS_OPTION_LIVE) ? G_PARAM_CONSTRUCT : G_PARAM_CONSTRUCT_ONLY);
}

static GParamSpec *
param_choice_new (const CtsOption *option)
{
  CtsParamChoice *choice;
  guint n_choices;

  g_return_val_if_fail (option->choices != NULL, NULL);
  n_choices = g_strv_length ((char **) option->choices);
  g_return_val_if_fail (option->default_uint < n_choices, NULL);

  choice = g_param_spec_internal (cts_param_choice_get_type (), option->name, NULL,
                                  option->description, param_flags (option));
  choice->choices = option->choices;
  choice->parent_instance.default_value = g_strdup (option->choices[option->default_uint]);
  return G_PARAM_SPEC (choice);
}

static GParamSpec *
param_list_new (const CtsOption *option)
{
  CtsParamList *list = g_param_spec_internal (cts_param_list_get_type (), option->name, NULL,
                                              option->description, param_flags (option));

  list->default_string = option->default_string;
  G_PARAM_SPEC (list)->value_type = G_TYPE_STRV;
  return G_PARAM_SPEC (list);
}

/**
 * cts_option_to_param_spec:
 * @option: a line of an option table, valid as long as the process
 *
 * Makes the property of an option. g_param_value_validate() on it changes, and so refuses, a
 * number out of range and a word that is not among the choices.
 *
 * Returns: (transfer floating) (nullable): the property; %NULL after a critical message when the
 *   line contradicts itself, as with a default out of range
 */
GParamSpec *
cts_option_to_param_spec (const CtsOption *option)
{
  GParamFlags flags = param_flags (option);

  switch (option->type)
    {
    case CTS_OPTION_TYPE_BOOLEAN:
      return g_param_spec_boolean (option->name, NULL, option->description,
                                   option->default_uint != 0, flags);
    case CTS_OPTION_TYPE_UINT:
      return g_param_spec_uint (option->name, NULL, option->description, option->minimum,
                                option->maximum, option->default_uint, flags);
    case CTS_OPTION_TYPE_STRING:
      return g_param_spec_string (option->name, NULL, option->description,
                                  option->default_string != NULL ? option->default_string : "",
                                  flags);
    case CTS_OPTION_TYPE_ENUM:
      return param_choice_new (option);
    case CTS_OPTION_TYPE_STRV:
      return param_list_new (option);
    default:
      g_return_val_if_reached (NULL);
    }
}

/**
 * cts_option_get_field_size:
 * @option: a line of an option table
 *
 * Returns: size of the struct field that holds the option, in bytes
 */
gsize
cts_option_get_field_size (const CtsOption *option)
{
  switch (option->type)
    {
    case CTS_OPTION_TYPE_BOOLEAN:
    case CTS_OPTION_TYPE_UINT:
    case CTS_OPTION_TYPE_ENUM:
      return sizeof (guint);
    case CTS_OPTION_TYPE_STRING:
    case CTS_OPTION_TYPE_STRV:
      return sizeof (gpointer);
    default:
      g_return_val_if_reached (0);
    }
}

/**
 * cts_option_get_field:
 * @option: a line of an option table
 * @instance: the struct that holds the field
 * @value: an initialised value of the property's type
 *
 * Reads the field of an option.
 */
void
cts_option_get_field (const CtsOption *option, gpointer instance, GValue *value)
{
  gpointer field = G_STRUCT_MEMBER_P (instance, option->offset);

  switch (option->type)
    {
    case CTS_OPTION_TYPE_BOOLEAN:
      g_value_set_boolean (value, *(gboolean *) field);
      break;
    case CTS_OPTION_TYPE_UINT:
      g_value_set_uint (value, *(guint *) field);
      break;
    case CTS_OPTION_TYPE_STRING:
      g_value_set_string (value, *(char **) field);
      break;
    case CTS_OPTION_TYPE_ENUM:
      g_value_set_static_string (value, option->choices[*(guint *) field]);
      break;
    case CTS_OPTION_TYPE_STRV:
      g_value_set_boxed (value, *(char ***) field);
      break;
    default:
      g_return_if_reached ();
    }
}

static void
set_string (char **field, const char *string)
{
  char *copy = g_strdup (string != NULL ? string : "");

  g_free (*field);
  *field = copy;
}

static void
set_strv (char ***field, char **strv)
{
  char **copy = strv != NULL ? g_strdupv (strv) : g_new0 (char *, 1);

  g_strfreev (*field);
  *field = copy;
}

/**
 * cts_option_set_field:
 * @option: a line of an option table
 * @instance: the struct that holds the field
 * @value: a value that passed the property's validation
 *
 * Writes the field of an option. %NULL is stored as the empty string or list, so that plugins
 * need not look for it.
 */
void
cts_option_set_field (const CtsOption *option, gpointer instance, const GValue *value)
{
  gpointer field = G_STRUCT_MEMBER_P (instance, option->offset);

  switch (option->type)
    {
    case CTS_OPTION_TYPE_BOOLEAN:
      *(gboolean *) field = g_value_get_boolean (value);
      break;
    case CTS_OPTION_TYPE_UINT:
      *(guint *) field = g_value_get_uint (value);
      break;
    case CTS_OPTION_TYPE_STRING:
      set_string (field, g_value_get_string (value));
      break;
    case CTS_OPTION_TYPE_ENUM:
      find_choice (option->choices, g_value_get_string (value), field);
      break;
    case CTS_OPTION_TYPE_STRV:
      set_strv (field, g_value_get_boxed (value));
      break;
    default:
      g_return_if_reached ();
    }
}

/**
 * cts_option_clear_field:
 * @option: a line of an option table
 * @instance: the struct that holds the field
 *
 * Frees what the field of an option owns.
 */
void
cts_option_clear_field (const CtsOption *option, gpointer instance)
{
  gpointer field = G_STRUCT_MEMBER_P (instance, option->offset);

  if (option->type == CTS_OPTION_TYPE_STRING)
    g_clear_pointer ((char **) field, g_free);
  else if (option->type == CTS_OPTION_TYPE_STRV)
    g_clear_pointer ((char ***) field, g_strfreev);
}
