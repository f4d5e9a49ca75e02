/* SPDX-License-Identifier: MIT */
#include "cts-config-types.h"

#include "core/config/cts-config-report.h"
#include "core/config/cts-config-value.h"

#include <gnutls/abstract.h>
#include <string.h>

/* The text of a scalar, or NULL after an error. */
static const char *
get_text (CtsConfigReader *reader, const CtsConfigNode *node, const char *path)
{
  const char *text = NULL;

  cts_config_value_get_string (node, path, &text, reader->errors);
  return text;
}

static void
add_expected (CtsConfigReader *reader,
              const CtsConfigNode *node,
              const char *path,
              const char *expected)
{
  cts_config_add_error (reader->errors, cts_config_node_get_origin (node), path,
                        "expected %s, not '%s'", expected, cts_config_node_get_text (node));
}

/* --- Places in a log --- */

static gboolean
read_index (const char *text, guint64 *value)
{
  return g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, value, NULL);
}

/* 2026-01-31 or 2026-01-31T12:00:00Z (RFC 3339 §5.6), not all that ISO 8601 allows. */
static gboolean
read_date (const char *text, guint64 *value)
{
  static const char pattern[] = "dddd-dd-dd";
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *full = NULL;

  for (gsize i = 0; pattern[i] != '\0'; i++)
    if (pattern[i] == 'd' ? !g_ascii_isdigit (text[i]) : text[i] != pattern[i])
      return FALSE;

  full = strlen (text) == strlen (pattern) ? g_strconcat (text, "T00:00:00Z", NULL)
                                           : g_strdup (text);
  time = g_date_time_new_from_iso8601 (full, NULL);
  if (time == NULL || g_date_time_to_unix (time) < 0)
    return FALSE;
  *value = (guint64) g_date_time_to_unix (time) * 1000
           + (guint64) g_date_time_get_microsecond (time) / 1000;
  return TRUE;
}

static gboolean
read_head (const char *text, guint64 *value)
{
  *value = 0;
  if (g_str_equal (text, "head"))
    return TRUE;
  return g_str_has_prefix (text, "head-") && read_index (text + strlen ("head-"), value);
}

static gboolean
read_stop (const char *text, CtsStart *start)
{
  if (read_index (text, &start->value))
    start->kind = CTS_START_INDEX;
  else if (read_date (text, &start->value))
    start->kind = CTS_START_DATE;
  else
    return FALSE;
  return TRUE;
}

static gboolean
read_start (const char *text, CtsStart *start)
{
  if (!read_head (text, &start->value))
    return read_stop (text, start);
  start->kind = CTS_START_HEAD;
  return TRUE;
}

static void
start_set_default (const CtsConfigKey *key, gpointer field)
{
  if (key->option.default_string != NULL)
    read_start (key->option.default_string, field);
}

static void
start_read (CtsConfigReader *reader,
            const CtsConfigKey *key,
            const CtsConfigNode *node,
            const char *path,
            gpointer field)
{
  const char *text = get_text (reader, node, path);
  CtsStart start;

  if (text == NULL)
    return;
  if (read_start (text, &start))
    *(CtsStart *) field = start;
  else
    add_expected (reader, node, path, "head, head-N, an index or a date as in 2026-01-31");
}

static void
stop_read (CtsConfigReader *reader,
           const CtsConfigKey *key,
           const CtsConfigNode *node,
           const char *path,
           gpointer field)
{
  const char *text = get_text (reader, node, path);
  CtsStart stop;

  if (text == NULL)
    return;
  if (read_stop (text, &stop))
    *(CtsStart *) field = stop;
  else
    add_expected (reader, node, path, "an index or a date as in 2026-01-31");
}

static gboolean
start_equal (const CtsConfigKey *key, gconstpointer field_a, gconstpointer field_b)
{
  const CtsStart *a = field_a;
  const CtsStart *b = field_b;

  return a->kind == b->kind && a->value == b->value;
}

static void
nothing_to_clear (gpointer field)
{
}

const CtsConfigType cts_config_type_start = {
  .set_default = start_set_default,
  .read = start_read,
  .equal = start_equal,
  .clear = nothing_to_clear,
};

const CtsConfigType cts_config_type_stop = {
  .set_default = start_set_default,
  .read = stop_read,
  .equal = start_equal,
  .clear = nothing_to_clear,
};

/* --- Public keys --- */

static gboolean
is_public_key (GBytes *der)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (der, &size);
  gnutls_datum_t datum = { .data = (unsigned char *) data, .size = (unsigned int) size };
  gnutls_pubkey_t key;
  int result;

  if (gnutls_pubkey_init (&key) != GNUTLS_E_SUCCESS)
    return FALSE;
  result = gnutls_pubkey_import (key, &datum, GNUTLS_X509_FMT_DER);
  gnutls_pubkey_deinit (key);
  return result == GNUTLS_E_SUCCESS;
}

/* GLib's decoder skips what is no base64, so what it read must give the same text again. */
static GBytes *
decode_base64 (const char *text)
{
  gsize size;
  g_autofree guchar *data = g_base64_decode (text, &size);
  g_autofree char *again = g_base64_encode (data, size);

  if (size == 0 || !g_str_equal (text, again))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), size);
}

static void
public_key_set_default (const CtsConfigKey *key, gpointer field)
{
}

static void
public_key_clear (gpointer field)
{
  g_clear_pointer ((GBytes **) field, g_bytes_unref);
}

static void
public_key_read (CtsConfigReader *reader,
                 const CtsConfigKey *key,
                 const CtsConfigNode *node,
                 const char *path,
                 gpointer field)
{
  const char *text = get_text (reader, node, path);
  g_autoptr (GBytes) der = NULL;

  if (text == NULL)
    return;
  der = decode_base64 (text);
  if (der == NULL || !is_public_key (der))
    {
      cts_config_add_error (reader->errors, cts_config_node_get_origin (node), path,
                            "expected a public key as log lists have it: base64 of a "
                            "SubjectPublicKeyInfo in DER");
      return;
    }
  public_key_clear (field);
  *(GBytes **) field = g_steal_pointer (&der);
}

static gboolean
public_key_equal (const CtsConfigKey *key, gconstpointer field_a, gconstpointer field_b)
{
  GBytes *a = *(GBytes *const *) field_a;
  GBytes *b = *(GBytes *const *) field_b;

  return a == b || (a != NULL && b != NULL && g_bytes_equal (a, b));
}

const CtsConfigType cts_config_type_public_key = {
  .set_default = public_key_set_default,
  .read = public_key_read,
  .equal = public_key_equal,
  .clear = public_key_clear,
};

/* --- Size of the journal --- */

static void
journal_size_set_default (const CtsConfigKey *key, gpointer field)
{
  *(guint *) field = CTS_JOURNAL_AUTO;
}

static void
journal_size_read (CtsConfigReader *reader,
                   const CtsConfigKey *key,
                   const CtsConfigNode *node,
                   const char *path,
                   gpointer field)
{
  const char *text = get_text (reader, node, path);
  guint64 size;

  if (text == NULL)
    return;
  if (g_str_equal (text, "auto"))
    *(guint *) field = CTS_JOURNAL_AUTO;
  else if (!g_ascii_isdigit (*text) && *text != '-')
    add_expected (reader, node, path, "auto or a whole number");
  else if (cts_config_value_get_uint (node, path, key->option.minimum, key->option.maximum, &size,
                                      reader->errors))
    *(guint *) field = (guint) size;
}

static gboolean
journal_size_equal (const CtsConfigKey *key, gconstpointer a, gconstpointer b)
{
  return *(const guint *) a == *(const guint *) b;
}

const CtsConfigType cts_config_type_journal_size = {
  .set_default = journal_size_set_default,
  .read = journal_size_read,
  .equal = journal_size_equal,
  .clear = nothing_to_clear,
};
