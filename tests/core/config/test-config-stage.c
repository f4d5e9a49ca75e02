/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/config/cts-config.h"

typedef struct
{
  gboolean full;
  guint capacity;
  char *label;
  guint profile;
  char **names;
  char *password;
} Stage;

static const char *const profiles[] = { "default", "calidog", NULL };

static const CtsOption options[] = {
  CTS_OPTION_BOOLEAN ("full", Stage, full, FALSE, CTS_OPTION_LIVE, "-"),
  CTS_OPTION_UINT ("capacity", Stage, capacity, 10, 100, 50, CTS_OPTION_LIVE, "-"),
  CTS_OPTION_STRING ("label", Stage, label, "tally", CTS_OPTION_RESTART, "-"),
  CTS_OPTION_ENUM ("profile", Stage, profile, profiles, 0, CTS_OPTION_RESTART, "-"),
  CTS_OPTION_STRV ("names", Stage, names, "", CTS_OPTION_RESTART, "-"),
  CTS_OPTION_STRING ("password", Stage, password, "", CTS_OPTION_SECRET, "-"),
};

static CtsConfig *
parse (const char *text, CtsConfigReport *report)
{
  return cts_config_parse (text, strlen (text), "f", NULL, report);
}

static const CtsStageConfig *
find_stage (const CtsConfig *config, CtsRole role, const char *name)
{
  const GPtrArray *stages = cts_config_get_stages (config, role);

  for (guint i = 0; i < stages->len; i++)
    {
      const CtsStageConfig *stage = stages->pdata[i];

      if (g_str_equal (stage->name, name))
        return stage;
    }
  return NULL;
}

static void
test_builtin (void)
{
  static const struct
  {
    CtsRole role;
    const char *name;
  } expected[] = {
    { CTS_ROLE_SOURCE, "rfc6962" },
    { CTS_ROLE_FILTER, "dedup" },
    { CTS_ROLE_SERIALIZER, "certstream" },
    { CTS_ROLE_SINK, "websocket" },
  };
  g_autoptr (CtsConfigReport) report = cts_config_report_new ();
  g_autoptr (CtsConfig) config = parse ("", report);

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const GPtrArray *stages = cts_config_get_stages (config, expected[i].role);
      const CtsStageConfig *stage = stages->pdata[0];

      g_assert_cmpuint (stages->len, ==, 1);
      g_assert_cmpint (stage->role, ==, expected[i].role);
      g_assert_cmpstr (stage->name, ==, expected[i].name);
      g_assert_cmpstr (stage->plugin, ==, expected[i].name);
      g_assert_cmpstr (stage->stream, ==, "");
      g_assert_true (stage->enabled);
    }
  g_assert_cmpuint (report->notes->len, ==, 0);
}

static void
test_merge (void)
{
  static const char text[] = "sinks:\n"
                             "  live: {plugin: tally, stream: lite, label: x}\n"
                             "  websocket: {full: false}\n"
                             "filters:\n"
                             "  dedup: {enabled: false}\n";
  g_autoptr (CtsConfigReport) report = cts_config_report_new ();
  g_autoptr (CtsConfig) config = parse (text, report);
  const CtsStageConfig *stage;
  const CtsConfigEntry *entry;

  g_assert_nonnull (config);
  g_assert_cmpuint (report->notes->len, ==, 0);

  stage = find_stage (config, CTS_ROLE_SINK, "live");
  g_assert_cmpstr (stage->plugin, ==, "tally");
  g_assert_cmpstr (stage->stream, ==, "lite");
  g_assert_cmpuint (stage->origin.line, ==, 2);
  g_assert_cmpuint (cts_config_node_get_size (stage->options), ==, 1);

  stage = find_stage (config, CTS_ROLE_SINK, "websocket");
  g_assert_cmpstr (stage->plugin, ==, "websocket");
  entry = cts_config_node_lookup (stage->options, "full");
  g_assert_cmpstr (cts_config_node_get_text (entry->value), ==, "false");
  entry = cts_config_node_lookup (stage->options, "lite");
  g_assert_cmpstr (cts_config_node_get_text (entry->value), ==, "true");

  g_assert_false (find_stage (config, CTS_ROLE_FILTER, "dedup")->enabled);
}

static void
test_planned (void)
{
  g_autoptr (CtsConfigReport) report = cts_config_report_new ();
  g_autoptr (CtsConfig) config = parse ("sinks: {sse: {enabled: true}, rest: }", report);

  g_assert_nonnull (config);
  g_assert_null (find_stage (config, CTS_ROLE_SINK, "sse"));
  g_assert_cmpuint (report->notes->len, ==, 2);
  g_assert_cmpstr (report->notes->pdata[0], ==, "f:1:9: note: sinks.sse: has no effect yet");
  g_assert_cmpstr (report->notes->pdata[1], ==, "f:1:31: note: sinks.rest: has no effect yet");
}

typedef struct
{
  CtsConfig *config;
  GPtrArray *errors;
  GPtrArray *names;
  GArray *values;
  gboolean valid;
} Validated;

static void
validate (Validated *self, const char *text, gconstpointer table, gsize option_size)
{
  g_autoptr (CtsConfigReport) report = cts_config_report_new ();

  self->config = parse (text, report);
  g_assert_nonnull (self->config);
  self->errors = g_ptr_array_new_with_free_func (g_free);
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->values = g_array_new (FALSE, TRUE, sizeof (GValue));
  g_array_set_clear_func (self->values, (GDestroyNotify) g_value_unset);
  self->valid = cts_stage_config_validate (find_stage (self->config, CTS_ROLE_SINK, "x"), table,
                                           G_N_ELEMENTS (options), option_size, self->errors,
                                           self->names, self->values);
}

static void
validated_clear (Validated *self)
{
  cts_config_unref (self->config);
  g_ptr_array_unref (self->errors);
  g_ptr_array_unref (self->names);
  g_array_unref (self->values);
}

static void
assert_properties (const Validated *self)
{
  const GValue *values = (const GValue *) self->values->data;

  g_assert_true (self->valid);
  g_assert_cmpuint (self->errors->len, ==, 0);
  g_assert_cmpuint (self->names->len, ==, 5);
  g_assert_cmpuint (self->values->len, ==, 5);
  g_assert_cmpstr (self->names->pdata[0], ==, "full");
  g_assert_true (g_value_get_boolean (&values[0]));
  g_assert_cmpstr (self->names->pdata[1], ==, "capacity");
  g_assert_cmpuint (g_value_get_uint (&values[1]), ==, 100);
  g_assert_cmpstr (self->names->pdata[2], ==, "label");
  g_assert_cmpstr (g_value_get_string (&values[2]), ==, "5");
  g_assert_cmpstr (self->names->pdata[3], ==, "profile");
  g_assert_cmpstr (g_value_get_string (&values[3]), ==, "calidog");
  g_assert_cmpstr (self->names->pdata[4], ==, "names");
  g_assert_cmpuint (g_strv_length (g_value_get_boxed (&values[4])), ==, 2);
}

static const char valid_stage[] = "sinks: {x: {plugin: p, full: true, capacity: 100, label: 5, "
                                  "profile: calidog, names: [a, b]}}";

static void
test_validate (void)
{
  Validated validated;

  validate (&validated, valid_stage, options, sizeof (CtsOption));
  assert_properties (&validated);
  validated_clear (&validated);
}

/* A plugin that knows a longer CtsOption than we do. */
static void
test_stride (void)
{
  struct
  {
    CtsOption option;
    gpointer more[3];
  } table[G_N_ELEMENTS (options)];
  Validated validated;

  memset (table, 0xff, sizeof table);
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    table[i].option = options[i];
  validate (&validated, valid_stage, table, sizeof table[0]);
  assert_properties (&validated);
  validated_clear (&validated);
}

static void
test_invalid (void)
{
  static const struct
  {
    const char *text;
    const char *error;
  } cases[] = {
    { "sinks: {x: {plugin: p, ful: true}}",
      "f:1:24: sinks.x.ful: unknown key, did you mean 'full'?" },
    { "sinks: {x: {plugin: p, enable: true}}",
      "f:1:24: sinks.x.enable: unknown key, did you mean 'enabled'?" },
    { "sinks: {x: {plugin: p, capacity: 9}}",
      "f:1:34: sinks.x.capacity: '9' is out of range 10–100" },
    { "sinks: {x: {plugin: p, profile: other}}",
      "f:1:33: sinks.x.profile: expected one of default, calidog, not 'other'" },
    { "sinks: {x: {plugin: p, names: a}}",
      "f:1:31: sinks.x.names: expected a list, as in [one, two], not 'a'" },
    { "sinks: {x: {plugin: p, password: [hunter2]}}", "f:1:34: sinks.x.password: expected a text" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Validated validated;

      validate (&validated, cases[i].text, options, sizeof (CtsOption));
      g_assert_false (validated.valid);
      g_assert_cmpuint (validated.errors->len, ==, 1);
      g_assert_cmpstr (validated.errors->pdata[0], ==, cases[i].error);
      g_assert_cmpuint (validated.names->len, ==, 0);
      g_assert_cmpuint (validated.values->len, ==, 0);
      validated_clear (&validated);
    }
}

static void
test_diff (void)
{
  static const struct
  {
    const char *old;
    const char *new;
    const char *changed;
  } cases[] = {
    { "", "", "" },
    { "", "filters: {dedup: {window-seconds: 5}}", "filters.dedup.window-seconds" },
    { "", "filters: {dedup: {more: 5}}", "filters.dedup.more" },
    { "filters: {dedup: {more: 5}}", "", "filters.dedup.more" },
    { "", "sinks: {websocket: {enabled: false}}", "sinks.websocket.enabled" },
    { "sinks: {a: {plugin: p}}", "sinks: {a: {plugin: q, stream: lite}}",
      "sinks.a.plugin,sinks.a.stream" },
    { "", "sinks: {a: {plugin: p}}", "sinks.a" },
    { "sinks: {a: {plugin: p}}", "", "sinks.a" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CtsConfigReport) report = cts_config_report_new ();
      g_autoptr (CtsConfig) old = parse (cases[i].old, report);
      g_autoptr (CtsConfig) new = parse (cases[i].new, report);
      g_auto (GStrv) changed = cts_config_diff (old, new);
      g_autofree char *joined = g_strjoinv (",", changed);

      g_assert_cmpstr (joined, ==, cases[i].changed);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config/stage/builtin", test_builtin);
  g_test_add_func ("/config/stage/merge", test_merge);
  g_test_add_func ("/config/stage/planned", test_planned);
  g_test_add_func ("/config/stage/validate", test_validate);
  g_test_add_func ("/config/stage/stride", test_stride);
  g_test_add_func ("/config/stage/invalid", test_invalid);
  g_test_add_func ("/config/stage/diff", test_diff);
  return g_test_run ();
}
