/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include <ctstream/cts-macros.h>

G_BEGIN_DECLS

/**
 * CtsWriter:
 *
 * A growing buffer that a serializer writes one frame after the other into. Used by one thread at
 * a time. A writer that met its bound drops what comes after it; its user finds out once, at the
 * end of the frame.
 *
 * Since: 1.0
 */
typedef struct _CtsWriter CtsWriter;

CTS_AVAILABLE_IN_1_0
void cts_writer_append (CtsWriter *writer, gconstpointer data, gsize size);

CTS_AVAILABLE_IN_1_0
void cts_writer_append_string (CtsWriter *writer, const char *string);

CTS_AVAILABLE_IN_1_0
void cts_writer_append_uint64 (CtsWriter *writer, guint64 value);

CTS_AVAILABLE_IN_1_0
void cts_writer_append_int64 (CtsWriter *writer, gint64 value);

CTS_AVAILABLE_IN_1_0
void cts_writer_append_json_text (CtsWriter *writer, const char *text, gsize size);

CTS_AVAILABLE_IN_1_0
void cts_writer_append_base64 (CtsWriter *writer, gconstpointer data, gsize size);

CTS_AVAILABLE_IN_1_0
gsize cts_writer_get_size (const CtsWriter *writer);

G_END_DECLS
