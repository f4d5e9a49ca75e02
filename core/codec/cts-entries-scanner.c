/* SPDX-License-Identifier: MIT */
#include "cts-entries-scanner.h"

#include <string.h>

/* Levels of arrays and objects in a value that is skipped. Known logs add none; the bound keeps
 * the stack small whatever is sent. */
#define MAX_DEPTH 32

typedef struct
{
  const char *data;
  gsize size;
  gboolean escaped;
} Text;

static gboolean skip_value (CtsEntriesScanner *scanner, guint depth);

/* Every check against the end is here, in take_word(), in read_string() and in skip_digits(). */
static inline gboolean
is_next (const CtsEntriesScanner *scanner, char wanted)
{
  return scanner->data < scanner->end && *scanner->data == wanted;
}

static void
skip_space (CtsEntriesScanner *scanner)
{
  while (is_next (scanner, ' ') || is_next (scanner, '\n') || is_next (scanner, '\r')
         || is_next (scanner, '\t'))
    scanner->data++;
}

static gboolean
take (CtsEntriesScanner *scanner, char wanted)
{
  skip_space (scanner);
  if (!is_next (scanner, wanted))
    return FALSE;
  scanner->data++;
  return TRUE;
}

static gboolean
take_word (CtsEntriesScanner *scanner, const char *word)
{
  gsize size = strlen (word);

  skip_space (scanner);
  if ((gsize) (scanner->end - scanner->data) < size || memcmp (scanner->data, word, size) != 0)
    return FALSE;
  scanner->data += size;
  return TRUE;
}

/* The closing quote of a string from its first backslash on. Byte by byte: to search for the next
 * quote again and again would take quadratic time for a string of escaped quotes. */
static const char *
find_quote_after_escapes (const char *backslash, const char *end)
{
  for (const char *p = backslash; p < end; p++)
    {
      if (*p == '"')
        return p;
      if (*p == '\\')
        p++;
    }
  return NULL;
}

static gboolean
read_string (CtsEntriesScanner *scanner, Text *text)
{
  const char *backslash, *quote;

  if (!take (scanner, '"'))
    return FALSE;
  quote = memchr (scanner->data, '"', scanner->end - scanner->data);
  if (quote == NULL)
    return FALSE;
  backslash = memchr (scanner->data, '\\', quote - scanner->data);
  if (backslash != NULL)
    quote = find_quote_after_escapes (backslash, scanner->end);
  if (quote == NULL)
    return FALSE;

  text->data = scanner->data;
  text->size = quote - scanner->data;
  text->escaped = backslash != NULL;
  scanner->data = quote + 1;
  return TRUE;
}

static gboolean
read_key (CtsEntriesScanner *scanner, Text *key)
{
  return read_string (scanner, key) && take (scanner, ':');
}

static gboolean
is_key (const Text *key, const char *name)
{
  return key->size == strlen (name) && memcmp (key->data, name, key->size) == 0;
}

static gboolean
skip_object (CtsEntriesScanner *scanner, guint depth)
{
  Text key;

  if (take (scanner, '}'))
    return TRUE;
  do
    {
      if (!read_key (scanner, &key) || !skip_value (scanner, depth))
        return FALSE;
    }
  while (take (scanner, ','));
  return take (scanner, '}');
}

static gboolean
skip_array (CtsEntriesScanner *scanner, guint depth)
{
  if (take (scanner, ']'))
    return TRUE;
  do
    {
      if (!skip_value (scanner, depth))
        return FALSE;
    }
  while (take (scanner, ','));
  return take (scanner, ']');
}

/* At least one. */
static gboolean
skip_digits (CtsEntriesScanner *scanner)
{
  const char *start = scanner->data;

  while (scanner->data < scanner->end && g_ascii_isdigit (*scanner->data))
    scanner->data++;
  return scanner->data > start;
}

/* RFC 8259 §6. It is called where a value has begun, so no space stands in front. */
static gboolean
skip_number (CtsEntriesScanner *scanner)
{
  if (is_next (scanner, '-'))
    scanner->data++;
  if (is_next (scanner, '0'))
    scanner->data++;
  else if (!skip_digits (scanner))
    return FALSE;
  if (is_next (scanner, '.'))
    {
      scanner->data++;
      if (!skip_digits (scanner))
        return FALSE;
    }
  if (is_next (scanner, 'e') || is_next (scanner, 'E'))
    {
      scanner->data++;
      if (is_next (scanner, '+') || is_next (scanner, '-'))
        scanner->data++;
      return skip_digits (scanner);
    }
  return TRUE;
}

/* @depth: levels that may still open */
static gboolean
skip_value (CtsEntriesScanner *scanner, guint depth)
{
  Text text;

  skip_space (scanner);
  if (is_next (scanner, '"'))
    return read_string (scanner, &text);
  if (take (scanner, '{'))
    return depth > 0 && skip_object (scanner, depth - 1);
  if (take (scanner, '['))
    return depth > 0 && skip_array (scanner, depth - 1);
  return take_word (scanner, "null") || take_word (scanner, "true") || take_word (scanner, "false")
         || skip_number (scanner);
}

/* Reads what is left of the outer object behind a value. */
static gboolean
finish (CtsEntriesScanner *scanner)
{
  if (!take (scanner, '}'))
    return FALSE;
  skip_space (scanner);
  if (scanner->data < scanner->end)
    return FALSE;
  scanner->state = CTS_ENTRIES_SCANNER_DONE;
  return TRUE;
}

/* Reads members of the outer object up to the array of entries or the end. @seen: "entries" has
 * been there. */
static gboolean
read_members (CtsEntriesScanner *scanner, gboolean seen)
{
  Text key;

  do
    {
      if (!read_key (scanner, &key))
        return FALSE;
      if (!is_key (&key, "entries"))
        {
          if (!skip_value (scanner, MAX_DEPTH))
            return FALSE;
          continue;
        }
      if (seen)
        return FALSE;
      if (take (scanner, '['))
        {
          scanner->state = CTS_ENTRIES_SCANNER_INSIDE;
          return TRUE;
        }
      if (!take_word (scanner, "null"))
        return FALSE;
      seen = TRUE;
    }
  while (take (scanner, ','));
  return seen && finish (scanner);
}

static gboolean
read_leaf_input (CtsEntriesScanner *scanner, CtsRawText *entry)
{
  Text text;

  if (entry->leaf_input != NULL || !read_string (scanner, &text))
    return FALSE;
  entry->leaf_input = text.data;
  entry->leaf_size = text.size;
  entry->leaf_escaped = text.escaped;
  return TRUE;
}

static gboolean
read_extra_data (CtsEntriesScanner *scanner, CtsRawText *entry)
{
  Text text = { .data = "" };

  if (entry->extra_data != NULL)
    return FALSE;
  if (!take_word (scanner, "null") && !read_string (scanner, &text))
    return FALSE;
  entry->extra_data = text.data;
  entry->extra_size = text.size;
  entry->extra_escaped = text.escaped;
  return TRUE;
}

static gboolean
read_entry_member (CtsEntriesScanner *scanner, CtsRawText *entry)
{
  Text key;

  if (!read_key (scanner, &key))
    return FALSE;
  if (is_key (&key, "leaf_input"))
    return read_leaf_input (scanner, entry);
  if (is_key (&key, "extra_data"))
    return read_extra_data (scanner, entry);
  return skip_value (scanner, MAX_DEPTH);
}

static gboolean
read_entry (CtsEntriesScanner *scanner, CtsRawText *entry)
{
  *entry = (CtsRawText){ 0 };

  if (!take (scanner, '{'))
    return FALSE;
  do
    {
      if (!read_entry_member (scanner, entry))
        return FALSE;
    }
  while (take (scanner, ','));
  if (!take (scanner, '}') || entry->leaf_input == NULL)
    return FALSE;

  if (entry->extra_data == NULL)
    entry->extra_data = "";
  scanner->n_entries++;
  return TRUE;
}

/* FALSE on failure; TRUE with state INSIDE means that @entry is one. */
static gboolean
advance (CtsEntriesScanner *scanner, CtsRawText *entry)
{
  if (scanner->state == CTS_ENTRIES_SCANNER_BEFORE)
    {
      if (!take (scanner, '{') || !read_members (scanner, FALSE))
        return FALSE;
      if (scanner->state == CTS_ENTRIES_SCANNER_DONE)
        return TRUE;
    }

  if (take (scanner, ']'))
    return take (scanner, ',') ? read_members (scanner, TRUE) : finish (scanner);
  if (scanner->n_entries > 0 && !take (scanner, ','))
    return FALSE;
  return read_entry (scanner, entry);
}

void
cts_entries_scanner_init (CtsEntriesScanner *scanner, const void *data, gsize size)
{
  *scanner = (CtsEntriesScanner){
    /* An empty body may come without bytes; a pointer to compare with must be there still. */
    .data = size > 0 ? data : "",
    .state = CTS_ENTRIES_SCANNER_BEFORE,
  };
  scanner->end = scanner->data + size;
}

gboolean
cts_entries_scanner_next (CtsEntriesScanner *scanner, CtsRawText *entry)
{
  if (scanner->state == CTS_ENTRIES_SCANNER_DONE || scanner->state == CTS_ENTRIES_SCANNER_FAILED)
    return FALSE;
  if (!advance (scanner, entry))
    scanner->state = CTS_ENTRIES_SCANNER_FAILED;
  return scanner->state == CTS_ENTRIES_SCANNER_INSIDE;
}

gboolean
cts_entries_scanner_failed (const CtsEntriesScanner *scanner)
{
  return scanner->state == CTS_ENTRIES_SCANNER_FAILED;
}

/* The character that four hexadecimal digits name, or -1 when it is not ASCII. */
static int
read_code (const char *digits)
{
  int code = 0;

  for (guint i = 0; i < 4; i++)
    {
      int value = g_ascii_xdigit_value (digits[i]);

      if (value < 0)
        return -1;
      code = code << 4 | value;
    }
  return code < 0x80 ? code : -1;
}

/* What the escape at @text stands for, or -1; @used: its bytes, the backslash included. */
static int
read_escape (const char *text, gsize size, gsize *used)
{
  static const char letters[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";
  const char *letter;

  if (size >= 6 && text[1] == 'u')
    {
      *used = 6;
      return read_code (text + 2);
    }
  *used = 2;
  letter = size < 2 ? NULL : memchr (letters, text[1], strlen (letters));
  return letter != NULL ? meanings[letter - letters] : -1;
}

gssize
cts_entries_scanner_unescape (char *out, const char *text, gsize size)
{
  const char *start = out;
  const char *end = text + size;

  while (text < end)
    {
      gsize used = 1;
      int character = (guint8) *text;

      if (character == '\\')
        character = read_escape (text, end - text, &used);
      if (character < 0)
        return -1;
      *out++ = character;
      text += used;
    }
  return out - start;
}
