/* SPDX-License-Identifier: MIT */
#include "bench-clock.h"

#include <stdlib.h>
#include <time.h>

gint64
bench_thread_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

double
bench_median (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare);
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static gboolean
has_flag (const char *flag)
{
  g_autofree char *info = NULL;
  g_autofree char *pattern = g_strdup_printf (" %s ", flag);

  return g_file_get_contents ("/proc/cpuinfo", &info, NULL, NULL)
         && g_strstr_len (info, -1, pattern) != NULL;
}

void
bench_print_machine (void)
{
  g_print ("machine: %u cores, AVX2 %s, SHA-NI %s\n", g_get_num_processors (),
           has_flag ("avx2") ? "yes" : "no", has_flag ("sha_ni") ? "yes" : "no");
}
