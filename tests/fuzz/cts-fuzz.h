/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What each target is: libFuzzer's entry point, by its name. @data is NULL or not for no bytes, and
 * ends where its memory ends. Returns 0. */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

G_END_DECLS
