/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Most bytes of UTF-8 that @size bytes of any string type become: a UTF-16 unit of two bytes, or
 * one stray byte, becomes three. */
#define CTS_X509_STRING_MAX(size) (3 * (size))

gsize cts_x509_string_to_utf8 (char *out, guint8 tag, const void *data, gsize size);

G_END_DECLS
