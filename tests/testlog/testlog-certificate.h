/* SPDX-License-Identifier: MIT */
#pragma once

#include "testlog-key.h"

G_BEGIN_DECLS

#define TESTLOG_SERIAL_SIZE 16

/* What stands in a certificate of ours. */
typedef struct
{
  guint8 serial[TESTLOG_SERIAL_SIZE];
  GBytes *issuer;  /* Name, DER */
  GBytes *subject; /* Name, DER */
  GBytes *spki;
  gint64 not_before;
  gint64 not_after;
  gboolean is_ca;
  const char *authority;    /* host in the URLs of leaf certificates */
  const guint8 *issuer_id;  /* SHA-256 of the issuer's key; its first 20 octets are the key ID */
  const guint8 *subject_id; /* likewise */
  GPtrArray *names;         /* (nullable): DNS names */
  GBytes *address;          /* (nullable): an IP address, network order */
  gboolean san_is_critical;
} TestlogCertificate;

GBytes *testlog_name_new (const char *country, const char *organization, const char *common_name);
GByteArray *testlog_certificate_make_tbs (const TestlogCertificate *certificate, gboolean poison);
GByteArray *testlog_certificate_sign (const GByteArray *tbs, const TestlogKey *key);

G_END_DECLS
