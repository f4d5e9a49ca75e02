/* SPDX-License-Identifier: MIT */
#pragma once

#include "plugins/certstream/certstream.h"

#include "core/api/cts-record-private.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Places of the formats. */
enum
{
  FULL,
  LITE,
  DOMAINS,
  N_FORMATS,
};

#define ALL_FORMATS ((1u << N_FORMATS) - 1)

/* A frame for each format asked for, NULL for the others; each ends with a NUL. */
typedef struct
{
  char *text[N_FORMATS];
  gsize size[N_FORMATS];
} Frames;

void frames_clear (Frames *frames);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Frames, frames_clear)

/* Encodes @record in the formats whose bits are set in @wanted. Each writer holds some bytes of a
 * frame before, so that places counted from the start of a writer show up. */
Frames encode (CtsSerializer *serializer, CtsRecord *record, guint wanted);

/* The golden log of the wire format, with another protocol if need be. */
CtsLogInfo *test_log (const char *protocol);

/* A record of the golden log with @der as its certificate and an empty chain, or NULL. */
CtsRecord *test_record (CtsEntryType entry_type, const void *der, gsize size);

/* Reads JSON that must be an object; fails the test otherwise. */
JsonNode *parse_object (const char *text, gsize size);

/* DER: one TLV around @contents (all of it, in order, ended by NULL); all are consumed. */
GByteArray *der (guint8 tag, GByteArray *contents, ...) G_GNUC_NULL_TERMINATED;
GByteArray *der_text (guint8 tag, const char *text);
GByteArray *der_hex (const char *hex);

/* A certificate with these parts: contents of the serial, TLVs of AlgorithmIdentifier, subject, and
 * Extensions contents; each is consumed, NULL stands for a usual value. */
GByteArray *test_certificate (GByteArray *serial_contents,
                              GByteArray *algorithm,
                              GByteArray *subject,
                              GByteArray *extensions);

G_END_DECLS
