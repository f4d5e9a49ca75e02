/* SPDX-License-Identifier: MIT */
#include <glib.h>

/* A shared object that is no module. */

gboolean no_symbol_is_no_module (void);

gboolean
no_symbol_is_no_module (void)
{
  return TRUE;
}
