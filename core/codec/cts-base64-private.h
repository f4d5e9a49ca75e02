/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/codec/cts-base64.h"

G_BEGIN_DECLS

/* The reference: plain C with tables. The public functions write the same, byte for byte, whatever
 * the processor; tests compare the two. */
gsize cts_base64_encode_portable (char *out, const void *data, gsize size);
gsize cts_base64url_encode_portable (char *out, const void *data, gsize size);
gssize cts_base64_decode_portable (guint8 *out, const char *text, gsize size);

#ifdef __x86_64__

/* A processor without AVX2 must not get here. Both do as many whole blocks as there are, leave the
 * rest to the portable code and say how much of the input is done. */

/* Encodes blocks of 24 bytes to 32 characters; @char_62 and @char_63 end the alphabet. */
gsize cts_base64_encode_avx2 (char *out,
                              const guint8 *data,
                              gsize size,
                              char char_62,
                              char char_63);

/* Decodes blocks of 32 characters to 24 bytes up to the first that holds padding or a foreign
 * character; writes just those bytes. */
gsize cts_base64_decode_avx2 (guint8 *out, const char *text, gsize size);

#endif

G_END_DECLS
