/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes that @size bytes take in base64 with padding (RFC 4648 §4). */
#define CTS_BASE64_ENCODED_SIZE(size) (((size) + 2) / 3 * 4)

/* Most bytes that @size characters of base64 stand for. */
#define CTS_BASE64_DECODED_MAX(size) ((size) / 4 * 3)

gsize cts_base64_encode (char *out, const void *data, gsize size);
gsize cts_base64url_encode (char *out, const void *data, gsize size);
gssize cts_base64_decode (guint8 *out, const char *text, gsize size);

G_END_DECLS
