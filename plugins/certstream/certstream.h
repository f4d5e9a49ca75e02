/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

G_BEGIN_DECLS

#define CERTSTREAM_TYPE_SERIALIZER (certstream_serializer_get_type ())
G_DECLARE_FINAL_TYPE (CertstreamSerializer,
                      certstream_serializer,
                      CERTSTREAM,
                      SERIALIZER,
                      CtsSerializer)

/**
 * CertstreamSerializer:
 *
 * Writes records as the certstream clients read them: `full`, `lite` and `domains`, one line of
 * JSON for each record. Encoding runs on any thread, several at once.
 */

G_END_DECLS
