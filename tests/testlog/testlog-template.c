/* SPDX-License-Identifier: MIT */
#include "testlog-template.h"

#include <nettle/sha2.h>
#include <string.h>

#include "testlog-certificate.h"

#define LABEL_SIZE (sizeof TESTLOG_TEMPLATE_LABEL - 1)

/* Octets at the end of the serial that count. */
#define COUNTER_SIZE sizeof (guint64)

/* A label stands in CN and two names of the TBSCertificate. */
#define MAX_PLACES 4

typedef struct
{
  gsize serial;
  gsize labels[MAX_PLACES];
  guint n_labels;
} Places;

struct _TestlogTemplate
{
  TestlogSubmission *model;
  Places leaf;
  Places extra;
  guint8 serial[TESTLOG_SERIAL_SIZE];
};

static void
find_places (Places *places, const guint8 *data, gsize size, const guint8 *serial)
{
  const guint8 *end = data + size;
  const guint8 *place = data != NULL ? memmem (data, size, serial, TESTLOG_SERIAL_SIZE) : NULL;

  if (place == NULL)
    return;
  places->serial = place - data + TESTLOG_SERIAL_SIZE - COUNTER_SIZE;
  for (place = data;
       (place = memmem (place, end - place, TESTLOG_TEMPLATE_LABEL, LABEL_SIZE)) != NULL;
       place += LABEL_SIZE)
    {
      g_assert (places->n_labels < MAX_PLACES);
      places->labels[places->n_labels++] = place - data;
    }
}

TestlogTemplate *
testlog_template_new (const TestlogSubmission *model)
{
  TestlogTemplate *tmpl = g_new0 (TestlogTemplate, 1);

  tmpl->model = testlog_submission_copy (model);
  for (guint i = 0; i < TESTLOG_SERIAL_SIZE; i++)
    tmpl->serial[i] = g_ascii_xdigit_value (model->serial[2 * i]) << 4
                      | g_ascii_xdigit_value (model->serial[2 * i + 1]);
  find_places (&tmpl->leaf, model->leaf, model->leaf_size, tmpl->serial);
  find_places (&tmpl->extra, model->extra, model->extra_size, tmpl->serial);
  return tmpl;
}

void
testlog_template_free (TestlogTemplate *tmpl)
{
  testlog_submission_unref (tmpl->model);
  g_free (tmpl);
}

static void
fill_places (const Places *places, guint8 *data, const guint8 *counter, const char *label)
{
  if (places->n_labels == 0)
    return;
  memcpy (data + places->serial, counter, COUNTER_SIZE);
  for (guint i = 0; i < places->n_labels; i++)
    memcpy (data + places->labels[i], label, LABEL_SIZE);
}

static void
fill_text (TestlogSubmission *submission, const char *label, const char *counter_hex)
{
  memcpy (submission->serial + 2 * (TESTLOG_SERIAL_SIZE - COUNTER_SIZE), counter_hex,
          2 * COUNTER_SIZE);
  for (char *place = submission->names; (place = strstr (place, TESTLOG_TEMPLATE_LABEL)) != NULL;
       place += LABEL_SIZE)
    memcpy (place, label, LABEL_SIZE);
}

static void
hash_certificate (TestlogSubmission *submission)
{
  gboolean is_x509 = submission->type == TESTLOG_X509_ENTRY;
  struct sha256_ctx sha;

  /* Behind a u24 length in both; two octets of extensions follow in the leaf. */
  sha256_init (&sha);
  if (is_x509)
    sha256_update (&sha, submission->leaf_size - TESTLOG_LEAF_HEAD_SIZE - 3 - 2,
                   submission->leaf + TESTLOG_LEAF_HEAD_SIZE + 3);
  else
    sha256_update (&sha, submission->extra_size - 3, submission->extra + 3);
  sha256_digest (&sha, sizeof submission->sha256, submission->sha256);
}

/**
 * testlog_template_fill:
 * @tmpl: the template
 * @number: what makes this one different
 *
 * Returns: (transfer full): a submission with @number in its serial and its names
 */
TestlogSubmission *
testlog_template_fill (TestlogTemplate *tmpl, guint64 number)
{
  TestlogSubmission *submission = testlog_submission_copy (tmpl->model);
  guint64 counter_be = GUINT64_TO_BE (number);
  char label[LABEL_SIZE + 1], counter_hex[LABEL_SIZE + 1];

  g_snprintf (label, sizeof label, "%016" G_GINT64_MODIFIER "x", number);
  g_snprintf (counter_hex, sizeof counter_hex, "%016" G_GINT64_MODIFIER "X", number);
  fill_places (&tmpl->leaf, submission->leaf, (const guint8 *) &counter_be, label);
  fill_places (&tmpl->extra, submission->extra, (const guint8 *) &counter_be, label);
  fill_text (submission, label, counter_hex);
  hash_certificate (submission);
  return submission;
}
