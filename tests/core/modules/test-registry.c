/* SPDX-License-Identifier: MIT */
#include "core/modules/cts-registry.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include <ctstream.h>

#include "core/api/cts-stage-private.h"
#include "tests/support/cts-test.h"

/* So short that a test need not wait, so no clock has to be faked. */
#define RETRY_BASE_MS 1
#define RETRY_MAX_MS  4

/* A sink and a filter that are linked in. The sink notes the order of starts and stops. */

G_DECLARE_FINAL_TYPE (TestSink, test_sink, TEST, SINK, CtsSink)

struct _TestSink
{
  CtsSink parent_instance;
  char *label;
  guint limit;
  guint fail_starts;
};

G_DEFINE_FINAL_TYPE (TestSink, test_sink, CTS_TYPE_SINK)

static const CtsOption options[] = {
  CTS_OPTION_STRING ("label", TestSink, label, "x", CTS_OPTION_LIVE, "Label"),
  CTS_OPTION_UINT ("limit", TestSink, limit, 1, 10, 5, CTS_OPTION_RESTART, "Limit"),
  CTS_OPTION_UINT ("fail-starts", TestSink, fail_starts, 0, 99, 0, CTS_OPTION_RESTART, "Starts"),
};

static GString *events;

static gboolean
test_sink_start (CtsStage *stage, GError **error)
{
  TestSink *self = TEST_SINK (stage);

  g_string_append_printf (events, "+%s ", cts_stage_get_name (stage));
  if (self->fail_starts == 0)
    return TRUE;
  self->fail_starts--;
  g_set_error_literal (error, CTS_STAGE_ERROR, CTS_STAGE_ERROR_FAILED, "not yet");
  return FALSE;
}

static void
test_sink_stop_async (CtsStage *stage,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_string_append_printf (events, "-%s ", cts_stage_get_name (stage));
  CTS_STAGE_CLASS (test_sink_parent_class)->stop_async (stage, cancellable, callback, user_data);
}

static gboolean
test_sink_write (CtsSink *sink, CtsPacket *packet, GError **error)
{
  return TRUE;
}

static void
test_sink_class_init (TestSinkClass *klass)
{
  CTS_SINK_CLASS (klass)->write = test_sink_write;
  CTS_STAGE_CLASS (klass)->start = test_sink_start;
  CTS_STAGE_CLASS (klass)->stop_async = test_sink_stop_async;
  cts_stage_class_install_options (CTS_STAGE_CLASS (klass), options, G_N_ELEMENTS (options));
}

static void
test_sink_init (TestSink *self)
{
}

static const CtsModuleInfo module_info = {
  .magic = CTS_MODULE_MAGIC,
  .abi_version = CTS_ABI_VERSION,
  .size = sizeof (CtsModuleInfo),
  .id = "inside",
  .description = "For this test",
  .version = "1.0",
  .license = "MIT",
  .types = { { CTS_ROLE_SINK, test_sink_get_type } },
};

/* Warnings cannot be expected when they are structured, so they are counted here. */

static guint n_warnings;
static char *last_warning;

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  const char *message = NULL;
  const char *stage = NULL;

  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      message = fields[i].value;
    else if (g_str_equal (fields[i].key, "CTS_STAGE"))
      stage = fields[i].value;

  if (stage == NULL)
    return g_log_writer_default (level, fields, n_fields, user_data);
  if ((level & G_LOG_LEVEL_WARNING) != 0)
    {
      n_warnings++;
      g_free (last_warning);
      last_warning = g_strdup (message);
    }
  return G_LOG_WRITER_HANDLED;
}

typedef struct
{
  char *folder;
  CtsModuleLoader *loader;
  CtsRegistry *registry;
  GString *changes;
  int n_started;
} Fixture;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->changes, "%u-%u+%u ", position, removed, added);
}

static void
on_stage_started (CtsRegistry *registry, CtsStage *stage, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpint (cts_stage_get_state (stage), ==, CTS_STAGE_STATE_RUNNING);
  fixture->n_started++;
}

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("cts-registry-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->loader = cts_module_loader_new (fixture->folder);
  cts_module_loader_add_builtin (fixture->loader, &module_info);
  fixture->registry = cts_registry_new (fixture->loader, RETRY_BASE_MS, RETRY_MAX_MS);
  fixture->changes = g_string_new (NULL);
  g_signal_connect (fixture->registry, "items-changed", G_CALLBACK (on_items_changed), fixture);
  g_signal_connect (fixture->registry, "stage-started", G_CALLBACK (on_stage_started), fixture);

  events = g_string_new (NULL);
  n_warnings = 0;
  g_clear_pointer (&last_warning, g_free);
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "start-fails.so", NULL);

  g_assert_finalize_object (fixture->registry);
  g_assert_finalize_object (fixture->loader);
  g_string_free (fixture->changes, TRUE);
  g_string_free (events, TRUE);
  g_clear_pointer (&last_warning, g_free);
  g_unlink (path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
}

/* Options of a stage, as whoever reads the configuration gives them. */
typedef struct
{
  guint n;
  const char *const *names;
  const GValue *values;
} Given;

static gboolean
give (CtsStageClass *klass, GPtrArray *names, GArray *values, gpointer user_data, GError **error)
{
  const Given *given = user_data;

  for (guint i = 0; i < given->n; i++)
    {
      GValue value = G_VALUE_INIT;

      g_value_init (&value, G_VALUE_TYPE (&given->values[i]));
      g_value_copy (&given->values[i], &value);
      g_ptr_array_add (names, g_strdup (given->names[i]));
      g_array_append_val (values, value);
    }
  return TRUE;
}

static void
add_plain (Fixture *fixture, CtsRole role, const char *name, const char *module_id)
{
  g_autoptr (GError) error = NULL;

  cts_registry_add_stage (fixture->registry, role, name, module_id, NULL, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
add_with_uint (Fixture *fixture, const char *name, const char *option, guint number, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;
  Given given = { .n = 1, .names = &option, .values = &value };

  g_value_init (&value, G_TYPE_UINT);
  g_value_set_uint (&value, number);
  return cts_registry_add_stage (fixture->registry, CTS_ROLE_SINK, name, "inside", give, &given,
                                 error);
}

static void
test_list (Fixture *fixture, gconstpointer data)
{
  GListModel *model = G_LIST_MODEL (fixture->registry);
  g_autoptr (CtsStage) second = NULL;

  g_assert_true (g_list_model_get_item_type (model) == CTS_TYPE_STAGE);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 0);

  add_plain (fixture, CTS_ROLE_SINK, "one", "inside");
  add_plain (fixture, CTS_ROLE_SINK, "two", "inside");
  g_assert_cmpstr (fixture->changes->str, ==, "0-0+1 1-0+1 ");
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 2);

  second = g_list_model_get_item (model, 1);
  g_assert_cmpstr (cts_stage_get_name (second), ==, "two");
  g_assert_null (g_list_model_get_item (model, 2));

  g_assert_true (cts_registry_lookup (fixture->registry, CTS_ROLE_SINK, "two") == second);
  g_assert_null (cts_registry_lookup (fixture->registry, CTS_ROLE_SINK, "three"));
  g_assert_null (cts_registry_lookup (fixture->registry, CTS_ROLE_FILTER, "two"));
}

static void
test_options (Fixture *fixture, gconstpointer data)
{
  const char *const names[] = { "label", "limit", "stream" };
  GValue values[3] = { G_VALUE_INIT, G_VALUE_INIT, G_VALUE_INIT };
  Given given = { .n = 3, .names = names, .values = values };
  g_autoptr (GError) error = NULL;
  CtsStage *stage;

  g_value_set_static_string (g_value_init (&values[0], G_TYPE_STRING), "given");
  g_value_set_uint (g_value_init (&values[1], G_TYPE_UINT), 10);
  g_value_set_static_string (g_value_init (&values[2], G_TYPE_STRING), "lite");
  g_assert_true (cts_registry_add_stage (fixture->registry, CTS_ROLE_SINK, "one", "inside", give,
                                         &given, &error));
  g_assert_no_error (error);

  stage = cts_registry_lookup (fixture->registry, CTS_ROLE_SINK, "one");
  g_assert_cmpstr (TEST_SINK (stage)->label, ==, "given");
  g_assert_cmpuint (TEST_SINK (stage)->limit, ==, 10);
  g_assert_cmpstr (cts_sink_get_stream (CTS_SINK (stage)), ==, "lite");
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *option;
    guint number;
    CtsRegistryError code;
    const char *message;
  } cases[] = {
    { "one", "limit", 5, CTS_REGISTRY_ERROR_EXISTS, "sink 'one': there is one of this name" },
    { "two", "limit", 11, CTS_REGISTRY_ERROR_OPTION,
      "sink 'two': the value of option 'limit' is not allowed" },
    { "two", "limitt", 1, CTS_REGISTRY_ERROR_OPTION, "sink 'two': no option named 'limitt'" },
    { "two", "name", 1, CTS_REGISTRY_ERROR_OPTION, "sink 'two': no option named 'name'" },
    { "two", "state", 1, CTS_REGISTRY_ERROR_OPTION, "sink 'two': no option named 'state'" },
  };

  add_plain (fixture, CTS_ROLE_SINK, "one", "inside");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean added
          = add_with_uint (fixture, cases[i].name, cases[i].option, cases[i].number, &error);

      g_assert_false (added);
      g_assert_error (error, CTS_REGISTRY_ERROR, (int) cases[i].code);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

static void
test_wrong_role (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (cts_registry_add_stage (fixture->registry, CTS_ROLE_FILTER, "one", "inside", NULL,
                                          NULL, &error));
  g_assert_error (error, CTS_REGISTRY_ERROR, CTS_REGISTRY_ERROR_ROLE);
  g_assert_cmpstr (error->message, ==, "filter 'one': module 'inside' has no filter");
}

static void
test_retry_start (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CtsStage *stage;

  add_plain (fixture, CTS_ROLE_SINK, "good", "inside");
  g_assert_true (add_with_uint (fixture, "late", "fail-starts", 3, &error));
  stage = cts_registry_lookup (fixture->registry, CTS_ROLE_SINK, "late");

  g_assert_false (cts_registry_start_stage (fixture->registry, CTS_ROLE_SINK, "late"));
  g_assert_cmpint (cts_stage_get_state (stage), ==, CTS_STAGE_STATE_FAILED);
  g_assert_cmpint (fixture->n_started, ==, 0);
  g_assert_nonnull (strstr (last_warning, "sink 'late': not yet; trying again in "));

  cts_test_wait (&fixture->n_started);
  g_assert_cmpint (cts_stage_get_state (stage), ==, CTS_STAGE_STATE_RUNNING);
  g_assert_cmpstr (events->str, ==, "+late +late +late +late ");
  g_assert_cmpuint (n_warnings, ==, 1);

  g_assert_true (cts_registry_start_stage (fixture->registry, CTS_ROLE_SINK, "good"));
  g_assert_true (cts_registry_start_stage (fixture->registry, CTS_ROLE_SINK, "good"));
  g_assert_cmpint (fixture->n_started, ==, 2);
}

/* The module is put in place only after the first try. */
static void
test_retry_load (Fixture *fixture, gconstpointer data)
{
  g_autofree char *source
      = g_build_filename (g_getenv ("CTSTREAM_TEST_MODULES"), "start-fails.so", NULL);
  g_autofree char *link = g_build_filename (fixture->folder, "start-fails.so", NULL);

  add_plain (fixture, CTS_ROLE_SINK, "before", "inside");
  add_plain (fixture, CTS_ROLE_FILTER, "late", "start-fails");
  add_plain (fixture, CTS_ROLE_SINK, "after", "inside");
  g_assert_cmpstr (fixture->changes->str, ==, "0-0+1 1-0+1 ");
  g_assert_cmpuint (n_warnings, ==, 0);

  g_assert_false (cts_registry_start_stage (fixture->registry, CTS_ROLE_FILTER, "late"));
  g_assert_cmpuint (n_warnings, ==, 1);
  g_assert_nonnull (strstr (last_warning, "filter 'late': no module named 'start-fails' in "));
  g_assert_null (cts_registry_lookup (fixture->registry, CTS_ROLE_FILTER, "late"));

  g_assert_cmpint (symlink (source, link), ==, 0);
  cts_test_wait (&fixture->n_started);
  g_assert_cmpstr (fixture->changes->str, ==, "0-0+1 1-0+1 1-0+1 ");
  g_assert_cmpuint (n_warnings, ==, 1);
  g_assert_nonnull (cts_registry_lookup (fixture->registry, CTS_ROLE_FILTER, "late"));
}

static void
stop_all_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  int *done = user_data;

  g_assert_true (cts_registry_stop_all_finish (CTS_REGISTRY (object), result, &error));
  g_assert_no_error (error);
  *done = 1;
}

static void
stop_all (Fixture *fixture, GCancellable *cancellable)
{
  int done = 0;

  cts_registry_stop_all_async (fixture->registry, cancellable, stop_all_cb, &done);
  cts_test_wait (&done);
}

static void
test_stop_all (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "one", "two", "three" };

  stop_all (fixture, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    add_plain (fixture, CTS_ROLE_SINK, names[i], "inside");
  add_plain (fixture, CTS_ROLE_SINK, "missing", "nowhere");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    cts_registry_start_stage (fixture->registry, CTS_ROLE_SINK, names[i]);
  stop_all (fixture, NULL);

  g_assert_cmpstr (events->str, ==, "+one +two +three -three -two -one ");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpint (cts_stage_get_state (
                         cts_registry_lookup (fixture->registry, CTS_ROLE_SINK, names[i])),
                     ==, CTS_STAGE_STATE_STOPPED);
}

/* A stage that does not stop cleanly is warned about and does not keep the others. */
static void
test_stop_fails (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  add_plain (fixture, CTS_ROLE_SINK, "one", "inside");
  add_plain (fixture, CTS_ROLE_SINK, "two", "inside");
  cts_registry_start_stage (fixture->registry, CTS_ROLE_SINK, "one");
  cts_registry_start_stage (fixture->registry, CTS_ROLE_SINK, "two");
  g_cancellable_cancel (cancelled);
  stop_all (fixture, cancelled);

  g_assert_cmpstr (events->str, ==, "+one +two -two -one ");
  g_assert_cmpuint (n_warnings, ==, 2);
  g_assert_cmpstr (last_warning, ==, "stage 'one': did not stop cleanly: Operation was cancelled");
}

static gboolean
on_later (gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->n_started = 1;
  return G_SOURCE_REMOVE;
}

static void
test_stop_ends_retry (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (add_with_uint (fixture, "late", "fail-starts", 99, &error));
  cts_registry_start_stage (fixture->registry, CTS_ROLE_SINK, "late");
  stop_all (fixture, NULL);
  g_assert_cmpstr (events->str, ==, "+late ");

  /* A try that is still due would run before this one, which waits longer. */
  g_timeout_add (RETRY_BASE_MS * 5, on_later, fixture);
  cts_test_wait (&fixture->n_started);
  g_assert_cmpstr (events->str, ==, "+late ");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_warnings, NULL, NULL);

  ADD ("/modules/registry/list", test_list);
  ADD ("/modules/registry/options", test_options);
  ADD ("/modules/registry/refused", test_refused);
  ADD ("/modules/registry/wrong-role", test_wrong_role);
  ADD ("/modules/registry/retry-start", test_retry_start);
  ADD ("/modules/registry/retry-load", test_retry_load);
  ADD ("/modules/registry/stop-all", test_stop_all);
  ADD ("/modules/registry/stop-fails", test_stop_fails);
  ADD ("/modules/registry/stop-ends-retry", test_stop_ends_retry);

  return g_test_run ();
}
