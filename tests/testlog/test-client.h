/* SPDX-License-Identifier: MIT */
#pragma once

#include <gnutls/x509.h>
#include <json-glib/json-glib.h>

#include "testlog.h"

G_BEGIN_DECLS

/* An entry as a client decodes it. */
typedef struct
{
  GBytes *leaf;
  GBytes *extra;
} ClientEntry;

/* Logs that have grown to their end. */
Testlog *client_start (const TestlogOptions *options);

/* Asks the first log for what follows `ct/v1/`; returns the status. */
guint client_fetch (const Testlog *testlog, GBytes **body, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* Entries of one answer, and of all that it takes to get @n_entries. */
GPtrArray *client_fetch_page (const Testlog *testlog, guint64 start, guint64 end);
GPtrArray *client_fetch_all (const Testlog *testlog, guint64 n_entries);

JsonParser *client_parse (GBytes *body);
GBytes *client_get_bytes (JsonObject *object, const char *name);

/* MTH of RFC 6962 §2.1, word for word, over GLib's SHA-256. */
void client_hash_tree (GPtrArray *entries, guint begin, guint n, guint8 *hash);

/* The DER behind a u24 length at @*at, which moves past it. */
gnutls_datum_t client_take_der (GBytes *bytes, gsize *at);
gnutls_x509_crt_t client_import (gnutls_datum_t der);

G_END_DECLS
