/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Most bytes that one byte of input becomes inside a JSON string: \u00XX. */
#define CTS_JSON_TEXT_MAX 6

/**
 * cts_json_text_escape:
 * @out: room for %CTS_JSON_TEXT_MAX × @size bytes; must not overlap @text
 * @text: the text, UTF-8 or what claims to be; NUL is a character like others
 * @size: its bytes
 *
 * Writes @text as the inside of a JSON string (RFC 8259 §7): only `"`, `\` and control characters
 * (U+0000 to U+001F) are escaped, controls always as \u00XX with lower-case digits. What is no
 * UTF-8 (Unicode 15 table 3-7: no surrogates, nothing overlong, nothing beyond U+10FFFF) becomes
 * U+FFFD, one for each maximal subpart (Unicode 15 §3.9), so the result always is UTF-8.
 *
 * It may write anything to the room behind what it returns. Any thread.
 *
 * Returns: bytes written
 */
gsize cts_json_text_escape (char *out, const char *text, gsize size);

G_END_DECLS
