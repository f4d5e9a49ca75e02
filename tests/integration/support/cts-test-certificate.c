/* SPDX-License-Identifier: MIT */
#include "cts-test-certificate.h"

#include <string.h>

/* Hexadecimal pairs in upper case with colons between them. */
static char *
make_fingerprint (GChecksumType type, GBytes *der)
{
  g_autofree char *hex = g_compute_checksum_for_bytes (type, der);
  GString *out = g_string_new (NULL);

  for (gsize i = 0; hex[i] != '\0'; i += 2)
    g_string_append_printf (out, "%s%c%c", i > 0 ? ":" : "", g_ascii_toupper (hex[i]),
                            g_ascii_toupper (hex[i + 1]));
  return g_string_free (out, FALSE);
}

GBytes *
cts_test_certificate_check (JsonObject *certificate)
{
  gsize size;
  guchar *data = g_base64_decode (json_object_get_string_member (certificate, "as_der"), &size);
  GBytes *der = g_bytes_new_take (data, size);
  g_autofree char *sha1 = make_fingerprint (G_CHECKSUM_SHA1, der);
  g_autofree char *sha256 = make_fingerprint (G_CHECKSUM_SHA256, der);

  g_assert_cmpuint (size, >, 0);
  g_assert_cmpstr (json_object_get_string_member (certificate, "fingerprint"), ==, sha1);
  g_assert_cmpstr (json_object_get_string_member (certificate, "sha1"), ==, sha1);
  g_assert_cmpstr (json_object_get_string_member (certificate, "sha256"), ==, sha256);
  return der;
}

char *
cts_test_certificate_get_sha256 (JsonObject *certificate)
{
  const char *text = json_object_get_string_member (certificate, "sha256");
  GString *out = g_string_new (NULL);

  g_assert_cmpuint (strlen (text), ==, 32 * 3 - 1);
  for (; *text != '\0'; text++)
    if (*text != ':')
      g_string_append_c (out, g_ascii_tolower (*text));
  return g_string_free (out, FALSE);
}
