/* SPDX-License-Identifier: MIT */
#include "core/modules/cts-module-loader.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctstream.h>

/* A user that owns nothing on a sane system. */
#define SOMEBODY_ELSE 65534

typedef struct
{
  char *folder;
} Fixture;

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("cts-modules-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
}

static char *
module_path (const char *id)
{
  g_autofree char *file_name = g_strconcat (id, ".so", NULL);

  return g_build_filename (g_getenv ("CTSTREAM_TEST_MODULES"), file_name, NULL);
}

static char *
copy_module (Fixture *fixture, const char *id, mode_t mode)
{
  g_autofree char *source = module_path (id);
  g_autofree char *file_name = g_path_get_basename (source);
  char *copy = g_build_filename (fixture->folder, file_name, NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_file_get_contents (source, &contents, &size, &error);
  g_assert_no_error (error);
  g_file_set_contents (copy, contents, size, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (copy, mode), ==, 0);
  return copy;
}

static void
assert_refused (const char *path, CtsModuleError code, const char *message)
{
  g_autofree char *whole = g_strdup_printf ("module '%s': %s", path, message);
  g_autoptr (GError) error = NULL;

  g_assert_null (cts_loaded_module_open (path, &error));
  g_assert_error (error, CTS_MODULE_ERROR, (int) code);
  g_assert_cmpstr (error->message, ==, whole);
}

static void
test_refused (void)
{
  static const struct
  {
    const char *id;
    CtsModuleError code;
    const char *message;
  } cases[] = {
    { "wrong-abi", CTS_MODULE_ERROR_INCOMPATIBLE, "built for plugin version 3, this is 0" },
    { "no-symbol", CTS_MODULE_ERROR_INVALID, "has no symbol cts_module" },
    { "no-types", CTS_MODULE_ERROR_INVALID, "brings no types" },
    { "wrong-id", CTS_MODULE_ERROR_INVALID, "the id is 'other', unlike the file name" },
    { "no-write", CTS_MODULE_ERROR_INVALID, "type TestNoWrite has no write, nor a CtsHttpMount" },
    { "wrong-type", CTS_MODULE_ERROR_INVALID,
      "type TestWrongType cannot be a sink: it is abstract, or not derived from CtsSink" },
    { "nowhere", CTS_MODULE_ERROR_NOT_FOUND, "No such file or directory" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = module_path (cases[i].id);

      assert_refused (path, cases[i].code, cases[i].message);
    }
}

static void
test_writable (Fixture *fixture, gconstpointer data)
{
  g_autofree char *by_group = copy_module (fixture, "tally", 0775);
  g_autofree char *by_others = copy_module (fixture, "start-fails", 0646);

  assert_refused (by_group, CTS_MODULE_ERROR_UNSAFE,
                  "writable by its group or by others (mode 0775)");
  assert_refused (by_others, CTS_MODULE_ERROR_UNSAFE,
                  "writable by its group or by others (mode 0646)");
}

static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;

  if (geteuid () != 0)
    {
      g_test_skip ("only root can give files away");
      return;
    }
  path = copy_module (fixture, "tally", 0755);
  g_assert_cmpint (chown (path, SOMEBODY_ELSE, (gid_t) -1), ==, 0);
  assert_refused (path, CTS_MODULE_ERROR_UNSAFE, "owned by user 65534, neither root nor us");
}

static void
test_not_a_module (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "folder.so", NULL);
  g_autofree char *fifo = g_build_filename (fixture->folder, "fifo.so", NULL);
  g_autofree char *text = g_build_filename (fixture->folder, "text.so", NULL);
  g_autofree char *other_name = g_build_filename (fixture->folder, "tally.txt", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  assert_refused (folder, CTS_MODULE_ERROR_INVALID, "not a regular file");

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  assert_refused (fifo, CTS_MODULE_ERROR_INVALID, "not a regular file");

  g_assert_true (g_file_set_contents (other_name, "x", 1, NULL));
  assert_refused (other_name, CTS_MODULE_ERROR_INVALID, "the file name does not end in .so");

  g_assert_true (g_file_set_contents (text, "x", 1, NULL));
  g_assert_null (cts_loaded_module_open (text, &error));
  g_assert_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "text.so': cannot be opened: "));
}

/* A refused file is looked at afresh, so putting it right is enough. */
static void
test_put_right (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "start-fails.so", NULL);
  g_autofree char *source = module_path ("start-fails");
  g_autoptr (CtsModuleLoader) loader = cts_module_loader_new (fixture->folder);
  g_autofree char *wrong = copy_module (fixture, "no-types", 0644);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_rename (wrong, path), ==, 0);
  g_assert_null (cts_module_loader_load (loader, "start-fails", &error));
  g_assert_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_INVALID);

  /* The right one is a link, which is fine: what counts is the file behind it. */
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (symlink (source, path), ==, 0);
  g_assert_nonnull (cts_module_loader_load (loader, "start-fails", NULL));
}

static void
test_load (void)
{
  g_autoptr (CtsModuleLoader) loader = cts_module_loader_new (g_getenv ("CTSTREAM_TEST_MODULES"));
  g_autoptr (GError) error = NULL;
  CtsLoadedModule *module = cts_module_loader_load (loader, "tally", &error);
  g_autofree char *path = module_path ("tally");

  g_assert_no_error (error);
  g_assert_cmpstr (cts_loaded_module_get_info (module)->id, ==, "tally");
  g_assert_cmpstr (cts_loaded_module_get_path (module), ==, path);
  g_assert_cmpstr (g_type_name (cts_loaded_module_find_type (module, CTS_ROLE_SINK)), ==,
                   "TestTally");
  g_assert_cmpuint (cts_loaded_module_find_type (module, CTS_ROLE_FILTER), ==, G_TYPE_INVALID);
  g_assert_true (cts_module_loader_load (loader, "tally", NULL) == module);
}

/* The example of the tutorial; also another folder. */
static void
test_example (void)
{
  g_autofree char *search_path
      = g_strconcat ("/nonexistent::", g_getenv ("CTSTREAM_TEST_MODULES"), "/example", NULL);
  g_autoptr (CtsModuleLoader) loader = cts_module_loader_new (search_path);
  g_autoptr (GError) error = NULL;
  CtsLoadedModule *module = cts_module_loader_load (loader, "tally", &error);
  g_autoptr (CtsSink) sink = NULL;

  g_assert_no_error (error);
  sink = g_object_new (cts_loaded_module_find_type (module, CTS_ROLE_SINK), "name", "tally",
                       "report-every", 5, NULL);
  g_assert_true (cts_sink_is_push (sink));
}

/* The tutorial prints the example as it is built. */
static void
test_tutorial (void)
{
  static const char *const files[] = { "tally.c", "meson.build" };
  g_autofree char *docs = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "docs", NULL);
  g_autofree char *page_path = g_build_filename (docs, "plugins.md", NULL);
  g_autofree char *page = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (page_path, &page, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (docs, "example-plugin", files[i], NULL);
      g_autofree char *contents = NULL;

      g_file_get_contents (path, &contents, NULL, &error);
      g_assert_no_error (error);
      g_assert_nonnull (strstr (page, contents));
    }
}

static void
test_nested (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "tally", NULL);
  g_autoptr (CtsModuleLoader) loader = cts_module_loader_new (fixture->folder);
  g_auto (GStrv) ids = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (symlink (g_getenv ("CTSTREAM_TEST_MODULES"), path), ==, 0);
  g_assert_nonnull (cts_module_loader_load (loader, "tally", &error));
  g_assert_no_error (error);

  ids = cts_module_loader_list_ids (loader);
  g_assert_cmpstrv (ids, ((const char *[]){ "tally", NULL }));
}

static void
test_not_found (void)
{
  g_autoptr (CtsModuleLoader) loader = cts_module_loader_new ("/nonexistent:/also-not");
  static const struct
  {
    const char *id;
    const char *message;
  } cases[] = {
    { "kafka", "no module named 'kafka' in /nonexistent, /also-not" },
    { "../tally", "'../tally' is not a module's name: only a-z, 0-9, - and _" },
    { "", "'' is not a module's name: only a-z, 0-9, - and _" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (cts_module_loader_load (loader, cases[i].id, &error));
      g_assert_error (error, CTS_MODULE_ERROR, CTS_MODULE_ERROR_NOT_FOUND);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

static void
test_list (void)
{
  g_autoptr (CtsModuleLoader) loader = cts_module_loader_new (g_getenv ("CTSTREAM_TEST_MODULES"));
  static const CtsModuleInfo builtin = { .id = "builtin" };
  g_auto (GStrv) ids = NULL;

  cts_module_loader_add_builtin (loader, &builtin);
  ids = cts_module_loader_list_ids (loader);
  g_assert_cmpstrv (ids, ((const char *[]){ "builtin", "no-symbol", "no-types", "no-write",
                                            "start-fails", "stop-hangs", "tally", "wrong-abi",
                                            "wrong-id", "wrong-type", NULL }));
}

/* What a descriptor can have wrong beyond what the modules in tests/modules show. */

static GType
get_no_type (void)
{
  return G_TYPE_INVALID;
}

#define GOOD_START .magic = CTS_MODULE_MAGIC, .size = sizeof (CtsModuleInfo)
#define GOOD_TEXTS .description = "x", .version = "1", .license = "MIT"

static void
test_builtin_refused (void)
{
  static const struct
  {
    CtsModuleInfo info;
    const char *message;
  } cases[] = {
    { { .id = "a", .size = sizeof (CtsModuleInfo), GOOD_TEXTS },
      "cts_module is not a module descriptor" },
    { { .id = "a", .magic = CTS_MODULE_MAGIC, .size = 8, GOOD_TEXTS },
      "the descriptor has 8 bytes, here " },
    { { .id = "a", GOOD_START }, "the descriptor lacks id, description, version or license" },
    { { .id = "a", GOOD_START, GOOD_TEXTS, .types = { { 9, cts_sink_get_type } } },
      "type 1 has no known role or no function" },
    { { .id = "a", GOOD_START, GOOD_TEXTS, .types = { { CTS_ROLE_SINK, NULL } } },
      "type 1 has no known role or no function" },
    { { .id = "a",
        GOOD_START,
        GOOD_TEXTS,
        .types = { { CTS_ROLE_SINK, get_no_type }, { CTS_ROLE_SINK, get_no_type } } },
      "two types are a sink" },
    { { .id = "a", GOOD_START, GOOD_TEXTS, .types = { { CTS_ROLE_SINK, cts_sink_get_type } } },
      "type CtsSink cannot be a sink: it is abstract, or not derived from CtsSink" },
    { { .id = "a", GOOD_START, GOOD_TEXTS, .types = { { CTS_ROLE_SOURCE, get_no_type } } },
      "type (none) cannot be a source: it is abstract, or not derived from CtsSource" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CtsModuleLoader) loader = cts_module_loader_new ("");
      g_autofree char *whole = g_strconcat ("built-in module 'a': ", cases[i].message, NULL);
      g_autoptr (GError) error = NULL;

      cts_module_loader_add_builtin (loader, &cases[i].info);
      g_assert_null (cts_module_loader_load (loader, "a", &error));
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, whole));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/modules/loader/refused", test_refused);
  g_test_add ("/modules/loader/writable", Fixture, NULL, fixture_set_up, test_writable,
              fixture_tear_down);
  g_test_add ("/modules/loader/foreign", Fixture, NULL, fixture_set_up, test_foreign,
              fixture_tear_down);
  g_test_add ("/modules/loader/not-a-module", Fixture, NULL, fixture_set_up, test_not_a_module,
              fixture_tear_down);
  g_test_add ("/modules/loader/put-right", Fixture, NULL, fixture_set_up, test_put_right,
              fixture_tear_down);
  g_test_add_func ("/modules/loader/load", test_load);
  g_test_add_func ("/modules/loader/example", test_example);
  g_test_add_func ("/modules/loader/tutorial", test_tutorial);
  g_test_add ("/modules/loader/nested", Fixture, NULL, fixture_set_up, test_nested,
              fixture_tear_down);
  g_test_add_func ("/modules/loader/not-found", test_not_found);
  g_test_add_func ("/modules/loader/list", test_list);
  g_test_add_func ("/modules/loader/builtin-refused", test_builtin_refused);

  return g_test_run ();
}
