/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* CPU time of the calling thread, nanoseconds. */
gint64 bench_thread_ns (void);

/* Sorts @values. */
double bench_median (double *values, guint n);

/* Prints what of the machine the figures depend on. */
void bench_print_machine (void);

G_END_DECLS
