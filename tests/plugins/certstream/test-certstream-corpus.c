/* SPDX-License-Identifier: MIT */
#include "certstream-test.h"

#include "tests/support/cts-test.h"

#include <gnutls/x509.h>

/* The oracle's parsers, all of which must have loaded a certificate. */
static const char *const oracle_parsers[] = { "pyca", "asn1crypto", "openssl" };

/* The wire format knows null inside names alone. */
static void
assert_no_null (JsonNode *node)
{
  g_assert_false (JSON_NODE_HOLDS_NULL (node));
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        assert_no_null (json_array_get_element (array, i));
    }
  else if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *key;
      JsonNode *member;

      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, &key, &member))
        if (!g_str_equal (key, "subject") && !g_str_equal (key, "issuer"))
          assert_no_null (member);
    }
}

static void
assert_integer (JsonObject *object, const char *key)
{
  g_assert_true (json_node_get_value_type (json_object_get_member (object, key)) == G_TYPE_INT64);
}

static void
assert_as_der (JsonObject *object, const guint8 *der, gsize size)
{
  gsize decoded_size;
  g_autofree guint8 *decoded
      = g_base64_decode (json_object_get_string_member (object, "as_der"), &decoded_size);

  g_assert_cmpmem (decoded, decoded_size, der, size);
}

static JsonNode *
copy_without (JsonObject *object, const char *key)
{
  JsonNode *copy = json_node_new (JSON_NODE_OBJECT);
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  json_node_take_object (copy, json_object_new ());
  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, &member))
    if (!g_str_equal (name, key))
      json_object_set_member (json_node_get_object (copy), name, json_node_copy (member));
  return copy;
}

/* Lite is full without `as_der` and `chain`; domains-only is its `all_domains`. */
static void
assert_cuts (JsonObject *full, JsonObject *lite, JsonNode *domains)
{
  g_autoptr (JsonNode) expected = copy_without (full, "chain");
  g_autoptr (JsonNode) lite_node = json_node_init_object (json_node_alloc (), lite);
  JsonObject *leaf = json_object_get_object_member (full, "leaf_cert");

  json_object_set_member (json_node_get_object (expected), "leaf_cert",
                          copy_without (leaf, "as_der"));
  g_assert_true (json_node_equal (expected, lite_node));
  g_assert_true (json_node_equal (json_object_get_member (leaf, "all_domains"), domains));
}

/* The chain in these tests is the leaf itself, so both objects must say the same. */
static void
assert_chain (JsonObject *data)
{
  JsonArray *chain = json_object_get_array_member (data, "chain");
  g_autoptr (JsonNode) expected
      = copy_without (json_object_get_object_member (data, "leaf_cert"), "all_domains");
  JsonObject *extensions
      = json_object_get_object_member (json_node_get_object (expected), "extensions");

  g_assert_cmpuint (json_array_get_length (chain), ==, 1);
  if (json_object_has_member (extensions, "ctlPoisonByte"))
    {
      json_object_set_member (json_node_get_object (expected), "extensions",
                              copy_without (extensions, "ctlPoisonByte"));
    }
  g_assert_true (json_node_equal (json_array_get_element (chain, 0), expected));
}

static JsonObject *
get_data (JsonNode *root)
{
  return json_object_get_object_member (json_node_get_object (root), "data");
}

/* Pairs of hex digits with colons between them. */
static char *
colons (const char *hex, gboolean upper)
{
  GString *text = g_string_new (NULL);

  for (; hex[0] != '\0'; hex += 2)
    g_string_append_printf (text, "%s%.2s", text->len > 0 ? ":" : "", hex);
  if (upper)
    g_string_ascii_up (text);
  return g_string_free (text, FALSE);
}

static gboolean
oracle_loads (JsonObject *oracle)
{
  JsonObject *parse_ok = json_object_get_object_member (oracle, "parse_ok");

  for (guint i = 0; i < G_N_ELEMENTS (oracle_parsers); i++)
    if (!json_object_get_boolean_member (parse_ok, oracle_parsers[i]))
      return FALSE;
  return TRUE;
}

/* Where the oracle's parsers are more lenient than DER, the certificate and the field. */
static const char *const lenient[][2] = {
  /* 0x85 unused bits. */
  { "69aeed52dccd952d9d71cbb92ea6645b19c48ffbe3536e2b4e345601cff1c377", "key_usage" },
  /* An unused bit that is set. */
  { "791f8e9df4485a83a43c6a1b28d49ebe48a87f9706cffa3292c6c9c3771b5ff3", "key_usage" },
  /* An empty object identifier. */
  { "b9307570a657af33540b3d4b8984604f903d48de7ec4fb8d6135d85a406aa0e8", "eku" },
  /* An object identifier that ends within an arc. */
  { "e3c816137f7a29521e21731fad64e6dd7926e5d2c8404ed95c806a7e2e11ba97", "eku" },
};

/* Whether the oracle is not sure of a field: its parsers differ, or none of them has a value. */
static gboolean
oracle_doubts (JsonObject *oracle, const char *field)
{
  JsonArray *unknown = json_object_has_member (oracle, "unknown")
                           ? json_object_get_array_member (oracle, "unknown")
                           : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (lenient); i++)
    if (g_str_equal (lenient[i][0], json_object_get_string_member (oracle, "sha256"))
        && g_str_equal (lenient[i][1], field))
      return TRUE;
  if (json_object_has_member (oracle, "disagree")
      && json_object_has_member (json_object_get_object_member (oracle, "disagree"), field))
    return TRUE;
  for (guint i = 0; unknown != NULL && i < json_array_get_length (unknown); i++)
    if (g_str_equal (json_array_get_string_element (unknown, i), field))
      return TRUE;
  return FALSE;
}

/* NULL for a field that is absent from the certificate. */
static JsonArray *
oracle_array (JsonObject *oracle, const char *field)
{
  JsonNode *node = json_object_get_member (oracle, field);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static void
add_once (GPtrArray *names, const char *name)
{
  if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
    g_ptr_array_add (names, (gpointer) name);
}

/* The last common name that is not empty, unless it is a CA; then the DNS names. */
static gboolean
check_domains (JsonObject *oracle, JsonObject *leaf)
{
  g_autoptr (GPtrArray) expected = g_ptr_array_new ();
  JsonArray *names = oracle_array (oracle, "dns_names");
  JsonArray *actual = json_object_get_array_member (leaf, "all_domains");
  JsonArray *common_names;
  const char *last = "";

  if (oracle_doubts (oracle, "dns_names") || oracle_doubts (oracle, "subject"))
    return FALSE;
  common_names = oracle_array (json_object_get_object_member (oracle, "subject"), "CN");
  for (guint i = 0; common_names != NULL && i < json_array_get_length (common_names); i++)
    if (*json_array_get_string_element (common_names, i) != '\0')
      last = json_array_get_string_element (common_names, i);
  if (*last != '\0' && !json_object_get_boolean_member (leaf, "is_ca"))
    add_once (expected, last);
  for (guint i = 0; names != NULL && i < json_array_get_length (names); i++)
    add_once (expected, json_array_get_string_element (names, i));

  g_assert_cmpuint (json_array_get_length (actual), ==, expected->len);
  for (guint i = 0; i < expected->len; i++)
    {
      const char *name = json_array_get_string_element (actual, i);

      /* The oracle reads bytes that are no UTF-8 as Latin-1, whatever the type of the string. */
      if (strstr (name, "\357\277\275") == NULL)
        g_assert_cmpstr (name, ==, expected->pdata[i]);
    }
  return TRUE;
}

/* The oracle writes the number without leading zeros, the wire in pairs of digits. */
static void
check_serial (JsonObject *oracle, JsonObject *leaf)
{
  const char *serial = json_object_get_string_member (oracle, "serial");
  gboolean negative = *serial == '-';
  g_autofree char *expected = NULL;

  serial += negative;
  expected = g_strdup_printf ("%s%s%s", negative ? "-" : "", strlen (serial) % 2 == 1 ? "0" : "",
                              serial);
  g_assert_cmpstr (json_object_get_string_member (leaf, "serial_number"), ==, expected);
}

static void
check_text (JsonObject *extensions, const char *key, const char *expected)
{
  g_assert_cmpstr (json_object_get_string_member_with_default (extensions, key, NULL), ==,
                   expected);
}

static void
check_key_ids (JsonObject *oracle, JsonObject *extensions)
{
  const char *fields[][2] = {
    { "ski", "subjectKeyIdentifier" },
    { "aki", "authorityKeyIdentifier" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const char *hex = json_object_get_string_member_with_default (oracle, fields[i][0], NULL);
      g_autofree char *pairs = hex != NULL ? colons (hex, FALSE) : NULL;
      g_autofree char *expected = pairs != NULL ? g_strconcat ("keyid:", pairs, NULL) : NULL;

      if (!oracle_doubts (oracle, fields[i][0]))
        check_text (extensions, fields[i][1], expected);
    }
}

static char *
policies_text (JsonArray *policies)
{
  GString *text;

  if (policies == NULL || json_array_get_length (policies) == 0)
    return NULL;
  text = g_string_new (NULL);
  for (guint i = 0; i < json_array_get_length (policies); i++)
    g_string_append_printf (text, "Policy: %s\n", json_array_get_string_element (policies, i));
  return g_string_free (text, FALSE);
}

static const char *
word (const char *const (*words)[2], const char *name)
{
  for (; (*words)[0] != NULL; words++)
    if (g_str_equal ((*words)[0], name))
      return (*words)[1];
  return name;
}

static char *
joined (JsonArray *names, const char *const (*words)[2])
{
  GString *text;

  if (names == NULL || json_array_get_length (names) == 0)
    return NULL;
  text = g_string_new (NULL);
  for (guint i = 0; i < json_array_get_length (names); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                            word (words, json_array_get_string_element (names, i)));
  return g_string_free (text, FALSE);
}

static void
check_usages (JsonObject *oracle, JsonObject *extensions)
{
  const char *const purposes[][2] = {
    { "1.3.6.1.5.5.7.3.1", "TLS Web Server Authentication" },
    { "1.3.6.1.5.5.7.3.2", "TLS Web Client Authentication" },
    { "1.3.6.1.5.5.7.3.3", "Code Signing" },
    { "1.3.6.1.5.5.7.3.4", "E-mail Protection" },
    { "1.3.6.1.5.5.7.3.8", "Time Stamping" },
    { "1.3.6.1.5.5.7.3.9", "OCSP Signing" },
    { "2.5.29.37.0", "Any Extended Key Usage" },
    { NULL },
  };
  g_autofree char *expected = joined (oracle_array (oracle, "eku"), purposes);
  g_autofree char *policies = policies_text (oracle_array (oracle, "policies"));

  if (!oracle_doubts (oracle, "eku"))
    check_text (extensions, "extendedKeyUsage", expected);
  if (!oracle_doubts (oracle, "policies"))
    check_text (extensions, "certificatePolicies", policies);
}

/* The oracle lists key usages in an order of its own, so they are compared as sets. */
static void
check_key_usage (JsonObject *oracle, JsonObject *extensions)
{
  const char *const words[][2] = {
    { "digitalSignature", "Digital Signature" },
    { "nonRepudiation", "Content Commitment" },
    { "keyEncipherment", "Key Encipherment" },
    { "dataEncipherment", "Data Encipherment" },
    { "keyAgreement", "Key Agreement" },
    { "keyCertSign", "Certificate Signing" },
    { "cRLSign", "CRL Signing" },
    { "encipherOnly", "Encipher Only" },
    { "decipherOnly", "Decipher Only" },
    { NULL },
  };
  JsonArray *usages = oracle_array (oracle, "key_usage");
  const char *text = json_object_get_string_member_with_default (extensions, "keyUsage", "");
  g_auto (GStrv) actual = g_strsplit (text, ", ", -1);

  if (oracle_doubts (oracle, "key_usage") || usages == NULL)
    return;
  g_assert_cmpuint (g_strv_length (actual), ==, json_array_get_length (usages));
  for (guint i = 0; i < json_array_get_length (usages); i++)
    g_assert_true (g_strv_contains ((const char *const *) actual,
                                    word (words, json_array_get_string_element (usages, i))));
}

static void
check_basic_constraints (JsonObject *oracle, JsonObject *leaf, JsonObject *extensions)
{
  JsonNode *node = json_object_get_member (oracle, "basic_constraints");
  gboolean ca;

  if (oracle_doubts (oracle, "basic_constraints") || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  ca = json_object_get_boolean_member (json_node_get_object (node), "ca");
  g_assert_cmpint (json_object_get_boolean_member (leaf, "is_ca"), ==, ca);
  check_text (extensions, "basicConstraints", ca ? "CA:TRUE" : "CA:FALSE");
}

static void
check_hashes (JsonObject *oracle, JsonObject *leaf)
{
  g_autofree char *sha1 = colons (json_object_get_string_member (oracle, "sha1"), TRUE);
  g_autofree char *sha256 = colons (json_object_get_string_member (oracle, "sha256"), TRUE);

  g_assert_cmpstr (json_object_get_string_member (leaf, "fingerprint"), ==, sha1);
  g_assert_cmpstr (json_object_get_string_member (leaf, "sha1"), ==, sha1);
  g_assert_cmpstr (json_object_get_string_member (leaf, "sha256"), ==, sha256);
}

/* Returns whether the fields other than names could be compared. */
static gboolean
check_against_oracle (JsonObject *oracle, JsonObject *leaf)
{
  JsonObject *extensions = json_object_get_object_member (leaf, "extensions");

  check_hashes (oracle, leaf);
  if (!oracle_loads (oracle))
    return FALSE;
  check_serial (oracle, leaf);
  if (!oracle_doubts (oracle, "not_before"))
    g_assert_cmpint (json_object_get_int_member (leaf, "not_before"), ==,
                     json_object_get_int_member (oracle, "not_before"));
  if (!oracle_doubts (oracle, "not_after"))
    g_assert_cmpint (json_object_get_int_member (leaf, "not_after"), ==,
                     json_object_get_int_member (oracle, "not_after"));
  g_assert_cmpint (json_object_has_member (extensions, "ctlPoisonByte"), ==,
                   json_object_get_boolean_member (oracle, "is_precert"));
  check_key_ids (oracle, extensions);
  check_usages (oracle, extensions);
  check_key_usage (oracle, extensions);
  check_basic_constraints (oracle, leaf, extensions);
  return TRUE;
}

/* Encodes one certificate and checks what must hold for all. */
static JsonNode *
check_frames (CtsSerializer *serializer, const guint8 *der, gsize size)
{
  g_autoptr (CtsIssuer) issuer = cts_issuer_new (der, size);
  g_autoptr (CtsLogInfo) log = test_log ("rfc6962");
  g_autoptr (CtsRecord) record
      = cts_record_new (log, 7, CTS_ENTRY_PRECERT, 1, 1, der, size, &issuer, 1);
  g_auto (Frames) frames = { 0 };
  g_autoptr (JsonNode) full = NULL;
  g_autoptr (JsonNode) lite = NULL;
  g_autoptr (JsonNode) domains = NULL;
  JsonObject *leaf;

  if (record == NULL)
    {
      g_assert_false (issuer->parsed);
      return NULL;
    }
  frames = encode (serializer, record, ALL_FORMATS);
  full = parse_object (frames.text[FULL], frames.size[FULL]);
  lite = parse_object (frames.text[LITE], frames.size[LITE]);
  domains = parse_object (frames.text[DOMAINS], frames.size[DOMAINS]);
  assert_no_null (full);
  leaf = json_object_get_object_member (get_data (full), "leaf_cert");
  assert_integer (leaf, "not_before");
  assert_integer (leaf, "not_after");
  assert_as_der (leaf, der, size);
  assert_cuts (get_data (full), get_data (lite),
               json_object_get_member (json_node_get_object (domains), "data"));
  assert_chain (get_data (full));
  return g_steal_pointer (&full);
}

static guint
read_uint24 (const guint8 *data)
{
  return (guint) data[0] << 16 | (guint) data[1] << 8 | data[2];
}

static void
test_corpus (void)
{
  g_autoptr (GBytes) certs = cts_test_shared_bytes ("corpus/certs.bin");
  g_autoptr (GBytes) oracles = cts_test_shared_bytes ("corpus/oracle.jsonl");
  g_autoptr (CtsSerializer) serializer = g_object_new (CERTSTREAM_TYPE_SERIALIZER, NULL);
  const guint8 *at, *end;
  const char *line;
  guint n = 0, n_read = 0, n_names = 0;

  if (certs == NULL || oracles == NULL)
    return;
  at = g_bytes_get_data (certs, NULL);
  end = at + g_bytes_get_size (certs);
  line = g_bytes_get_data (oracles, NULL);
  for (; at < end; n++)
    {
      gsize size = (gsize) at[0] << 24 | read_uint24 (at + 1);
      const char *line_end = strchr (line, '\n');
      g_autoptr (JsonNode) oracle = parse_object (line, line_end - line);
      g_autoptr (JsonNode) full = check_frames (serializer, at + 4, size);

      if (full != NULL)
        {
          JsonObject *leaf = json_object_get_object_member (get_data (full), "leaf_cert");

          /* The JSON library cuts a string at a NUL. */
          if (check_against_oracle (json_node_get_object (oracle), leaf)
              && memmem (line, line_end - line, "\\u0000", 6) == NULL)
            n_names += check_domains (json_node_get_object (oracle), leaf);
          n_read++;
        }
      at += 4 + size;
      line = line_end + 1;
    }
  g_test_message ("%u certificates, %u read, names of %u compared", n, n_read, n_names);
  g_assert_cmpuint (n, ==, 5229);
  g_assert_cmpuint (n_read, >=, 5200);
  g_assert_cmpuint (n_names, >=, 4900);
}

/* Compares a leaf with what GnuTLS reads in the same certificate. */
static void
check_against_gnutls (JsonObject *leaf, const guint8 *der, gsize size)
{
  gnutls_datum_t datum = { (guchar *) der, size };
  JsonArray *domains = json_object_get_array_member (leaf, "all_domains");
  guint8 serial[64];
  size_t serial_size = sizeof serial;
  gnutls_x509_crt_t crt;
  GString *hex = g_string_new (NULL);
  guint n_found = 0;

  g_assert_cmpint (gnutls_x509_crt_init (&crt), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_import (crt, &datum, GNUTLS_X509_FMT_DER), ==, 0);
  gnutls_x509_crt_get_serial (crt, serial, &serial_size);
  for (guint i = serial[0] == 0; i < serial_size; i++)
    g_string_append_printf (hex, "%02X", serial[i]);
  g_assert_cmpstr (json_object_get_string_member (leaf, "serial_number"), ==, hex->str);
  g_assert_cmpint (json_object_get_int_member (leaf, "not_before"), ==,
                   gnutls_x509_crt_get_activation_time (crt));
  g_assert_cmpint (json_object_get_int_member (leaf, "not_after"), ==,
                   gnutls_x509_crt_get_expiration_time (crt));
  for (guint i = 0;; i++)
    {
      char name[300];
      size_t name_size = sizeof name;

      if (gnutls_x509_crt_get_subject_alt_name (crt, i, name, &name_size, NULL) < 0)
        break;
      for (guint k = 0; k < json_array_get_length (domains); k++)
        n_found += g_str_equal (json_array_get_string_element (domains, k), name);
    }
  g_assert_cmpuint (n_found, >, 0);
  g_assert_cmpuint (json_array_get_length (domains), >=, n_found);
  g_assert_cmpuint (json_array_get_length (domains), <=, n_found + 1);
  g_string_free (hex, TRUE);
  gnutls_x509_crt_deinit (crt);
}

/* One entry of get-entries (RFC 6962 §3.4, §4.6). */
static void
check_live_entry (CtsSerializer *serializer, JsonObject *entry)
{
  gsize leaf_size, extra_size;
  g_autofree guint8 *leaf_input
      = g_base64_decode (json_object_get_string_member (entry, "leaf_input"), &leaf_size);
  g_autofree guint8 *extra
      = g_base64_decode (json_object_get_string_member (entry, "extra_data"), &extra_size);
  gboolean precert = json_object_get_int_member (entry, "entry_type") == CTS_ENTRY_PRECERT;
  const guint8 *field = precert ? extra : leaf_input + 12;
  const guint8 *der = field + 3;
  gsize size = read_uint24 (field);
  const guint8 *at = precert ? der + size : extra;
  const guint8 *end = at + 3 + read_uint24 (at);
  CtsIssuer *chain[16];
  guint n = 0;
  g_autoptr (CtsLogInfo) log
      = cts_log_info_new ((const guint8[CTS_LOG_ID_SIZE]){ 0 },
                          json_object_get_string_member (entry, "log_name"),
                          json_object_get_string_member (entry, "log_url"), "", "rfc6962");
  g_autoptr (CtsRecord) record = NULL;
  g_auto (Frames) frames = { 0 };
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *submitted = NULL;
  JsonArray *chain_array;

  for (at += 3; at < end && n < G_N_ELEMENTS (chain); at += 3 + read_uint24 (at))
    chain[n++] = cts_issuer_new (at + 3, read_uint24 (at));
  record = cts_record_new (log, json_object_get_int_member (entry, "index"), precert,
                           json_object_get_int_member (entry, "timestamp"), 1, der, size, chain, n);
  g_assert_nonnull (record);
  frames = encode (serializer, record, ALL_FORMATS);
  root = parse_object (frames.text[FULL], frames.size[FULL]);

  g_assert_cmpstr (json_object_get_string_member (get_data (root), "update_type"), ==,
                   precert ? "PrecertLogEntry" : "X509LogEntry");
  g_assert_cmpint (json_object_get_int_member (get_data (root), "cert_index"), ==,
                   json_object_get_int_member (entry, "index"));
  submitted = g_strdup_printf ("\"submission_timestamp\":%" G_GINT64_FORMAT ".%03d,",
                               json_object_get_int_member (entry, "timestamp") / 1000,
                               (int) (json_object_get_int_member (entry, "timestamp") % 1000));
  g_assert_nonnull (strstr (frames.text[FULL], submitted));
  check_against_gnutls (json_object_get_object_member (get_data (root), "leaf_cert"), der, size);

  chain_array = json_object_get_array_member (get_data (root), "chain");
  g_assert_cmpuint (json_array_get_length (chain_array), ==, n);
  for (guint i = 0; i < n; i++)
    {
      assert_as_der (json_array_get_object_element (chain_array, i), chain[i]->certificate.der,
                     chain[i]->certificate.size);
      cts_issuer_unref (chain[i]);
    }
}

static void
test_live (void)
{
  g_autoptr (GBytes) bytes
      = cts_test_shared_bytes ("vectors/get-entries/live_2026-05_argon2026h2_nimbus2026.json");
  g_autoptr (CtsSerializer) serializer = g_object_new (CERTSTREAM_TYPE_SERIALIZER, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonArray *entries;

  if (bytes == NULL)
    return;
  json_parser_load_from_data (parser, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                              &error);
  g_assert_no_error (error);
  entries = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (entries), ==, 40);
  for (guint i = 0; i < json_array_get_length (entries); i++)
    check_live_entry (serializer, json_array_get_object_element (entries, i));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/certstream/corpus/certificates", test_corpus);
  g_test_add_func ("/certstream/corpus/live", test_live);
  return g_test_run ();
}
