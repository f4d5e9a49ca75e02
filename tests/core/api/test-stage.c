/* SPDX-License-Identifier: MIT */
#include "core/api/cts-stage-private.h"

#include "tests/support/cts-test.h"

/* A stage as a plugin writes it: plain fields, one table. */

G_DECLARE_FINAL_TYPE (TestStage, test_stage, TEST, STAGE, CtsStage)

struct _TestStage
{
  CtsStage parent_instance;
  gboolean eager;
  guint port;
  char *label;
  guint mode;
  char **hosts;
  char *secret;
  char **empty;

  guint fail_starts;
  gboolean silent;
  guint n_stops;
};

G_DEFINE_FINAL_TYPE (TestStage, test_stage, CTS_TYPE_STAGE)

static const char *const modes[] = { "slow", "fast", "wild", NULL };

static const CtsOption options[] = {
  CTS_OPTION_BOOLEAN ("eager", TestStage, eager, TRUE, CTS_OPTION_LIVE, "Begin early"),
  CTS_OPTION_UINT ("port", TestStage, port, 1, 65535, 8080, CTS_OPTION_RESTART, "Port"),
  CTS_OPTION_STRING ("label", TestStage, label, "tally", CTS_OPTION_LIVE, "Label"),
  CTS_OPTION_ENUM ("mode", TestStage, mode, modes, 1, CTS_OPTION_LIVE, "Mode"),
  CTS_OPTION_STRV ("hosts", TestStage, hosts, "a.example,b.example", CTS_OPTION_LIVE, "Hosts"),
  CTS_OPTION_STRING ("secret", TestStage, secret, NULL, CTS_OPTION_SECRET, "Secret"),
  CTS_OPTION_STRV ("empty", TestStage, empty, NULL, CTS_OPTION_RESTART, "Nothing"),
};

static gboolean
test_stage_start (CtsStage *stage, GError **error)
{
  TestStage *self = TEST_STAGE (stage);

  if (self->fail_starts == 0)
    return TRUE;
  self->fail_starts--;
  if (!self->silent)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "not yet");
  return FALSE;
}

static void
test_stage_stop_async (CtsStage *stage,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  TEST_STAGE (stage)->n_stops++;
  CTS_STAGE_CLASS (test_stage_parent_class)->stop_async (stage, cancellable, callback, user_data);
}

static void
test_stage_class_init (TestStageClass *klass)
{
  CTS_STAGE_CLASS (klass)->start = test_stage_start;
  CTS_STAGE_CLASS (klass)->stop_async = test_stage_stop_async;
  cts_stage_class_install_options (CTS_STAGE_CLASS (klass), options, G_N_ELEMENTS (options));
}

static void
test_stage_init (TestStage *self)
{
}

/* A stage whose table was compiled when a line ended after the number's default. */

G_DECLARE_FINAL_TYPE (OldStage, old_stage, OLD, STAGE, CtsStage)

struct _OldStage
{
  CtsStage parent_instance;
  guint first;
  guint second;
};

G_DEFINE_FINAL_TYPE (OldStage, old_stage, CTS_TYPE_STAGE)

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
} OldOption;

static const OldOption old_options[] = {
  CTS_OPTION_UINT ("first", OldStage, first, 0, 10, 1, CTS_OPTION_LIVE, "First"),
  CTS_OPTION_UINT ("second", OldStage, second, 0, 10, 2, CTS_OPTION_LIVE, "Second"),
};

static void
old_stage_class_init (OldStageClass *klass)
{
  cts_stage_class_install_options_sized (CTS_STAGE_CLASS (klass), (const CtsOption *) old_options,
                                         G_N_ELEMENTS (old_options), sizeof (OldOption));
}

static void
old_stage_init (OldStage *self)
{
}

/* A stage without options, below one that has some. */

typedef struct
{
  CtsStage parent_instance;
  char *word;
} BaseStage;
typedef CtsStageClass BaseStageClass;
typedef BaseStage BareStage;
typedef CtsStageClass BareStageClass;

GType base_stage_get_type (void);
GType bare_stage_get_type (void);

G_DEFINE_TYPE (BaseStage, base_stage, CTS_TYPE_STAGE)
G_DEFINE_TYPE (BareStage, bare_stage, base_stage_get_type ())

static void
base_stage_class_init (BaseStageClass *klass)
{
  static const CtsOption base_options[] = {
    CTS_OPTION_STRING ("word", BaseStage, word, "base", CTS_OPTION_LIVE, "Word"),
  };

  cts_stage_class_install_options (klass, base_options, G_N_ELEMENTS (base_options));
}

static void
base_stage_init (BaseStage *self)
{
}

static void
bare_stage_class_init (BareStageClass *klass)
{
}

static void
bare_stage_init (BareStage *self)
{
}

static void
test_defaults (void)
{
  g_autoptr (TestStage) stage = g_object_new (test_stage_get_type (), "name", "one", NULL);

  g_assert_cmpstr (cts_stage_get_name (CTS_STAGE (stage)), ==, "one");
  g_assert_true (stage->eager);
  g_assert_cmpuint (stage->port, ==, 8080);
  g_assert_cmpstr (stage->label, ==, "tally");
  g_assert_cmpuint (stage->mode, ==, 1);
  g_assert_cmpstrv (stage->hosts, ((const char *[]){ "a.example", "b.example", NULL }));
  g_assert_cmpstr (stage->secret, ==, "");
  g_assert_nonnull (stage->empty);
  g_assert_null (stage->empty[0]);
}

static void
test_set_and_get (void)
{
  const char *const hosts[] = { "c.example", NULL };
  g_autoptr (TestStage) stage
      = g_object_new (test_stage_get_type (), "eager", FALSE, "port", 1, "label", "x", "mode",
                      "wild", "hosts", hosts, "secret", "hush", NULL);
  g_autofree char *label = NULL;
  g_autofree char *mode = NULL;
  g_auto (GStrv) got_hosts = NULL;
  gboolean eager;
  guint port;

  g_assert_cmpstr (cts_stage_get_name (CTS_STAGE (stage)), ==, "");
  g_assert_cmpuint (stage->mode, ==, 2);
  g_assert_cmpstr (stage->secret, ==, "hush");

  g_object_get (stage, "eager", &eager, "port", &port, "label", &label, "mode", &mode, "hosts",
                &got_hosts, NULL);
  g_assert_false (eager);
  g_assert_cmpuint (port, ==, 1);
  g_assert_cmpstr (label, ==, "x");
  g_assert_cmpstr (mode, ==, "wild");
  g_assert_cmpstrv (got_hosts, hosts);
}

static void
test_never_null (void)
{
  g_autoptr (TestStage) stage
      = g_object_new (test_stage_get_type (), "label", NULL, "hosts", NULL, NULL);

  g_assert_cmpstr (stage->label, ==, "");
  g_assert_nonnull (stage->hosts);
  g_assert_null (stage->hosts[0]);

  g_object_set (stage, "label", "y", NULL);
  g_object_set (stage, "label", NULL, "hosts", NULL, NULL);
  g_assert_cmpstr (stage->label, ==, "");
  g_assert_nonnull (stage->hosts);
}

static void
test_flags (void)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (test_stage_get_type ());
  const GParamFlags mask = G_PARAM_CONSTRUCT | G_PARAM_CONSTRUCT_ONLY;
  gsize n_options;
  const CtsOption *table = cts_stage_class_get_options (CTS_STAGE_CLASS (klass), &n_options);

  g_assert_cmpuint (n_options, ==, G_N_ELEMENTS (options));
  for (gsize i = 0; i < n_options; i++)
    {
      GParamSpec *pspec = g_object_class_find_property (G_OBJECT_CLASS (klass), table[i].name);

      g_assert_nonnull (pspec);
      g_assert_cmpstr (g_param_spec_get_blurb (pspec), ==, options[i].description);
      g_assert_cmpuint (pspec->flags & mask, ==,
                        (options[i].flags & CTS_OPTION_LIVE) ? G_PARAM_CONSTRUCT
                                                             : G_PARAM_CONSTRUCT_ONLY);
    }
}

static void
test_ranges (void)
{
  static const struct
  {
    const char *name;
    guint number;
    const char *string;
    gboolean valid;
  } cases[] = {
    { "port", 1, NULL, TRUE },      { "port", 65535, NULL, TRUE }, { "port", 0, NULL, FALSE },
    { "port", 65536, NULL, FALSE }, { "mode", 0, "slow", TRUE },   { "mode", 0, "wild", TRUE },
    { "mode", 0, "Wild", FALSE },   { "mode", 0, "", FALSE },      { "mode", 0, NULL, FALSE },
    { "label", 0, "", TRUE },
  };
  g_autoptr (GTypeClass) klass = g_type_class_ref (test_stage_get_type ());

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GParamSpec *pspec = g_object_class_find_property (G_OBJECT_CLASS (klass), cases[i].name);
      g_auto (GValue) value = G_VALUE_INIT;

      g_value_init (&value, pspec->value_type);
      if (G_VALUE_HOLDS_UINT (&value))
        g_value_set_uint (&value, cases[i].number);
      else
        g_value_set_string (&value, cases[i].string);

      g_test_message ("%s, case %" G_GSIZE_FORMAT, cases[i].name, i);
      g_assert_true (g_param_value_is_valid (pspec, &value) == cases[i].valid);
      g_assert_true (g_param_value_validate (pspec, &value) == !cases[i].valid);
      g_assert_true (g_param_value_is_valid (pspec, &value));
    }
}

static void
test_spec_defaults (void)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (test_stage_get_type ());
  const GValue *mode = g_param_spec_get_default_value (
      g_object_class_find_property (G_OBJECT_CLASS (klass), "mode"));
  const GValue *hosts = g_param_spec_get_default_value (
      g_object_class_find_property (G_OBJECT_CLASS (klass), "hosts"));

  g_assert_cmpstr (g_value_get_string (mode), ==, "fast");
  g_assert_true (G_VALUE_HOLDS (hosts, G_TYPE_STRV));
  g_assert_cmpuint (g_strv_length (g_value_get_boxed (hosts)), ==, 2);
}

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  guint *n_notified = user_data;

  (*n_notified)++;
}

static void
test_live (void)
{
  g_autoptr (TestStage) stage = g_object_new (test_stage_get_type (), NULL);
  guint n_notified = 0;

  g_signal_connect (stage, "notify::label", G_CALLBACK (on_notify), &n_notified);
  g_object_set (stage, "label", "new", "mode", "slow", NULL);
  g_assert_cmpstr (stage->label, ==, "new");
  g_assert_cmpuint (stage->mode, ==, 0);
  g_assert_cmpuint (n_notified, ==, 1);
}

static void
test_two_stages (void)
{
  g_autoptr (TestStage) one = g_object_new (test_stage_get_type (), "name", "one", NULL);
  g_autoptr (TestStage) two
      = g_object_new (test_stage_get_type (), "name", "two", "label", "other", "port", 9, NULL);

  g_object_set (one, "mode", "wild", NULL);
  g_assert_cmpstr (one->label, ==, "tally");
  g_assert_cmpuint (one->port, ==, 8080);
  g_assert_cmpstr (two->label, ==, "other");
  g_assert_cmpuint (two->mode, ==, 1);
}

static void
test_old_table (void)
{
  g_autoptr (OldStage) stage = g_object_new (old_stage_get_type (), "second", 7, NULL);
  gsize n_options;
  const CtsOption *table = cts_stage_class_get_options (CTS_STAGE_GET_CLASS (stage), &n_options);

  g_assert_cmpuint (stage->first, ==, 1);
  g_assert_cmpuint (stage->second, ==, 7);
  g_assert_cmpuint (n_options, ==, 2);
  g_assert_cmpstr (table[1].name, ==, "second");
  g_assert_null (table[1].default_string);
  g_assert_null (table[1].choices);
}

static void
test_derived (void)
{
  g_autoptr (CtsStage) stage = g_object_new (bare_stage_get_type (), "word", "given", NULL);
  gsize n_options;

  g_assert_cmpstr (((BareStage *) stage)->word, ==, "given");
  g_assert_nonnull (cts_stage_class_get_options (CTS_STAGE_GET_CLASS (stage), &n_options));
  g_assert_cmpuint (n_options, ==, 1);
}

static void
test_no_leak (void)
{
  TestStage *stage = g_object_new (test_stage_get_type (), "name", "one", NULL);
  gpointer weak = stage;

  g_object_add_weak_pointer (G_OBJECT (stage), &weak);
  g_assert_true (cts_stage_start (CTS_STAGE (stage), NULL));
  g_object_unref (stage);
  g_assert_null (weak);
}

static void
test_start (void)
{
  g_autoptr (TestStage) stage = g_object_new (test_stage_get_type (), NULL);
  g_autoptr (GError) error = NULL;
  guint n_notified = 0;

  g_signal_connect (stage, "notify::state", G_CALLBACK (on_notify), &n_notified);
  g_assert_cmpint (cts_stage_get_state (CTS_STAGE (stage)), ==, CTS_STAGE_STATE_STOPPED);

  stage->fail_starts = 3;
  g_assert_false (cts_stage_start (CTS_STAGE (stage), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_cmpint (cts_stage_get_state (CTS_STAGE (stage)), ==, CTS_STAGE_STATE_FAILED);
  g_assert_cmpuint (n_notified, ==, 1);
  g_clear_error (&error);

  stage->silent = TRUE;
  g_assert_false (cts_stage_start (CTS_STAGE (stage), &error));
  g_assert_error (error, CTS_STAGE_ERROR, CTS_STAGE_ERROR_FAILED);
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_false (cts_stage_start (CTS_STAGE (stage), NULL));

  g_assert_true (cts_stage_start (CTS_STAGE (stage), NULL));
  g_assert_cmpint (cts_stage_get_state (CTS_STAGE (stage)), ==, CTS_STAGE_STATE_RUNNING);
  g_assert_cmpuint (n_notified, ==, 2);
}

static void
stop_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  int *done = user_data;
  gboolean stopped = cts_stage_stop_finish (CTS_STAGE (object), result, &error);

  *done = stopped ? 1 : 2;
  g_assert_true (stopped == (error == NULL));
}

static int
stop (TestStage *stage, GCancellable *cancellable)
{
  int done = 0;

  cts_stage_stop_async (CTS_STAGE (stage), cancellable, stop_cb, &done);
  g_assert_cmpint (done, ==, 0);
  cts_test_wait (&done);
  return done;
}

static void
test_stop (void)
{
  g_autoptr (TestStage) stage = g_object_new (test_stage_get_type (), NULL);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  /* The plugin is asked to stop only what it started. */
  g_assert_cmpint (stop (stage, NULL), ==, 1);
  g_assert_cmpuint (stage->n_stops, ==, 0);

  g_assert_true (cts_stage_start (CTS_STAGE (stage), NULL));
  g_assert_cmpint (stop (stage, NULL), ==, 1);
  g_assert_cmpuint (stage->n_stops, ==, 1);
  g_assert_cmpint (cts_stage_get_state (CTS_STAGE (stage)), ==, CTS_STAGE_STATE_STOPPED);

  g_assert_true (cts_stage_start (CTS_STAGE (stage), NULL));
  g_cancellable_cancel (cancelled);
  g_assert_cmpint (stop (stage, cancelled), ==, 2);
  g_assert_cmpint (cts_stage_get_state (CTS_STAGE (stage)), ==, CTS_STAGE_STATE_FAILED);
  g_assert_true (cts_stage_start (CTS_STAGE (stage), NULL));
}

static void
test_stop_after_failure (void)
{
  g_autoptr (TestStage) stage = g_object_new (test_stage_get_type (), NULL);

  g_assert_true (cts_stage_start (CTS_STAGE (stage), NULL));
  cts_stage_set_state (CTS_STAGE (stage), CTS_STAGE_STATE_FAILED);
  g_assert_cmpint (stop (stage, NULL), ==, 1);
  g_assert_cmpuint (stage->n_stops, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/api/stage/options/defaults", test_defaults);
  g_test_add_func ("/api/stage/options/set-and-get", test_set_and_get);
  g_test_add_func ("/api/stage/options/never-null", test_never_null);
  g_test_add_func ("/api/stage/options/flags", test_flags);
  g_test_add_func ("/api/stage/options/ranges", test_ranges);
  g_test_add_func ("/api/stage/options/spec-defaults", test_spec_defaults);
  g_test_add_func ("/api/stage/options/live", test_live);
  g_test_add_func ("/api/stage/options/two-stages", test_two_stages);
  g_test_add_func ("/api/stage/options/old-table", test_old_table);
  g_test_add_func ("/api/stage/options/derived", test_derived);
  g_test_add_func ("/api/stage/no-leak", test_no_leak);
  g_test_add_func ("/api/stage/start", test_start);
  g_test_add_func ("/api/stage/stop", test_stop);
  g_test_add_func ("/api/stage/stop-after-failure", test_stop_after_failure);

  return g_test_run ();
}
