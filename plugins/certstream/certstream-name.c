/* SPDX-License-Identifier: MIT */
#include "certstream-private.h"

#include "core/x509/cts-name.h"

/* Where a rendered value stands in the writer, without quotes. */
typedef struct
{
  gsize from;
  gsize to;
} Place;

/*
 * NameParts:
 * @name: contents of the RDNSequence
 * @size: its bytes
 * @n: how often each attribute occurs
 * @last: its last value, if it occurs
 * @place: its text, if it occurs
 */
typedef struct
{
  const guint8 *name;
  gsize size;
  guint n[CTS_NAME_N_ATTRIBUTES];
  CtsNameValue last[CTS_NAME_N_ATTRIBUTES];
  Place place[CTS_NAME_N_ATTRIBUTES];
} NameParts;

/* How an attribute begins: as a member without a value, and in the aggregated text. */
typedef struct
{
  const char *absent;
  guint absent_size;
  const char *prefix;
  guint prefix_size;
} Attribute;

#define ATTRIBUTE(absent, prefix)                                                                  \
  {                                                                                                \
    (absent), sizeof (absent) - 1, (prefix), sizeof (prefix) - 1                                   \
  }

static const Attribute attributes[CTS_NAME_N_ATTRIBUTES] = {
  [CTS_NAME_COUNTRY] = ATTRIBUTE ("\"C\":null", "/C="),
  [CTS_NAME_COMMON_NAME] = ATTRIBUTE (",\"CN\":null", "/CN="),
  [CTS_NAME_LOCALITY] = ATTRIBUTE (",\"L\":null", "/L="),
  [CTS_NAME_ORGANIZATION] = ATTRIBUTE (",\"O\":null", "/O="),
  [CTS_NAME_ORGANIZATIONAL_UNIT] = ATTRIBUTE (",\"OU\":null", "/OU="),
  [CTS_NAME_STATE] = ATTRIBUTE (",\"ST\":null", "/ST="),
  [CTS_NAME_EMAIL_ADDRESS] = ATTRIBUTE (",\"email_address\":null", ""),
};

static void
find_parts (NameParts *parts, const guint8 *name, gsize size)
{
  CtsNameIter iter;
  CtsNameValue value;

  /* The rest counts only where a value was found; clearing it would take longer than reading. */
  memset (parts->n, 0, sizeof parts->n);
  parts->name = name;
  parts->size = size;
  cts_name_iter_init (&iter, name, size);
  while (cts_name_iter_next (&iter, &value))
    {
      parts->last[value.attribute] = value;
      parts->n[value.attribute]++;
    }
}

/* Values of a repeated attribute, joined with commas. */
static void
put_all_values (CtsWriter *writer, const NameParts *parts, CtsNameAttribute attribute)
{
  gboolean first = TRUE;
  CtsNameIter iter;
  CtsNameValue value;

  cts_name_iter_init (&iter, parts->name, parts->size);
  while (cts_name_iter_next (&iter, &value))
    {
      if (value.attribute != attribute)
        continue;
      if (!first)
        cts_writer_put_literal (writer, ",");
      certstream_put_string (writer, value.tag, value.data, value.size);
      first = FALSE;
    }
}

static void
put_member (CtsWriter *writer, NameParts *parts, CtsNameAttribute attribute)
{
  const Attribute *text = &attributes[attribute];
  const CtsNameValue *last = &parts->last[attribute];

  if (parts->n[attribute] == 0)
    {
      cts_writer_put (writer, text->absent, text->absent_size);
      return;
    }
  cts_writer_put (writer, text->absent, text->absent_size - strlen ("null"));
  cts_writer_put_literal (writer, "\"");
  parts->place[attribute].from = writer->size;
  if (parts->n[attribute] > 1 && attribute != CTS_NAME_COMMON_NAME)
    put_all_values (writer, parts, attribute);
  else
    certstream_put_string (writer, last->tag, last->data, last->size);
  parts->place[attribute].to = writer->size;
  cts_writer_put_literal (writer, "\"");
}

static void
put_aggregated (CtsWriter *writer, const NameParts *parts)
{
  cts_writer_put_literal (writer, ",\"aggregated\":\"");
  for (CtsNameAttribute a = CTS_NAME_COUNTRY; a <= CTS_NAME_STATE; a++)
    if (parts->n[a] > 0)
      {
        cts_writer_put (writer, attributes[a].prefix, attributes[a].prefix_size);
        certstream_repeat (writer, parts->place[a].from, parts->place[a].to);
      }
  cts_writer_put_literal (writer, "\"");
}

/* Under both of its names: each of them is what some clients read. */
static void
put_email_address (CtsWriter *writer, NameParts *parts)
{
  const Place *place = &parts->place[CTS_NAME_EMAIL_ADDRESS];

  if (parts->n[CTS_NAME_EMAIL_ADDRESS] == 0)
    {
      cts_writer_put_literal (writer, ",\"email_address\":null,\"emailAddress\":null}");
      return;
    }
  put_member (writer, parts, CTS_NAME_EMAIL_ADDRESS);
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
  NameParts parts;

  find_parts (&parts, cts_certificate_at (certificate, span), span.size);
  cts_writer_put_literal (writer, "{");
  for (CtsNameAttribute a = CTS_NAME_COUNTRY; a <= CTS_NAME_STATE; a++)
    put_member (writer, &parts, a);
  put_aggregated (writer, &parts);
  put_email_address (writer, &parts);
}
