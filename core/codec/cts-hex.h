/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Each writes to @out and returns how many characters; nothing is terminated. The colon forms
 * put ':' between two bytes and so write 3 * size - 1 characters. */
gsize cts_hex_lower (char *out, const void *data, gsize size);
gsize cts_hex_upper (char *out, const void *data, gsize size);
gsize cts_hex_lower_colon (char *out, const void *data, gsize size);
gsize cts_hex_upper_colon (char *out, const void *data, gsize size);

G_END_DECLS
