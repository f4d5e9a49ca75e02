/* SPDX-License-Identifier: MIT */
#include "certstream-private.h"

#include "core/codec/cts-hex.h"

/* Bytes of a hash as hex pairs with colons between them. */
#define COLON_HEX_SIZE(size) (3 * (size) -1)

/* Room for the three members of put_hashes(), keys and quotes included. */
#define HASHES_ROOM (2 * COLON_HEX_SIZE (CTS_SHA1_SIZE) + COLON_HEX_SIZE (CTS_SHA256_SIZE) + 64)

#define COPY_LITERAL(out, literal) mempcpy ((out), "" literal "", sizeof (literal) - 1)

/* `fingerprint` is the SHA-1 under the name the oldest clients read. */
static void
put_hashes (CtsWriter *writer, const CtsCertificate *certificate)
{
  char *begin = cts_writer_reserve (writer, HASHES_ROOM);
  char *out = begin;
  const char *sha1;

  if (G_UNLIKELY (begin == NULL))
    return;
  out = COPY_LITERAL (out, ",\"fingerprint\":\"");
  sha1 = out;
  out += cts_hex_upper_colon (out, certificate->sha1, CTS_SHA1_SIZE);
  out = COPY_LITERAL (out, "\",\"sha1\":\"");
  out = mempcpy (out, sha1, COLON_HEX_SIZE (CTS_SHA1_SIZE));
  out = COPY_LITERAL (out, "\",\"sha256\":\"");
  out += cts_hex_upper_colon (out, certificate->sha256, CTS_SHA256_SIZE);
  out = COPY_LITERAL (out, "\"");
  writer->size += out - begin;
}

/* Negative numbers are written as sign and magnitude, so the two's complement is undone. */
static void
negate (guint8 *bytes, gsize size)
{
  guint carry = 1;

  for (gsize i = size; i > 0; i--)
    {
      carry += (guint8) ~bytes[i - 1];
      bytes[i - 1] = carry;
      carry >>= 8;
    }
}

static void
put_magnitude (CtsWriter *writer, const guint8 *bytes, gsize size)
{
  char *out;

  while (size > 0 && *bytes == 0)
    {
      bytes++;
      size--;
    }
  if (size == 0)
    {
      cts_writer_put_literal (writer, "00");
      return;
    }
  out = cts_writer_reserve (writer, 2 * size);
  if (G_LIKELY (out != NULL))
    writer->size += cts_hex_upper (out, bytes, size);
}

static void
put_serial (CtsWriter *writer, const CtsCertificate *certificate)
{
  CtsSpan span = certificate->x509.serial;
  const guint8 *bytes = cts_certificate_at (certificate, span);

  if (span.size > 0 && (bytes[0] & 0x80) != 0)
    {
      g_autofree guint8 *magnitude = g_memdup2 (bytes, span.size);

      negate (magnitude, span.size);
      cts_writer_put_literal (writer, "-");
      put_magnitude (writer, magnitude, span.size);
    }
  else if (span.offset > 0)
    {
      put_magnitude (writer, bytes, span.size);
    }
}

static void
put_signature_algorithm (CtsWriter *writer, const CtsCertificate *certificate)
{
  CtsSpan span = certificate->x509.signature_algorithm;
  const char *text;

  if (span.offset == 0)
    return;
  text = certstream_signature_algorithm (cts_certificate_at (certificate, span), span.size);
  cts_writer_put (writer, text, strlen (text));
}

/**
 * certstream_put_as_der:
 * @writer: a writer
 * @certificate: a certificate
 *
 * Appends the member `as_der` and a comma.
 */
void
certstream_put_as_der (CtsWriter *writer, const CtsCertificate *certificate)
{
  cts_writer_put_literal (writer, "\"as_der\":\"");
  cts_writer_put_base64 (writer, certificate->der, certificate->size);
  cts_writer_put_literal (writer, "\",");
}

/**
 * certstream_put_certificate:
 * @writer: a writer
 * @certificate: a certificate, read or, with its #CtsX509 empty, not
 * @precert: whether it stands in a precert entry
 *
 * Appends the members of a certificate object from `extensions` on, and its closing brace (wire
 * format §4b). Of a certificate that was not read, strings are empty and numbers 0, since typed
 * clients stop at null.
 */
void
certstream_put_certificate (CtsWriter *writer, const CtsCertificate *certificate, gboolean precert)
{
  const CtsX509 *x509 = &certificate->x509;

  certstream_put_extensions (writer, certificate, precert);
  put_hashes (writer, certificate);
  cts_writer_put_literal (writer, ",\"not_after\":");
  cts_writer_append_int64 (writer, x509->not_after);
  cts_writer_put_literal (writer, ",\"not_before\":");
  cts_writer_append_int64 (writer, x509->not_before);
  cts_writer_put_literal (writer, ",\"serial_number\":\"");
  put_serial (writer, certificate);
  cts_writer_put_literal (writer, "\",\"signature_algorithm\":\"");
  put_signature_algorithm (writer, certificate);
  cts_writer_put_literal (writer, "\",\"subject\":");
  certstream_put_name (writer, certificate, x509->subject);
  cts_writer_put_literal (writer, ",\"issuer\":");
  certstream_put_name (writer, certificate, x509->issuer);
  if (x509->is_ca)
    cts_writer_put_literal (writer, ",\"is_ca\":true}");
  else
    cts_writer_put_literal (writer, ",\"is_ca\":false}");
}
