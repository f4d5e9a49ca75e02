/* SPDX-License-Identifier: MIT */
#include "core/ct/cts-leaf.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Reads each byte of a view, so that a sanitizer sees one outside the input. */
static guint
touch (CtsView view)
{
  guint sum = 0;

  for (gsize i = 0; i < view.size; i++)
    sum += view.data[i];
  return sum;
}

/* Keeps the reads from being left out. */
static volatile guint sum;

/* The same bytes once as a leaf, and as the extra data of both kinds of entries. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  CtsExtraData extra;
  CtsLeaf leaf;
  CtsView certificate;

  if (cts_leaf_read (&leaf, data, size) == CTS_LEAF_OK)
    sum += touch (leaf.certificate) + touch (leaf.tbs) + touch (leaf.extensions);
  for (guint type = CTS_ENTRY_X509; type <= CTS_ENTRY_PRECERT; type++)
    {
      cts_extra_data_read (&extra, (CtsEntryType) type, data, size);
      sum += touch (extra.precertificate);
      while (cts_chain_next (&extra.chain, &certificate))
        sum += touch (certificate);
    }
  return 0;
}
