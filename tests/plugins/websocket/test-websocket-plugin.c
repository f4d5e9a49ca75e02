/* SPDX-License-Identifier: MIT */
#include <ctstream.h>

#include <gmodule.h>

/*
 * A host that notes down what is put on it.
 */
#define TYPE_NOTING_HOST (noting_host_get_type ())
G_DECLARE_FINAL_TYPE (NotingHost, noting_host, NOTING, HOST, GObject)

struct _NotingHost
{
  GObject parent_instance;
  GString *notes;
};

static void
noting_host_add_stream (CtsHttpHost *host, const char *path, const char *format, CtsFraming framing)
{
  g_assert_cmpint (framing, ==, CTS_FRAMING_WEBSOCKET);
  g_string_append_printf (NOTING_HOST (host)->notes, "%s=%s ", path, format);
}

static void
noting_host_iface_init (CtsHttpHostInterface *iface)
{
  iface->add_stream = noting_host_add_stream;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (NotingHost,
                               noting_host,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CTS_TYPE_HTTP_HOST, noting_host_iface_init))

static void
noting_host_finalize (GObject *object)
{
  g_string_free (NOTING_HOST (object)->notes, TRUE);
  G_OBJECT_CLASS (noting_host_parent_class)->finalize (object);
}

static void
noting_host_class_init (NotingHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = noting_host_finalize;
}

static void
noting_host_init (NotingHost *self)
{
  self->notes = g_string_new (NULL);
}

static const CtsModuleInfo *
open_module (void)
{
  g_autofree char *path = g_strdup_printf ("%s/websocket.so", g_getenv ("CTSTREAM_PLUGIN_DIR"));
  GModule *module;
  gpointer symbol;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("plugins are built in");
      return NULL;
    }
  module = g_module_open (path, G_MODULE_BIND_LOCAL);
  if (module == NULL)
    g_error ("%s", g_module_error ());
  g_module_make_resident (module);
  g_assert_true (g_module_symbol (module, "cts_module", &symbol));
  return symbol;
}

static void
test_module (void)
{
  const CtsModuleInfo *info = open_module ();
  GType type;

  if (info == NULL)
    return;
  type = info->types[0].get_type ();
  g_assert_cmpstr (info->id, ==, "websocket");
  g_assert_cmpint (info->types[0].role, ==, CTS_ROLE_SINK);
  g_assert_true (g_type_is_a (type, CTS_TYPE_SINK));
  g_assert_true (g_type_is_a (type, CTS_TYPE_HTTP_MOUNT));
  g_assert_cmpint (info->types[1].role, ==, 0);
}

/* The paths are those of wire-format.md §1. */
static const struct
{
  gboolean lite, full, domains;
  const char *notes;
} cases[] = {
  { TRUE, TRUE, TRUE, "/=lite /full-stream=full /domains-only=domains " },
  { TRUE, FALSE, FALSE, "/=lite " },
  { FALSE, TRUE, FALSE, "/full-stream=full " },
  { FALSE, FALSE, TRUE, "/domains-only=domains " },
  { FALSE, FALSE, FALSE, "" },
};

static void
test_mount (void)
{
  const CtsModuleInfo *info = open_module ();

  for (guint i = 0; info != NULL && i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NotingHost) host = g_object_new (TYPE_NOTING_HOST, NULL);
      g_autoptr (CtsStage) sink
          = g_object_new (info->types[0].get_type (), "name", "ws", "lite", cases[i].lite, "full",
                          cases[i].full, "domains", cases[i].domains, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_true (cts_stage_start (sink, &error));
      g_assert_no_error (error);
      g_assert_false (cts_sink_is_push (CTS_SINK (sink)));
      cts_http_mount_mount (CTS_HTTP_MOUNT (sink), CTS_HTTP_HOST (host));
      g_assert_cmpstr (host->notes->str, ==, cases[i].notes);
    }
}

/* Without a word in the configuration, everything is served. */
static void
test_defaults (void)
{
  const CtsModuleInfo *info = open_module ();
  g_autoptr (NotingHost) host = g_object_new (TYPE_NOTING_HOST, NULL);
  g_autoptr (CtsStage) sink = NULL;

  if (info == NULL)
    return;
  sink = g_object_new (info->types[0].get_type (), "name", "ws", NULL);
  cts_http_mount_mount (CTS_HTTP_MOUNT (sink), CTS_HTTP_HOST (host));
  g_assert_cmpstr (host->notes->str, ==, cases[0].notes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/websocket/module", test_module);
  g_test_add_func ("/websocket/mount", test_mount);
  g_test_add_func ("/websocket/defaults", test_defaults);
  return g_test_run ();
}
