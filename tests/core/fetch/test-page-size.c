/* SPDX-License-Identifier: MIT */
#include "core/fetch/cts-page-size.h"

/* What a log that cuts its pages at @cap serves; aligned ones end at a multiple of it. */
static guint
serve (guint cap, gboolean aligned, guint64 start, guint64 end)
{
  guint64 count = MIN (end - start, cap);

  if (aligned && count == cap)
    count -= (start + count) % cap;
  return (guint) count;
}

/* Reads at least @count entries of such a log and returns how many requests that took. */
static guint
read_log (CtsPageSize *size, guint cap, gboolean aligned, guint64 *index, guint64 count)
{
  guint64 goal = *index + count;
  guint n_requests = 0;

  while (*index < goal)
    {
      guint64 end = cts_page_size_end (size, *index, G_MAXUINT64);
      guint n;

      g_assert_cmpuint (end, >, *index);
      n = serve (cap, aligned, *index, end);
      cts_page_size_served (size, *index, end, n);
      *index += n;
      n_requests++;
    }
  return n_requests;
}

static void
test_range (void)
{
  static const struct
  {
    guint64 start, tree_size, end;
  } cases[] = {
    { 0, 1000, 256 },
    { 0, 3, 3 },
    { 10, 1000, 256 },
    { 256, 1000, 512 },
    { 1000, 1001, 1001 },
    { G_GUINT64_CONSTANT (4354630059), G_MAXUINT64, G_GUINT64_CONSTANT (4354630144) },
    { G_MAXUINT64 - 1, G_MAXUINT64, G_MAXUINT64 },
  };
  CtsPageSize size;

  cts_page_size_init (&size, 256);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (cts_page_size_end (&size, cases[i].start, cases[i].tree_size), ==,
                      cases[i].end);
}

/* The served page is found within a few answers, and asked for from then on. */
static void
test_learn (void)
{
  static const struct
  {
    guint cap;
    gboolean aligned;
  } cases[] = { { 256, TRUE }, { 1000, TRUE }, { 64, TRUE },  { 32, TRUE },
                { 100, TRUE }, { 100, FALSE }, { 64, FALSE }, { 1, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint page = MIN (cases[i].cap, 256);
      guint64 index = 12345;
      CtsPageSize size;
      guint n_requests;

      g_test_message ("cap %u", cases[i].cap);
      cts_page_size_init (&size, 256);
      g_assert_false (size.known);
      read_log (&size, cases[i].cap, cases[i].aligned, &index, 3 * page);
      g_assert_true (size.known);
      g_assert_cmpuint (size.page, ==, page);
      /* Tries for more cost few requests. */
      n_requests = read_log (&size, cases[i].cap, cases[i].aligned, &index, 1000 * page);
      g_assert_cmpuint (n_requests, <=, 1030);
    }
}

/* One short answer of a machine that lags behind says nothing of the page. */
static void
test_one_short (void)
{
  CtsPageSize size;

  cts_page_size_init (&size, 256);
  cts_page_size_served (&size, 0, 256, 256);
  cts_page_size_served (&size, 256, 512, 99);
  g_assert_cmpuint (size.page, ==, 256);
}

static void
test_refused (void)
{
  guint64 index = 0;
  CtsPageSize size;

  cts_page_size_init (&size, 256);
  for (guint i = 0; i < 20; i++)
    cts_page_size_refused (&size, 0, cts_page_size_end (&size, 0, 1000));
  g_assert_cmpuint (size.page, ==, 1);
  g_assert_false (size.known);

  /* And back, in much fewer requests than entries. */
  read_log (&size, 1000, TRUE, &index, 2048);
  g_assert_cmpuint (size.page, ==, 256);
  g_assert_true (size.known);
}

/* Windows that are refused together halve the page once. */
static void
test_refused_together (void)
{
  CtsPageSize size;

  cts_page_size_init (&size, 256);
  for (guint64 start = 0; start < 1024; start += 256)
    cts_page_size_refused (&size, start, start + 256);
  g_assert_cmpuint (size.page, ==, 128);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fetch/page-size/range", test_range);
  g_test_add_func ("/fetch/page-size/learn", test_learn);
  g_test_add_func ("/fetch/page-size/one-short", test_one_short);
  g_test_add_func ("/fetch/page-size/refused", test_refused);
  g_test_add_func ("/fetch/page-size/refused-together", test_refused_together);
  return g_test_run ();
}
