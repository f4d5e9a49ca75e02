/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BenchPage:
 * @name: where the entries are from
 * @json: a get-entries answer
 * @leaves: (element-type GBytes): the leaf of each entry
 * @n_entries: entries in it
 */
typedef struct
{
  const char *name;
  GBytes *json;
  GPtrArray *leaves;
  guint n_entries;
} BenchPage;

/* Pages to measure with: minted certificates, which are always there, and live entries where the
 * shared data is (element-type BenchPage). */
GPtrArray *bench_pages_load (void);

G_END_DECLS
