/* SPDX-License-Identifier: MIT */
#include "core/codec/cts-base64-private.h"

#ifdef __x86_64__

#include <immintrin.h>

/* Not the whole file but just these functions are compiled for AVX2: nothing else of the program
 * may get such instructions. */
#define AVX2 __attribute__ ((target ("avx2")))

#define ENCODE_BLOCK 24 /* bytes in, 32 characters out */
#define DECODE_BLOCK 32 /* characters in, 24 bytes out */

/* Encoding reads 16 bytes at 0 and at 12, so 4 more than it uses. */
#define ENCODE_READS 28

/* How the characters are told apart when decoding: one bit for each row of ASCII (its upper four
 * bits) that has its own set of foreign columns (the lower four). A character is foreign when its
 * row's bit is among those of its column. */
#define ROW_2     0x01 /* only '+' and '/' */
#define ROW_3     0x02 /* '0' to '9' */
#define ROW_4_6   0x04 /* 'A' to 'O', 'a' to 'o' */
#define ROW_5_7   0x08 /* 'P' to 'Z', 'p' to 'z' */
#define ROW_OTHER 0x10 /* nothing of the alphabet */

/* Both lanes of a register the same: shuffles look up within their lane. */
static inline AVX2 __m256i
both_lanes (__m128i lane)
{
  return _mm256_broadcastsi128_si256 (lane);
}

/* Spreads 3 bytes to the four 6-bit values in them, in each 32 bits of the register. */
static inline AVX2 __m256i
split_values (__m256i bytes)
{
  const __m256i order
      = both_lanes (_mm_setr_epi8 (1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
  __m256i groups, first_third, second_fourth;

  /* The halves of 32 bits are now aaaaaabb bbbbcccc and bbbbcccc ccdddddd, high byte first. To
   * multiply by a power of two shifts each half by a distance of its own. */
  groups = _mm256_shuffle_epi8 (bytes, order);
  first_third = _mm256_mulhi_epu16 (_mm256_and_si256 (groups, _mm256_set1_epi32 (0x0fc0fc00)),
                                    _mm256_set1_epi32 (0x04000040));
  second_fourth = _mm256_mullo_epi16 (_mm256_and_si256 (groups, _mm256_set1_epi32 (0x003f03f0)),
                                      _mm256_set1_epi32 (0x01000010));
  return _mm256_or_si256 (first_third, second_fourth);
}

/* Values to characters by adding what lies between the two, which depends on the range only. */
static inline AVX2 __m256i
values_to_text (__m256i values, __m256i distances)
{
  /* 0 for letters, 1 to 10 for digits, 11 and 12 for the last two characters; then 13 for the
   * capitals among the letters. */
  __m256i range = _mm256_subs_epu8 (values, _mm256_set1_epi8 (51));
  __m256i capital = _mm256_cmpgt_epi8 (_mm256_set1_epi8 (26), values);

  range = _mm256_or_si256 (range, _mm256_and_si256 (capital, _mm256_set1_epi8 (13)));
  return _mm256_add_epi8 (values, _mm256_shuffle_epi8 (distances, range));
}

AVX2 gsize
cts_base64_encode_avx2 (char *out, const guint8 *data, gsize size, char char_62, char char_63)
{
  const char digit = '0' - 52;
  const __m256i distances
      = both_lanes (_mm_setr_epi8 ('a' - 26, digit, digit, digit, digit, digit, digit, digit, digit,
                                   digit, digit, char_62 - 62, char_63 - 63, 'A', 0, 0));
  gsize done = 0;

  while (size - done >= ENCODE_READS)
    {
      __m128i low = _mm_loadu_si128 ((const __m128i *) (data + done));
      __m128i high = _mm_loadu_si128 ((const __m128i *) (data + done + 12));
      __m256i values = split_values (_mm256_set_m128i (high, low));

      _mm256_storeu_si256 ((__m256i *) out, values_to_text (values, distances));
      out += 32;
      done += ENCODE_BLOCK;
    }
  return done;
}

/* Whether all 32 characters are of the alphabet; @row is the upper four bits of each. */
static inline AVX2 gboolean
is_all_base64 (__m256i text, __m256i row)
{
  const __m256i row_bits
      = both_lanes (_mm_setr_epi8 (ROW_OTHER, ROW_OTHER, ROW_2, ROW_3, ROW_4_6, ROW_5_7, ROW_4_6,
                                   ROW_5_7, ROW_OTHER, ROW_OTHER, ROW_OTHER, ROW_OTHER, ROW_OTHER,
                                   ROW_OTHER, ROW_OTHER, ROW_OTHER));
  const char column_0 = ROW_OTHER | ROW_2 | ROW_4_6;
  const char column_1_9 = ROW_OTHER | ROW_2;
  const char column_a = ROW_OTHER | ROW_2 | ROW_3;
  const char column_b_f = ROW_OTHER | ROW_3 | ROW_5_7;
  const char column_c_e = ROW_OTHER | ROW_2 | ROW_3 | ROW_5_7;
  const __m256i foreign_bits = both_lanes (
      _mm_setr_epi8 (column_0, column_1_9, column_1_9, column_1_9, column_1_9, column_1_9,
                     column_1_9, column_1_9, column_1_9, column_1_9, column_a, column_b_f,
                     column_c_e, column_c_e, column_c_e, column_b_f));
  __m256i column = _mm256_and_si256 (text, _mm256_set1_epi8 (0x0f));

  return _mm256_testz_si256 (_mm256_shuffle_epi8 (row_bits, row),
                             _mm256_shuffle_epi8 (foreign_bits, column));
}

/* Characters of the alphabet to values; again only the distance depends on the row, except that
 * '/' shares its row with '+' and so borrows the unused row 1. */
static inline AVX2 __m256i
text_to_values (__m256i text, __m256i row)
{
  const __m256i distances
      = both_lanes (_mm_setr_epi8 (0, 63 - '/', 62 - '+', 52 - '0', 0 - 'A', 0 - 'A', 26 - 'a',
                                   26 - 'a', 0, 0, 0, 0, 0, 0, 0, 0));
  __m256i is_slash = _mm256_cmpeq_epi8 (text, _mm256_set1_epi8 ('/'));

  return _mm256_add_epi8 (text, _mm256_shuffle_epi8 (distances, _mm256_add_epi8 (row, is_slash)));
}

/* Puts four 6-bit values together to 3 bytes, and the 24 bytes to the front. */
static inline AVX2 __m256i
join_values (__m256i values)
{
  const __m256i order
      = both_lanes (_mm_setr_epi8 (2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
  __m256i pairs = _mm256_maddubs_epi16 (values, _mm256_set1_epi32 (0x01400140));
  __m256i groups = _mm256_madd_epi16 (pairs, _mm256_set1_epi32 (0x00011000));

  return _mm256_permutevar8x32_epi32 (_mm256_shuffle_epi8 (groups, order),
                                      _mm256_setr_epi32 (0, 1, 2, 4, 5, 6, 3, 7));
}

AVX2 gsize
cts_base64_decode_avx2 (guint8 *out, const char *text, gsize size)
{
  gsize done = 0;

  while (size - done >= DECODE_BLOCK)
    {
      __m256i block = _mm256_loadu_si256 ((const __m256i *) (text + done));
      __m256i row = _mm256_and_si256 (_mm256_srli_epi32 (block, 4), _mm256_set1_epi8 (0x0f));
      __m256i bytes;

      if (!is_all_base64 (block, row))
        break;

      /* 16 and 8 bytes, not 32: there may be no more room than for these 24. */
      bytes = join_values (text_to_values (block, row));
      _mm_storeu_si128 ((__m128i *) out, _mm256_castsi256_si128 (bytes));
      _mm_storel_epi64 ((__m128i *) (out + 16), _mm256_extracti128_si256 (bytes, 1));
      out += 24;
      done += DECODE_BLOCK;
    }
  return done;
}

#endif
