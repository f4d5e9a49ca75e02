/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which certificates arrived, to be held against the truth file of ctstream-testlog. */
typedef struct _DemoTally DemoTally;

typedef struct
{
  guint64 n_received;
  guint64 n_repeated; /* came more than once */
  guint64 n_due;      /* had to come */
  guint64 n_missing;  /* of these */
  guint64 n_unknown;  /* came, but no log holds them */
} DemoResult;

DemoTally *demo_tally_new (void);
void demo_tally_free (DemoTally *tally);
void demo_tally_add (DemoTally *tally, const char *sha256);
guint64 demo_tally_get_n_received (const DemoTally *tally);
void demo_tally_count (const DemoTally *tally, DemoResult *result);
gboolean demo_tally_compare (const DemoTally *tally,
                             const char *truth,
                             gint64 from_ms,
                             gint64 until_ms,
                             DemoResult *result,
                             GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DemoTally, demo_tally_free)

G_END_DECLS
