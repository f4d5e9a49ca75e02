/* SPDX-License-Identifier: MIT */
#include "testlog-mint.h"

#include <string.h>

#include "testlog-certificate.h"
#include "testlog-der.h"
#include "testlog-names.h"
#include "testlog-template.h"

/* Keys of certificates come from a pool: making one costs more than all the rest. */
#define N_LEAF_KEYS 8

#define DAY_SECONDS       (24 * 60 * 60)
#define LEAF_DAYS         90
#define AUTHORITY_DAYS    3650
#define CN_PERCENT        85
#define ADDRESS_PERCENT   4
#define IPV6_PERCENT      30
#define BROKEN_CUT_OCTETS 16

/* Longest commonName (RFC 5280, ub-common-name). */
#define CN_MAX 64

typedef struct
{
  TestlogKey *key;
  GBytes *name;
  GBytes *root;  /* certificate, DER */
  GBytes *chain; /* intermediate and root as extra_data holds them */
  char *host;
  guint8 key_hash[32];
} Issuer;

struct _TestlogMint
{
  GRand *random;
  GPtrArray *issuers;
  TestlogKey *keys[N_LEAF_KEYS];
  guint64 serial_prefix;
  guint64 n_made;
  TestlogTemplate *templates[2]; /* by entry type; NULL when every certificate is made anew */
};

static const struct
{
  const char *country;
  const char *organization;
} authorities[] = {
  { "US", "Orchard Trust" },  { "DE", "Nordlicht Zertifikate" },     { "FR", "Autorité du Phare" },
  { "JP", "Sakura Signing" }, { "GB", "Heath & Moor Certificates" }, { "NL", "Dijk Vertrouwen" },
};

static void
issuer_free (gpointer data)
{
  Issuer *issuer = data;

  testlog_key_free (issuer->key);
  g_bytes_unref (issuer->name);
  g_bytes_unref (issuer->root);
  g_bytes_unref (issuer->chain);
  g_free (issuer->host);
  g_free (issuer);
}

static void
next_serial (TestlogMint *mint, guint8 *serial)
{
  guint64 prefix_be = GUINT64_TO_BE (mint->serial_prefix);
  guint64 counter_be = GUINT64_TO_BE (++mint->n_made);

  memcpy (serial, &prefix_be, sizeof prefix_be);
  memcpy (serial + sizeof prefix_be, &counter_be, sizeof counter_be);
}

static GByteArray *
make_authority (TestlogMint *mint,
                GBytes *subject,
                const TestlogKey *subject_key,
                GBytes *issuer,
                const TestlogKey *issuer_key)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  guint8 subject_id[32], issuer_id[32];
  TestlogCertificate certificate = {
    .issuer = issuer,
    .subject = subject,
    .spki = testlog_key_get_spki (subject_key),
    .not_before = now - AUTHORITY_DAYS * DAY_SECONDS / 2,
    .not_after = now + AUTHORITY_DAYS * DAY_SECONDS / 2,
    .is_ca = TRUE,
    .issuer_id = issuer_id,
    .subject_id = subject_id,
  };
  g_autoptr (GByteArray) tbs = NULL;

  testlog_key_get_id (subject_key, subject_id);
  testlog_key_get_id (issuer_key, issuer_id);
  next_serial (mint, certificate.serial);
  tbs = testlog_certificate_make_tbs (&certificate, FALSE);
  return testlog_certificate_sign (tbs, issuer_key);
}

static GBytes *
make_chain (const GByteArray *intermediate, const GByteArray *root)
{
  g_autoptr (GByteArray) chain = g_byte_array_new ();

  testlog_der_add_u24 (chain, 3 + intermediate->len + 3 + root->len);
  testlog_der_add_u24 (chain, intermediate->len);
  g_byte_array_append (chain, intermediate->data, intermediate->len);
  testlog_der_add_u24 (chain, root->len);
  g_byte_array_append (chain, root->data, root->len);
  return g_byte_array_free_to_bytes (g_steal_pointer (&chain));
}

static Issuer *
issuer_new (TestlogMint *mint, guint number)
{
  guint which = number % G_N_ELEMENTS (authorities);
  const char *country = authorities[which].country;
  const char *organization = authorities[which].organization;
  g_autofree char *root_cn = g_strdup_printf ("%s Root %u", organization, number + 1);
  g_autofree char *cn = g_strdup_printf ("%s E%u", organization, number + 1);
  g_autoptr (GBytes) root_name = testlog_name_new (country, organization, root_cn);
  g_autoptr (TestlogKey) root_key = testlog_key_new ();
  g_autoptr (GByteArray) root = make_authority (mint, root_name, root_key, root_name, root_key);
  g_autoptr (GByteArray) intermediate = NULL;
  Issuer *issuer = g_new0 (Issuer, 1);

  issuer->key = testlog_key_new ();
  issuer->name = testlog_name_new (country, organization, cn);
  issuer->host = g_strdup_printf ("ca%u.test", number + 1);
  testlog_key_get_id (issuer->key, issuer->key_hash);
  intermediate = make_authority (mint, issuer->name, issuer->key, root_name, root_key);
  issuer->chain = make_chain (intermediate, root);
  issuer->root = g_byte_array_free_to_bytes (g_steal_pointer (&root));
  return issuer;
}

static char *
format_serial (const guint8 *serial)
{
  GString *text = g_string_sized_new (2 * TESTLOG_SERIAL_SIZE);

  for (guint i = 0; i < TESTLOG_SERIAL_SIZE; i++)
    g_string_append_printf (text, "%02X", serial[i]);
  return g_string_free (text, FALSE);
}

/* Our names need no escapes in JSON. */
static char *
format_names (const GPtrArray *names)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < names->len; i++)
    g_string_append_printf (text, "%s\"%s\"", i > 0 ? "," : "",
                            (const char *) g_ptr_array_index (names, i));
  return g_string_free (text, FALSE);
}

static GBytes *
make_address (TestlogMint *mint)
{
  /* Documentation prefixes (RFC 5737, RFC 3849). */
  guint8 v4[4] = { 203, 0, 113, 0 };
  guint8 v6[16] = { 0x20, 0x01, 0x0d, 0xb8 };

  if (g_rand_int_range (mint->random, 0, 100) >= ADDRESS_PERCENT)
    return NULL;
  v4[3] = v6[15] = g_rand_int_range (mint->random, 1, 255);
  if (g_rand_int_range (mint->random, 0, 100) < IPV6_PERCENT)
    return g_bytes_new (v6, sizeof v6);
  return g_bytes_new (v4, sizeof v4);
}

static GBytes *
make_subject (TestlogMint *mint, const GPtrArray *names)
{
  const char *first = g_ptr_array_index (names, 0);
  gboolean has_cn
      = strlen (first) <= CN_MAX && g_rand_int_range (mint->random, 0, 100) < CN_PERCENT;

  return testlog_name_new (NULL, NULL, has_cn ? first : NULL);
}

static TestlogSubmission *
make_submission (const TestlogCertificate *certificate,
                 const Issuer *issuer,
                 TestlogEntryType type,
                 gboolean broken)
{
  g_autoptr (GByteArray) tbs = testlog_certificate_make_tbs (certificate, FALSE);
  g_autoptr (GByteArray) poisoned = NULL;
  g_autoptr (GByteArray) signed_certificate = NULL;

  if (type == TESTLOG_X509_ENTRY)
    {
      signed_certificate = testlog_certificate_sign (tbs, issuer->key);
      /* Its outer length now promises more than there is. */
      if (broken)
        g_byte_array_set_size (signed_certificate, signed_certificate->len - BROKEN_CUT_OCTETS);
      return testlog_submission_new_x509 (signed_certificate->data, signed_certificate->len,
                                          issuer->chain);
    }

  poisoned = testlog_certificate_make_tbs (certificate, TRUE);
  signed_certificate = testlog_certificate_sign (poisoned, issuer->key);
  return testlog_submission_new_precert (issuer->key_hash, tbs, signed_certificate, issuer->chain);
}

static TestlogSubmission *
make_anew (TestlogMint *mint, TestlogEntryType type, gboolean broken, GPtrArray *names)
{
  const Issuer *issuer
      = g_ptr_array_index (mint->issuers, g_rand_int_range (mint->random, 0, mint->issuers->len));
  const TestlogKey *key = mint->keys[g_rand_int_range (mint->random, 0, N_LEAF_KEYS)];
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GBytes) address = make_address (mint);
  g_autoptr (GBytes) subject = make_subject (mint, names);
  guint8 key_id[32];
  TestlogCertificate certificate = {
    .issuer = issuer->name,
    .subject = subject,
    .spki = testlog_key_get_spki (key),
    .not_before = now - 60 * 60,
    .not_after = now - 60 * 60 + LEAF_DAYS * DAY_SECONDS - 1,
    .authority = issuer->host,
    .issuer_id = issuer->key_hash,
    .subject_id = key_id,
    .names = names,
    .address = address,
    /* An empty subject makes it critical (RFC 5280 §4.1.2.6). */
    .san_is_critical = g_bytes_get_size (subject) == 2,
  };
  TestlogSubmission *submission;

  testlog_key_get_id (key, key_id);
  next_serial (mint, certificate.serial);
  submission = make_submission (&certificate, issuer, type, broken);
  submission->type = type;
  submission->broken = broken;
  submission->serial = format_serial (certificate.serial);
  submission->names = format_names (names);
  return submission;
}

static TestlogTemplate *
make_template (TestlogMint *mint, TestlogEntryType type)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (TestlogSubmission) submission = NULL;

  g_ptr_array_add (names, g_strdup (TESTLOG_TEMPLATE_LABEL ".load.test"));
  g_ptr_array_add (names, g_strdup ("www." TESTLOG_TEMPLATE_LABEL ".load.test"));
  submission = make_anew (mint, type, FALSE, names);
  return testlog_template_new (submission);
}

TestlogMint *
testlog_mint_new (guint n_issuers, gboolean cheap)
{
  TestlogMint *mint = g_new0 (TestlogMint, 1);

  mint->random = g_rand_new ();
  /* Its first octet makes the serial positive and free of leading zeros. */
  mint->serial_prefix = G_GUINT64_CONSTANT (0x4d) << 56
                        | (guint64) g_rand_int_range (mint->random, 0, 1 << 24) << 32
                        | g_rand_int (mint->random);
  mint->issuers = g_ptr_array_new_with_free_func (issuer_free);
  for (guint i = 0; i < MAX (n_issuers, 1); i++)
    g_ptr_array_add (mint->issuers, issuer_new (mint, i));
  for (guint i = 0; i < N_LEAF_KEYS; i++)
    mint->keys[i] = testlog_key_new ();
  for (guint type = 0; cheap && type < G_N_ELEMENTS (mint->templates); type++)
    mint->templates[type] = make_template (mint, type);
  return mint;
}

void
testlog_mint_free (TestlogMint *mint)
{
  for (guint type = 0; type < G_N_ELEMENTS (mint->templates); type++)
    g_clear_pointer (&mint->templates[type], testlog_template_free);
  for (guint i = 0; i < N_LEAF_KEYS; i++)
    testlog_key_free (mint->keys[i]);
  g_ptr_array_unref (mint->issuers);
  g_rand_free (mint->random);
  g_free (mint);
}

/**
 * testlog_mint_next:
 * @mint: the mint
 * @type: what is submitted
 * @broken: cut the certificate off; makes it an x509 entry whatever @type says, since of a
 *   precertificate its TBSCertificate would remain readable
 *
 * Returns: (transfer full): a submission that never was before
 */
TestlogSubmission *
testlog_mint_next (TestlogMint *mint, TestlogEntryType type, gboolean broken)
{
  g_autoptr (GPtrArray) names = NULL;

  if (mint->templates[type] != NULL && !broken)
    return testlog_template_fill (mint->templates[type], ++mint->n_made);
  names = testlog_names_make (mint->random);
  return make_anew (mint, broken ? TESTLOG_X509_ENTRY : type, broken, names);
}

guint
testlog_mint_get_n_issuers (const TestlogMint *mint)
{
  return mint->issuers->len;
}

/* Returns: (transfer none): a root certificate, DER */
GBytes *
testlog_mint_get_root (const TestlogMint *mint, guint i)
{
  return ((const Issuer *) g_ptr_array_index (mint->issuers, i))->root;
}

/* Returns: (transfer none): its chain below the leaf, as extra_data holds it */
GBytes *
testlog_mint_get_chain (const TestlogMint *mint, guint i)
{
  return ((const Issuer *) g_ptr_array_index (mint->issuers, i))->chain;
}
