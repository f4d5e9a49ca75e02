/* SPDX-License-Identifier: MIT */
#include "cts-test.h"

/* Time after which a condition is taken not to come true any more. */
#define WAIT_SECONDS 30

static char *
shared_folder (void)
{
  const char *folder = g_getenv ("CTS_TEST_SHARED");

  if (folder != NULL)
    return g_strdup (folder);
  return g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "..", "shared", NULL);
}

char *
cts_test_shared_file (const char *name)
{
  g_autofree char *folder = shared_folder ();
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);

  if (g_strcmp0 (g_getenv ("CTS_TEST_STRICT"), "1") == 0)
    g_test_fail_printf ("shared data missing: %s", path);
  else
    g_test_skip_printf ("shared data missing: %s", name);
  return NULL;
}

GBytes *
cts_test_shared_bytes (const char *name)
{
  g_autofree char *path = cts_test_shared_file (name);
  g_autoptr (GError) error = NULL;
  char *contents;
  gsize size;

  if (path == NULL)
    return NULL;
  g_file_get_contents (path, &contents, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (contents, size);
}

char *
cts_test_data_file (const char *name)
{
  return g_build_filename (g_getenv ("G_TEST_SRCDIR"), "data", name, NULL);
}

static gboolean
on_timeout (gpointer data)
{
  g_error ("a condition did not come true within %d s", WAIT_SECONDS);
  return G_SOURCE_REMOVE;
}

void
cts_test_wait (const int *condition)
{
  g_autoptr (GSource) timeout = g_timeout_source_new_seconds (WAIT_SECONDS);

  g_source_set_callback (timeout, on_timeout, NULL, NULL);
  g_source_attach (timeout, NULL);
  while (g_atomic_int_get (condition) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_source_destroy (timeout);
}
