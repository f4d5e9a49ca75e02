/* SPDX-License-Identifier: MIT */
#include <ctstream.h>

extern const CtsModuleInfo CTS_MODULE_SYMBOL;

/*
 * A host that writes down what it is given.
 */
#define FAKE_TYPE_HOST (fake_host_get_type ())
G_DECLARE_FINAL_TYPE (FakeHost, fake_host, FAKE, HOST, GObject)

struct _FakeHost
{
  GObject parent_instance;

  GString *streams;
};

static void
fake_host_add_stream (CtsHttpHost *host, const char *path, const char *format, CtsFraming framing)
{
  g_assert_cmpint (framing, ==, CTS_FRAMING_WEBSOCKET);
  g_string_append_printf (FAKE_HOST (host)->streams, "%s=%s ", path, format);
}

static void
fake_host_init_interface (CtsHttpHostInterface *iface)
{
  iface->add_stream = fake_host_add_stream;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeHost,
                               fake_host,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CTS_TYPE_HTTP_HOST, fake_host_init_interface))

static void
fake_host_finalize (GObject *object)
{
  g_string_free (FAKE_HOST (object)->streams, TRUE);
  G_OBJECT_CLASS (fake_host_parent_class)->finalize (object);
}

static void
fake_host_class_init (FakeHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_host_finalize;
}

static void
fake_host_init (FakeHost *self)
{
  self->streams = g_string_new (NULL);
}

/* The paths that certstream clients know, each of which can be left out. */
static void
test_mount (void)
{
  static const struct
  {
    gboolean lite, full, domains;
    const char *streams;
  } cases[] = {
    { TRUE, TRUE, TRUE, "/=lite /full-stream=full /domains-only=domains " },
    { FALSE, TRUE, FALSE, "/full-stream=full " },
    { TRUE, FALSE, FALSE, "/=lite " },
    { FALSE, FALSE, TRUE, "/domains-only=domains " },
    { FALSE, FALSE, FALSE, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeHost) host = g_object_new (FAKE_TYPE_HOST, NULL);
      g_autoptr (CtsSink) sink
          = g_object_new (CTS_MODULE_SYMBOL.types[0].get_type (), "name", "live", "lite",
                          cases[i].lite, "full", cases[i].full, "domains", cases[i].domains, NULL);

      cts_http_mount_mount (CTS_HTTP_MOUNT (sink), CTS_HTTP_HOST (host));
      g_assert_cmpstr (host->streams->str, ==, cases[i].streams);
    }
}

static void
test_module (void)
{
  g_autoptr (CtsSink) sink = NULL;
  gboolean lite, full, domains;

  g_assert_cmpstr (CTS_MODULE_SYMBOL.id, ==, "websocket");
  g_assert_cmpint (CTS_MODULE_SYMBOL.types[0].role, ==, CTS_ROLE_SINK);
  sink = g_object_new (CTS_MODULE_SYMBOL.types[0].get_type (), "name", "live", NULL);
  /* Clients come to it: it wants no packets. */
  g_assert_false (cts_sink_is_push (sink));
  g_object_get (sink, "lite", &lite, "full", &full, "domains", &domains, NULL);
  g_assert_true (lite && full && domains);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plugins/websocket/mount", test_mount);
  g_test_add_func ("/plugins/websocket/module", test_module);
  return g_test_run ();
}
