/* SPDX-License-Identifier: MIT */
#include "cts-der.h"

#include "core/x509/cts-x509.h"

/* Octets of a length that are taken: four reach beyond any certificate. */
#define MAX_LENGTH_OCTETS 4

/**
 * cts_der_read_long:
 * @der: a cursor with at least two octets left
 * @tlv: (out): what was read
 *
 * The part of cts_der_read() for lengths in the long form (X.690 §8.1.3.5).
 *
 * Returns: %FALSE, and nothing moves, if the TLV is not readable
 */
gboolean
cts_der_read_long (CtsDer *der, CtsTlv *tlv)
{
  gsize n_octets = der->data[1] & 0x7f;
  gsize header = 2 + n_octets;
  gsize size = 0;

  /* No octets would be the indefinite form, which DER does not have. */
  if (n_octets == 0 || n_octets > MAX_LENGTH_OCTETS || header > der->size)
    return FALSE;
  for (gsize i = 2; i < header; i++)
    size = size << 8 | der->data[i];
  if (size > der->size - header)
    return FALSE;

  if (size < 0x80 || der->data[2] == 0)
    der->issues |= CTS_X509_ISSUE_NON_MINIMAL_LENGTH;
  *tlv = (CtsTlv){
    .tag = der->data[0],
    .data = der->data + header,
    .size = size,
    .start = der->data,
    .total = header + size,
  };
  der->data += header + size;
  der->size -= header + size;
  return TRUE;
}
