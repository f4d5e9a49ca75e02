/* SPDX-License-Identifier: MIT */
#include "certstream-private.h"

#include "core/x509/cts-name.h"

/* One attribute type of a name: its last value and how often it occurs. */
typedef struct
{
  CtsNameValue last;
  guint n;
} Attribute;

/* Where a rendered value stands in the writer, without quotes. */
typedef struct
{
  gsize from;
  gsize to;
} Place;

#define KEY(key)                                                                                   \
  {                                                                                                \
    (key), sizeof (key) - 1                                                                        \
  }

static const struct
{
  const char *text;
  guint size;
} keys[CTS_NAME_N_ATTRIBUTES] = {
  [CTS_NAME_COUNTRY] = KEY ("\"C\":"),
  [CTS_NAME_COMMON_NAME] = KEY (",\"CN\":"),
  [CTS_NAME_LOCALITY] = KEY (",\"L\":"),
  [CTS_NAME_ORGANIZATION] = KEY (",\"O\":"),
  [CTS_NAME_ORGANIZATIONAL_UNIT] = KEY (",\"OU\":"),
  [CTS_NAME_STATE] = KEY (",\"ST\":"),
  [CTS_NAME_EMAIL_ADDRESS] = KEY (",\"email_address\":"),
}, prefixes[CTS_NAME_N_ATTRIBUTES] = {
  [CTS_NAME_COUNTRY] = KEY ("/C="),
  [CTS_NAME_COMMON_NAME] = KEY ("/CN="),
  [CTS_NAME_LOCALITY] = KEY ("/L="),
  [CTS_NAME_ORGANIZATION] = KEY ("/O="),
  [CTS_NAME_ORGANIZATIONAL_UNIT] = KEY ("/OU="),
  [CTS_NAME_STATE] = KEY ("/ST="),
};

/* Values of a repeated attribute, joined with commas. */
static void
put_all_values (CtsWriter *writer, const guint8 *name, gsize size, CtsNameAttribute attribute)
{
  gsize begin = writer->size;
  CtsNameIter iter;
  CtsNameValue value;

  cts_name_iter_init (&iter, name, size);
  while (cts_name_iter_next (&iter, &value))
    {
      if (value.attribute != attribute)
        continue;
      if (writer->size > begin)
        cts_writer_put_literal (writer, ",");
      certstream_put_string (writer, value.tag, value.data, value.size);
    }
}

/* The members up to `ST`, and where each value stands. */
static void
put_member (CtsWriter *writer,
            CtsNameAttribute attribute,
            const Attribute *found,
            const guint8 *name,
            gsize size,
            Place *place)
{
  cts_writer_put (writer, keys[attribute].text, keys[attribute].size);
  if (found->n == 0)
    {
      cts_writer_put_literal (writer, "null");
      return;
    }
  cts_writer_put_literal (writer, "\"");
  place->from = writer->size;
  if (found->n > 1 && attribute != CTS_NAME_COMMON_NAME)
    put_all_values (writer, name, size, attribute);
  else
    certstream_put_string (writer, found->last.tag, found->last.data, found->last.size);
  place->to = writer->size;
  cts_writer_put_literal (writer, "\"");
}

static void
put_aggregated (CtsWriter *writer, const Attribute *found, const Place *places)
{
  cts_writer_put_literal (writer, ",\"aggregated\":\"");
  for (CtsNameAttribute a = CTS_NAME_COUNTRY; a <= CTS_NAME_STATE; a++)
    if (found[a].n > 0)
      {
        cts_writer_put (writer, prefixes[a].text, prefixes[a].size);
        certstream_repeat (writer, places[a].from, places[a].to);
      }
  cts_writer_put_literal (writer, "\"");
}

static void
put_email_address_again (CtsWriter *writer, const Attribute *found, const Place *place)
{
  if (found->n == 0)
    {
      cts_writer_put_literal (writer, ",\"emailAddress\":null}");
      return;
    }
  cts_writer_put_literal (writer, ",\"emailAddress\":\"");
  certstream_repeat (writer, place->from, place->to);
  cts_writer_put_literal (writer, "\"}");
}

/**
 * certstream_put_string:
 * @writer: a writer
 * @tag: the type of the string
 * @data: its contents
 * @size: their bytes
 *
 * Appends a string of a name as the inside of a JSON string.
 */
void
certstream_put_string (CtsWriter *writer, guint8 tag, const guint8 *data, gsize size)
{
  char few[CTS_X509_STRING_MAX (64)];
  g_autofree char *many = NULL;
  char *utf8 = few;

  if (!certstream_string_needs_decoding (tag))
    {
      cts_writer_put_json_text (writer, (const char *) data, size);
      return;
    }
  if (CTS_X509_STRING_MAX (size) > sizeof few)
    utf8 = many = g_malloc (CTS_X509_STRING_MAX (size));
  size = cts_x509_string_to_utf8 (utf8, tag, data, size);
  cts_writer_put_json_text (writer, utf8, size);
}

/**
 * certstream_put_name:
 * @writer: a writer
 * @certificate: a certificate
 * @span: its subject or issuer; may be absent
 *
 * Appends the object of a name (wire format §4c). Of several common names the last one stands,
 * which is the most specific one; other repeated attributes are joined.
 */
void
certstream_put_name (CtsWriter *writer, const CtsCertificate *certificate, CtsSpan span)
{
  const guint8 *name = cts_certificate_at (certificate, span);
  Attribute found[CTS_NAME_N_ATTRIBUTES] = { 0 };
  Place places[CTS_NAME_N_ATTRIBUTES] = { 0 };
  CtsNameIter iter;
  CtsNameValue value;

  cts_name_iter_init (&iter, name, span.size);
  while (cts_name_iter_next (&iter, &value))
    {
      found[value.attribute].last = value;
      found[value.attribute].n++;
    }

  cts_writer_put_literal (writer, "{");
  for (CtsNameAttribute a = CTS_NAME_COUNTRY; a <= CTS_NAME_STATE; a++)
    put_member (writer, a, &found[a], name, span.size, &places[a]);
  put_aggregated (writer, found, places);
  put_member (writer, CTS_NAME_EMAIL_ADDRESS, &found[CTS_NAME_EMAIL_ADDRESS], name, span.size,
              &places[CTS_NAME_EMAIL_ADDRESS]);
  put_email_address_again (writer, &found[CTS_NAME_EMAIL_ADDRESS], &places[CTS_NAME_EMAIL_ADDRESS]);
}
