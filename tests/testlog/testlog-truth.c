/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-testlog"

#include "testlog-truth.h"

#include <gio/gio.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>

#define HASH_SIZE sizeof ((TestlogSubmission *) NULL)->sha256

struct _TestlogTruth
{
  FILE *file;
};

TestlogTruth *
testlog_truth_new (const char *path, GError **error)
{
  FILE *file = g_fopen (path, "ae");
  TestlogTruth *truth;

  if (file == NULL)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path,
                   g_strerror (code));
      return NULL;
    }
  truth = g_new0 (TestlogTruth, 1);
  truth->file = file;
  return truth;
}

void
testlog_truth_free (TestlogTruth *truth)
{
  fclose (truth->file);
  g_free (truth);
}

static void
format_hash (char *text, const guint8 *hash)
{
  static const char digits[] = "0123456789abcdef";

  for (guint i = 0; i < HASH_SIZE; i++)
    {
      *text++ = digits[hash[i] >> 4];
      *text++ = digits[hash[i] & 15];
    }
  *text = '\0';
}

/**
 * testlog_truth_add:
 * @truth: the file
 * @log: a log's name
 * @index: where the entry stands in it
 * @submission: the entry
 *
 * Writes the line of an entry that becomes visible now: `time` is Unix time in milliseconds,
 * `sha256` that of the certificate or precertificate; `broken` when it cannot be read. What a
 * replayed entry does not tell, serial and names, is left out.
 */
void
testlog_truth_add (TestlogTruth *truth,
                   const char *log,
                   guint64 index,
                   const TestlogSubmission *submission)
{
  char sha256[2 * HASH_SIZE + 1];

  fprintf (truth->file,
           "{\"log\":\"%s\",\"index\":%" G_GUINT64_FORMAT ",\"time\":%" G_GINT64_FORMAT
           ",\"sha256\":\"",
           log, index, g_get_real_time () / 1000);
  format_hash (sha256, submission->sha256);
  fprintf (truth->file, "%s\",\"type\":\"%s\"", sha256,
           submission->type == TESTLOG_X509_ENTRY ? "x509" : "precert");
  if (submission->serial != NULL)
    fprintf (truth->file, ",\"serial\":\"%s\"", submission->serial);
  if (submission->names != NULL)
    fprintf (truth->file, ",\"names\":[%s]", submission->names);
  if (submission->broken)
    fputs (",\"broken\":true", truth->file);
  fputs ("}\n", truth->file);
}

/* After each head, so that a reader sees whole lines of all that is visible. */
void
testlog_truth_flush (TestlogTruth *truth)
{
  if (fflush (truth->file) != 0)
    g_warning ("truth file: %s", g_strerror (errno));
}
