/* SPDX-License-Identifier: MIT */
#include "cts-name.h"

#include <string.h>

#include "core/x509/cts-x509.h"

/**
 * cts_name_iter_init:
 * @iter: an iterator
 * @rdn_sequence: contents of an RDNSequence, as in #CtsX509.subject
 * @size: its bytes
 *
 * Begins at the first attribute. The bytes must stay as long as the iterator is used.
 */
void
cts_name_iter_init (CtsNameIter *iter, const void *rdn_sequence, gsize size)
{
  *iter = (CtsNameIter){ .names = cts_der_init (rdn_sequence, size) };
}

/* X.520: id-at is 2.5.4, 55 04 in DER; emailAddress is 1.2.840.113549.1.9.1 (PKCS #9). */
static inline CtsNameAttribute
attribute_from_oid (const CtsTlv *oid)
{
  static const guint8 email[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01 };

  if (oid->size == 3 && oid->data[0] == 0x55 && oid->data[1] == 0x04)
    switch (oid->data[2])
      {
      case 3:
        return CTS_NAME_COMMON_NAME;
      case 6:
        return CTS_NAME_COUNTRY;
      case 7:
        return CTS_NAME_LOCALITY;
      case 8:
        return CTS_NAME_STATE;
      case 10:
        return CTS_NAME_ORGANIZATION;
      case 11:
        return CTS_NAME_ORGANIZATIONAL_UNIT;
      default:
        return CTS_NAME_OTHER;
      }
  if (oid->size == sizeof email && memcmp (oid->data, email, sizeof email) == 0)
    return CTS_NAME_EMAIL_ADDRESS;
  return CTS_NAME_OTHER;
}

static inline gboolean
read_attribute (CtsNameIter *iter, const CtsTlv *pair, CtsNameValue *value)
{
  CtsDer inside = cts_der_inside (pair);
  CtsTlv oid, text;

  if (pair->tag != CTS_DER_SEQUENCE || !cts_der_read_tag (&inside, CTS_DER_OID, &oid)
      || !cts_der_read (&inside, &text))
    return FALSE;

  iter->issues |= inside.issues;
  if (!cts_der_is_empty (&inside))
    iter->issues |= CTS_X509_ISSUE_BAD_NAME;
  *value = (CtsNameValue){
    .attribute = attribute_from_oid (&oid),
    .tag = text.tag,
    .data = text.data,
    .size = text.size,
  };
  return TRUE;
}

/* Goes to the next RelativeDistinguishedName. FALSE at the end of the name, or of what can be
 * read of it. */
static inline gboolean
enter_next_set (CtsNameIter *iter)
{
  CtsTlv set;

  while (!cts_der_is_empty (&iter->names))
    {
      if (!cts_der_read (&iter->names, &set))
        {
          iter->issues |= CTS_X509_ISSUE_BAD_NAME;
          iter->names.size = 0;
          return FALSE;
        }
      iter->issues |= iter->names.issues;
      if (set.tag == CTS_DER_SET && set.size > 0)
        {
          iter->set = cts_der_inside (&set);
          return TRUE;
        }
      iter->issues |= CTS_X509_ISSUE_BAD_NAME;
    }
  return FALSE;
}

/**
 * cts_name_iter_next:
 * @iter: an iterator
 * @value: (out): the next attribute
 *
 * Attributes of a multi-valued RelativeDistinguishedName come one after the other. What cannot be
 * read is passed over and sets %CTS_X509_ISSUE_BAD_NAME.
 *
 * Returns: %FALSE at the end
 */
gboolean
cts_name_iter_next (CtsNameIter *iter, CtsNameValue *value)
{
  CtsTlv pair;

  while (!cts_der_is_empty (&iter->set) || enter_next_set (iter))
    {
      if (!cts_der_read (&iter->set, &pair))
        {
          iter->issues |= CTS_X509_ISSUE_BAD_NAME;
          iter->set.size = 0;
          continue;
        }
      iter->issues |= iter->set.issues;
      if (read_attribute (iter, &pair, value))
        return TRUE;
      iter->issues |= CTS_X509_ISSUE_BAD_NAME;
    }
  return FALSE;
}
