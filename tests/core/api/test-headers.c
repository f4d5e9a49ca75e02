/* SPDX-License-Identifier: MIT */
#include <ctstream.h>

/* That this program was built is most of the test: beside this file it consists of one for each
 * public header, which includes that header and nothing else. */

static void
test_versions (void)
{
  g_assert_cmpuint (CTS_ABI_VERSION, ==, 0);
  g_assert_cmpuint (G_STRUCT_OFFSET (CtsModuleInfo, magic), ==, 0);
  g_assert_cmpuint (G_STRUCT_OFFSET (CtsModuleInfo, abi_version), ==, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  /* The loader reads these two of a module of any version, so they stay where they are. */
  g_test_add_func ("/api/headers/descriptor", test_versions);

  return g_test_run ();
}
