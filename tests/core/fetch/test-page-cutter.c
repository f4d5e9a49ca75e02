/* SPDX-License-Identifier: MIT */
#include "core/fetch/cts-page-cutter.h"

#include "core/api/cts-batch-private.h"
#include "core/api/cts-record-private.h"
#include "tests/core/fetch/fake-log.h"
#include "tests/support/cts-test-records.h"

#include <string.h>

#define FIRST 1000

typedef struct
{
  CtsLogInfo *log;
  CtsDecodedPage *page;
  GPtrArray *batches;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->log = cts_test_log ("cutter");
  fixture->page = g_new0 (CtsDecodedPage, 1);
  fixture->page->first_index = FIRST;
  fixture->page->records = g_ptr_array_new_with_free_func ((GDestroyNotify) cts_record_unref);
  fixture->page->unparsed = g_array_new (FALSE, FALSE, sizeof (guint64));
  fixture->batches = g_ptr_array_new_with_free_func ((GDestroyNotify) cts_batch_unref);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->batches);
  cts_decoded_page_free (fixture->page);
  cts_log_info_unref (fixture->log);
}

/* The certificate of the fake log, made @size bytes larger: what follows one is allowed for. */
static void
add_record (Fixture *fixture, guint64 index, gsize size)
{
  g_autoptr (GBytes) certificate = fake_log_certificate (index);
  gsize certificate_size = g_bytes_get_size (certificate);
  g_autofree guint8 *der = g_malloc0 (certificate_size + size);
  CtsRecord *record;

  memcpy (der, g_bytes_get_data (certificate, NULL), certificate_size);
  record = cts_record_new (fixture->log, index, CTS_ENTRY_X509, 1, 1, der, certificate_size + size,
                           NULL, 0);
  g_assert_nonnull (record);
  g_ptr_array_add (fixture->page->records, record);
}

/* A page of @n entries, of which those between @hole_start and @hole_end could not be read. */
static void
fill (Fixture *fixture, guint n, guint hole_start, guint hole_end, gsize size)
{
  CtsDecodedPage *page = fixture->page;

  page->n_entries = n;
  page->leaf_hashes = g_malloc ((gsize) n * CTS_MERKLE_HASH_SIZE);
  for (guint i = 0; i < n; i++)
    {
      guint64 index = FIRST + i;

      memset (page->leaf_hashes + (gsize) i * CTS_MERKLE_HASH_SIZE, (int) i, CTS_MERKLE_HASH_SIZE);
      if (i < hole_start || i >= hole_end)
        add_record (fixture, index, size);
      else
        g_array_append_val (page->unparsed, index);
    }
}

static void
collect (CtsBatch *batch, gpointer user_data)
{
  g_ptr_array_add (user_data, cts_batch_ref (batch));
}

/* Batches stand for the whole page without a gap, and each record lies within its batch. */
static void
assert_whole (Fixture *fixture)
{
  guint64 next_index = FIRST;
  guint n_records = 0;

  for (guint i = 0; i < fixture->batches->len; i++)
    {
      CtsBatch *batch = g_ptr_array_index (fixture->batches, i);

      g_assert_cmpuint (cts_batch_get_first_index (batch), ==, next_index);
      next_index = cts_batch_get_end_index (batch);
      for (guint j = 0; j < cts_batch_get_n_records (batch); j++)
        {
          CtsRecord *record = cts_batch_get_record (batch, j);

          g_assert_true (record == g_ptr_array_index (fixture->page->records, n_records));
          g_assert_cmpuint (cts_record_get_index (record), >=, cts_batch_get_first_index (batch));
          g_assert_cmpuint (cts_record_get_index (record), <, next_index);
          n_records++;
        }
    }
  g_assert_cmpuint (next_index, ==, FIRST + fixture->page->n_entries);
  g_assert_cmpuint (n_records, ==, fixture->page->records->len);
}

static void
test_cut (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint n, hole_start, hole_end;
    gsize size;
    guint n_batches, first_batch;
  } cases[] = {
    { 1, 0, 0, 0, 1, 1 },
    { 1024, 0, 0, 0, 1, 1024 },
    { 1025, 0, 0, 0, 2, 1024 },
    { 2100, 0, 0, 0, 3, 1024 },
    { 2100, 1000, 1100, 0, 2, 1024 },
    { 10, 0, 10, 0, 1, 0 },
    { 10, 0, 5, 0, 1, 5 },
    { 1030, 1024, 1030, 0, 1, 1024 },
    /* 3 MiB are below the bound, 4.5 are not: the third is the last one to be taken. */
    { 7, 0, 0, 3 << 19, 3, 3 },
  };
  guint i = GPOINTER_TO_UINT (data);

  g_assert_cmpuint (i, <, G_N_ELEMENTS (cases));
  fill (fixture, cases[i].n, cases[i].hole_start, cases[i].hole_end, cases[i].size);
  cts_page_cut (fixture->page, fixture->log, NULL, NULL, collect, fixture->batches);
  assert_whole (fixture);
  g_assert_cmpuint (fixture->batches->len, ==, cases[i].n_batches);
  g_assert_cmpuint (cts_batch_get_n_records (g_ptr_array_index (fixture->batches, 0)), ==,
                    cases[i].first_batch);
  g_assert_null (cts_batch_get_frontier (g_ptr_array_index (fixture->batches, 0)));
}

/* Each batch carries the frontier at its end, those of entries without record included. */
static void
test_frontier (Fixture *fixture, gconstpointer data)
{
  CtsFrontier frontier, expected;
  guint appended = 0;

  fill (fixture, 2100, 1000, 1100, 0);
  cts_frontier_init (&frontier);
  cts_frontier_init (&expected);
  cts_page_cut (fixture->page, fixture->log, &frontier, NULL, collect, fixture->batches);
  for (guint i = 0; i < fixture->batches->len; i++)
    {
      CtsBatch *batch = g_ptr_array_index (fixture->batches, i);
      g_autoptr (GBytes) bytes = NULL;

      for (; FIRST + appended < cts_batch_get_end_index (batch); appended++)
        cts_frontier_append (&expected,
                             fixture->page->leaf_hashes + (gsize) appended * CTS_MERKLE_HASH_SIZE);
      bytes = cts_frontier_to_bytes (&expected);
      g_assert_true (g_bytes_equal (cts_batch_get_frontier (batch), bytes));
    }
  g_assert_true (cts_frontier_equal (&frontier, &expected));
  g_assert_cmpuint (frontier.size, ==, 2100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < 9; i++)
    {
      g_autofree char *path = g_strdup_printf ("/fetch/page-cutter/cut/%u", i);

      g_test_add (path, Fixture, GUINT_TO_POINTER (i), set_up, test_cut, tear_down);
    }
  g_test_add ("/fetch/page-cutter/frontier", Fixture, NULL, set_up, test_frontier, tear_down);
  return g_test_run ();
}
