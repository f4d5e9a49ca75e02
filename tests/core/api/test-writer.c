/* SPDX-License-Identifier: MIT */
#include "core/api/cts-writer-private.h"

/* Most bytes that a form in test_edge() writes, with its reserve. */
#define EDGE 40

typedef struct
{
  CtsSlabPool *pool;
  CtsWriter writer;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->pool = cts_slab_pool_new (1);
  cts_writer_init (&fixture->writer, fixture->pool);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  cts_slab_pool_give (fixture->pool, cts_writer_steal (&fixture->writer));
  cts_slab_pool_unref (fixture->pool);
}

/* What was written since the last call is @expected. */
static void
assert_written (CtsWriter *writer, const char *expected)
{
  g_assert_false (writer->failed);
  g_assert_cmpmem (writer->slab.data, writer->size, expected, strlen (expected));
  g_assert_cmpuint (cts_writer_get_size (writer), ==, strlen (expected));
  writer->size = 0;
}

static void
test_grow (Fixture *fixture, gconstpointer data)
{
  CtsWriter *writer = &fixture->writer;
  g_autoptr (GByteArray) expected = g_byte_array_new ();
  guint8 piece[4099];

  for (guint n = 0; expected->len < 2 * CTS_SLAB_SIZE + 1000; n++)
    {
      for (guint i = 0; i < sizeof piece; i++)
        piece[i] = (guint8) (n * 31 + i);
      cts_writer_append (writer, piece, sizeof piece);
      g_byte_array_append (expected, piece, sizeof piece);
    }

  g_assert_false (writer->failed);
  g_assert_cmpuint (writer->slab.size, >=, writer->size);
  g_assert_cmpmem (writer->slab.data, cts_writer_get_size (writer), expected->data, expected->len);
}

/* What does not fit leaves the writer as it was; the bytes asked for are not looked at. */
static void
test_bound (Fixture *fixture, gconstpointer data)
{
  static const gsize too_many[] = { CTS_WRITER_MAX_SIZE - 3, CTS_WRITER_MAX_SIZE, G_MAXSIZE };
  CtsWriter *writer = &fixture->writer;

  cts_writer_append_string (writer, "kept");
  for (guint i = 0; i < G_N_ELEMENTS (too_many); i++)
    {
      guint8 *before = writer->slab.data;

      writer->failed = FALSE;
      cts_writer_append (writer, NULL, too_many[i]);
      g_assert_true (writer->failed);
      g_assert_true (writer->slab.data == before);
      g_assert_cmpuint (writer->slab.size, ==, CTS_SLAB_SIZE);
      g_assert_cmpmem (writer->slab.data, writer->size, "kept", 4);
    }

  g_assert_null (cts_writer_reserve (writer, CTS_SLAB_SIZE));
  g_assert_cmpuint (writer->slab.size, ==, CTS_SLAB_SIZE);
}

/* A full writer drops whatever comes, in each form. */
static void
test_full (Fixture *fixture, gconstpointer data)
{
  CtsWriter *writer = &fixture->writer;

  cts_writer_append_string (writer, "kept");
  g_assert_nonnull (cts_writer_reserve (writer, CTS_WRITER_MAX_SIZE - 4));
  g_assert_false (writer->failed);
  g_assert_cmpuint (writer->slab.size, ==, CTS_WRITER_MAX_SIZE);

  /* The bytes between were never touched, so they take no memory. */
  writer->size = CTS_WRITER_MAX_SIZE;
  cts_writer_append (writer, "x", 1);
  g_assert_true (writer->failed);
  cts_writer_append (writer, "x", 1);
  cts_writer_append_string (writer, "text");
  cts_writer_append_uint64 (writer, G_MAXUINT64);
  cts_writer_append_int64 (writer, -1);
  cts_writer_append_json_text (writer, "text", 4);
  cts_writer_append_base64 (writer, "text", 4);
  g_assert_true (writer->failed);
  g_assert_cmpuint (cts_writer_get_size (writer), ==, CTS_WRITER_MAX_SIZE);
  g_assert_cmpuint (writer->slab.size, ==, CTS_WRITER_MAX_SIZE);
  g_assert_cmpmem (writer->slab.data, 4, "kept", 4);
}

static void
test_uint64 (Fixture *fixture, gconstpointer data)
{
  static const guint64 cases[]
      = { 0,          1,           9,          10,         11,           99,
          100,        101,         999,        1000,       9999,         10000,
          G_MAXINT32, G_MAXUINT32, 4294967296, 9999999999, 100000000000, (guint64) G_MAXINT64 + 1,
          G_MAXUINT64 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *expected = g_strdup_printf ("%" G_GUINT64_FORMAT, cases[i]);

      cts_writer_append_uint64 (&fixture->writer, cases[i]);
      assert_written (&fixture->writer, expected);
    }
}

static void
test_int64 (Fixture *fixture, gconstpointer data)
{
  static const gint64 cases[]
      = { 0,   9,    10,   99,         100,        G_MAXINT64,     -1,        -9,
          -10, -100, -999, G_MININT32, G_MAXINT32, G_MININT64 + 1, G_MININT64 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *expected = g_strdup_printf ("%" G_GINT64_FORMAT, cases[i]);

      cts_writer_append_int64 (&fixture->writer, cases[i]);
      assert_written (&fixture->writer, expected);
    }
}

/* RFC 8259 §7; what is no UTF-8 becomes U+FFFD. */
static void
test_json_text (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    gsize size;
    const char *expected;
  } cases[] = {
    { "", 0, "" },
    { "example.com", 11, "example.com" },
    { "example.com", 7, "example" },
    { "\"\\/", 3, "\\\"\\\\/" },
    { "a\0b\n", 4, "a\\u0000b\\u000a" },
    { "M\xc3\xbcnchen", 8, "M\xc3\xbcnchen" },
    { "\xff!", 2, "\xef\xbf\xbd!" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      cts_writer_append_json_text (&fixture->writer, cases[i].text, cases[i].size);
      assert_written (&fixture->writer, cases[i].expected);
    }
}

static void
test_base64 (Fixture *fixture, gconstpointer data)
{
  guint8 bytes[200];

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) (i * 89 + 7);
  for (gsize size = 0; size <= sizeof bytes; size++)
    {
      g_autofree char *expected = g_base64_encode (bytes, size);

      cts_writer_append_base64 (&fixture->writer, bytes, size);
      assert_written (&fixture->writer, expected);
    }
}

/* Each form finds its room wherever the slab ends. */
static void
test_edge (Fixture *fixture, gconstpointer data)
{
  const char *expected = "plain18446744073709551615-7\\\"q\\\"YmFzZQ==";

  for (gsize left = 0; left <= EDGE; left++)
    {
      CtsWriter writer;
      gsize start = CTS_SLAB_SIZE - left;

      cts_writer_init (&writer, fixture->pool);
      writer.size = start;
      cts_writer_append_string (&writer, "plain");
      cts_writer_append_uint64 (&writer, G_MAXUINT64);
      cts_writer_append_int64 (&writer, -7);
      cts_writer_append_json_text (&writer, "\"q\"", 3);
      cts_writer_append_base64 (&writer, "base", 4);
      g_assert_false (writer.failed);
      g_assert_cmpmem (writer.slab.data + start, writer.size - start, expected, strlen (expected));
      cts_slab_pool_give (fixture->pool, cts_writer_steal (&writer));
    }
}

#define ADD(name, func) g_test_add ("/api/writer/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("full", test_full);
  ADD ("bound", test_bound);
  ADD ("grow", test_grow);
  ADD ("uint64", test_uint64);
  ADD ("int64", test_int64);
  ADD ("json-text", test_json_text);
  ADD ("base64", test_base64);
  ADD ("edge", test_edge);
  return g_test_run ();
}
