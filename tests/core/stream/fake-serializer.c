/* SPDX-License-Identifier: MIT */
#include "fake-serializer.h"

#include "tests/support/cts-test-records.h"

#define WAIT_SECONDS 20

G_DEFINE_FINAL_TYPE (FakeSerializer, fake_serializer, CTS_TYPE_SERIALIZER)

static const char *const formats[] = { "lite", "full", "domains", NULL };

static gboolean
is_encoded (FakeSerializer *self, gint64 index)
{
  for (guint f = 0; f < FAKE_N_FORMATS; f++)
    if (g_atomic_int_get (&self->n_encoded[f][index]) > 0)
      return TRUE;
  return FALSE;
}

static void
wait_for_other (FakeSerializer *self)
{
  gint64 end = g_get_monotonic_time () + WAIT_SECONDS * G_TIME_SPAN_SECOND;

  while (!is_encoded (self, self->awaited))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_thread_yield ();
    }
}

static void
fake_serializer_encode (CtsSerializer *serializer, CtsRecord *record, CtsWriter *const *writers)
{
  FakeSerializer *self = FAKE_SERIALIZER (serializer);
  guint64 index = cts_record_get_index (record);

  g_assert_cmpuint (index, <, FAKE_SERIALIZER_MAX_RECORDS);
  if ((gint64) index == self->held)
    wait_for_other (self);
  for (guint f = 0; f < FAKE_N_FORMATS; f++)
    if (writers[f] != NULL)
      {
        cts_writer_append_string (writers[f], formats[f]);
        cts_writer_append_string (writers[f], " ");
        cts_writer_append_uint64 (writers[f], index);
        g_atomic_int_inc (&self->n_encoded[f][index]);
      }
}

static void
fake_serializer_finalize (GObject *object)
{
  FakeSerializer *self = FAKE_SERIALIZER (object);

  for (guint f = 0; f < FAKE_N_FORMATS; f++)
    g_free (self->n_encoded[f]);
  G_OBJECT_CLASS (fake_serializer_parent_class)->finalize (object);
}

static void
fake_serializer_class_init (FakeSerializerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_serializer_finalize;
  CTS_SERIALIZER_CLASS (klass)->formats = formats;
  CTS_SERIALIZER_CLASS (klass)->encode = fake_serializer_encode;
}

static void
fake_serializer_init (FakeSerializer *self)
{
  self->held = -1;
  for (guint f = 0; f < FAKE_N_FORMATS; f++)
    self->n_encoded[f] = g_new0 (int, FAKE_SERIALIZER_MAX_RECORDS);
}

FakeSerializer *
fake_serializer_new (void)
{
  return g_object_new (FAKE_TYPE_SERIALIZER, "name", "fake", NULL);
}

void
fake_serializer_hold (FakeSerializer *serializer, guint held, guint awaited)
{
  serializer->held = held;
  serializer->awaited = awaited;
}

void
fake_serializer_check (FakeSerializer *serializer,
                       FakeFormat format,
                       guint first,
                       guint end,
                       int times)
{
  for (guint i = first; i < end; i++)
    g_assert_cmpint (g_atomic_int_get (&serializer->n_encoded[format][i]), ==, times);
}

void
fake_publish (CtsPublisher *publisher,
              CtsLogInfo *log,
              guint64 *next,
              guint n_batches,
              guint n_records)
{
  g_autoptr (CtsGroup) group = cts_group_new ();
  guint64 first = *next;

  for (guint i = 0; i < n_batches; i++)
    {
      g_autoptr (CtsBatch) batch = cts_test_batch (log, *next, (guint) *next, n_records);

      cts_group_add (group, batch, NULL, NULL);
      *next += n_records;
    }
  cts_publisher_publish (publisher, group, first);
}
