/* SPDX-License-Identifier: MIT */
#include "bench-page.h"

#include "core/x509/cts-x509.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Entries in a page, as most logs serve them. */
#define PAGE_ENTRIES 256

#define MINTED_PATH "tests/data/minted.bin"
#define LIVE_PATH   "vectors/get-entries/live_2026-05_argon2026h2_nimbus2026.json"

static void
page_free (gpointer data)
{
  BenchPage *page = data;

  g_bytes_unref (page->json);
  g_ptr_array_unref (page->leaves);
  g_free (page);
}

/* Repeats the entries, base64 of leaf and extra data, until the page is full. */
static BenchPage *
page_new (const char *name, GPtrArray *leaves, GPtrArray *extras)
{
  BenchPage *page = g_new0 (BenchPage, 1);
  GString *json = g_string_new ("{\"entries\":[");

  page->name = name;
  page->n_entries = PAGE_ENTRIES;
  page->leaves = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (guint i = 0; i < PAGE_ENTRIES; i++)
    {
      const char *leaf = g_ptr_array_index (leaves, i % leaves->len);
      gsize size;
      guint8 *bytes = g_base64_decode (leaf, &size);

      g_ptr_array_add (page->leaves, g_bytes_new_take (bytes, size));
      g_string_append_printf (json, "%s{\"leaf_input\":\"%s\",\"extra_data\":\"%s\"}",
                              i > 0 ? "," : "", leaf,
                              (char *) g_ptr_array_index (extras, i % extras->len));
    }
  g_string_append (json, "]}");
  page->json = g_string_free_to_bytes (json);
  return page;
}

static char *
x509_leaf (const guint8 *der, gsize size)
{
  g_autoptr (GByteArray) leaf = g_byte_array_new ();
  const guint8 head[12] = { 0 };
  const guint8 length[3] = { (guint8) (size >> 16), (guint8) (size >> 8), (guint8) size };
  const guint8 extensions[2] = { 0 };

  g_byte_array_append (leaf, head, sizeof head);
  g_byte_array_append (leaf, length, sizeof length);
  g_byte_array_append (leaf, der, (guint) size);
  g_byte_array_append (leaf, extensions, sizeof extensions);
  return g_base64_encode (leaf->data, leaf->len);
}

static BenchPage *
load_minted (void)
{
  g_autofree char *path = g_build_filename (BENCH_SOURCE_ROOT, MINTED_PATH, NULL);
  g_autoptr (GPtrArray) leaves = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) extras = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *contents = NULL;
  gsize size;
  guint32 length;

  if (!g_file_get_contents (path, &contents, &size, NULL))
    return NULL;
  for (gsize at = 0; at + sizeof length <= size; at += length)
    {
      CtsX509 x509;

      memcpy (&length, contents + at, sizeof length);
      length = GUINT32_FROM_BE (length);
      at += sizeof length;
      if (cts_x509_read (&x509, contents + at, length))
        g_ptr_array_add (leaves, x509_leaf ((const guint8 *) contents + at, length));
    }
  /* An empty chain. */
  g_ptr_array_add (extras, g_strdup ("AAAA"));
  return page_new ("minted certificates", leaves, extras);
}

static BenchPage *
load_live (void)
{
  const char *shared = g_getenv ("CTS_TEST_SHARED");
  g_autofree char *beside = g_build_filename (BENCH_SOURCE_ROOT, "..", "shared", NULL);
  g_autofree char *path = g_build_filename (shared != NULL ? shared : beside, LIVE_PATH, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GPtrArray) leaves = g_ptr_array_new ();
  g_autoptr (GPtrArray) extras = g_ptr_array_new ();
  JsonArray *entries;

  if (!json_parser_load_from_file (parser, path, NULL))
    return NULL;
  entries = json_node_get_array (json_parser_get_root (parser));
  for (guint i = 0; i < json_array_get_length (entries); i++)
    {
      JsonObject *entry = json_array_get_object_element (entries, i);

      g_ptr_array_add (leaves, (char *) json_object_get_string_member (entry, "leaf_input"));
      g_ptr_array_add (extras, (char *) json_object_get_string_member (entry, "extra_data"));
    }
  return page_new ("40 live entries", leaves, extras);
}

GPtrArray *
bench_pages_load (void)
{
  GPtrArray *pages = g_ptr_array_new_with_free_func (page_free);
  BenchPage *minted = load_minted ();
  BenchPage *live = load_live ();

  if (minted != NULL)
    g_ptr_array_add (pages, minted);
  if (live != NULL)
    g_ptr_array_add (pages, live);
  else
    g_print ("skipped: live entries, no shared data\n");
  return pages;
}
