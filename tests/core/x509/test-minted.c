/* SPDX-License-Identifier: MIT */
#include <gnutls/x509.h>
#include <openssl/bn.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "core/x509/cts-name.h"
#include "core/x509/cts-x509.h"
#include "tests/core/x509/cts-test-certificates.h"
#include "tests/support/cts-test.h"

/* Certificates in minted.bin, and those the reader reads; a new file changes them. */
#define N_MINTED 445
#define N_READ   409

/* What each library loads at the least: their versions differ. */
#define MIN_LOADED 250

#define WHOLE_VALUE "the value is a SEQUENCE; the libraries show its header too"
#define EARLY       "GnuTLS says 0 for times before 1970"
#define IMPOSSIBLE  "GnuTLS makes a time of a day or a second that does not exist, or of a bad text"
#define LONG_LENGTH "a length of five octets"

/* What the reader says otherwise than a library, on purpose: place in the file, library and field.
 */
static const struct
{
  const char *what;
  const char *reason; /* for who reads a failure */
} accepted[] = {
  { "75 gnutls attributes", WHOLE_VALUE }, { "75 openssl attributes", WHOLE_VALUE },
  { "76 gnutls attributes", WHOLE_VALUE }, { "76 openssl attributes", WHOLE_VALUE },
  { "165 gnutls not-before", EARLY },      { "166 gnutls not-after", EARLY },
  { "167 gnutls not-before", EARLY },      { "168 gnutls not-after", EARLY },
  { "185 gnutls not-before", IMPOSSIBLE }, { "186 gnutls not-after", IMPOSSIBLE },
  { "187 gnutls not-before", IMPOSSIBLE }, { "188 gnutls not-after", IMPOSSIBLE },
  { "199 gnutls not-before", IMPOSSIBLE }, { "200 gnutls not-after", IMPOSSIBLE },
  { "201 gnutls not-before", IMPOSSIBLE }, { "202 gnutls not-after", IMPOSSIBLE },
  { "207 gnutls not-before", IMPOSSIBLE }, { "208 gnutls not-after", IMPOSSIBLE },
  { "211 gnutls not-before", EARLY },      { "212 gnutls not-after", EARLY },
  { "213 gnutls not-before", EARLY },      { "214 gnutls not-after", EARLY },
  { "215 gnutls not-before", EARLY },      { "216 gnutls not-after", EARLY },
  { "217 gnutls not-before", EARLY },      { "218 gnutls not-after", EARLY },
  { "219 gnutls not-before", EARLY },      { "220 gnutls not-after", EARLY },
  { "221 gnutls not-before", EARLY },      { "222 gnutls not-after", EARLY },
  { "237 gnutls not-before", IMPOSSIBLE }, { "238 gnutls not-after", IMPOSSIBLE },
  { "267 refused", LONG_LENGTH },
};

/* What one certificate says: the reader's view or a library's. Fields a library would not tell are
 * NULL or have a FALSE beside them. */
typedef struct
{
  GBytes *serial;
  GPtrArray *attributes; /* "tag:hex" of every value of the subject and the issuer */
  GPtrArray *dns_names;
  gint64 not_before, not_after;
  gboolean has_not_before, has_not_after;
} View;

static void
view_clear (View *view)
{
  g_clear_pointer (&view->serial, g_bytes_unref);
  g_clear_pointer (&view->attributes, g_ptr_array_unref);
  g_clear_pointer (&view->dns_names, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (View, view_clear)

static void
add_attribute (GPtrArray *attributes, guint tag, const guint8 *data, gsize size)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%02x:", tag);
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", data[i]);
  g_ptr_array_add (attributes, g_string_free (text, FALSE));
}

static void
view_from_reader (View *view, const guint8 *der, const CtsX509 *x509)
{
  const CtsSpan *names[] = { &x509->subject, &x509->issuer };

  view->serial = g_bytes_new (der + x509->serial.offset, x509->serial.size);
  view->dns_names = cts_test_dns_names (der, x509);
  view->not_before = x509->not_before;
  view->not_after = x509->not_after;
  view->attributes = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      CtsNameIter iter;
      CtsNameValue value;

      cts_name_iter_init (&iter, der + names[i]->offset, names[i]->size);
      while (cts_name_iter_next (&iter, &value))
        add_attribute (view->attributes, value.tag, value.data, value.size);
    }
}

static void
add_gnutls_name (GPtrArray *attributes, gnutls_x509_dn_t name)
{
  gnutls_x509_ava_st ava;

  for (int rdn = 0; gnutls_x509_dn_get_rdn_ava (name, rdn, 0, &ava) == 0; rdn++)
    for (int i = 0; gnutls_x509_dn_get_rdn_ava (name, rdn, i, &ava) == 0; i++)
      add_attribute (attributes, ava.value_tag, ava.value.data, ava.value.size);
}

static GPtrArray *
gnutls_dns_names (gnutls_x509_crt_t certificate)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  char buffer[1024];

  for (guint i = 0;; i++)
    {
      size_t size = sizeof buffer;
      int type = gnutls_x509_crt_get_subject_alt_name (certificate, i, buffer, &size, NULL);

      if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        return g_steal_pointer (&names);
      if (type < 0)
        return NULL;
      if (type == GNUTLS_SAN_DNSNAME)
        g_ptr_array_add (names, g_strndup (buffer, size));
    }
}

/* GnuTLS; FALSE if it does not load the certificate. */
static gboolean
view_from_gnutls (View *view, const guint8 *der, gsize der_size)
{
  gnutls_datum_t datum = { (guint8 *) der, der_size };
  gnutls_x509_crt_t certificate;
  gnutls_x509_dn_t subject, issuer;
  guint8 serial[128];
  size_t size = sizeof serial;

  g_assert_cmpint (gnutls_x509_crt_init (&certificate), ==, 0);
  if (gnutls_x509_crt_import (certificate, &datum, GNUTLS_X509_FMT_DER) < 0)
    {
      gnutls_x509_crt_deinit (certificate);
      return FALSE;
    }

  if (gnutls_x509_crt_get_serial (certificate, serial, &size) == 0)
    view->serial = g_bytes_new (serial, size);
  view->not_before = gnutls_x509_crt_get_activation_time (certificate);
  view->not_after = gnutls_x509_crt_get_expiration_time (certificate);
  view->has_not_before = view->not_before != -1;
  view->has_not_after = view->not_after != -1;
  view->dns_names = gnutls_dns_names (certificate);
  if (gnutls_x509_crt_get_subject (certificate, &subject) == 0
      && gnutls_x509_crt_get_issuer (certificate, &issuer) == 0)
    {
      view->attributes = g_ptr_array_new_with_free_func (g_free);
      add_gnutls_name (view->attributes, subject);
      add_gnutls_name (view->attributes, issuer);
    }
  gnutls_x509_crt_deinit (certificate);
  return TRUE;
}

static gboolean
openssl_time (const ASN1_TIME *time, gint64 *seconds)
{
  struct tm tm;

  if (!ASN1_TIME_to_tm (time, &tm))
    return FALSE;
  *seconds = timegm (&tm);
  return TRUE;
}

/* OpenSSL keeps the contents without the sign; its own encoder gives them back. */
static GBytes *
openssl_serial (const X509 *certificate)
{
  guint8 *encoded = NULL;
  int size = i2d_ASN1_INTEGER (X509_get0_serialNumber (certificate), &encoded);
  GBytes *serial;

  g_assert_cmpint (size, >, 2);
  g_assert_cmpint (encoded[1], <, 0x80);
  serial = g_bytes_new (encoded + 2, size - 2);
  OPENSSL_free (encoded);
  return serial;
}

static void
add_openssl_name (GPtrArray *attributes, const X509_NAME *name)
{
  for (int i = 0; i < X509_NAME_entry_count (name); i++)
    {
      const ASN1_STRING *value = X509_NAME_ENTRY_get_data (X509_NAME_get_entry (name, i));

      add_attribute (attributes, ASN1_STRING_type (value), ASN1_STRING_get0_data (value),
                     ASN1_STRING_length (value));
    }
}

static GPtrArray *
openssl_dns_names (const X509 *certificate)
{
  int critical;
  GENERAL_NAMES *list = X509_get_ext_d2i (certificate, NID_subject_alt_name, &critical, NULL);
  GPtrArray *names;

  /* -1 says that there is none, others that it is there but not readable. */
  if (list == NULL && critical != -1)
    return NULL;
  names = g_ptr_array_new_with_free_func (g_free);
  for (int i = 0; i < sk_GENERAL_NAME_num (list); i++)
    {
      const GENERAL_NAME *name = sk_GENERAL_NAME_value (list, i);

      if (name->type == GEN_DNS)
        g_ptr_array_add (names, g_strndup ((const char *) ASN1_STRING_get0_data (name->d.dNSName),
                                           ASN1_STRING_length (name->d.dNSName)));
    }
  GENERAL_NAMES_free (list);
  return names;
}

/* OpenSSL; FALSE if it does not load the certificate. */
static gboolean
view_from_openssl (View *view, const guint8 *der, gsize size)
{
  const guint8 *position = der;
  X509 *certificate = d2i_X509 (NULL, &position, size);

  if (certificate == NULL)
    return FALSE;
  view->serial = openssl_serial (certificate);
  view->has_not_before = openssl_time (X509_get0_notBefore (certificate), &view->not_before);
  view->has_not_after = openssl_time (X509_get0_notAfter (certificate), &view->not_after);
  view->attributes = g_ptr_array_new_with_free_func (g_free);
  add_openssl_name (view->attributes, X509_get_subject_name (certificate));
  add_openssl_name (view->attributes, X509_get_issuer_name (certificate));
  view->dns_names = openssl_dns_names (certificate);
  X509_free (certificate);
  return TRUE;
}

static gboolean
same_strings (GPtrArray *a, GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!g_str_equal (a->pdata[i], b->pdata[i]))
      return FALSE;
  return TRUE;
}

/* Notes in @seen each field in which the two differ. */
static void
compare (GHashTable *seen, guint place, const char *library, const View *ours, const View *theirs)
{
  const struct
  {
    const char *field;
    gboolean same;
  } fields[] = {
    { "serial", theirs->serial == NULL || g_bytes_equal (ours->serial, theirs->serial) },
    { "attributes",
      theirs->attributes == NULL || same_strings (ours->attributes, theirs->attributes) },
    { "dns-names", theirs->dns_names == NULL || same_strings (ours->dns_names, theirs->dns_names) },
    { "not-before", !theirs->has_not_before || ours->not_before == theirs->not_before },
    { "not-after", !theirs->has_not_after || ours->not_after == theirs->not_after },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (!fields[i].same)
      g_hash_table_add (seen, g_strdup_printf ("%u %s %s", place, library, fields[i].field));
}

static void
assert_as_accepted (GHashTable *seen)
{
  GHashTableIter iter;
  gpointer key;

  for (guint i = 0; i < G_N_ELEMENTS (accepted); i++)
    {
      if (g_hash_table_remove (seen, accepted[i].what))
        continue;
      g_test_message ("vanished: %s (%s)", accepted[i].what, accepted[i].reason);
      g_test_fail ();
    }
  g_hash_table_iter_init (&iter, seen);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      g_test_message ("new: %s", (char *) key);
      g_test_fail ();
    }
}

static GBytes *
minted_bytes (void)
{
  g_autofree char *path = cts_test_data_file ("minted.bin");
  g_autoptr (GError) error = NULL;
  char *contents;
  gsize size;

  g_file_get_contents (path, &contents, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (contents, size);
}

/* Whatever a library loads, the reader reads, and both say the same of it. */
static void
test_libraries (void)
{
  g_autoptr (GBytes) minted = minted_bytes ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const guint8 *der;
  gsize size, position = 0;
  guint n = 0, n_read = 0, n_gnutls = 0, n_openssl = 0;

  for (; cts_test_next_certificate (minted, &position, &der, &size); n++)
    {
      g_autofree guint8 *copy = g_memdup2 (der, MAX (size, 1));
      g_auto (View) ours = { 0 }, with_gnutls = { 0 }, with_openssl = { 0 };
      gboolean in_gnutls = view_from_gnutls (&with_gnutls, copy, size);
      gboolean in_openssl = view_from_openssl (&with_openssl, copy, size);
      CtsX509 x509;

      n_gnutls += in_gnutls;
      n_openssl += in_openssl;
      if (!cts_x509_read (&x509, copy, size))
        {
          if (in_gnutls || in_openssl)
            g_hash_table_add (seen, g_strdup_printf ("%u refused", n));
          continue;
        }
      n_read++;
      cts_test_assert_spans (&x509, size);
      view_from_reader (&ours, copy, &x509);
      if (in_gnutls)
        compare (seen, n, "gnutls", &ours, &with_gnutls);
      if (in_openssl)
        compare (seen, n, "openssl", &ours, &with_openssl);
    }

  assert_as_accepted (seen);
  g_assert_cmpuint (n, ==, N_MINTED);
  g_assert_cmpuint (n_read, ==, N_READ);
  g_assert_cmpuint (n_gnutls, >=, MIN_LOADED);
  g_assert_cmpuint (n_openssl, >=, MIN_LOADED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/x509/minted/libraries", test_libraries);
  return g_test_run ();
}
