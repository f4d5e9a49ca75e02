/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Characters that @size bytes take in base64 with padding (RFC 4648 §4). */
#define CTS_BASE64_ENCODED_SIZE(size) (((size) + 2) / 3 * 4)

/* Most bytes that @size characters of base64 stand for. */
#define CTS_BASE64_DECODED_MAX(size) ((size) / 4 * 3)

/**
 * cts_base64_encode:
 * @out: room for %CTS_BASE64_ENCODED_SIZE (@size) characters; must not overlap @data
 * @data: the bytes
 * @size: how many
 *
 * Writes @data as base64 with padding and without line breaks (RFC 4648 §4). No NUL is put behind.
 * Any thread.
 *
 * Returns: characters written, always %CTS_BASE64_ENCODED_SIZE (@size)
 */
gsize cts_base64_encode (char *out, const void *data, gsize size);

/**
 * cts_base64url_encode:
 * @out: room for %CTS_BASE64_ENCODED_SIZE (@size) characters; must not overlap @data
 * @data: the bytes
 * @size: how many
 *
 * The same with the alphabet for URLs and file names, `-` and `_` in place of `+` and `/`
 * (RFC 4648 §5), padding included. Any thread.
 *
 * Returns: characters written, always %CTS_BASE64_ENCODED_SIZE (@size)
 */
gsize cts_base64url_encode (char *out, const void *data, gsize size);

/**
 * cts_base64_decode:
 * @out: room for %CTS_BASE64_DECODED_MAX (@size) bytes; must not overlap @text
 * @text: base64 in the standard alphabet
 * @size: its characters
 *
 * Reads base64 as RFC 4648 §4 writes it: padding is required, a line break or any other byte that
 * is not of the alphabet is an error (§3.3). Bits of the last group that no byte takes may be
 * other than 0 (§3.5 leaves it open): GLib accepts them too, and logs' clients always have.
 * After a failure the contents of @out mean nothing. Any thread.
 *
 * Returns: bytes written, or -1 when @text is no base64
 */
gssize cts_base64_decode (guint8 *out, const char *text, gsize size);

G_END_DECLS
