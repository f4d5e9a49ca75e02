/* SPDX-License-Identifier: MIT */
#include "certstream-test.h"

#include "core/api/cts-writer-private.h"

#include <stdarg.h>

void
frames_clear (Frames *frames)
{
  for (guint i = 0; i < N_FORMATS; i++)
    g_clear_pointer (&frames->text[i], g_free);
}

Frames
encode (CtsSerializer *serializer, CtsRecord *record, guint wanted)
{
  const char before[] = "a frame before,";
  g_autoptr (CtsSlabPool) pool = cts_slab_pool_new (N_FORMATS);
  CtsWriter writers[N_FORMATS];
  CtsWriter *places[N_FORMATS] = { NULL };
  Frames frames = { 0 };

  for (guint i = 0; i < N_FORMATS; i++)
    if ((wanted & (1u << i)) != 0)
      {
        cts_writer_init (&writers[i], pool);
        cts_writer_append_string (&writers[i], before);
        places[i] = &writers[i];
      }
  cts_serializer_encode (serializer, record, places);
  for (guint i = 0; i < N_FORMATS; i++)
    if (places[i] != NULL)
      {
        g_assert_false (writers[i].failed);
        g_assert_cmpmem (writers[i].slab.data, strlen (before), before, strlen (before));
        frames.size[i] = writers[i].size - strlen (before);
        frames.text[i]
            = g_strndup ((const char *) writers[i].slab.data + strlen (before), frames.size[i]);
        cts_slab_pool_give (pool, cts_writer_steal (&writers[i]));
      }
  return frames;
}

CtsLogInfo *
test_log (const char *protocol)
{
  const guint8 id[CTS_LOG_ID_SIZE] = { 0 };

  return cts_log_info_new (id, "Example 'Log 2026h2'", "https://ct.example.net/log2026h2/",
                           "Example", protocol);
}

CtsRecord *
test_record (CtsEntryType entry_type, const void *bytes, gsize size)
{
  g_autoptr (CtsLogInfo) log = test_log ("rfc6962");

  return cts_record_new (log, 7, entry_type, 1790000000123, 1790000061482999, bytes, size, NULL, 0);
}

JsonNode *
parse_object (const char *text, gsize size)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;
  JsonNode *root;

  g_assert_true (g_utf8_validate_len (text, size, NULL));
  json_parser_load_from_data (parser, text, size, &error);
  g_assert_no_error (error);
  root = json_parser_steal_root (parser);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (root));
  return root;
}

static void
append_header (GByteArray *out, guint8 tag, gsize size)
{
  guint8 header[6] = { tag };
  guint n = 1;

  if (size >= 0x10000)
    header[n++] = 0x83;
  else if (size >= 0x100)
    header[n++] = 0x82;
  else if (size >= 0x80)
    header[n++] = 0x81;
  if (size >= 0x10000)
    header[n++] = size >> 16;
  if (size >= 0x100)
    header[n++] = size >> 8;
  header[n++] = size;
  g_byte_array_append (out, header, n);
}

GByteArray *
der (guint8 tag, GByteArray *contents, ...)
{
  g_autoptr (GByteArray) inside = g_byte_array_new ();
  GByteArray *out = g_byte_array_new ();
  va_list more;

  va_start (more, contents);
  while (contents != NULL)
    {
      if (contents->len > 0)
        g_byte_array_append (inside, contents->data, contents->len);
      g_byte_array_unref (contents);
      contents = va_arg (more, GByteArray *);
    }
  va_end (more);
  append_header (out, tag, inside->len);
  if (inside->len > 0)
    g_byte_array_append (out, inside->data, inside->len);
  return out;
}

GByteArray *
der_text (guint8 tag, const char *text)
{
  GByteArray *out = g_byte_array_new ();

  append_header (out, tag, strlen (text));
  return g_byte_array_append (out, (const guint8 *) text, strlen (text));
}

GByteArray *
der_hex (const char *hex)
{
  GByteArray *out = g_byte_array_new ();

  for (; *hex != '\0'; hex++)
    {
      guint8 byte;

      if (*hex == ' ')
        continue;
      byte = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);
      g_byte_array_append (out, &byte, 1);
      hex++;
    }
  return out;
}

static GByteArray *
copy (const GByteArray *bytes)
{
  return g_byte_array_append (g_byte_array_new (), bytes->data, bytes->len);
}

GByteArray *
test_certificate (GByteArray *serial_contents,
                  GByteArray *algorithm,
                  GByteArray *subject,
                  GByteArray *extensions)
{
  /* ecdsa-with-SHA256 */
  GByteArray *signature = algorithm != NULL ? algorithm : der_hex ("300a06082a8648ce3d040302");
  GByteArray *tbs;

  tbs = der (0x30, der_hex ("a003020102"),
             der (0x02, serial_contents != NULL ? serial_contents : der_hex ("01"), NULL),
             copy (signature), der_hex ("3000"),
             der (0x30, der_text (0x17, "260921130000Z"), der_text (0x17, "261220125959Z"), NULL),
             subject != NULL ? subject : der_hex ("3000"),
             der (0x30, der_hex ("300506032b6570"), der_hex ("030200ff"), NULL),
             der (0xa3, der (0x30, extensions != NULL ? extensions : der_hex (""), NULL), NULL),
             NULL);
  return der (0x30, tbs, signature, der_hex ("030200ff"), NULL);
}
