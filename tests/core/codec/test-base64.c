/* SPDX-License-Identifier: MIT */
#include "core/codec/cts-base64.h"
#include "core/codec/cts-base64-private.h"

#include <string.h>

/* Sizes up to here meet every mix of blocks and rests. */
#define MAX_SIZE 200

/* Offsets that a 32-byte register can have to its natural place. */
#define N_ALIGNMENT 32

/* RFC 4648 §10. */
static const struct
{
  const char *data;
  const char *text;
} rfc_cases[] = {
  { "", "" },
  { "f", "Zg==" },
  { "fo", "Zm8=" },
  { "foo", "Zm9v" },
  { "foob", "Zm9vYg==" },
  { "fooba", "Zm9vYmE=" },
  { "foobar", "Zm9vYmFy" },
};

typedef gsize (*EncodeFunc) (char *out, const void *data, gsize size);

/* Memory whose end is the end of the allocation, so that the sanitizer sees an overrun of one byte,
 * begun at @offset of an aligned place. */
typedef struct
{
  guint8 *block;
  guint8 *data;
} Room;

static Room
room_new (gsize size, gsize offset)
{
  Room room = { .block = g_malloc (MAX (size + offset, 1)) };

  room.data = room.block + offset;
  return room;
}

static Room
room_new_copy (const void *data, gsize size, gsize offset)
{
  Room room = room_new (size, offset);

  if (size > 0)
    memcpy (room.data, data, size);
  return room;
}

static void
room_clear (Room *room)
{
  g_clear_pointer (&room->block, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Room, room_clear)

static void
fill_random (guint8 *data, gsize size)
{
  for (gsize i = 0; i < size; i++)
    data[i] = g_test_rand_int ();
}

static char *
encode_exactly (EncodeFunc encode, const guint8 *data, gsize size, gsize offset)
{
  gsize text_size = CTS_BASE64_ENCODED_SIZE (size);
  g_auto (Room) in = room_new_copy (data, size, offset);
  g_auto (Room) out = room_new (text_size, offset);

  g_assert_cmpuint (encode ((char *) out.data, in.data, size), ==, text_size);
  return g_strndup ((char *) out.data, text_size);
}

/* Decodes with both implementations, demands the same of both, and returns it; NULL for -1. */
static GBytes *
decode_exactly (const char *text, gsize size, gsize offset)
{
  g_auto (Room) in = room_new_copy (text, size, offset);
  g_auto (Room) out = room_new (CTS_BASE64_DECODED_MAX (size), offset);
  g_auto (Room) reference = room_new (CTS_BASE64_DECODED_MAX (size), offset);
  gssize n = cts_base64_decode (out.data, (char *) in.data, size);
  gssize n_reference = cts_base64_decode_portable (reference.data, (char *) in.data, size);

  g_assert_cmpint (n, ==, n_reference);
  if (n < 0)
    return NULL;
  g_assert_cmpmem (out.data, n, reference.data, n_reference);
  return g_bytes_new (out.data, n);
}

static void
test_rfc_vectors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rfc_cases); i++)
    {
      gsize size = strlen (rfc_cases[i].data);
      g_autofree char *text
          = encode_exactly (cts_base64_encode, (const guint8 *) rfc_cases[i].data, size, 0);
      g_autoptr (GBytes) data = decode_exactly (rfc_cases[i].text, strlen (rfc_cases[i].text), 0);

      g_assert_cmpstr (text, ==, rfc_cases[i].text);
      g_assert_nonnull (data);
      g_assert_cmpmem (g_bytes_get_data (data, NULL), g_bytes_get_size (data), rfc_cases[i].data,
                       size);
    }
}

static void
check_buffer (const guint8 *data, gsize size, gsize offset)
{
  g_autofree char *expected = g_base64_encode (data, size);
  g_autofree char *text = encode_exactly (cts_base64_encode, data, size, offset);
  g_autofree char *portable = encode_exactly (cts_base64_encode_portable, data, size, offset);
  g_autofree char *url = encode_exactly (cts_base64url_encode, data, size, offset);
  g_autofree char *url_portable
      = encode_exactly (cts_base64url_encode_portable, data, size, offset);
  g_autoptr (GBytes) decoded = decode_exactly (expected, strlen (expected), offset);

  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpstr (portable, ==, expected);
  g_assert_nonnull (decoded);
  g_assert_cmpmem (g_bytes_get_data (decoded, NULL), g_bytes_get_size (decoded), data, size);

  g_strdelimit (expected, "+", '-');
  g_strdelimit (expected, "/", '_');
  g_assert_cmpstr (url, ==, expected);
  g_assert_cmpstr (url_portable, ==, expected);
}

static void
test_sizes_and_alignments (void)
{
  guint8 data[MAX_SIZE];

#ifdef __x86_64__
  g_test_message ("AVX2: %s", __builtin_cpu_supports ("avx2") ? "yes" : "no, only the tables");
#endif
  for (gsize size = 0; size <= MAX_SIZE; size++)
    for (gsize offset = 0; offset < N_ALIGNMENT; offset++)
      {
        fill_random (data, size);
        check_buffer (data, size, offset);
      }
}

/* Each of the 64 values in each of the four places, next to the extremes. */
static void
test_every_value (void)
{
  guint8 data[3 * 64];

  for (guint place = 0; place < 4; place++)
    for (guint others = 0; others < 64; others += 63)
      {
        for (guint value = 0; value < 64; value++)
          {
            guint32 group = 0;

            for (guint i = 0; i < 4; i++)
              group = group << 6 | (i == place ? value : others);
            data[3 * value] = group >> 16;
            data[3 * value + 1] = group >> 8;
            data[3 * value + 2] = group;
          }
        check_buffer (data, sizeof data, 0);
      }
}

/* The sizes are such that places fall into a block of 32 characters and into the tables' rest. */
static void
test_foreign_bytes (void)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  static const gsize sizes[] = { 4, 32, 36, 64, 76 };

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (gsize place = 0; place < sizes[s]; place++)
      for (guint byte = 0; byte < 256; byte++)
        {
          char text[76];
          gboolean is_last = place == sizes[s] - 1;
          gboolean valid = byte != 0 && strchr (alphabet, byte) != NULL;
          g_autoptr (GBytes) data = NULL;

          memset (text, 'Q', sizes[s]);
          text[place] = byte;
          data = decode_exactly (text, sizes[s], 0);
          if (valid || (is_last && byte == '='))
            g_assert_nonnull (data);
          else
            g_assert_null (data);
        }
}

static void
test_strictness (void)
{
  static const struct
  {
    const char *text;
    const char *data; /* NULL: refused */
  } cases[] = {
    { "Z", NULL },
    { "Zg", NULL },
    { "Zg=", NULL },
    { "Zm9", NULL },
    { "Zm8", NULL },
    { "Zm9vZ", NULL },
    { "====", NULL },
    { "Z===", NULL },
    { "Zg=A", NULL },
    { "Z=g=", NULL },
    { "=mZg", NULL },
    { "Zg==Zg==", NULL },
    { "Zm8=Zm9v", NULL },
    { "Zg==\n", NULL },
    { "Zm9v\nZm9", NULL },
    { "Zm9v Zg=", NULL },
    { "Zg==    ", NULL },
    { "-_-_", NULL },
    { "Zg==Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9v", NULL },
    /* Bits that no byte takes. */
    { "Zh==", "f" },
    { "Zv==", "f" },
    { "Zm9=", "fo" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) data = decode_exactly (cases[i].text, strlen (cases[i].text), 0);

      g_test_message ("%s", cases[i].text);
      if (cases[i].data == NULL)
        {
          g_assert_null (data);
          continue;
        }
      g_assert_nonnull (data);
      g_assert_cmpmem (g_bytes_get_data (data, NULL), g_bytes_get_size (data), cases[i].data,
                       strlen (cases[i].data));
    }
}

/* Any four characters of a choice that has all kinds: what GLib takes with the right padding is
 * taken here, and with the same bytes. */
static void
test_last_groups_like_glib (void)
{
  static const char kinds[] = { 'A', 'Q', 'z', '/', '=' };
  const guint n = G_N_ELEMENTS (kinds);

  for (guint i = 0; i < n * n * n * n; i++)
    {
      char text[5] = { kinds[i % n], kinds[i / n % n], kinds[i / n / n % n], kinds[i / n / n / n] };
      const char *padding = strchr (text, '=');
      gboolean valid
          = padding == NULL || padding == text + 3 || (padding == text + 2 && text[3] == '=');
      g_autoptr (GBytes) data = decode_exactly (text, 4, 0);
      g_autofree guint8 *expected = NULL;
      gsize n_expected;

      g_assert_cmpint (data != NULL, ==, valid);
      if (!valid)
        continue;
      expected = g_base64_decode (text, &n_expected);
      g_assert_cmpmem (g_bytes_get_data (data, NULL), g_bytes_get_size (data), expected,
                       n_expected);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/base64/rfc-vectors", test_rfc_vectors);
  g_test_add_func ("/codec/base64/sizes-and-alignments", test_sizes_and_alignments);
  g_test_add_func ("/codec/base64/every-value", test_every_value);
  g_test_add_func ("/codec/base64/decode/foreign-bytes", test_foreign_bytes);
  g_test_add_func ("/codec/base64/decode/strictness", test_strictness);
  g_test_add_func ("/codec/base64/decode/last-groups-like-glib", test_last_groups_like_glib);
  return g_test_run ();
}
