/* SPDX-License-Identifier: MIT */
#include <ctstream.h>

/* A module that calls itself otherwise than its file. None of its code may run. */

static GType
get_type (void)
{
  g_assert_not_reached ();
}

CTS_MODULE_DEFINE (.id = "other",
                   .description = "Has another name",
                   .version = "1.0",
                   .license = "MIT",
                   .types = { { CTS_ROLE_SINK, get_type } });
