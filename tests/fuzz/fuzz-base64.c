/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/cts-fuzz.h"

#include "core/codec/cts-base64-private.h"

#include <string.h>

/* The input as bytes: encoding is the same with and without AVX2, and decodes to the input. */
static void
check_encode (const guint8 *data, gsize size)
{
  gsize text_size = CTS_BASE64_ENCODED_SIZE (size);
  g_autofree char *text = g_malloc (MAX (text_size, 1));
  g_autofree char *portable = g_malloc (MAX (text_size, 1));
  g_autofree guint8 *back = g_malloc (MAX (CTS_BASE64_DECODED_MAX (text_size), 1));

  g_assert_cmpuint (cts_base64_encode_portable (portable, data, size), ==, text_size);
  g_assert_cmpmem (text, cts_base64_encode (text, data, size), portable, text_size);
  g_assert_cmpmem (back, cts_base64_decode (back, text, text_size), data, size);

  g_assert_cmpuint (cts_base64url_encode_portable (portable, data, size), ==, text_size);
  g_assert_cmpmem (text, cts_base64url_encode (text, data, size), portable, text_size);
}

/* Bits that no byte takes may differ from what encoding writes: those of the last character in
 * front of the padding. */
static void
check_reencode (const guint8 *data, gsize size, const char *text, gsize text_size)
{
  g_autofree char *again = g_malloc (MAX (text_size, 1));
  gsize loose = size % 3 != 0 ? text_size - (size % 3 == 1 ? 3 : 2) : text_size;

  g_assert_cmpuint (cts_base64_encode (again, data, size), ==, text_size);
  g_assert_cmpmem (again, loose, text, loose);
  if (loose < text_size)
    g_assert_cmpmem (again + loose + 1, text_size - loose - 1, text + loose + 1,
                     text_size - loose - 1);
}

/* The input as text: both decode the same or refuse the same. */
static void
check_decode (const char *text, gsize size)
{
  gsize max = CTS_BASE64_DECODED_MAX (size);
  g_autofree guint8 *out = g_malloc (MAX (max, 1));
  g_autofree guint8 *portable = g_malloc (MAX (max, 1));
  gssize n = cts_base64_decode (out, text, size);
  gssize n_portable = cts_base64_decode_portable (portable, text, size);

  g_assert_cmpint (n, ==, n_portable);
  if (n < 0)
    return;
  g_assert_cmpuint (n, <=, max);
  g_assert_cmpmem (out, n, portable, n_portable);
  check_reencode (out, n, text, size);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  check_encode (data, size);
  check_decode ((const char *) data, size);
  return 0;
}
