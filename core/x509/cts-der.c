/* SPDX-License-Identifier: MIT */
#include "cts-der.h"

#include "core/x509/cts-x509.h"

/* Octets of a length that are taken: four reach beyond any certificate. */
#define MAX_LENGTH_OCTETS 4

/**
 * cts_der_long_length:
 * @data: at least two octets, the second of 0x80 or more
 * @size: octets there are
 *
 * The part of cts_der_read() for lengths in the long form (X.690 §8.1.3.5).
 *
 * Returns: 0 if the TLV is not readable within @size, else what CTS_DER_HEADER_SHIFT describes
 */
guint64
cts_der_long_length (const guint8 *data, gsize size)
{
  gsize n_octets = data[1] & 0x7f;
  gsize header = 2 + n_octets;
  guint64 length = 0;
  guint64 issues = 0;

  /* No octets would be the indefinite form, which DER does not have. */
  if (n_octets == 0 || n_octets > MAX_LENGTH_OCTETS || header > size)
    return 0;
  for (gsize i = 2; i < header; i++)
    length = length << 8 | data[i];
  if (length > size - header)
    return 0;

  if (length < 0x80 || data[2] == 0)
    issues = CTS_X509_ISSUE_NON_MINIMAL_LENGTH;
  return length | (guint64) header << CTS_DER_HEADER_SHIFT | issues << CTS_DER_ISSUES_SHIFT;
}
