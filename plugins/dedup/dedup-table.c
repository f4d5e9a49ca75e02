/* SPDX-License-Identifier: MIT */
#include "dedup-table.h"

#include "core/codec/cts-mix.h"

#include <string.h>

/* Places in a bucket: two cache lines. */
#define BUCKET_SLOTS 8

/* What is kept of a key: 96 bits of a SHA-256 let two of a million keys meet once in 10^17. */
#define KEPT_KEY_SIZE 12

/* Times are kept in 32 bits of a tenth of a second, from a second before the first key on: 13
 * years. 0 is an empty place. */
#define TICK_US 100000

typedef struct
{
  guint8 key[KEPT_KEY_SIZE];
  guint32 tick;
} Slot;

typedef struct
{
  Slot slots[BUCKET_SLOTS];
} Bucket;

struct _DedupTable
{
  Bucket *buckets;
  guint n_buckets;
  gint64 epoch_us;
  guint64 seed[2];
  guint64 n_evicted;
};

/**
 * dedup_table_new:
 * @capacity: keys it holds at most
 *
 * Memory is taken as keys come, since pages never written to cost nothing.
 *
 * Returns: (transfer full): an empty table
 */
DedupTable *
dedup_table_new (guint capacity)
{
  DedupTable *table = g_new0 (DedupTable, 1);

  table->n_buckets = MAX (capacity / BUCKET_SLOTS, 1);
  table->buckets = g_new0 (Bucket, table->n_buckets);
  table->seed[0] = cts_mix_random_word ();
  table->seed[1] = cts_mix_random_word ();
  return table;
}

void
dedup_table_free (DedupTable *table)
{
  g_free (table->buckets);
  g_free (table);
}

/* Keyed, so that nobody can log certificates that crowd one bucket. */
static Bucket *
bucket_of (const DedupTable *table, const guint8 *key, guint which)
{
  guint64 word;

  memcpy (&word, key + 4 * which, sizeof word);
  word = cts_mix (word ^ table->seed[which], table->seed[1 - which] | 1);
  return &table->buckets[(guint64) (((unsigned __int128) word * table->n_buckets) >> 64)];
}

static guint32
tick_at (DedupTable *table, gint64 time_us)
{
  if (table->epoch_us == 0)
    table->epoch_us = time_us - G_USEC_PER_SEC;
  return (guint32) CLAMP ((time_us - table->epoch_us) / TICK_US, 1, G_MAXUINT32);
}

static gboolean
slot_is_live (const Slot *slot, guint32 oldest)
{
  return slot->tick != 0 && slot->tick >= oldest;
}

static Slot *
bucket_find (Bucket *bucket, const guint8 *key, guint32 oldest)
{
  for (guint i = 0; i < BUCKET_SLOTS; i++)
    if (slot_is_live (&bucket->slots[i], oldest)
        && memcmp (bucket->slots[i].key, key, KEPT_KEY_SIZE) == 0)
      return &bucket->slots[i];
  return NULL;
}

/* The place to write to next: the oldest, which is an empty one if there is any. */
static Slot *
bucket_oldest (Bucket *bucket, guint32 oldest, guint *n_live)
{
  Slot *slot = &bucket->slots[0];

  *n_live = 0;
  for (guint i = 0; i < BUCKET_SLOTS; i++)
    {
      *n_live += slot_is_live (&bucket->slots[i], oldest);
      if (bucket->slots[i].tick < slot->tick)
        slot = &bucket->slots[i];
    }
  return slot;
}

static Slot *
choose_slot (Bucket *first, Bucket *second, guint32 oldest)
{
  guint n_first, n_second;
  Slot *a = bucket_oldest (first, oldest, &n_first);
  Slot *b = bucket_oldest (second, oldest, &n_second);

  if (n_first != n_second)
    return n_first < n_second ? a : b;
  return a->tick <= b->tick ? a : b;
}

/* Empties a place in a full bucket by moving a key to the other bucket it may stand in. */
static Slot *
bucket_make_place (DedupTable *table, Bucket *bucket, guint32 oldest)
{
  for (guint i = 0; i < BUCKET_SLOTS; i++)
    {
      Slot *slot = &bucket->slots[i];
      Bucket *other = bucket_of (table, slot->key, 0);
      Slot *place;
      guint n_live;

      if (other == bucket)
        other = bucket_of (table, slot->key, 1);
      place = bucket_oldest (other, oldest, &n_live);
      if (other == bucket || slot_is_live (place, oldest))
        continue;
      *place = *slot;
      return slot;
    }
  return NULL;
}

static Slot *
find_place (DedupTable *table, Bucket *first, Bucket *second, guint32 oldest)
{
  Slot *slot = choose_slot (first, second, oldest);
  Slot *emptied;

  if (!slot_is_live (slot, oldest))
    return slot;
  emptied = bucket_make_place (table, first, oldest);
  if (emptied == NULL)
    emptied = bucket_make_place (table, second, oldest);
  if (emptied != NULL)
    return emptied;
  table->n_evicted++;
  return slot;
}

/**
 * dedup_table_add:
 * @table: a table
 * @key: %DEDUP_KEY_SIZE bytes
 * @now_us: time of the key, microseconds, from a clock that does not go backwards; times may be as
 *   old as the first call's
 * @window_us: how long a key is remembered, microseconds
 *
 * Looks a key up and adds it if it is not there. A key found again is not made younger.
 *
 * Returns: whether the key is new
 */
gboolean
dedup_table_add (DedupTable *table, const guint8 *key, gint64 now_us, gint64 window_us)
{
  guint32 now = tick_at (table, now_us);
  gint64 window = window_us / TICK_US;
  guint32 oldest = now > window ? (guint32) (now - window) : 1;
  Bucket *first = bucket_of (table, key, 0);
  Bucket *second = bucket_of (table, key, 1);
  Slot *slot;

  if (bucket_find (first, key, oldest) != NULL || bucket_find (second, key, oldest) != NULL)
    return FALSE;

  slot = find_place (table, first, second, oldest);
  memcpy (slot->key, key, KEPT_KEY_SIZE);
  slot->tick = now;
  return TRUE;
}

/**
 * dedup_table_get_n_evicted:
 * @table: a table
 *
 * Returns: keys that had to go while they were still in the window
 */
guint64
dedup_table_get_n_evicted (const DedupTable *table)
{
  return table->n_evicted;
}

/**
 * dedup_table_get_bytes:
 * @table: a table
 *
 * Returns: bytes it takes when every place was used
 */
gsize
dedup_table_get_bytes (const DedupTable *table)
{
  return sizeof *table + table->n_buckets * sizeof (Bucket);
}
