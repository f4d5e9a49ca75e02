/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/x509/cts-der.h"

G_BEGIN_DECLS

/* The tags of GeneralName as they are encoded (RFC 5280 §4.2.1.6). */
enum
{
  CTS_GENERAL_NAME_OTHER_NAME = 0xa0,
  CTS_GENERAL_NAME_EMAIL = 0x81,
  CTS_GENERAL_NAME_DNS = 0x82,
  CTS_GENERAL_NAME_X400 = 0xa3,
  CTS_GENERAL_NAME_DIRECTORY = 0xa4,
  CTS_GENERAL_NAME_EDI_PARTY = 0xa5,
  CTS_GENERAL_NAME_URI = 0x86,
  CTS_GENERAL_NAME_IP = 0x87,
  CTS_GENERAL_NAME_REGISTERED_ID = 0x88,
};

/**
 * CtsGeneralName:
 * @tag: a CTS_GENERAL_NAME_ tag, or whatever else stood there
 * @data: the contents, may be empty
 * @size: their bytes
 */
typedef struct
{
  guint8 tag;
  const guint8 *data;
  gsize size;
} CtsGeneralName;

/**
 * CtsGeneralNamesIter:
 * @issues: bits of #CtsX509Issues that were met so far
 *
 * Walks GeneralNames in the order of their encoding. It lives on the stack and points into the
 * certificate.
 */
typedef struct
{
  CtsDer names;
  guint32 issues;
} CtsGeneralNamesIter;

void cts_general_names_iter_init (CtsGeneralNamesIter *iter, const void *value, gsize size);
void cts_general_names_iter_init_contents (CtsGeneralNamesIter *iter,
                                           const void *names,
                                           gsize size);
gboolean cts_general_names_iter_next (CtsGeneralNamesIter *iter, CtsGeneralName *name);

G_END_DECLS
