/* SPDX-License-Identifier: MIT */
#include "fake-log.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <string.h>

#define SERIAL_SIZE 8
/* Keeps the serial number positive and free of leading zeros; no index is that large. */
#define SERIAL_FLAG (G_GUINT64_CONSTANT (0x41) << 56)

static const guint8 template_serial[SERIAL_SIZE] = "ABCDEFGH";

/* A self-signed certificate; once its serial is exchanged the signature is wrong, as nobody asks.
 */
static GByteArray *
make_template (void)
{
  GByteArray *der = g_byte_array_new ();
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t certificate;
  gnutls_datum_t out;

  gnutls_x509_privkey_init (&key);
  gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA,
                                GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0);
  gnutls_x509_crt_init (&certificate);
  gnutls_x509_crt_set_version (certificate, 3);
  gnutls_x509_crt_set_serial (certificate, template_serial, SERIAL_SIZE);
  gnutls_x509_crt_set_dn (certificate, "CN=test.example", NULL);
  gnutls_x509_crt_set_activation_time (certificate, 1700000000);
  gnutls_x509_crt_set_expiration_time (certificate, 1800000000);
  gnutls_x509_crt_set_key (certificate, key);
  g_assert_cmpint (gnutls_x509_crt_sign2 (certificate, certificate, key, GNUTLS_DIG_SHA256, 0), ==,
                   GNUTLS_E_SUCCESS);
  g_assert_cmpint (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_DER, &out), ==,
                   GNUTLS_E_SUCCESS);
  g_byte_array_append (der, out.data, out.size);
  gnutls_free (out.data);
  gnutls_x509_crt_deinit (certificate);
  gnutls_x509_privkey_deinit (key);
  return der;
}

static const GByteArray *
get_template (void)
{
  static GByteArray *template;

  if (template == NULL)
    template = make_template ();
  return template;
}

static gsize
get_serial_offset (void)
{
  const GByteArray *template = get_template ();
  const guint8 *at = memmem (template->data, template->len, template_serial, SERIAL_SIZE);

  g_assert_nonnull (at);
  return (gsize) (at - template->data);
}

GBytes *
fake_log_certificate (guint64 index)
{
  const GByteArray *template = get_template ();
  guint8 *der = g_memdup2 (template->data, template->len);
  guint64 serial = GUINT64_TO_BE (index | SERIAL_FLAG);

  memcpy (der + get_serial_offset (), &serial, sizeof serial);
  return g_bytes_new_take (der, template->len);
}

guint64
fake_log_read_index (const CtsCertificate *certificate)
{
  gsize size;
  const guint8 *der = cts_certificate_get_der (certificate, &size);
  guint64 serial;

  g_assert_cmpuint (size, ==, get_template ()->len);
  memcpy (&serial, der + get_serial_offset (), sizeof serial);
  return GUINT64_FROM_BE (serial) & ~SERIAL_FLAG;
}

/* MerkleTreeLeaf of an x509 entry (RFC 6962 §3.4). */
static GByteArray *
make_leaf (guint64 index, gboolean parsable)
{
  g_autoptr (GBytes) certificate
      = parsable ? fake_log_certificate (index) : g_bytes_new_static ("junk", 4);
  gsize size = g_bytes_get_size (certificate);
  const guint8 head[] = { 0,
                          0,
                          0,
                          0,
                          1,
                          0x8b,
                          0xcf,
                          0xe5,
                          0x68,
                          0,
                          0,
                          0,
                          (guint8) (size >> 16),
                          (guint8) (size >> 8),
                          (guint8) size };
  GByteArray *leaf = g_byte_array_new ();

  g_byte_array_append (leaf, head, sizeof head);
  g_byte_array_append (leaf, g_bytes_get_data (certificate, NULL), (guint) size);
  g_byte_array_append (leaf, (const guint8 *) "\0\0", 2);
  return leaf;
}

/* SHA-256 of @prefix, one byte, and @data, or of nothing when there is no data; by GLib. */
static void
digest (const char *prefix, const guint8 *data, gsize size, guint8 *hash)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize hash_size = 32;

  g_checksum_update (checksum, (const guchar *) prefix, size > 0 ? 1 : 0);
  g_checksum_update (checksum, data, (gssize) size);
  g_checksum_get_digest (checksum, hash, &hash_size);
}

void
fake_log_leaf_hash (guint64 index, guint8 *hash)
{
  g_autoptr (GByteArray) leaf = make_leaf (index, TRUE);

  digest ("\0", leaf->data, leaf->len, hash);
}

/* MTH (RFC 6962 §2.1) of the entries from @start up to @end. */
static void
compute_root (FakeLog *log, guint64 start, guint64 end, guint8 *root)
{
  guint8 children[64];
  guint64 left = 1;

  if (end - start == 1)
    {
      g_autoptr (GByteArray) leaf = make_leaf (start, start != log->unparsable);

      digest ("\0", leaf->data, leaf->len, root);
      return;
    }
  while (2 * left < end - start)
    left *= 2;
  compute_root (log, start, start + left, children);
  compute_root (log, start + left, end, children + 32);
  digest ("\1", children, sizeof children, root);
}

void
fake_log_answer_text (SoupServerMessage *message, guint status, const char *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, text,
                                    strlen (text));
}

/* Exactly the entries from @start up to @end. */
void
fake_log_answer (FakeLog *log, SoupServerMessage *message, guint64 start, guint64 end)
{
  g_autoptr (GString) json = g_string_new ("{\"entries\":[");

  for (guint64 index = start; index < end; index++)
    {
      g_autoptr (GByteArray) leaf = make_leaf (index, index != log->unparsable);
      g_autofree char *text = NULL;

      /* The last byte of the certificate's own signature, before the empty extensions. */
      if (index == log->altered)
        leaf->data[leaf->len - 3] ^= 1;
      text = g_base64_encode (leaf->data, leaf->len);
      g_string_append_printf (json, "%s{\"leaf_input\":\"%s\",\"extra_data\":\"AAAA\"}",
                              index > start ? "," : "", text);
    }
  g_string_append (json, "]}");
  fake_log_answer_text (message, SOUP_STATUS_OK, json->str);
}

/* TreeHeadSignature (RFC 6962 §3.5), and what it is signed with. */
static GBytes *
sign_head (FakeLog *log, guint64 timestamp_ms, const guint8 *root)
{
  guint64 timestamp_be = GUINT64_TO_BE (timestamp_ms);
  guint64 size_be = GUINT64_TO_BE (log->size);
  guint8 input[50] = { 0, 1 };
  const gnutls_datum_t input_datum = { input, sizeof input };
  gnutls_datum_t signature;
  GByteArray *out = g_byte_array_new ();

  memcpy (input + 2, &timestamp_be, sizeof timestamp_be);
  memcpy (input + 10, &size_be, sizeof size_be);
  memcpy (input + 18, root, 32);
  g_assert_cmpint (gnutls_privkey_sign_data (log->key, GNUTLS_DIG_SHA256, 0, &input_datum,
                                             &signature),
                   ==, GNUTLS_E_SUCCESS);
  g_byte_array_append (out, (const guint8[]){ 4, 3, 0, (guint8) signature.size }, 4);
  g_byte_array_append (out, signature.data, signature.size);
  gnutls_free (signature.data);
  if (log->missigns)
    out->data[out->len - 1] ^= 1;
  return g_byte_array_free_to_bytes (out);
}

static void
answer_signed_head (FakeLog *log, SoupServerMessage *message)
{
  guint64 timestamp_ms = (guint64) (g_get_real_time () + log->clock_us) / 1000;
  guint8 root[32];
  g_autoptr (GBytes) signature = NULL;
  g_autofree char *root_text = NULL;
  g_autofree char *signature_text = NULL;
  g_autofree char *json = NULL;

  if (log->size > 0)
    compute_root (log, 0, log->size, root);
  else
    digest ("", (const guint8 *) "", 0, root);
  if (log->forked)
    root[0] ^= 1;
  signature = sign_head (log, timestamp_ms, root);
  root_text = g_base64_encode (root, sizeof root);
  signature_text
      = g_base64_encode (g_bytes_get_data (signature, NULL), g_bytes_get_size (signature));
  json = g_strdup_printf ("{\"tree_size\":%" G_GUINT64_FORMAT ",\"timestamp\":%" G_GUINT64_FORMAT
                          ",\"sha256_root_hash\":\"%s\",\"tree_head_signature\":\"%s\"}",
                          log->size, timestamp_ms, root_text, signature_text);
  fake_log_answer_text (message, SOUP_STATUS_OK, json);
}

static void
answer_head (FakeLog *log, SoupServerMessage *message)
{
  g_autofree char *json
      = g_strdup_printf ("{\"tree_size\":%" G_GUINT64_FORMAT ",\"timestamp\":1,"
                         "\"sha256_root_hash\":\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\","
                         "\"tree_head_signature\":\"BAMAAA==\"}",
                         log->size);

  if (log->key != NULL)
    answer_signed_head (log, message);
  else
    fake_log_answer_text (message, SOUP_STATUS_OK, json);
}

static void
answer_entries (FakeLog *log, SoupServerMessage *message, guint64 start, guint64 end)
{
  if (start >= log->size)
    {
      fake_log_answer_text (message, SOUP_STATUS_BAD_REQUEST, "need tree size");
      return;
    }
  end = MIN (end, log->size);
  if (end - start >= log->page)
    end = start + log->page - (log->aligned ? (start + log->page) % log->page : 0);
  fake_log_answer (log, message, start, end);
}

/* The path of the last entry before @end (RFC 6962 §2.1.1) in the tree from @start on, from the
 * leaf up, behind a comma where it is not the first. */
static void
append_last_path (FakeLog *log, GString *json, guint64 start, guint64 end)
{
  guint64 left = 1;
  guint8 root[32];
  g_autofree char *text = NULL;

  if (end - start == 1)
    return;
  while (2 * left < end - start)
    left *= 2;
  append_last_path (log, json, start + left, end);
  compute_root (log, start, start + left, root);
  root[0] ^= log->misproves;
  text = g_base64_encode (root, sizeof root);
  g_string_append_printf (json, "%s\"%s\"", g_str_has_suffix (json->str, "\"") ? "," : "", text);
}

static void
on_proof_request (SoupServer *server,
                  SoupServerMessage *message,
                  const char *path,
                  GHashTable *query,
                  gpointer user_data)
{
  FakeLog *log = user_data;
  guint64 size = g_ascii_strtoull (g_hash_table_lookup (query, "tree_size"), NULL, 10);
  guint64 index = g_ascii_strtoull (g_hash_table_lookup (query, "leaf_index"), NULL, 10);
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (GByteArray) leaf = NULL;
  g_autofree char *text = NULL;

  log->n_proofs++;
  g_assert_cmpuint (index, ==, size - 1);
  g_assert_cmpuint (size, <=, log->size);
  if (log->no_proofs)
    {
      fake_log_answer_text (message, SOUP_STATUS_NOT_FOUND, "no such call");
      return;
    }
  leaf = make_leaf (index, index != log->unparsable);
  text = g_base64_encode (leaf->data, leaf->len);
  g_string_printf (json, "{\"leaf_input\":\"%s\",\"extra_data\":\"AAAA\",\"audit_path\":[", text);
  append_last_path (log, json, 0, size);
  g_string_append (json, "]}");
  fake_log_answer_text (message, SOUP_STATUS_OK, json->str);
}

static void
on_head_request (SoupServer *server,
                 SoupServerMessage *message,
                 const char *path,
                 GHashTable *query,
                 gpointer user_data)
{
  FakeLog *log = user_data;

  log->n_heads++;
  if (log->fault == NULL || !log->fault (log, message, log->n_heads, 0, 0))
    answer_head (log, message);
}

static void
on_entries_request (SoupServer *server,
                    SoupServerMessage *message,
                    const char *path,
                    GHashTable *query,
                    gpointer user_data)
{
  FakeLog *log = user_data;
  guint64 start = g_ascii_strtoull (g_hash_table_lookup (query, "start"), NULL, 10);
  guint64 end = g_ascii_strtoull (g_hash_table_lookup (query, "end"), NULL, 10) + 1;

  /* A client asks for what there is, and for something. */
  g_assert_cmpuint (start, <, end);
  g_assert_cmpuint (end, <=, log->size);
  log->n_pages++;
  if (log->fault == NULL || !log->fault (log, message, log->n_pages, start, end))
    answer_entries (log, message, start, end);
}

FakeLog *
fake_log_new (const char *name, guint64 size, guint page)
{
  FakeLog *log = g_new0 (FakeLog, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSList) uris = NULL;
  g_autofree char *url = NULL;
  guint8 id[CTS_LOG_ID_SIZE] = { 0 };

  log->size = size;
  log->page = page;
  log->unparsable = G_MAXUINT64;
  log->altered = G_MAXUINT64;
  log->held = g_ptr_array_new_with_free_func (g_object_unref);
  log->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (log->server, "/log/ct/v1/get-sth", on_head_request, log, NULL);
  soup_server_add_handler (log->server, "/log/ct/v1/get-entries", on_entries_request, log, NULL);
  soup_server_add_handler (log->server, "/log/ct/v1/get-entry-and-proof", on_proof_request, log,
                           NULL);
  soup_server_listen_local (log->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (log->server);
  url = g_strdup_printf ("http://127.0.0.1:%d/log/", g_uri_get_port (uris->data));
  g_uri_unref (uris->data);
  g_strlcpy ((char *) id, name, sizeof id);
  log->info = cts_log_info_new (id, name, url, "Operator", "rfc6962");
  return log;
}

void
fake_log_free (FakeLog *log)
{
  soup_server_disconnect (log->server);
  g_object_unref (log->server);
  g_ptr_array_unref (log->held);
  if (log->key != NULL)
    gnutls_privkey_deinit (log->key);
  g_clear_pointer (&log->spki, g_bytes_unref);
  cts_log_info_unref (log->info);
  g_free (log);
}

/* Makes a key; heads are signed with it from now on. */
void
fake_log_sign (FakeLog *log)
{
  gnutls_privkey_t private_key;
  gnutls_pubkey_t public_key;
  gnutls_datum_t der;

  gnutls_privkey_init (&private_key);
  g_assert_cmpint (gnutls_privkey_generate (private_key, GNUTLS_PK_ECDSA,
                                            GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0),
                   ==, GNUTLS_E_SUCCESS);
  gnutls_pubkey_init (&public_key);
  gnutls_pubkey_import_privkey (public_key, private_key, 0, 0);
  g_assert_cmpint (gnutls_pubkey_export2 (public_key, GNUTLS_X509_FMT_DER, &der), ==,
                   GNUTLS_E_SUCCESS);
  log->key = private_key;
  log->spki = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  gnutls_pubkey_deinit (public_key);
}

/* Keeps an answer back. */
void
fake_log_hold (FakeLog *log, SoupServerMessage *message)
{
  soup_server_message_pause (message);
  g_ptr_array_add (log->held, g_object_ref (message));
}

/* Sends those that were kept back, the last one first. */
void
fake_log_release (FakeLog *log)
{
  for (guint i = log->held->len; i > 0; i--)
    soup_server_message_unpause (g_ptr_array_index (log->held, i - 1));
  g_ptr_array_set_size (log->held, 0);
}
