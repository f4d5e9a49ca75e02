/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Writing DER from the inside out: remember where contents begin, append them, then close them
 * with testlog_der_end(), which puts tag and length in front. */
gsize testlog_der_begin (const GByteArray *out);
void testlog_der_end (GByteArray *out, gsize begin, guint8 tag);

void testlog_der_add (GByteArray *out, guint8 tag, const void *data, gsize size);
void testlog_der_add_text (GByteArray *out, guint8 tag, const char *text);
void testlog_der_add_time (GByteArray *out, gint64 unix_seconds);
void testlog_der_add_u24 (GByteArray *out, gsize size);
void testlog_der_add_bytes (GByteArray *out, GBytes *bytes);

/* Appends @n octets written as a C string literal. */
#define testlog_der_add_literal(out, literal)                                                      \
  g_byte_array_append (out, (const guint8 *) (literal), sizeof (literal) - 1)

G_END_DECLS
