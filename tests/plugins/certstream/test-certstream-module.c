/* SPDX-License-Identifier: MIT */
#include <ctstream.h>

#include <gmodule.h>

/* Apart from the other tests, which link the sources and so have the descriptor already. */
static void
test_module (void)
{
  g_autofree char *path = g_strdup_printf ("%s/certstream.so", g_getenv ("CTSTREAM_PLUGIN_DIR"));
  GModule *module;
  const CtsModuleInfo *info;
  gpointer symbol;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("plugins are built in");
      return;
    }
  module = g_module_open (path, G_MODULE_BIND_LOCAL);
  if (module == NULL)
    g_error ("%s", g_module_error ());
  g_module_make_resident (module);
  g_assert_true (g_module_symbol (module, "cts_module", &symbol));
  info = symbol;
  g_assert_cmphex (info->magic, ==, CTS_MODULE_MAGIC);
  g_assert_cmpuint (info->abi_version, ==, CTS_ABI_VERSION);
  g_assert_cmpuint (info->size, ==, sizeof *info);
  g_assert_cmpstr (info->id, ==, "certstream");
  g_assert_cmpstr (info->version, ==, "0.1.0");
  g_assert_cmpstr (info->license, ==, "MIT");
  g_assert_cmpint (info->types[0].role, ==, CTS_ROLE_SERIALIZER);
  g_assert_true (g_type_is_a (info->types[0].get_type (), CTS_TYPE_SERIALIZER));
  g_assert_cmpint (info->types[1].role, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/certstream/module", test_module);
  return g_test_run ();
}
