/* SPDX-License-Identifier: MIT */
#include "certstream-private.h"

#include "core/x509/cts-general-names.h"
#include "core/x509/cts-name.h"

/* Up to this many names are compared with each other; nearly all certificates have fewer. */
#define FEW_NAMES 16

/* The hash is a polynomial in the key modulo this Mersenne prime. */
#define HASH_PRIME ((G_GUINT64_CONSTANT (1) << 61) - 1)

typedef struct
{
  const guint8 *data;
  gsize size;
} Name;

/*
 * NameSet:
 * @key: of the hash, secret
 * @few: the first names
 * @n: how many names there are
 * @table: all names, open addressing, places without data are free; NULL while there are few
 * @mask: size of the table less one, the size being a power of two
 *
 * The names written so far.
 */
typedef struct
{
  guint64 key;
  Name few[FEW_NAMES];
  guint n;
  Name *table;
  gsize mask;
} NameSet;

static gboolean
name_equals (const Name *a, const Name *b)
{
  return a->size == b->size && (a->size == 0 || memcmp (a->data, b->data, a->size) == 0);
}

static guint64
hash_step (guint64 hash, guint64 key, guint32 word)
{
  unsigned __int128 product = (unsigned __int128) hash * key;
  guint64 sum = ((guint64) product & HASH_PRIME) + (guint64) (product >> 61) + word;

  return (sum & HASH_PRIME) + (sum >> 61);
}

/*
 * Two different names meet for few keys only, however they are chosen, since the difference of
 * two polynomials has few roots; so a certificate cannot be made to be slow.
 */
static guint64
name_hash (const Name *name, guint64 key)
{
  guint64 hash = name->size;
  gsize i = 0;
  guint32 word;

  for (; i + sizeof word <= name->size; i += sizeof word)
    {
      memcpy (&word, name->data + i, sizeof word);
      hash = hash_step (hash, key, word);
    }
  word = 0;
  memcpy (&word, name->data + i, name->size - i);
  hash = hash_step (hash, key, word);
  return hash_step (hash, key, 0);
}

/* Puts a name into the table; FALSE if it is there already. */
static gboolean
name_set_insert (NameSet *set, const Name *name)
{
  gsize i = name_hash (name, set->key) & set->mask;

  for (; set->table[i].data != NULL; i = (i + 1) & set->mask)
    if (name_equals (&set->table[i], name))
      return FALSE;
  set->table[i] = *name;
  return TRUE;
}

/* A table for the few names and @more others, at most half full. */
static void
name_set_grow (NameSet *set, guint more)
{
  gsize size = 4 * FEW_NAMES;

  while (size < 2 * ((gsize) set->n + more))
    size *= 2;
  set->table = g_new0 (Name, size);
  set->mask = size - 1;
  for (guint i = 0; i < set->n; i++)
    name_set_insert (set, &set->few[i]);
}

static guint
count_names (CtsGeneralNamesIter iter)
{
  CtsGeneralName name;
  guint n = 1;

  while (cts_general_names_iter_next (&iter, &name))
    n++;
  return n;
}

/* Adds a name; FALSE if it was there. @rest walks the names that may follow. */
static gboolean
name_set_add (NameSet *set, const Name *name, const CtsGeneralNamesIter *rest)
{
  if (set->table == NULL && set->n == FEW_NAMES)
    name_set_grow (set, count_names (*rest));
  if (set->table != NULL)
    return name_set_insert (set, name);

  for (guint i = 0; i < set->n; i++)
    if (name_equals (&set->few[i], name))
      return FALSE;
  set->few[set->n++] = *name;
  return TRUE;
}

/* The last common name that is not empty. */
static gboolean
find_common_name (const CtsCertificate *certificate, CtsNameValue *found)
{
  CtsSpan subject = certificate->x509.subject;
  CtsNameIter iter;
  CtsNameValue value;
  gboolean any = FALSE;

  cts_name_iter_init (&iter, cts_certificate_at (certificate, subject), subject.size);
  while (cts_name_iter_next (&iter, &value))
    if (value.attribute == CTS_NAME_COMMON_NAME && value.size > 0)
      {
        *found = value;
        any = TRUE;
      }
  return any;
}

static void
put_domain (CtsWriter *writer, const Name *name)
{
  char *out = cts_writer_reserve (writer, name->size * CTS_JSON_TEXT_MAX + 3);
  gsize n = 0;

  if (G_UNLIKELY (out == NULL))
    return;
  out[n++] = '"';
  n += cts_json_text_escape (out + n, (const char *) name->data, name->size);
  out[n++] = '"';
  out[n++] = ',';
  writer->size += n;
}

static void
put_dns_names (CtsWriter *writer, const CtsCertificate *certificate, NameSet *set)
{
  CtsSpan san = certificate->x509.extension[CTS_X509_EXT_SUBJECT_ALT_NAME];
  CtsGeneralNamesIter iter;
  CtsGeneralName general;

  cts_general_names_iter_init (&iter, cts_certificate_at (certificate, san), san.size);
  while (cts_general_names_iter_next (&iter, &general))
    {
      Name name = { general.data, general.size };

      if (general.tag == CTS_GENERAL_NAME_DNS && name_set_add (set, &name, &iter))
        put_domain (writer, &name);
    }
}

/**
 * certstream_put_domains:
 * @writer: a writer
 * @certificate: a certificate
 * @key: secret, below 2^61 - 1, for the hash over names; the output does not depend on it
 *
 * Appends the array `all_domains` (wire format §4b): the common name unless it is a CA, then the
 * DNS names, each once, in the order of the certificate. What can be read of a malformed
 * subjectAltName counts: a mis-issued certificate is what monitors look for.
 */
void
certstream_put_domains (CtsWriter *writer, const CtsCertificate *certificate, guint64 key)
{
  const CtsX509 *x509 = &certificate->x509;
  g_autofree char *decoded = NULL;
  NameSet set;
  CtsNameValue cn;

  set.key = key;
  set.n = 0;
  set.table = NULL;
  cts_writer_put_literal (writer, "[");
  if (!x509->is_ca && find_common_name (certificate, &cn))
    {
      set.few[0] = (Name){ cn.data, cn.size };
      if (certstream_string_needs_decoding (cn.tag))
        {
          decoded = g_malloc (CTS_X509_STRING_MAX (cn.size));
          set.few[0].data = (const guint8 *) decoded;
          set.few[0].size = cts_x509_string_to_utf8 (decoded, cn.tag, cn.data, cn.size);
        }
      put_domain (writer, &set.few[0]);
      set.n = 1;
    }
  if (cts_x509_has_extension (x509, CTS_X509_EXT_SUBJECT_ALT_NAME))
    put_dns_names (writer, certificate, &set);
  g_free (set.table);
  certstream_close (writer, ']');
}
