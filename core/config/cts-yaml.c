/* SPDX-License-Identifier: MIT */
#include "cts-yaml.h"

#include "core/config/cts-config-report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

typedef struct
{
  yaml_parser_t yaml;
  const char *data;
  gsize size;
  char *file;
  GPtrArray *errors;
  guint n_nodes;
  guint depth;
} Reader;

typedef yaml_event_t YamlEvent;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (YamlEvent, yaml_event_delete)

static CtsConfigOrigin
origin_at (const Reader *self, const yaml_mark_t *mark)
{
  return (CtsConfigOrigin){
    .file = self->file,
    .line = (guint) mark->line + 1,
    .column = (guint) mark->column + 1,
  };
}

/* Bytes that are no text are known to libyaml by their offset only. */
static yaml_mark_t
mark_at_offset (const Reader *self, gsize offset)
{
  yaml_mark_t mark = { 0 };

  for (gsize i = 0; i < MIN (offset, self->size); i++)
    {
      mark.column++;
      if (self->data[i] == '\n')
        {
          mark.line++;
          mark.column = 0;
        }
    }
  return mark;
}

static void
report_syntax (Reader *self)
{
  const yaml_parser_t *yaml = &self->yaml;
  const char *problem = yaml->problem != NULL ? yaml->problem : "out of memory";
  yaml_mark_t mark = yaml->problem_mark;
  CtsConfigOrigin origin;

  if (yaml->error == YAML_READER_ERROR)
    mark = mark_at_offset (self, yaml->problem_offset);
  origin = origin_at (self, &mark);
  if (yaml->context != NULL)
    cts_config_add_error (self->errors, &origin, NULL, "%s, %s", problem, yaml->context);
  else
    cts_config_add_error (self->errors, &origin, NULL, "%s", problem);
}

static gboolean
next_event (Reader *self, YamlEvent *event)
{
  if (yaml_parser_parse (&self->yaml, event))
    return TRUE;
  report_syntax (self);
  memset (event, 0, sizeof *event);
  return FALSE;
}

static CtsConfigNode *read_node (Reader *self, const YamlEvent *event);

static CtsConfigNode *
read_list (Reader *self, const CtsConfigOrigin *origin)
{
  g_autoptr (CtsConfigNode) list = cts_config_node_new_list (origin);

  for (;;)
    {
      g_auto (YamlEvent) event = { 0 };
      CtsConfigNode *item;

      if (!next_event (self, &event))
        return NULL;
      if (event.type == YAML_SEQUENCE_END_EVENT)
        return g_steal_pointer (&list);
      item = read_node (self, &event);
      if (item == NULL)
        return NULL;
      cts_config_node_append (list, item);
    }
}

static gboolean
read_entry (Reader *self, CtsConfigNode *map, const YamlEvent *key_event)
{
  g_autoptr (CtsConfigNode) key = read_node (self, key_event);
  g_auto (YamlEvent) event = { 0 };
  CtsConfigNode *value;
  const CtsConfigOrigin *origin;

  if (key == NULL || !next_event (self, &event))
    return FALSE;
  value = read_node (self, &event);
  if (value == NULL)
    return FALSE;

  origin = cts_config_node_get_origin (key);
  if (cts_config_node_get_kind (key) != CTS_CONFIG_NODE_SCALAR)
    {
      cts_config_add_error (self->errors, origin, NULL, "a key must be a text");
      cts_config_node_unref (value);
    }
  else if (!cts_config_node_set (map, cts_config_node_get_text (key), origin, value))
    cts_config_add_error (self->errors, origin, NULL, "duplicate key '%s'",
                          cts_config_node_get_text (key));
  return TRUE;
}

static CtsConfigNode *
read_map (Reader *self, const CtsConfigOrigin *origin)
{
  g_autoptr (CtsConfigNode) map = cts_config_node_new_map (origin);

  for (;;)
    {
      g_auto (YamlEvent) event = { 0 };

      if (!next_event (self, &event))
        return NULL;
      if (event.type == YAML_MAPPING_END_EVENT)
        return g_steal_pointer (&map);
      if (!read_entry (self, map, &event))
        return NULL;
    }
}

static CtsConfigNode *
read_scalar (Reader *self, const YamlEvent *event, const CtsConfigOrigin *origin)
{
  const char *text = (const char *) event->data.scalar.value;

  if (strlen (text) != event->data.scalar.length)
    {
      cts_config_add_error (self->errors, origin, NULL, "a text must not hold a NUL character");
      text = "";
    }
  return cts_config_node_new_scalar (origin, text,
                                     event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE);
}

/* An alias stands for a node written once and used often: the way to a file that is small and a
 * tree that is not. Tags would give a text another type than the one its key asks for. */
static void
refuse_anchor_and_tag (Reader *self,
                       const CtsConfigOrigin *origin,
                       const yaml_char_t *anchor,
                       const yaml_char_t *tag)
{
  if (anchor != NULL)
    cts_config_add_error (self->errors, origin, NULL, "anchors (&%s) are not supported",
                          (const char *) anchor);
  if (tag != NULL)
    cts_config_add_error (self->errors, origin, NULL, "tags (%s) are not supported",
                          (const char *) tag);
}

static CtsConfigNode *
read_collection (Reader *self, const YamlEvent *event, const CtsConfigOrigin *origin)
{
  CtsConfigNode *node;

  if (self->depth == CTS_YAML_MAX_DEPTH)
    {
      cts_config_add_error (self->errors, origin, NULL, "nested more than %d deep",
                            CTS_YAML_MAX_DEPTH);
      return NULL;
    }

  self->depth++;
  node = event->type == YAML_SEQUENCE_START_EVENT ? read_list (self, origin)
                                                  : read_map (self, origin);
  self->depth--;
  return node;
}

/* NULL ends the reading; what is wrong but leaves the rest readable gives a node. */
static CtsConfigNode *
read_node (Reader *self, const YamlEvent *event)
{
  CtsConfigOrigin origin = origin_at (self, &event->start_mark);

  if (self->n_nodes++ == CTS_YAML_MAX_NODES)
    {
      cts_config_add_error (self->errors, &origin, NULL, "more than %d values in one file",
                            CTS_YAML_MAX_NODES);
      return NULL;
    }

  if (event->type == YAML_ALIAS_EVENT)
    {
      cts_config_add_error (self->errors, &origin, NULL, "aliases (*%s) are not supported",
                            (const char *) event->data.alias.anchor);
      return cts_config_node_new_scalar (&origin, "", TRUE);
    }
  if (event->type == YAML_SCALAR_EVENT)
    {
      refuse_anchor_and_tag (self, &origin, event->data.scalar.anchor, event->data.scalar.tag);
      return read_scalar (self, event, &origin);
    }
  if (event->type == YAML_SEQUENCE_START_EVENT)
    refuse_anchor_and_tag (self, &origin, event->data.sequence_start.anchor,
                           event->data.sequence_start.tag);
  else
    refuse_anchor_and_tag (self, &origin, event->data.mapping_start.anchor,
                           event->data.mapping_start.tag);
  return read_collection (self, event, &origin);
}

static CtsConfigNode *
read_document (Reader *self)
{
  g_autoptr (CtsConfigNode) root = NULL;
  CtsConfigOrigin top = { .file = self->file, .line = 1, .column = 1 };

  for (;;)
    {
      g_auto (YamlEvent) event = { 0 };

      if (!next_event (self, &event))
        return NULL;

      if (event.type == YAML_STREAM_END_EVENT)
        return root != NULL ? g_steal_pointer (&root) : cts_config_node_new_scalar (&top, "", TRUE);
      if (event.type == YAML_STREAM_START_EVENT || event.type == YAML_DOCUMENT_END_EVENT)
        continue;
      if (event.type == YAML_DOCUMENT_START_EVENT)
        {
          CtsConfigOrigin origin = origin_at (self, &event.start_mark);

          if (root == NULL)
            continue;
          cts_config_add_error (self->errors, &origin, NULL, "a second document in one file");
          return NULL;
        }
      root = read_node (self, &event);
      if (root == NULL)
        return NULL;
    }
}

/**
 * cts_yaml_parse:
 * @data: YAML 1.1 text as libyaml reads it
 * @size: bytes of it
 * @file: a #GRefString: what its places are called
 * @errors: (element-type utf8): gets what is wrong
 *
 * Reads one YAML document into a tree. Aliases, anchors and tags are refused; size, depth and
 * number of values are bounded. Any thread.
 *
 * Returns: (transfer full) (nullable): the tree, also after mistakes that leave it readable; %NULL
 *   when it is not
 */
CtsConfigNode *
cts_yaml_parse (const char *data, gsize size, char *file, GPtrArray *errors)
{
  Reader self = { .data = data, .size = size, .file = file, .errors = errors };
  CtsConfigOrigin top = { .file = file, .line = 1, .column = 1 };
  CtsConfigNode *root;

  if (size > CTS_YAML_MAX_SIZE)
    {
      cts_config_add_error (errors, &top, NULL, "larger than %u bytes", CTS_YAML_MAX_SIZE);
      return NULL;
    }
  if (!yaml_parser_initialize (&self.yaml))
    {
      cts_config_add_error (errors, &top, NULL, "out of memory");
      return NULL;
    }

  yaml_parser_set_input_string (&self.yaml, (const unsigned char *) data, size);
  root = read_document (&self);
  yaml_parser_delete (&self.yaml);
  return root;
}

/**
 * cts_yaml_load:
 * @path: a file
 * @errors: (element-type utf8): gets what is wrong
 *
 * Reads a file with cts_yaml_parse(). Blocks on the file.
 *
 * Returns: (transfer full) (nullable): the tree, or %NULL
 */
CtsConfigNode *
cts_yaml_load (const char *path, GPtrArray *errors)
{
  char *file = g_ref_string_new (path);
  g_autofree char *data = g_malloc (CTS_YAML_MAX_SIZE + 1);
  CtsConfigNode *root = NULL;
  FILE *stream = fopen (path, "re");
  gsize size = 0;

  if (stream != NULL)
    size = fread (data, 1, CTS_YAML_MAX_SIZE + 1, stream);
  if (stream == NULL || ferror (stream))
    {
      CtsConfigOrigin origin = { .file = file, .line = 1, .column = 1 };

      cts_config_add_error (errors, &origin, NULL, "cannot be read: %s", g_strerror (errno));
    }
  else
    root = cts_yaml_parse (data, size, file, errors);

  g_clear_pointer (&stream, fclose);
  g_ref_string_release (file);
  return root;
}
