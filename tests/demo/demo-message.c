/* SPDX-License-Identifier: MIT */
#include "demo-message.h"

/* Names on a line; of the others only how many. */
#define SHOWN_NAMES 3

#define STYLE_DIM   "\033[2m"
#define STYLE_LOG   "\033[36m"
#define STYLE_NAME  "\033[1m"
#define STYLE_RESET "\033[0m"

static JsonObject *
get_object (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

static char *
plain_hex (const char *text)
{
  GString *hex = g_string_new (NULL);

  for (; text != NULL && *text != '\0'; text++)
    if (*text != ':')
      g_string_append_c (hex, g_ascii_tolower (*text));
  return g_string_free (hex, FALSE);
}

/**
 * demo_message_read:
 * @message: (out): what was found
 * @root: a message of the lite stream; must outlive @message
 *
 * Returns: %FALSE when it is no certificate_update
 */
gboolean
demo_message_read (DemoMessage *message, JsonNode *root)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  JsonObject *data, *leaf, *issuer;
  JsonNode *names;

  if (g_strcmp0 (get_string (object, "message_type"), "certificate_update") != 0)
    return FALSE;
  data = get_object (object, "data");
  leaf = get_object (data, "leaf_cert");
  if (leaf == NULL)
    return FALSE;

  issuer = get_object (leaf, "issuer");
  names = json_object_get_member (leaf, "all_domains");
  message->log = get_string (get_object (data, "source"), "name");
  message->issuer_organization = get_string (issuer, "O");
  message->issuer_name = get_string (issuer, "CN");
  message->names
      = names != NULL && JSON_NODE_HOLDS_ARRAY (names) ? json_node_get_array (names) : NULL;
  message->sha256 = plain_hex (get_string (leaf, "sha256"));
  return TRUE;
}

void
demo_message_clear (DemoMessage *message)
{
  g_clear_pointer (&message->sha256, g_free);
}

/* Whoever gets a certificate issued decides what its names hold, escape sequences included. */
static void
append_printable (GString *line, const char *text)
{
  for (; text != NULL && *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      g_string_append_unichar (line, g_unichar_isprint (c) ? c : '?');
    }
}

static void
append_styled (GString *line, const char *style, const char *text, gboolean colour)
{
  if (colour)
    g_string_append (line, style);
  append_printable (line, text != NULL ? text : "-");
  if (colour)
    g_string_append (line, STYLE_RESET);
}

static void
append_names (GString *line, JsonArray *names, gboolean colour)
{
  guint n_names = names != NULL ? json_array_get_length (names) : 0;

  if (n_names == 0)
    append_styled (line, STYLE_DIM, "(no names)", colour);
  for (guint i = 0; i < MIN (n_names, SHOWN_NAMES); i++)
    {
      g_string_append (line, i > 0 ? ", " : "");
      append_styled (line, STYLE_NAME, json_array_get_string_element (names, i), colour);
    }
  if (n_names > SHOWN_NAMES)
    g_string_append_printf (line, " +%u", n_names - SHOWN_NAMES);
}

/* Returns: (transfer full): a line of text, not ended */
char *
demo_message_format (const DemoMessage *message, gboolean colour)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M:%S");
  GString *line = g_string_new (NULL);

  append_styled (line, STYLE_DIM, time, colour);
  g_string_append (line, "  ");
  append_styled (line, STYLE_LOG, message->log, colour);
  g_string_append (line, "  ");
  append_names (line, message->names, colour);
  g_string_append (line, "  ");
  append_styled (line, STYLE_DIM, message->issuer_organization, colour);
  g_string_append (line, " / ");
  append_styled (line, STYLE_DIM, message->issuer_name, colour);
  return g_string_free (line, FALSE);
}
