/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _FakeLog FakeLog;

/* May answer a request for the entries from @start up to @end (not including it), or for the head
 * (@end is 0), in place of the log; returns whether it did. @n is the number of the request. */
typedef gboolean (
    *FakeLogFault) (FakeLog *log, SoupServerMessage *message, guint n, guint64 start, guint64 end);

/*
 * A log on a port of this process (RFC 6962 §4). Its entries are made up when asked for: the serial
 * number in the certificate of each is its index.
 */
struct _FakeLog
{
  SoupServer *server;
  CtsLogInfo *info;
  guint64 size;       /* of the head */
  guint page;         /* entries it serves at once */
  gboolean aligned;   /* pages end at a multiple of that */
  guint64 unparsable; /* index of an entry whose certificate cannot be read */
  guint64 altered;    /* index of an entry it serves otherwise than it stands in its tree */
  GBytes *spki;       /* (nullable): of the key that signs its heads, from fake_log_sign() */
  gpointer key;       /* the private one, of GnuTLS */
  gboolean missigns;  /* its signatures are wrong */
  gboolean forked;    /* its roots are those of another tree */
  gboolean no_proofs; /* it does not know get-entry-and-proof */
  gboolean misproves; /* its proofs are wrong */
  guint n_proofs;
  gint64 clock_us;    /* how far its clock is ahead */
  FakeLogFault fault; /* (nullable) */
  gpointer fault_data;
  guint n_heads;
  guint n_pages;
  GPtrArray *held;
};

FakeLog *fake_log_new (const char *name, guint64 size, guint page);
void fake_log_free (FakeLog *log);
void fake_log_sign (FakeLog *log);
void fake_log_answer (FakeLog *log, SoupServerMessage *message, guint64 start, guint64 end);
void fake_log_answer_text (SoupServerMessage *message, guint status, const char *text);
void fake_log_hold (FakeLog *log, SoupServerMessage *message);
void fake_log_release (FakeLog *log);

/* The DER of the certificate of entry @index, and the index that stands in one. */
GBytes *fake_log_certificate (guint64 index);
guint64 fake_log_read_index (const CtsCertificate *certificate);

/* SHA-256 (0x00 || leaf), by GLib. */
void fake_log_leaf_hash (guint64 index, guint8 *hash);

G_END_DECLS
