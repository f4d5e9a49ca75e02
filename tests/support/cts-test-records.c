/* SPDX-License-Identifier: MIT */
#include "cts-test-records.h"

#include "core/api/cts-batch-private.h"
#include "core/api/cts-record-private.h"
#include "tests/support/cts-test.h"

#include <string.h>

CtsLogInfo *
cts_test_log (const char *name)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 id[CTS_LOG_ID_SIZE];
  gsize size = sizeof id;
  g_autofree char *url = g_strdup_printf ("http://logs.example/%s/", name);

  g_checksum_update (checksum, (const guchar *) name, (gssize) strlen (name));
  g_checksum_get_digest (checksum, id, &size);
  return cts_log_info_new (id, name, url, "operator", "rfc6962");
}

static GPtrArray *
read_minted (void)
{
  g_autofree char *path = cts_test_data_file ("minted.bin");
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = NULL;
  GPtrArray *certificates = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  gsize size;

  g_file_get_contents (path, &contents, &size, &error);
  g_assert_no_error (error);
  for (gsize at = 0; at + 4 <= size;)
    {
      CtsX509 x509;
      guint32 length;

      memcpy (&length, contents + at, sizeof length);
      length = GUINT32_FROM_BE (length);
      at += 4;
      g_assert_cmpuint (length, <=, size - at);
      if (cts_x509_read (&x509, contents + at, length))
        g_ptr_array_add (certificates, g_bytes_new (contents + at, length));
      at += length;
    }
  return certificates;
}

GPtrArray *
cts_test_minted (void)
{
  static GPtrArray *certificates;

  if (certificates == NULL)
    certificates = read_minted ();
  g_assert_cmpuint (certificates->len, >=, 200);
  return certificates;
}

CtsBatch *
cts_test_batch (CtsLogInfo *log, guint64 first_index, guint first_certificate, guint n_records)
{
  g_autoptr (GPtrArray) records
      = g_ptr_array_new_with_free_func ((GDestroyNotify) cts_record_unref);
  GPtrArray *certificates = cts_test_minted ();

  for (guint i = 0; i < n_records; i++)
    {
      GBytes *der = g_ptr_array_index (certificates, (first_certificate + i) % certificates->len);
      gsize size;
      gconstpointer data = g_bytes_get_data (der, &size);

      g_ptr_array_add (records, cts_record_new (log, first_index + i, CTS_ENTRY_X509, 1790000000123,
                                                1790000061482000, data, size, NULL, 0));
    }
  return cts_batch_new (log, first_index, first_index + n_records, NULL,
                        (CtsRecord *const *) records->pdata, records->len);
}
