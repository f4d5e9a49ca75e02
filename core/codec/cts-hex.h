/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Each writes @size bytes of @data as hexadecimal digits to @out, which must not overlap them, and
 * returns how many characters that was; nothing is terminated. The plain forms write 2 * size
 * characters. The colon forms put ':' between two bytes and so write 3 * size - 1, or none for no
 * bytes. Any thread. */
gsize cts_hex_lower (char *out, const void *data, gsize size);
gsize cts_hex_upper (char *out, const void *data, gsize size);
gsize cts_hex_lower_colon (char *out, const void *data, gsize size);
gsize cts_hex_upper_colon (char *out, const void *data, gsize size);

G_END_DECLS
