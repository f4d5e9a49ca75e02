/* SPDX-License-Identifier: MIT */
#include "certstream-test.h"

#include "tests/support/cts-test.h"

static const char *const golden_files[N_FORMATS] = {
  "golden-full.json",
  "golden-lite.json",
  "golden-domains.json",
};

static char *
read_golden (guint format)
{
  g_autofree char *path = cts_test_data_file (golden_files[format]);
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return g_strchomp (text);
}

static guint8 *
read_der (JsonObject *certificate, gsize *size)
{
  return g_base64_decode (json_object_get_string_member (certificate, "as_der"), size);
}

/* The entry of the golden messages: its certificates are read from the full one. */
static CtsRecord *
golden_record (void)
{
  g_autoptr (CtsLogInfo) log = test_log ("rfc6962");
  g_autofree char *text = read_golden (FULL);
  g_autoptr (JsonNode) root = parse_object (text, strlen (text));
  JsonObject *data = json_object_get_object_member (json_node_get_object (root), "data");
  JsonArray *chain = json_object_get_array_member (data, "chain");
  gsize size, issuer_size;
  g_autofree guint8 *leaf = read_der (json_object_get_object_member (data, "leaf_cert"), &size);
  g_autofree guint8 *issuer_der = read_der (json_array_get_object_element (chain, 0), &issuer_size);
  g_autoptr (CtsIssuer) issuer = cts_issuer_new (issuer_der, issuer_size);

  g_assert_cmpuint (json_array_get_length (chain), ==, 1);
  return cts_record_new (log, 2240452608, CTS_ENTRY_X509, 1790000000123, 1790000061482999, leaf,
                         size, &issuer, 1);
}

/* Each combination of wanted formats gives the same bytes, with an empty cache and a filled one. */
static void
test_golden (void)
{
  g_autoptr (CtsRecord) record = golden_record ();
  g_auto (Frames) golden = { 0 };

  for (guint i = 0; i < N_FORMATS; i++)
    golden.text[i] = read_golden (i);
  for (guint wanted = 0; wanted <= ALL_FORMATS; wanted++)
    {
      g_autoptr (CtsSerializer) serializer = g_object_new (CERTSTREAM_TYPE_SERIALIZER, NULL);

      for (guint round = 0; round < 2; round++)
        {
          g_auto (Frames) frames = encode (serializer, record, wanted);

          for (guint i = 0; i < N_FORMATS; i++)
            g_assert_cmpstr (frames.text[i], ==, (wanted & (1u << i)) != 0 ? golden.text[i] : NULL);
        }
    }
}

static void
test_formats (void)
{
  g_autoptr (CtsSerializer) serializer = g_object_new (CERTSTREAM_TYPE_SERIALIZER, NULL);
  const char *const expected[] = { "full", "lite", "domains", NULL };

  g_assert_cmpstrv (cts_serializer_get_formats (serializer), expected);
}

static void
test_cert_link (void)
{
  const struct
  {
    const char *protocol;
    guint64 index;
    const char *type;
    const char *link;
  } cases[] = {
    { "rfc6962", 0, "rfc6962", "/ct/v1/get-entries?start=0&end=0" },
    { "rfc6962", G_GUINT64_CONSTANT (9007199254740991), "rfc6962",
      "/ct/v1/get-entries?start=9007199254740991&end=9007199254740991" },
    { "static-ct", 0, "tiled", "/tile/data/000" },
    { "static-ct", 255, "tiled", "/tile/data/000" },
    { "static-ct", 256, "tiled", "/tile/data/001" },
    { "static-ct", 256 * 1000, "tiled", "/tile/data/x001/000" },
    /* The example of tlog-tiles. */
    { "static-ct", 256 * 1234067, "tiled", "/tile/data/x001/x234/067" },
    { "static-ct", 2240452608, "tiled", "/tile/data/x008/x751/768" },
    { "static-ct", G_MAXUINT64, "tiled", "/tile/data/x072/x057/x594/x037/x927/935" },
  };
  g_autoptr (CtsSerializer) serializer = g_object_new (CERTSTREAM_TYPE_SERIALIZER, NULL);
  g_autoptr (GByteArray) cert = test_certificate (NULL, NULL, NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CtsLogInfo) log = test_log (cases[i].protocol);
      g_autoptr (CtsRecord) record = cts_record_new (log, cases[i].index, CTS_ENTRY_X509, 1005, -1,
                                                     cert->data, cert->len, NULL, 0);
      g_auto (Frames) frames = encode (serializer, record, 1u << LITE);
      g_autofree char *expected = g_strdup_printf (
          "{\"message_type\":\"certificate_update\",\"data\":{\"update_type\":\"X509LogEntry\","
          "\"cert_index\":%" G_GUINT64_FORMAT ",\"cert_link\":\"https://ct.example.net/log2026h2%s"
          "\",\"seen\":0.000,\"submission_timestamp\":1.005,\"source\":{\"name\":"
          "\"Example 'Log 2026h2'\",\"url\":\"https://ct.example.net/log2026h2\",\"type\":\"%s\","
          "\"timestamp\":1.005},\"leaf_cert\":{\"all_domains\":[],\"extensions\":{},",
          cases[i].index, cases[i].link, cases[i].type);

      frames.text[LITE][MIN (frames.size[LITE], strlen (expected))] = '\0';
      g_assert_cmpstr (frames.text[LITE], ==, expected);
    }
}

/* The poison is shown on precert entries alone, and never on certificates of a chain. */
static void
test_precert (void)
{
  g_autoptr (CtsSerializer) serializer = g_object_new (CERTSTREAM_TYPE_SERIALIZER, NULL);
  g_autoptr (GByteArray) cert
      = test_certificate (NULL, NULL, NULL,
                          der_hex ("3013 060a2b06010401d679020403 0101ff 04020500"));
  g_autoptr (CtsRecord) precert = test_record (CTS_ENTRY_PRECERT, cert->data, cert->len);
  g_autoptr (CtsRecord) x509 = test_record (CTS_ENTRY_X509, cert->data, cert->len);
  g_auto (Frames) precert_frames = encode (serializer, precert, 1u << FULL);
  g_auto (Frames) x509_frames = encode (serializer, x509, 1u << FULL);

  g_assert_nonnull (strstr (precert_frames.text[FULL], "\"update_type\":\"PrecertLogEntry\","));
  g_assert_nonnull (strstr (precert_frames.text[FULL], "\"extensions\":{\"ctlPoisonByte\":true},"));
  g_assert_true (g_str_has_suffix (precert_frames.text[FULL], "},\"chain\":[]}}"));
  g_assert_nonnull (strstr (x509_frames.text[FULL], "\"extensions\":{},"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/certstream/golden", test_golden);
  g_test_add_func ("/certstream/formats", test_formats);
  g_test_add_func ("/certstream/cert-link", test_cert_link);
  g_test_add_func ("/certstream/precert", test_precert);
  return g_test_run ();
}
