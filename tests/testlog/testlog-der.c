/* SPDX-License-Identifier: MIT */
#include "testlog-der.h"

#include <string.h>

/* Where UTCTime ends (RFC 5280 §4.1.2.5). */
#define GENERALIZED_TIME_FROM 2050

gsize
testlog_der_begin (const GByteArray *out)
{
  return out->len;
}

static gsize
write_length (guint8 *header, gsize size)
{
  gsize n_octets = 0;

  if (size < 0x80)
    {
      header[0] = size;
      return 1;
    }
  for (gsize rest = size; rest > 0; rest >>= 8)
    n_octets++;
  header[0] = 0x80 | n_octets;
  for (gsize i = 0; i < n_octets; i++)
    header[1 + i] = size >> (8 * (n_octets - 1 - i));
  return 1 + n_octets;
}

void
testlog_der_end (GByteArray *out, gsize begin, guint8 tag)
{
  gsize size = out->len - begin;
  guint8 header[2 + sizeof size];
  gsize header_size;

  header[0] = tag;
  header_size = 1 + write_length (header + 1, size);
  g_byte_array_set_size (out, out->len + header_size);
  memmove (out->data + begin + header_size, out->data + begin, size);
  memcpy (out->data + begin, header, header_size);
}

void
testlog_der_add (GByteArray *out, guint8 tag, const void *data, gsize size)
{
  gsize begin = testlog_der_begin (out);

  g_byte_array_append (out, data, size);
  testlog_der_end (out, begin, tag);
}

void
testlog_der_add_text (GByteArray *out, guint8 tag, const char *text)
{
  testlog_der_add (out, tag, text, strlen (text));
}

void
testlog_der_add_time (GByteArray *out, gint64 unix_seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (unix_seconds);
  gboolean generalized = g_date_time_get_year (time) >= GENERALIZED_TIME_FROM;
  g_autofree char *text
      = g_date_time_format (time, generalized ? "%Y%m%d%H%M%SZ" : "%y%m%d%H%M%SZ");

  testlog_der_add_text (out, generalized ? 0x18 : 0x17, text);
}

/* Not DER: the length field of RFC 6962 §3.1 in front of certificates. */
void
testlog_der_add_u24 (GByteArray *out, gsize size)
{
  const guint8 octets[] = { size >> 16, size >> 8, size };

  g_byte_array_append (out, octets, sizeof octets);
}

void
testlog_der_add_bytes (GByteArray *out, GBytes *bytes)
{
  g_byte_array_append (out, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}
