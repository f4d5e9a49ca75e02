/* SPDX-License-Identifier: MIT */
#include "cts-json-text.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* U+FFFD REPLACEMENT CHARACTER */
#define REPLACEMENT      "\xef\xbf\xbd"
#define REPLACEMENT_SIZE 3

static inline gboolean
is_plain (guint8 byte)
{
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

#ifdef __SSE2__

/* A bit for each byte that is not plain. Compared as signed, what is below a blank are controls
 * and everything from 0x80 on. */
static inline guint
find_special (__m128i bytes)
{
  __m128i outside = _mm_cmplt_epi8 (bytes, _mm_set1_epi8 (0x20));
  __m128i quote = _mm_cmpeq_epi8 (bytes, _mm_set1_epi8 ('"'));
  __m128i backslash = _mm_cmpeq_epi8 (bytes, _mm_set1_epi8 ('\\'));

  return _mm_movemask_epi8 (_mm_or_si128 (outside, _mm_or_si128 (quote, backslash)));
}

/* Copies plain bytes in steps of 16, then of 8 (names are short), as far as such a step goes. A
 * step stores all its bytes, the special ones too, which get overwritten: the room is 6 times the
 * input that is left, and that is at least the step. */
static inline gsize
copy_plain_steps (char *out, const char *text, gsize size)
{
  gsize done = 0;
  guint special;

  for (; size - done >= 16; done += 16)
    {
      __m128i bytes = _mm_loadu_si128 ((const __m128i *) (text + done));

      _mm_storeu_si128 ((__m128i *) (out + done), bytes);
      special = find_special (bytes);
      if (special != 0)
        return done + __builtin_ctz (special);
    }
  if (size - done >= 8)
    {
      __m128i bytes = _mm_loadl_epi64 ((const __m128i *) (text + done));

      /* The upper half is zero, so the ninth byte is special if none before it is. */
      _mm_storel_epi64 ((__m128i *) (out + done), bytes);
      return done + __builtin_ctz (find_special (bytes));
    }
  return done;
}

#else

static inline gsize
copy_plain_steps (char *out, const char *text, gsize size)
{
  return 0;
}

#endif

static inline gsize
copy_plain (char *out, const char *text, gsize size)
{
  gsize done = copy_plain_steps (out, text, size);

  for (; done < size && is_plain (text[done]); done++)
    out[done] = text[done];
  return done;
}

/* How many bytes follow @lead, and between which two the first of them must lie so that the
 * character is neither overlong, nor a surrogate, nor beyond U+10FFFF (Unicode 15 table 3-7).
 * None: @lead begins no character of several bytes. */
static gsize
continuation_of (guint8 lead, guint8 *first_min, guint8 *first_max)
{
  *first_min = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  *first_max = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;

  if (lead >= 0xc2 && lead <= 0xdf)
    return 1;
  if (lead >= 0xe0 && lead <= 0xef)
    return 2;
  if (lead >= 0xf0 && lead <= 0xf4)
    return 3;
  return 0;
}

/* Bytes of the character at @text, or of the maximal subpart of one; at least 1. */
static gsize
measure_character (const char *text, gsize size, gboolean *valid)
{
  guint8 min, max;
  gsize n_follow = continuation_of (text[0], &min, &max);
  gsize i;

  for (i = 1; i <= n_follow && i < size; i++)
    {
      guint8 byte = text[i];

      if (byte < min || byte > max)
        break;
      min = 0x80;
      max = 0xbf;
    }
  *valid = n_follow > 0 && i == n_follow + 1;
  return i;
}

/* Writes the one byte or character at @text, which is not plain; moves @out. Returns its bytes. */
static gsize
write_special (char **out, const char *text, gsize size)
{
  static const char digits[] = "0123456789abcdef";
  guint8 byte = text[0];
  gboolean valid;
  gsize used;

  if (byte == '"' || byte == '\\')
    {
      *(*out)++ = '\\';
      *(*out)++ = byte;
      return 1;
    }
  if (byte < 0x20)
    {
      memcpy (*out, "\\u00", 4);
      (*out)[4] = digits[byte >> 4];
      (*out)[5] = digits[byte & 15];
      *out += 6;
      return 1;
    }

  used = measure_character (text, size, &valid);
  memcpy (*out, valid ? text : REPLACEMENT, valid ? used : REPLACEMENT_SIZE);
  *out += valid ? used : REPLACEMENT_SIZE;
  return used;
}

gsize
cts_json_text_escape (char *out, const char *text, gsize size)
{
  const char *start = out;

  while (size > 0)
    {
      gsize done = copy_plain (out, text, size);

      out += done;
      if (done < size)
        done += write_special (&out, text + done, size - done);
      text += done;
      size -= done;
    }
  return out - start;
}
