/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/cts-fuzz.h"

#include "core/x509/cts-general-names.h"
#include "core/x509/cts-name.h"
#include "core/x509/cts-x509-string.h"
#include "core/x509/cts-x509.h"

static void
check_inside (const guint8 *data, gsize size, const guint8 *part, gsize part_size)
{
  g_assert_true (part >= data);
  g_assert_cmpuint (part - data, <=, size);
  g_assert_cmpuint (part_size, <=, size - (part - data));
}

static void
check_span (gsize size, CtsSpan span)
{
  g_assert_cmpuint (span.offset, <=, size);
  g_assert_cmpuint (span.size, <=, size - span.offset);
}

/* The bound holds, and types that are decoded become UTF-8, in
 * which NUL may stand. */
static void
check_string (guint8 tag, const guint8 *data, gsize size)
{
  gsize room = CTS_X509_STRING_MAX (size);
  g_autofree char *text = g_malloc (MAX (room, 1));
  gsize n = cts_x509_string_to_utf8 (text, tag, data, size);

  g_assert_cmpuint (n, <=, room);
  if (tag == CTS_DER_T61_STRING || tag == CTS_DER_BMP_STRING || tag == CTS_DER_UNIVERSAL_STRING)
    for (const char *c = text; c < text + n; c = g_utf8_next_char (c))
      g_assert_true (*c == 0 || g_utf8_get_char_validated (c, text + n - c) < 0x110000);
}

static void
check_name (const guint8 *name, gsize size)
{
  CtsNameIter iter;
  CtsNameValue value;

  cts_name_iter_init (&iter, name, size);
  while (cts_name_iter_next (&iter, &value))
    {
      g_assert_cmpuint (value.attribute, <, CTS_NAME_N_ATTRIBUTES);
      check_inside (name, size, value.data, value.size);
      check_string (value.tag, value.data, value.size);
    }
}

static void
check_general_names (const guint8 *value, gsize size)
{
  CtsGeneralNamesIter iter;
  CtsGeneralName name;

  cts_general_names_iter_init (&iter, value, size);
  while (cts_general_names_iter_next (&iter, &name))
    check_inside (value, size, name.data, name.size);
}

static void
check_certificate (const guint8 *data, gsize size)
{
  CtsX509 x509;

  if (!cts_x509_read (&x509, data, size))
    return;

  check_span (size, x509.tbs);
  check_span (size, x509.serial);
  check_span (size, x509.spki);
  check_span (size, x509.signature_algorithm);
  check_span (size, x509.extensions);
  check_span (size, x509.issuer);
  check_span (size, x509.subject);
  check_name (data + x509.issuer.offset, x509.issuer.size);
  check_name (data + x509.subject.offset, x509.subject.size);
  for (guint i = 0; i < CTS_X509_N_EXT; i++)
    {
      check_span (size, x509.extension[i]);
      if (cts_x509_has_extension (&x509, i))
        check_general_names (data + x509.extension[i].offset, x509.extension[i].size);
    }
  if ((x509.issues & CTS_X509_ISSUE_IMPOSSIBLE_DATE) != 0)
    g_assert_true (x509.not_before == 0 || x509.not_after == 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  check_certificate (data, size);
  check_name (data, size);
  check_general_names (data, size);
  if (size > 0)
    check_string (data[0], data + 1, size - 1);
  return 0;
}
