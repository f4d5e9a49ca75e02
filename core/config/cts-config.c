/* SPDX-License-Identifier: MIT */
#include "cts-config.h"

#include "core/config/cts-config-environment.h"
#include "core/config/cts-config-value.h"
#include "core/config/cts-yaml.h"

#include <string.h>

/* Drop-ins beside a file; more are a folder that was not meant. */
#define MAX_DROP_INS 100

struct _CtsConfig
{
  CtsConfigSections sections;
  GPtrArray *stages[CTS_CONFIG_N_ROLES];
};

/* The stages there are without any configuration, in its own language. */
static const char builtin_stages[]
    = "sources:\n"
      "  rfc6962: {plugin: rfc6962}\n"
      "filters:\n"
      "  dedup: {plugin: dedup, window-seconds: 900, capacity: 1000000}\n"
      "serializers:\n"
      "  certstream: {plugin: certstream, profile: default}\n"
      "sinks:\n"
      "  websocket: {plugin: websocket, full: true, lite: true, domains: true}\n"
      "  sse: {plugin: sse}\n"
      "  rest: {plugin: rest}\n";

/* --- Layers --- */

static GPtrArray *
layers_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) cts_config_node_unref);
}

static void
add_layer (GPtrArray *layers, CtsConfigNode *node)
{
  if (node != NULL)
    g_ptr_array_add (layers, node);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_drop_ins (const char *folder, GPtrArray *errors)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) directory = g_dir_open (folder, 0, &error);
  const char *name;

  if (directory == NULL && !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_ptr_array_add (errors,
                     g_strdup_printf ("%s:1:1: cannot be read: %s", folder, error->message));

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    if (name[0] != '.' && g_str_has_suffix (name, ".yaml"))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_paths);

  if (paths->len > MAX_DROP_INS)
    {
      g_ptr_array_add (errors,
                       g_strdup_printf ("%s:1:1: more than %d files", folder, MAX_DROP_INS));
      g_ptr_array_set_size (paths, MAX_DROP_INS);
    }
  return paths;
}

static void
add_files (GPtrArray *layers, const char *path, GPtrArray *errors)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *folder = g_build_filename (parent, "conf.d", NULL);
  g_autoptr (GPtrArray) drop_ins = list_drop_ins (folder, errors);

  add_layer (layers, cts_yaml_load (path, errors));
  for (guint i = 0; i < drop_ins->len; i++)
    add_layer (layers, cts_yaml_load (g_ptr_array_index (drop_ins, i), errors));
}

static CtsConfigNode *
parse_builtin_stages (GPtrArray *errors)
{
  char *file = g_ref_string_new_intern (CTS_CONFIG_BUILTIN);
  CtsConfigNode *node = cts_yaml_parse (builtin_stages, sizeof builtin_stages - 1, file, errors);

  g_ref_string_release (file);
  return node;
}

/* --- Reading --- */

static CtsConfig *
config_new (void)
{
  CtsConfig *config = g_atomic_rc_box_new0 (CtsConfig);

  for (gsize i = 0; i < CTS_CONFIG_N_SECTIONS; i++)
    cts_config_keys_set_defaults (cts_config_sections[i].keys, cts_config_sections[i].n_keys,
                                  G_STRUCT_MEMBER_P (&config->sections,
                                                     cts_config_sections[i].offset));
  return config;
}

static void
check_section_names (CtsConfigReader *reader, const CtsConfigNode *tree)
{
  g_autoptr (GPtrArray) known = g_ptr_array_new ();

  for (gsize i = 0; i < CTS_CONFIG_N_SECTIONS; i++)
    g_ptr_array_add (known, (gpointer) cts_config_sections[i].name);
  for (gsize i = 0; i < CTS_CONFIG_N_ROLES; i++)
    g_ptr_array_add (known, (gpointer) cts_config_roles[i]);
  g_ptr_array_add (known, NULL);

  for (guint i = 0; i < cts_config_node_get_size (tree); i++)
    {
      const CtsConfigEntry *entry = cts_config_node_get_entry (tree, i);

      if (!g_strv_contains ((const char *const *) known->pdata, entry->key))
        cts_config_add_unknown (reader->errors, entry, "", (const char *const *) known->pdata);
    }
}

static const CtsConfigNode *
get_section (const CtsConfigNode *tree, const char *name)
{
  const CtsConfigEntry *entry = cts_config_node_lookup (tree, name);

  return entry != NULL ? entry->value : NULL;
}

/* Reads @tree over what @config holds. */
static void
read_tree (CtsConfigReader *reader, const CtsConfigNode *tree, gboolean is_whole, CtsConfig *config)
{
  if (!cts_config_value_is_map (tree, NULL, reader->errors))
    return;
  check_section_names (reader, tree);

  for (gsize i = 0; i < CTS_CONFIG_N_SECTIONS; i++)
    {
      const CtsConfigSection *section = &cts_config_sections[i];
      const CtsConfigNode *node = get_section (tree, section->name);

      if (node != NULL)
        cts_config_keys_read (reader, section->keys, section->n_keys, node, section->name,
                              G_STRUCT_MEMBER_P (&config->sections, section->offset));
    }
  for (gsize i = 0; i < CTS_CONFIG_N_ROLES; i++)
    {
      g_clear_pointer (&config->stages[i], g_ptr_array_unref);
      config->stages[i]
          = cts_stage_configs_read (reader, CTS_ROLE_SOURCE + i,
                                    get_section (tree, cts_config_roles[i]), is_whole);
    }
}

static void
check_server (const CtsServerConfig *server, const CtsConfigNode *node, GPtrArray *errors)
{
  const CtsConfigEntry *listen = cts_config_node_lookup (node, "listen");

  if (listen != NULL && server->listen[0] == NULL)
    cts_config_add_error (errors, cts_config_node_get_origin (listen->value), "server.listen",
                          "expected at least one address");
  if ((*server->tls_certificate == '\0') != (*server->tls_key == '\0'))
    cts_config_add_error (errors, cts_config_node_get_origin (node), "server",
                          "'tls-certificate' and 'tls-key' go together: one of them is missing");
}

static gboolean
is_same_url (const char *a, const char *b)
{
  gsize length = strlen (a);
  gsize other_length = strlen (b);

  while (length > 0 && a[length - 1] == '/')
    length--;
  while (other_length > 0 && b[other_length - 1] == '/')
    other_length--;
  return length > 0 && length == other_length && memcmp (a, b, length) == 0;
}

static gboolean
is_same_log (const CtsExtraLog *a, const CtsExtraLog *b)
{
  return is_same_url (a->url, b->url)
         || (a->key != NULL && b->key != NULL && g_bytes_equal (a->key, b->key));
}

/* Where the same log stands before @i; @i itself when it does not. */
static guint
find_same_log (const GPtrArray *extra, guint i)
{
  for (guint j = 0; j < i; j++)
    if (is_same_log (extra->pdata[j], extra->pdata[i]))
      return j;
  return i;
}

/* Two followers of one log would share its position. */
static void
check_extra_logs (const GPtrArray *extra, const CtsConfigNode *node, GPtrArray *errors)
{
  const CtsConfigEntry *list = cts_config_node_lookup (node, "extra");

  for (guint i = 0; i < extra->len; i++)
    {
      guint j = find_same_log (extra, i);
      g_autofree char *path = cts_config_path_item ("logs.extra", i);

      if (j < i)
        cts_config_add_error (errors,
                              cts_config_node_get_origin (
                                  cts_config_node_get_item (list->value, i)),
                              path, "is the same log as logs.extra[%u]: same url or key", j);
    }
}

/* What one key alone cannot show. */
static void
check_together (const CtsConfig *config, const CtsConfigNode *tree, GPtrArray *errors)
{
  const CtsConfigNode *server = get_section (tree, "server");
  const CtsConfigNode *logs = get_section (tree, "logs");

  if (server != NULL)
    check_server (&config->sections.server, server, errors);
  if (logs != NULL)
    check_extra_logs (config->sections.logs.extra, logs, errors);
}

/*
 * Each layer is checked alone first, so that a mistake is told even where a later layer hides it;
 * then the whole is read.
 */
static CtsConfig *
read_layers (const GPtrArray *layers, CtsConfigReport *report)
{
  CtsConfigReader reader = { .errors = report->errors };
  g_autoptr (CtsConfigNode) tree = parse_builtin_stages (report->errors);
  g_autoptr (CtsConfig) config = config_new ();

  for (guint i = 0; i < layers->len; i++)
    {
      g_autoptr (CtsConfig) scratch = config_new ();
      g_autoptr (CtsConfigNode) under = g_steal_pointer (&tree);

      read_tree (&reader, layers->pdata[i], FALSE, scratch);
      tree = cts_config_node_merge (under, layers->pdata[i]);
    }

  reader.notes = report->notes;
  read_tree (&reader, tree, TRUE, config);
  check_together (config, tree, report->errors);
  return report->errors->len == 0 ? g_steal_pointer (&config) : NULL;
}

/**
 * cts_config_load:
 * @path: (nullable): the base file; %NULL for none, then no drop-ins either
 * @environment: (array zero-terminated=1) (nullable): lines NAME=VALUE, as from g_get_environ()
 * @report: gets errors and notes
 *
 * Reads defaults, the base file, the `.yaml` files in `conf.d` beside it in the order of their
 * names, and the environment, each laid over what came before, and checks all of it. Blocks on
 * files.
 *
 * Returns: (transfer full) (nullable): the configuration, or %NULL when @report has errors
 */
CtsConfig *
cts_config_load (const char *path, const char *const *environment, CtsConfigReport *report)
{
  g_autoptr (GPtrArray) layers = layers_new ();

  if (path != NULL)
    add_files (layers, path, report->errors);
  add_layer (layers, cts_config_environment_read (environment, report));
  return read_layers (layers, report);
}

/**
 * cts_config_parse:
 * @data: text of a base file
 * @size: bytes of it
 * @file: what its places are called
 * @environment: (array zero-terminated=1) (nullable): as for cts_config_load()
 * @report: gets errors and notes
 *
 * The same as cts_config_load() for a text that is in memory already; there are no drop-ins.
 *
 * Returns: (transfer full) (nullable): the configuration, or %NULL when @report has errors
 */
CtsConfig *
cts_config_parse (const char *data,
                  gsize size,
                  const char *file,
                  const char *const *environment,
                  CtsConfigReport *report)
{
  g_autoptr (GPtrArray) layers = layers_new ();
  char *name = g_ref_string_new (file);

  add_layer (layers, cts_yaml_parse (data, size, name, report->errors));
  g_ref_string_release (name);
  add_layer (layers, cts_config_environment_read (environment, report));
  return read_layers (layers, report);
}

/**
 * cts_config_ref:
 * @config: a configuration
 *
 * Returns: (transfer full): @config, which lives at least until the matching cts_config_unref()
 */
CtsConfig *
cts_config_ref (CtsConfig *config)
{
  return g_atomic_rc_box_acquire (config);
}

static void
config_clear (gpointer data)
{
  CtsConfig *config = data;

  for (gsize i = 0; i < CTS_CONFIG_N_SECTIONS; i++)
    cts_config_keys_clear (cts_config_sections[i].keys, cts_config_sections[i].n_keys,
                           G_STRUCT_MEMBER_P (&config->sections, cts_config_sections[i].offset));
  for (gsize i = 0; i < CTS_CONFIG_N_ROLES; i++)
    g_clear_pointer (&config->stages[i], g_ptr_array_unref);
}

/**
 * cts_config_unref:
 * @config: (transfer full): a configuration
 *
 * Gives a reference back; the last one frees it.
 */
void
cts_config_unref (CtsConfig *config)
{
  g_atomic_rc_box_release_full (config, config_clear);
}

/**
 * cts_config_get_server:
 * @config: a configuration
 *
 * Returns: (transfer none): its section `server`; lives as long as @config
 */
const CtsServerConfig *
cts_config_get_server (const CtsConfig *config)
{
  return &config->sections.server;
}

/**
 * cts_config_get_auth:
 * @config: a configuration
 *
 * Returns: (transfer none): its section `auth`; lives as long as @config
 */
const CtsAuthConfig *
cts_config_get_auth (const CtsConfig *config)
{
  return &config->sections.auth;
}

/**
 * cts_config_get_logs:
 * @config: a configuration
 *
 * Returns: (transfer none): its section `logs`; lives as long as @config
 */
const CtsLogsConfig *
cts_config_get_logs (const CtsConfig *config)
{
  return &config->sections.logs;
}

/**
 * cts_config_get_store:
 * @config: a configuration
 *
 * Returns: (transfer none): its section `store`; lives as long as @config
 */
const CtsStoreConfig *
cts_config_get_store (const CtsConfig *config)
{
  return &config->sections.store;
}

/**
 * cts_config_get_stream:
 * @config: a configuration
 *
 * Returns: (transfer none): its section `stream`; lives as long as @config
 */
const CtsStreamConfig *
cts_config_get_stream (const CtsConfig *config)
{
  return &config->sections.stream;
}

/**
 * cts_config_get_metrics:
 * @config: a configuration
 *
 * Returns: (transfer none): its section `metrics`; lives as long as @config
 */
const CtsMetricsConfig *
cts_config_get_metrics (const CtsConfig *config)
{
  return &config->sections.metrics;
}

/**
 * cts_config_get_control:
 * @config: a configuration
 *
 * Returns: (transfer none): its section `control`; lives as long as @config
 */
const CtsControlConfig *
cts_config_get_control (const CtsConfig *config)
{
  return &config->sections.control;
}

/**
 * cts_config_get_stages:
 * @config: a configuration
 * @role: a role
 *
 * Returns: (transfer none) (element-type CtsStageConfig): the stages of @role, also those that are
 *   switched off: the built-in ones, then the others in the order they were written
 */
const GPtrArray *
cts_config_get_stages (const CtsConfig *config, CtsRole role)
{
  g_return_val_if_fail (role >= CTS_ROLE_SOURCE && role <= CTS_ROLE_SINK, NULL);
  return config->stages[role - CTS_ROLE_SOURCE];
}

/**
 * cts_config_diff:
 * @old: a configuration
 * @new: a later one
 *
 * Returns: (transfer full): the keys whose value differs, dotted, as in `server.max-connections`;
 *   a stage that came or went as `sinks.name`. Empty when both say the same
 */
GStrv
cts_config_diff (const CtsConfig *old, const CtsConfig *new)
{
  GPtrArray *changed = g_ptr_array_new ();

  for (gsize i = 0; i < CTS_CONFIG_N_SECTIONS; i++)
    {
      const CtsConfigSection *section = &cts_config_sections[i];
      gconstpointer a = (const guint8 *) &old->sections + section->offset;
      gconstpointer b = (const guint8 *) &new->sections + section->offset;

      for (gsize j = 0; j < section->n_keys; j++)
        if (!cts_config_key_equal (&section->keys[j], a, b))
          g_ptr_array_add (changed,
                           cts_config_path_key (section->name, section->keys[j].option.name));
    }
  for (gsize i = 0; i < CTS_CONFIG_N_ROLES; i++)
    cts_stage_configs_diff (old->stages[i], new->stages[i], changed);

  g_ptr_array_add (changed, NULL);
  return (GStrv) g_ptr_array_free (changed, FALSE);
}
