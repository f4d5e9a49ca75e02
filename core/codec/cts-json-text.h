/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Most bytes that one byte of input becomes inside a JSON string: \u00XX. */
#define CTS_JSON_TEXT_MAX 6

/**
 * cts_json_text_escape:
 * @out: room for %CTS_JSON_TEXT_MAX × @size bytes
 * @text: the text, UTF-8 or what claims to be
 * @size: its bytes
 *
 * Writes @text as the inside of a JSON string (RFC 8259 §7): only `"`, `\` and control characters
 * are escaped, controls as \u00XX; bytes that are no UTF-8 become U+FFFD, one for each maximal
 * part.
 *
 * Returns: bytes written
 */
gsize cts_json_text_escape (char *out, const char *text, gsize size);

G_END_DECLS
