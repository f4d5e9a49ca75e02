/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/x509/cts-der.h"

G_BEGIN_DECLS

/**
 * CtsNameAttribute:
 *
 * The attribute types of a name that certstream shows; all others are %CTS_NAME_OTHER.
 */
typedef enum
{
  CTS_NAME_OTHER,
  CTS_NAME_COUNTRY,
  CTS_NAME_COMMON_NAME,
  CTS_NAME_LOCALITY,
  CTS_NAME_ORGANIZATION,
  CTS_NAME_ORGANIZATIONAL_UNIT,
  CTS_NAME_STATE,
  CTS_NAME_EMAIL_ADDRESS,
  CTS_NAME_N_ATTRIBUTES,
} CtsNameAttribute;

/**
 * CtsNameValue:
 * @attribute: what it is
 * @tag: the value's tag, for cts_x509_string_to_utf8()
 * @data: the value's contents, may be empty
 * @size: its bytes
 *
 * One AttributeTypeAndValue (RFC 5280 §4.1.2.4).
 */
typedef struct
{
  CtsNameAttribute attribute;
  guint8 tag;
  const guint8 *data;
  gsize size;
} CtsNameValue;

/**
 * CtsNameIter:
 * @issues: bits of #CtsX509Issues that were met so far
 *
 * Walks the attributes of a name in the order of its encoding. It lives on the stack and points
 * into the certificate.
 */
typedef struct
{
  CtsDer names;
  CtsDer set;
  guint32 issues;
} CtsNameIter;

void cts_name_iter_init (CtsNameIter *iter, const void *rdn_sequence, gsize size);
gboolean cts_name_iter_next (CtsNameIter *iter, CtsNameValue *value);

G_END_DECLS
