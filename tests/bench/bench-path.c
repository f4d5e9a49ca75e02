/* SPDX-License-Identifier: MIT */
/*
 * What a certificate costs from a get-entries answer to the payloads of all three formats, as a
 * ratio to the floor of the same run: three hashes and one copy of the output.
 */
#include "core/api/cts-batch-private.h"
#include "core/api/cts-record-private.h"
#include "core/ct/cts-merkle.h"
#include "core/pipeline/cts-decoder.h"
#include "core/stream/cts-encoder.h"
#include "plugins/certstream/certstream.h"
#include "plugins/rfc6962/rfc6962-source.h"
#include "tests/bench/bench-clock.h"
#include "tests/bench/bench-page.h"

#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <string.h>

#define N_ROUNDS 41

/* Output is written to memory last touched so long ago, as in a ring. */
#define RING_BYTES (32u << 20)

#define TARGET_RATIO 2.0

enum
{
  FULL,
  LITE,
  DOMAINS,
  N_FORMATS,
};

typedef struct
{
  CtsSource *source;
  CtsDecoder *decoder;
  CtsEncoder *encoder;
  CtsLogInfo *log;
  BenchPage *page;
  guint8 *ring;
  gsize ring_at;
  gsize output_bytes;
} Bench;

/* Time of each part, nanoseconds a certificate, one value a round. */
typedef struct
{
  double floor[N_ROUNDS];
  double read[N_ROUNDS];
  double decode[N_ROUNDS];
  double encode_all[N_ROUNDS];
  double encode_lite[N_ROUNDS];
  double append[N_ROUNDS];
} Times;

static guint
bit_of (Bench *bench, const char *format)
{
  return 1u << cts_encoder_find_format (bench->encoder, format);
}

static void
ring_copy (Bench *bench, gconstpointer data, gsize size)
{
  if (bench->ring_at + size > RING_BYTES)
    bench->ring_at = 0;
  memcpy (bench->ring + bench->ring_at, data, size);
  bench->ring_at += size;
}

static void
hash_three_times (CtsRecord *record, gconstpointer leaf, gsize leaf_size)
{
  const CtsCertificate *certificate = cts_record_get_certificate (record);
  gsize size;
  const guint8 *der = cts_certificate_get_der (certificate, &size);
  guint8 digest[CTS_SHA256_SIZE];
  struct sha1_ctx sha1;
  struct sha256_ctx sha256;

  cts_merkle_leaf_hash (digest, leaf, leaf_size);
  sha1_init (&sha1);
  sha1_update (&sha1, size, der);
  sha1_digest (&sha1, CTS_SHA1_SIZE, digest);
  sha256_init (&sha256);
  sha256_update (&sha256, size, der);
  sha256_digest (&sha256, CTS_SHA256_SIZE, digest);
}

static CtsBatch *
decode (Bench *bench)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CtsDecodedPage) decoded
      = cts_decoder_decode (bench->decoder, bench->source, bench->log, bench->page->json, 0,
                            bench->page->n_entries, &error);

  if (decoded == NULL)
    g_error ("the page could not be decoded: %s", error->message);
  return cts_batch_new (bench->log, 0, decoded->n_entries, NULL,
                        (CtsRecord *const *) decoded->records->pdata, decoded->records->len);
}

static void
ignore_entry (gconstpointer leaf,
              gsize leaf_size,
              gconstpointer extra,
              gsize extra_size,
              gpointer user_data)
{
}

static void
read_only (Bench *bench)
{
  CTS_SOURCE_GET_CLASS (bench->source)
      ->read_entries (bench->source, bench->page->json, bench->page->n_entries, ignore_entry, NULL,
                      NULL);
}

static GPtrArray *
encode (Bench *bench, CtsBatch *batch, guint formats)
{
  GPtrArray *packets = g_ptr_array_new_with_free_func ((GDestroyNotify) cts_packet_unref);

  cts_encoder_encode (bench->encoder, batch, 1, formats, packets);
  return packets;
}

/* Every payload copied once, as the publisher does. */
static void
append (Bench *bench, GPtrArray *packets)
{
  for (guint p = 0; p < packets->len; p++)
    {
      CtsPacket *packet = g_ptr_array_index (packets, p);

      for (guint i = 0; i < cts_packet_get_n_frames (packet); i++)
        {
          gsize size;
          gconstpointer frame = cts_packet_get_frame (packet, i, &size);

          ring_copy (bench, frame, size);
        }
    }
}

static void
run_floor (Bench *bench, CtsBatch *batch, GPtrArray *packets)
{
  for (guint i = 0; i < cts_batch_get_n_records (batch); i++)
    {
      GBytes *leaf = g_ptr_array_index (bench->page->leaves, i);
      gsize leaf_size;
      gconstpointer leaf_data = g_bytes_get_data (leaf, &leaf_size);

      hash_three_times (cts_batch_get_record (batch, i), leaf_data, leaf_size);
    }
  append (bench, packets);
}

static void
run_round (Bench *bench, Times *times, guint round)
{
  guint all = bit_of (bench, "full") | bit_of (bench, "lite") | bit_of (bench, "domains");
  double n = bench->page->n_entries;
  g_autoptr (CtsBatch) batch = NULL;
  g_autoptr (GPtrArray) packets = NULL;
  g_autoptr (GPtrArray) lite = NULL;
  gint64 start;

  start = bench_thread_ns ();
  read_only (bench);
  times->read[round] = (bench_thread_ns () - start) / n;

  start = bench_thread_ns ();
  batch = decode (bench);
  times->decode[round] = (bench_thread_ns () - start) / n;

  start = bench_thread_ns ();
  packets = encode (bench, batch, all);
  times->encode_all[round] = (bench_thread_ns () - start) / n;

  start = bench_thread_ns ();
  append (bench, packets);
  times->append[round] = (bench_thread_ns () - start) / n;

  start = bench_thread_ns ();
  run_floor (bench, batch, packets);
  times->floor[round] = (bench_thread_ns () - start) / n;

  start = bench_thread_ns ();
  lite = encode (bench, batch, bit_of (bench, "lite"));
  times->encode_lite[round] = (bench_thread_ns () - start) / n;
}

static void
print_sizes (Bench *bench)
{
  static const char *const formats[] = { "full", "lite", "domains" };
  g_autoptr (CtsBatch) batch = decode (bench);

  for (guint f = 0; f < G_N_ELEMENTS (formats); f++)
    {
      g_autoptr (GPtrArray) packets = encode (bench, batch, bit_of (bench, formats[f]));
      CtsPacket *packet = g_ptr_array_index (packets, 0);
      double sizes[CTS_BATCH_MAX_RECORDS];

      for (guint i = 0; i < cts_packet_get_n_frames (packet); i++)
        {
          gsize size;

          cts_packet_get_frame (packet, i, &size);
          sizes[i] = (double) size;
        }
      g_print ("  median size, %-8s %8.0f bytes\n", formats[f],
               bench_median (sizes, cts_packet_get_n_frames (packet)));
    }
}

static void
print_part (const char *name, const double *rounds)
{
  double copy[N_ROUNDS];

  memcpy (copy, rounds, sizeof copy);
  g_print ("  %-34s %8.0f ns/certificate\n", name, bench_median (copy, N_ROUNDS));
}

static void
print_result (Bench *bench, const Times *times)
{
  double ratios[N_ROUNDS], totals[N_ROUNDS];
  double ratio, total;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      totals[i] = times->decode[i] + times->encode_all[i] + times->append[i];
      ratios[i] = totals[i] / times->floor[i];
    }
  ratio = bench_median (ratios, N_ROUNDS);
  total = bench_median (totals, N_ROUNDS);

  g_print ("decode + encode, %s, %u entries a page, %u rounds (medians)\n", bench->page->name,
           bench->page->n_entries, N_ROUNDS);
  print_part ("floor: three hashes + copy", times->floor);
  print_part ("scan + base64 (part of decode)", times->read);
  print_part ("decode: page to records", times->decode);
  print_part ("encode: full + lite + domains", times->encode_all);
  print_part ("append: payloads to cold memory", times->append);
  print_part ("(encode: lite alone)", times->encode_lite);
  print_sizes (bench);
  g_print ("  decode + encode + append: %.0f ns/certificate, %.0f certificates/s on one core\n",
           total, 1e9 / total);
  g_print ("  ratio to the floor: %.2f (target %.1f): %s\n", ratio, TARGET_RATIO,
           ratio <= TARGET_RATIO ? "met" : "MISSED");
}

static void
run_page (Bench *bench, BenchPage *page)
{
  g_autofree Times *times = g_new (Times, 1);

  bench->page = page;
  /* Caches fill, pages are touched. */
  run_round (bench, times, 0);
  for (guint i = 0; i < N_ROUNDS; i++)
    run_round (bench, times, i);
  print_result (bench, times);
}

int
main (int argc, char **argv)
{
  guint8 id[CTS_LOG_ID_SIZE] = { 0 };
  g_autoptr (CtsSlabPool) slabs = cts_slab_pool_new (8);
  g_autoptr (CtsWorkers) workers = cts_workers_new (1);
  g_autoptr (CtsSerializer) serializer
      = g_object_new (CERTSTREAM_TYPE_SERIALIZER, "name", "certstream", NULL);
  g_autoptr (GPtrArray) pages = bench_pages_load ();
  Bench bench = {
    .source = g_object_new (RFC6962_TYPE_SOURCE, "name", "rfc6962", NULL),
    .decoder = cts_decoder_new (workers),
    .encoder = cts_encoder_new (serializer, slabs),
    .log = cts_log_info_new (id, "Bench 'Log'", "https://log.example/2026h2/", "Bench", "rfc6962"),
    .ring = g_malloc0 (RING_BYTES),
  };

  bench_print_machine ();
  if (!cts_stage_start (CTS_STAGE (serializer), NULL))
    g_error ("the serializer did not start");
  for (guint i = 0; i < pages->len; i++)
    run_page (&bench, g_ptr_array_index (pages, i));

  g_free (bench.ring);
  cts_log_info_unref (bench.log);
  cts_encoder_free (bench.encoder);
  g_object_unref (bench.decoder);
  g_object_unref (bench.source);
  return 0;
}
