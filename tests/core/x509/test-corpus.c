/* SPDX-License-Identifier: MIT */
#include <json-glib/json-glib.h>
#include <string.h>

#include "core/x509/cts-name.h"
#include "core/x509/cts-x509.h"
#include "tests/core/x509/cts-test-certificates.h"
#include "tests/support/cts-test.h"

/* Certificates of the corpus whose frame is broken; three parsers refuse them as well, or take BER
 * where DER is asked for. */
static const struct
{
  const char *sha256;
  const char *reason; /* for who reads this */
} refused[] = {
  { "516a3e53", "TBSCertificate is no SEQUENCE" },
  { "7d8e93ee", "the file ends within the certificate" },
  { "8126322f", "Validity is no SEQUENCE" },
  { "b5129339", "indefinite length" },
  { "cfd20a0e", "the file ends within the certificate" },
};

/* Passes as it is and becomes U+FFFD where it is written out; the reference guesses Latin-1. */
#define NOT_ASCII "8-bit bytes in a string type that has ASCII only"

/* What the reader says otherwise than the reference on purpose. */
static const struct
{
  const char *sha256;
  const char *field;
  const char *reason;
} accepted[] = {
  { "40da43cc", "issuer.C", "the value is a SEQUENCE; the reference shows its header too" },
  { "560cf1f2", "issuer.O", NOT_ASCII },
  { "560cf1f2", "issuer.emailAddress", NOT_ASCII },
  { "5967716d", "subject.CN", NOT_ASCII },
  { "6cf2c903", "subject.CN", NOT_ASCII },
  { "70463296", "subject.CN", NOT_ASCII },
  { "7891eeb8", "issuer.O", NOT_ASCII },
  { "7891eeb8", "subject.ST", NOT_ASCII },
  { "7ec4ace1", "subject.emailAddress", NOT_ASCII },
  { "862c27fd", "issuer.O", NOT_ASCII },
  { "89267304", "subject.CN", NOT_ASCII },
  { "b5f72f47", "subject.CN", NOT_ASCII },
  { "b7084854", "subject.CN", NOT_ASCII },
  { "bede64b7", "subject.OU", NOT_ASCII },
  { "c5ce2489", "subject.CN", NOT_ASCII },
  { "c5ce2489", "subject.O", NOT_ASCII },
  { "c86b71eb", "subject.L", NOT_ASCII },
  { "d29576f5", "subject.CN", NOT_ASCII },
  { "dca9cd18", "issuer.ST", NOT_ASCII },
  { "dfcebbc1", "issuer.O", NOT_ASCII },
  { "e3c81613", "subject.emailAddress", NOT_ASCII },
  { "ef8d43fa", "subject.CN", NOT_ASCII },
  { "f1c2b505", "issuer.O", NOT_ASCII },
  { "f80fbb86", "subject.OU", NOT_ASCII },
};

typedef struct
{
  GHashTable *seen; /* "sha256-prefix field" of each difference */
  const char *sha256;
  JsonObject *oracle;
} Comparison;

static void
differ (Comparison *comparison, const char *field)
{
  g_hash_table_add (comparison->seen, g_strdup_printf ("%.8s %s", comparison->sha256, field));
}

/* The reference gives no value for a field that no parser could read, or on which they disagree. */
static gboolean
is_known (Comparison *comparison, const char *field)
{
  JsonArray *unknown;

  if (json_object_has_member (comparison->oracle, "disagree")
      && json_object_has_member (json_object_get_object_member (comparison->oracle, "disagree"),
                                 field))
    return FALSE;
  if (!json_object_has_member (comparison->oracle, "unknown"))
    return TRUE;
  unknown = json_object_get_array_member (comparison->oracle, "unknown");
  for (guint i = 0; i < json_array_get_length (unknown); i++)
    if (g_str_equal (json_array_get_string_element (unknown, i), field))
      return FALSE;
  return TRUE;
}

static gboolean
same_list (JsonArray *expected, GPtrArray *found)
{
  guint n = expected == NULL ? 0 : json_array_get_length (expected);

  if (n != found->len)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!g_str_equal (json_array_get_string_element (expected, i), found->pdata[i]))
      return FALSE;
  return TRUE;
}

static void
compare_name (Comparison *comparison, const char *field, const guint8 *der, const CtsSpan *span)
{
  static const struct
  {
    const char *key;
    CtsNameAttribute attribute;
  } keys[] = {
    { "C", CTS_NAME_COUNTRY },
    { "CN", CTS_NAME_COMMON_NAME },
    { "L", CTS_NAME_LOCALITY },
    { "O", CTS_NAME_ORGANIZATION },
    { "OU", CTS_NAME_ORGANIZATIONAL_UNIT },
    { "ST", CTS_NAME_STATE },
    { "emailAddress", CTS_NAME_EMAIL_ADDRESS },
  };
  JsonObject *name;

  if (!is_known (comparison, field))
    return;
  name = json_object_get_object_member (comparison->oracle, field);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GPtrArray) found = cts_test_name_values (der, span, keys[i].attribute);
      JsonArray *expected = json_object_has_member (name, keys[i].key)
                                ? json_object_get_array_member (name, keys[i].key)
                                : NULL;

      if (!same_list (expected, found))
        {
          g_autofree char *path = g_strdup_printf ("%s.%s", field, keys[i].key);

          differ (comparison, path);
        }
    }
}

static void
compare_serial (Comparison *comparison, const guint8 *der, const CtsX509 *x509)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  for (guint32 i = 0; i < x509->serial.size; i++)
    g_string_append_printf (hex, "%02X", der[x509->serial.offset + i]);
  if (g_strcmp0 (json_object_get_string_member (comparison->oracle, "serial_raw"), hex->str) != 0)
    differ (comparison, "serial_raw");
}

static void
compare_number (Comparison *comparison, const char *field, gint64 found)
{
  if (is_known (comparison, field)
      && json_object_get_int_member (comparison->oracle, field) != found)
    differ (comparison, field);
}

static void
compare_ca (Comparison *comparison, const CtsX509 *x509)
{
  JsonNode *constraints = json_object_get_member (comparison->oracle, "basic_constraints");
  gboolean ca = FALSE;

  if (!is_known (comparison, "basic_constraints"))
    return;
  if (JSON_NODE_HOLDS_OBJECT (constraints))
    ca = json_object_get_boolean_member (json_node_get_object (constraints), "ca");
  if (ca != x509->is_ca)
    differ (comparison, "basic_constraints");
}

static void
compare (Comparison *comparison, const guint8 *der, const CtsX509 *x509)
{
  compare_number (comparison, "version", x509->version);
  compare_number (comparison, "not_before", x509->not_before);
  compare_number (comparison, "not_after", x509->not_after);
  compare_serial (comparison, der, x509);
  compare_name (comparison, "subject", der, &x509->subject);
  compare_name (comparison, "issuer", der, &x509->issuer);
  compare_ca (comparison, x509);
  if (is_known (comparison, "is_precert")
      && json_object_get_boolean_member (comparison->oracle, "is_precert")
             != cts_x509_is_precert (x509))
    differ (comparison, "is_precert");
  if (is_known (comparison, "has_scts")
      && json_object_get_boolean_member (comparison->oracle, "has_scts")
             != cts_x509_has_extension (x509, CTS_X509_EXT_SCT_LIST))
    differ (comparison, "has_scts");
  if (is_known (comparison, "dns_names"))
    {
      g_autoptr (GPtrArray) names = cts_test_dns_names (der, x509);

      if (!same_list (json_object_get_array_member (comparison->oracle, "dns_names"), names))
        differ (comparison, "dns_names");
    }
}

/* Whether all three reference parsers loaded the certificate. */
static gboolean
all_loaded (JsonObject *oracle)
{
  JsonObject *parse_ok = json_object_get_object_member (oracle, "parse_ok");

  return json_object_get_boolean_member (parse_ok, "pyca")
         && json_object_get_boolean_member (parse_ok, "asn1crypto")
         && json_object_get_boolean_member (parse_ok, "openssl");
}

static void
assert_as_accepted (GHashTable *seen)
{
  GHashTableIter iter;
  gpointer key;

  for (guint i = 0; i < G_N_ELEMENTS (accepted); i++)
    {
      g_autofree char *name = g_strdup_printf ("%s %s", accepted[i].sha256, accepted[i].field);

      if (g_hash_table_remove (seen, name))
        continue;
      g_test_message ("vanished: %s (%s)", name, accepted[i].reason);
      g_test_fail ();
    }
  g_hash_table_iter_init (&iter, seen);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      g_test_message ("new: %s", (char *) key);
      g_test_fail ();
    }
}

static void
test_oracle (void)
{
  g_autoptr (GBytes) certificates = cts_test_shared_bytes ("corpus/certs.bin");
  g_autoptr (GBytes) lines = cts_test_shared_bytes ("corpus/oracle.jsonl");
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  const char *line;
  const guint8 *der;
  gsize size, position = 0;
  guint n_compared = 0;

  if (certificates == NULL || lines == NULL)
    return;
  line = g_bytes_get_data (lines, NULL);
  while (cts_test_next_certificate (certificates, &position, &der, &size))
    {
      g_autoptr (GError) error = NULL;
      const char *end = strchr (line, '\n');
      Comparison comparison = { .seen = seen };
      CtsX509 x509;

      g_assert_nonnull (end);
      json_parser_load_from_data (parser, line, end - line, &error);
      g_assert_no_error (error);
      line = end + 1;

      comparison.oracle = json_node_get_object (json_parser_get_root (parser));
      comparison.sha256 = json_object_get_string_member (comparison.oracle, "sha256");
      if (!all_loaded (comparison.oracle))
        continue;
      g_assert_true (cts_x509_read (&x509, der, size));
      compare (&comparison, der, &x509);
      n_compared++;
    }

  g_assert_cmpuint (n_compared, ==, 5000);
  assert_as_accepted (seen);
}

static void
test_frame (void)
{
  g_autoptr (GBytes) certificates = cts_test_shared_bytes ("corpus/certs.bin");
  const guint8 *der;
  gsize size, position = 0;
  guint n = 0, n_refused = 0;

  if (certificates == NULL)
    return;
  while (cts_test_next_certificate (certificates, &position, &der, &size))
    {
      /* A copy of its own, so that the sanitizer sees a read beyond the end. */
      g_autofree guint8 *copy = g_memdup2 (der, size);
      g_autofree char *sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der, size);
      CtsX509 x509;
      gboolean expected = TRUE;

      for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
        expected &= !g_str_has_prefix (sha256, refused[i].sha256);
      if (cts_x509_read (&x509, copy, size) != expected)
        g_test_fail_printf ("%s: %s", sha256, expected ? "refused" : "read");
      if (expected)
        cts_test_assert_spans (&x509, size);
      n_refused += !expected;
      n++;
    }
  g_assert_cmpuint (n, ==, 5229);
  g_assert_cmpuint (n_refused, ==, G_N_ELEMENTS (refused));
}

/* The DER within a PEM file. */
static guint8 *
read_pem (const char *path, gsize *size)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  char *begin, *end;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  begin = strstr (text, "-----BEGIN CERTIFICATE-----");
  g_assert_nonnull (begin);
  begin = strchr (begin, '\n');
  end = strstr (begin, "-----END");
  g_assert_nonnull (end);
  *end = 0;
  return g_base64_decode (begin, size);
}

/* Certificates that strict parsers refuse: all have a sound frame. */
static void
test_malformed (void)
{
  g_autofree char *folder = cts_test_shared_file ("vectors/malformed-certs");
  g_autoptr (GDir) files = NULL;
  const char *name;
  guint n = 0;

  if (folder == NULL)
    return;
  files = g_dir_open (folder, 0, NULL);
  while ((name = g_dir_read_name (files)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      gsize size;
      g_autofree guint8 *der = read_pem (path, &size);
      CtsX509 x509;

      if (!cts_x509_read (&x509, der, size))
        g_test_fail_printf ("refused: %s", name);
      cts_test_assert_spans (&x509, size);
      n++;
    }
  g_assert_cmpuint (n, ==, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/x509/corpus/oracle", test_oracle);
  g_test_add_func ("/x509/corpus/frame", test_frame);
  g_test_add_func ("/x509/corpus/malformed", test_malformed);
  return g_test_run ();
}
