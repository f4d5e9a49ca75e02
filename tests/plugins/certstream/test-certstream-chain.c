/* SPDX-License-Identifier: MIT */
#include "certstream-test.h"

#include "plugins/certstream/certstream-private.h"

#define MIB (1u << 20)

#define NO_NAME                                                                                    \
  "{\"C\":null,\"CN\":null,\"L\":null,\"O\":null,\"OU\":null,\"ST\":null,\"aggregated\":\"\","     \
  "\"email_address\":null,\"emailAddress\":null}"

static CtsRecord *
record_with_chain (CtsIssuer *const *chain, guint n_chain)
{
  g_autoptr (GByteArray) leaf = test_certificate (NULL, NULL, NULL, NULL);
  g_autoptr (CtsLogInfo) log = test_log ("rfc6962");

  return cts_record_new (log, 7, CTS_ENTRY_X509, 1, 1, leaf->data, leaf->len, chain, n_chain);
}

/* An issuer with serial @n, made larger by an extension of @padding bytes. */
static CtsIssuer *
new_issuer (guint n, gsize padding)
{
  g_autofree char *serial = g_strdup_printf ("01%08x", n);
  g_autofree guint8 *zeros = g_malloc0 (padding + 1);
  GByteArray *value = g_byte_array_append (g_byte_array_new (), zeros, padding);
  GByteArray *extension = der (0x30, der_hex ("06022a03"), der (0x04, value, NULL), NULL);
  g_autoptr (GByteArray) bytes = test_certificate (der_hex (serial), NULL, NULL, extension);
  CtsIssuer *issuer = cts_issuer_new (bytes->data, bytes->len);

  g_assert_true (issuer->parsed);
  return issuer;
}

static JsonArray *
chain_of (CtsSerializer *serializer, CtsRecord *record, gsize *frame_size)
{
  g_auto (Frames) frames = encode (serializer, record, 1u << FULL);
  g_autoptr (JsonNode) root = parse_object (frames.text[FULL], frames.size[FULL]);
  JsonObject *data = json_object_get_object_member (json_node_get_object (root), "data");

  *frame_size = frames.size[FULL];
  return json_array_ref (json_object_get_array_member (data, "chain"));
}

/* Of what is no certificate typed clients still get every member, none of them null outside the
 * names. */
static void
test_unread_issuer (void)
{
  const guint8 bytes[] = { 0x30, 0x03, 0x02, 0x01, 0x01 };
  g_autoptr (CtsIssuer) issuer = cts_issuer_new (bytes, sizeof bytes);
  g_autoptr (CtsRecord) record = record_with_chain (&issuer, 1);
  g_autoptr (CtsSerializer) serializer = g_object_new (CERTSTREAM_TYPE_SERIALIZER, NULL);
  g_auto (Frames) frames = encode (serializer, record, 1u << FULL);
  const char *chain = strstr (frames.text[FULL], ",\"chain\":[");

  g_assert_false (issuer->parsed);
  g_assert_cmpstr (
      chain, ==,
      ",\"chain\":["
      "{\"as_der\":\"MAMCAQE=\",\"extensions\":{},"
      "\"fingerprint\":\"90:D8:0B:02:14:71:5C:21:17:F1:DB:31:0C:C5:6F:1E:87:DC:47:75\","
      "\"sha1\":\"90:D8:0B:02:14:71:5C:21:17:F1:DB:31:0C:C5:6F:1E:87:DC:47:75\","
      "\"sha256\":\"1B:65:F6:8A:52:2C:85:87:15:F5:DD:95:1C:D0:40:2D:"
      "C1:66:91:77:88:14:BF:07:59:82:2B:7A:25:74:21:D0\","
      "\"not_after\":0,\"not_before\":0,\"serial_number\":\"\","
      "\"signature_algorithm\":\"\","
      "\"subject\":" NO_NAME ","
      "\"issuer\":" NO_NAME ","
      "\"is_ca\":false}]}}");
}

/* Chains of any length keep their order, whether or not their certificates are in the cache. */
static void
test_order (void)
{
  g_autoptr (CtsSerializer) serializer = g_object_new (CERTSTREAM_TYPE_SERIALIZER, NULL);
  CtsIssuer *chain[30];

  for (guint i = 0; i < G_N_ELEMENTS (chain); i++)
    chain[i] = new_issuer (i, 0);
  for (guint n = 0; n <= G_N_ELEMENTS (chain); n++)
    {
      g_autoptr (CtsRecord) record = record_with_chain (chain, n);
      gsize size;
      g_autoptr (JsonArray) array = chain_of (serializer, record, &size);

      g_assert_cmpuint (json_array_get_length (array), ==, n);
      for (guint i = 0; i < n; i++)
        {
          JsonObject *object = json_array_get_object_element (array, i);
          g_autofree char *serial = g_strdup_printf ("01%08X", i);

          g_assert_cmpstr (json_object_get_string_member (object, "serial_number"), ==, serial);
          g_assert_false (json_object_has_member (object, "all_domains"));
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (chain); i++)
    cts_issuer_unref (chain[i]);
}

/* A frame over 1 MiB goes without the chain's DER; if that is not enough, without the chain. */
static void
test_large (void)
{
  g_autoptr (CtsSerializer) serializer = g_object_new (CERTSTREAM_TYPE_SERIALIZER, NULL);
  CtsIssuer *chain[3000];
  gsize size;

  for (guint i = 0; i < G_N_ELEMENTS (chain); i++)
    chain[i] = new_issuer (i, i < 3 ? 200 * 1024 : 0);

  for (guint n = 1; n <= 3; n++)
    {
      g_autoptr (CtsRecord) record = record_with_chain (chain, n);
      g_autoptr (JsonArray) array = chain_of (serializer, record, &size);

      /* 200 KiB are 267 KiB in base64. */
      g_assert_cmpuint (json_array_get_length (array), ==, n);
      g_assert_true (json_object_has_member (json_array_get_object_element (array, 0), "as_der"));
      g_assert_cmpuint (size, <=, MIB);
    }
  {
    CtsIssuer *twice[] = { chain[0], chain[1], chain[2], chain[0], chain[1] };
    g_autoptr (CtsRecord) record = record_with_chain (twice, G_N_ELEMENTS (twice));
    g_autoptr (JsonArray) array = chain_of (serializer, record, &size);

    g_assert_cmpuint (json_array_get_length (array), ==, G_N_ELEMENTS (twice));
    g_assert_false (json_object_has_member (json_array_get_object_element (array, 0), "as_der"));
    g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (array, 4),
                                                    "serial_number"),
                     ==, "0100000001");
    g_assert_cmpuint (size, <=, MIB);
  }
  {
    g_autoptr (CtsRecord) record = record_with_chain (chain, G_N_ELEMENTS (chain));
    g_autoptr (JsonArray) array = chain_of (serializer, record, &size);

    g_assert_cmpuint (json_array_get_length (array), ==, 0);
  }
  for (guint i = 0; i < G_N_ELEMENTS (chain); i++)
    cts_issuer_unref (chain[i]);
}

static gsize
put_chain (CtsWriter *writer, CertstreamChainCache *cache, CtsIssuer *issuer)
{
  g_autoptr (CtsRecord) record = record_with_chain (&issuer, 1);
  gsize begin = writer->size;

  certstream_put_chain (writer, cache, record);
  return writer->size - begin;
}

/* What stands in the cache is bounded in number and in bytes; what it drops it lets go of. */
static void
test_bounds (void)
{
  const struct
  {
    guint n;
    gsize padding;
    guint expected_max;
  } cases[] = { { 5000, 0, 4096 }, { 400, 50 * 1024, 300 } };

  for (guint k = 0; k < G_N_ELEMENTS (cases); k++)
    {
      g_autoptr (CtsSlabPool) pool = cts_slab_pool_new (1);
      g_autoptr (CertstreamChainCache) cache = certstream_chain_cache_new ();
      g_autoptr (CtsIssuer) kept = new_issuer (G_MAXUINT, 0);
      CtsWriter writer;
      gsize n_bytes, size;
      guint n = 0;

      cts_writer_init (&writer, pool);
      size = put_chain (&writer, cache, kept);
      for (guint i = 0; i < cases[k].n; i++)
        {
          g_autoptr (CtsIssuer) issuer = new_issuer (i, cases[k].padding);

          writer.size = 0;
          put_chain (&writer, cache, issuer);
          /* One that is wanted all the time stays. */
          g_assert_cmpuint (put_chain (&writer, cache, kept), ==, size);
          n = certstream_chain_cache_get_size (cache, &n_bytes);
          g_assert_cmpuint (n, <=, cases[k].expected_max);
          g_assert_cmpuint (n_bytes, <=, 32 * MIB);
        }
      g_assert_cmpuint (n, >=, cases[k].expected_max / 2);
      cts_slab_pool_give (pool, cts_writer_steal (&writer));
    }
}

typedef struct
{
  CtsSerializer *serializer;
  CtsRecord **records;
  guint n_records;
  char **expected;
} Shared;

static gpointer
encode_many (gpointer data)
{
  Shared *shared = data;

  for (guint round = 0; round < 20; round++)
    for (guint i = 0; i < shared->n_records; i++)
      {
        g_auto (Frames) frames = encode (shared->serializer, shared->records[i], ALL_FORMATS);

        g_assert_cmpstr (frames.text[FULL], ==, shared->expected[i]);
      }
  return NULL;
}

/* Two workers encode with one serializer. */
static void
test_threads (void)
{
  g_autoptr (CtsSerializer) alone = g_object_new (CERTSTREAM_TYPE_SERIALIZER, NULL);
  g_autoptr (CtsSerializer) serializer = g_object_new (CERTSTREAM_TYPE_SERIALIZER, NULL);
  CtsRecord *records[20];
  char *expected[G_N_ELEMENTS (records)];
  Shared shared = { serializer, records, G_N_ELEMENTS (records), expected };
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (CtsIssuer) first = new_issuer (i, 0);
      g_autoptr (CtsIssuer) second = new_issuer (i + 1000, 0);
      CtsIssuer *chain[] = { first, second };
      g_auto (Frames) frames = { 0 };

      records[i] = record_with_chain (chain, G_N_ELEMENTS (chain));
      frames = encode (alone, records[i], 1u << FULL);
      expected[i] = g_steal_pointer (&frames.text[FULL]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("encode", encode_many, &shared);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      cts_record_unref (records[i]);
      g_free (expected[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/certstream/chain/unread-issuer", test_unread_issuer);
  g_test_add_func ("/certstream/chain/order", test_order);
  g_test_add_func ("/certstream/chain/large", test_large);
  g_test_add_func ("/certstream/chain/bounds", test_bounds);
  g_test_add_func ("/certstream/chain/threads", test_threads);
  return g_test_run ();
}
