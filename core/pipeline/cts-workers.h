/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CtsWorkers:
 *
 * The threads that do the work on certificates: scan, decode, hash, encode. Any thread may push.
 */
typedef struct _CtsWorkers CtsWorkers;

typedef void (*CtsWorkFunc) (gpointer data);

CtsWorkers *cts_workers_new (guint n_threads);
CtsWorkers *cts_workers_ref (CtsWorkers *workers);
void cts_workers_unref (CtsWorkers *workers);
void cts_workers_push (CtsWorkers *workers, CtsWorkFunc func, gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsWorkers, cts_workers_unref)

G_END_DECLS
