/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/stream/cts-publisher.h"

G_BEGIN_DECLS

/* Records whose encodings are counted one by one: those with an index below. */
#define FAKE_SERIALIZER_MAX_RECORDS 8192

/**
 * FakeFormat:
 *
 * Places of the formats lite, full and domains.
 */
typedef enum
{
  FAKE_LITE,
  FAKE_FULL,
  FAKE_DOMAINS,
  FAKE_N_FORMATS,
} FakeFormat;

/**
 * FakeSerializer:
 * @n_encoded: how often each record was encoded in each format; any thread adds
 * @held: index of a record whose encoding waits, -1 for none
 * @awaited: index of the record in whose encoding it is let go
 *
 * A frame is the name of its format, a space, and the index of the record.
 */
#define FAKE_TYPE_SERIALIZER (fake_serializer_get_type ())
G_DECLARE_FINAL_TYPE (FakeSerializer, fake_serializer, FAKE, SERIALIZER, CtsSerializer)

struct _FakeSerializer
{
  CtsSerializer parent_instance;

  int *n_encoded[FAKE_N_FORMATS];
  gint64 held;
  gint64 awaited;
};

FakeSerializer *fake_serializer_new (void);

/* The encoding of record @held waits for that of record @awaited. Call it when nothing is encoded.
 */
void fake_serializer_hold (FakeSerializer *serializer, guint held, guint awaited);

/* Fails unless each record from @first to below @end was encoded @times times in @format. */
void fake_serializer_check (FakeSerializer *serializer,
                            FakeFormat format,
                            guint first,
                            guint end,
                            int times);

/* Publishes a group of @n_batches of @n_records each. Indexes and sequence numbers go on from
 * @next, which is moved. */
void fake_publish (CtsPublisher *publisher,
                   CtsLogInfo *log,
                   guint64 *next,
                   guint n_batches,
                   guint n_records);

G_END_DECLS
