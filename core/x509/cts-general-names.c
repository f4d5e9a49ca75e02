/* SPDX-License-Identifier: MIT */
#include "cts-general-names.h"

#include "core/x509/cts-x509.h"

/**
 * cts_general_names_iter_init:
 * @iter: an iterator
 * @value: a SEQUENCE OF GeneralName, as in #CtsX509.extension of an alternative name
 * @size: its bytes
 *
 * Begins at the first name; if @value is no SEQUENCE there is none and an issue bit says so. The
 * bytes must stay as long as the iterator is used.
 */
void
cts_general_names_iter_init (CtsGeneralNamesIter *iter, const void *value, gsize size)
{
  CtsDer der = cts_der_init (value, size);
  CtsTlv names;

  if (!cts_der_read_tag (&der, CTS_DER_SEQUENCE, &names))
    {
      *iter = (CtsGeneralNamesIter){ .issues = CTS_X509_ISSUE_BAD_EXTENSION };
      return;
    }
  cts_general_names_iter_init_contents (iter, names.data, names.size);
  iter->issues |= der.issues;
  if (!cts_der_is_empty (&der))
    iter->issues |= CTS_X509_ISSUE_TRAILING_BYTES;
}

/**
 * cts_general_names_iter_init_contents:
 * @iter: an iterator
 * @names: the names without a SEQUENCE around them, as in a DistributionPointName, where the tag
 *   is implicit
 * @size: their bytes
 *
 * Begins at the first name. The bytes must stay as long as the iterator is used.
 */
void
cts_general_names_iter_init_contents (CtsGeneralNamesIter *iter, const void *names, gsize size)
{
  *iter = (CtsGeneralNamesIter){ .names = cts_der_init (names, size) };
}

/**
 * cts_general_names_iter_next:
 * @iter: an iterator
 * @name: (out): the next name
 *
 * Names of any tag come out. Where one cannot be read the walk ends, since nothing says where the
 * next would begin, and %CTS_X509_ISSUE_BAD_EXTENSION is set.
 *
 * Returns: %FALSE at the end
 */
gboolean
cts_general_names_iter_next (CtsGeneralNamesIter *iter, CtsGeneralName *name)
{
  CtsTlv tlv;

  if (cts_der_is_empty (&iter->names))
    return FALSE;
  if (!cts_der_read (&iter->names, &tlv))
    {
      iter->issues |= CTS_X509_ISSUE_BAD_EXTENSION;
      iter->names.size = 0;
      return FALSE;
    }
  iter->issues |= iter->names.issues;
  *name = (CtsGeneralName){ .tag = tlv.tag, .data = tlv.data, .size = tlv.size };
  return TRUE;
}
