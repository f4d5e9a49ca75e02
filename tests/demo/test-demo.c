/* SPDX-License-Identifier: MIT */
#include "demo-message.h"
#include "demo-tally.h"

#include <glib/gstdio.h>

#define TRUTH                                                                                      \
  "{\"log\":\"a\",\"index\":0,\"time\":1000,\"sha256\":\"early\"}\n"                               \
  "{\"log\":\"a\",\"index\":1,\"time\":2000,\"sha256\":\"shared\"}\n"                              \
  "{\"log\":\"b\",\"index\":0,\"time\":2100,\"sha256\":\"shared\"}\n"                              \
  "{\"log\":\"b\",\"index\":1,\"time\":2200,\"sha256\":\"early\"}\n"                               \
  "{\"log\":\"b\",\"index\":2,\"time\":2300,\"sha256\":\"cut\",\"broken\":true}\n"                 \
  "{\"log\":\"b\",\"index\":3,\"time\":2400,\"sha256\":\"other\"}\n"                               \
  "{\"log\":\"b\",\"index\":4,\"time\":9000,\"sha256\":\"late\"}\n"                                \
  "{\"log\":\"b\",\"index\":5,\"ti"

static const struct
{
  const char *received[6];
  gint64 from_ms;
  gint64 until_ms;
  guint64 n_due;
  guint64 n_missing;
  guint64 n_repeated;
  guint64 n_unknown;
} tally_cases[] = {
  { { "shared", "other" }, 1500, 5000, 2, 0, 0, 0 },
  { { "early", "shared", "other", "late" }, 1500, 5000, 2, 0, 0, 0 },
  { { "shared" }, 1500, 5000, 2, 1, 0, 0 },
  { { NULL }, 1500, 5000, 2, 2, 0, 0 },
  { { "shared", "other", "shared" }, 1500, 5000, 2, 0, 1, 0 },
  { { "shared", "other", "stray" }, 1500, 5000, 2, 0, 0, 1 },
  { { "shared", "other", "cut" }, 1500, 5000, 2, 0, 0, 1 },
  /* Both ends belong to it; what a second log shows later was due before. */
  { { "other" }, 2000, 2400, 2, 1, 0, 0 },
  { { "other" }, 2001, 2400, 1, 0, 0, 0 },
  { { NULL }, 2001, 2399, 0, 0, 0, 0 },
  { { NULL }, 0, G_MAXINT64, 4, 4, 0, 0 },
};

static void
test_tally (void)
{
  g_autofree char *folder = g_dir_make_tmp ("demo-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "truth.jsonl", NULL);

  g_assert_true (g_file_set_contents (path, TRUTH, -1, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (tally_cases); i++)
    {
      g_autoptr (DemoTally) tally = demo_tally_new ();
      g_autoptr (GError) error = NULL;
      DemoResult result;

      for (guint j = 0; tally_cases[i].received[j] != NULL; j++)
        demo_tally_add (tally, tally_cases[i].received[j]);
      g_assert_true (demo_tally_compare (tally, path, tally_cases[i].from_ms,
                                         tally_cases[i].until_ms, &result, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (result.n_due, ==, tally_cases[i].n_due);
      g_assert_cmpuint (result.n_missing, ==, tally_cases[i].n_missing);
      g_assert_cmpuint (result.n_repeated, ==, tally_cases[i].n_repeated);
      g_assert_cmpuint (result.n_unknown, ==, tally_cases[i].n_unknown);
    }
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_no_truth (void)
{
  g_autoptr (DemoTally) tally = demo_tally_new ();
  g_autoptr (GError) error = NULL;
  DemoResult result;

  g_assert_false (demo_tally_compare (tally, "/nonexistent", 0, 0, &result, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

#define LEAF(names)                                                                                \
  "{\"message_type\":\"certificate_update\",\"data\":{\"source\":{\"name\":\"Log\"},"              \
  "\"leaf_cert\":{\"all_domains\":" names ",\"sha256\":\"AB:0C\","                                 \
  "\"issuer\":{\"O\":\"Org\",\"CN\":null}}}}"

static const struct
{
  const char *json;
  const char *line; /* behind the time; NULL when it is not shown */
} message_cases[] = {
  { LEAF ("[\"a.test\"]"), "  Log  a.test  Org / -" },
  { LEAF ("[\"a\",\"b\",\"c\",\"d\",\"e\"]"), "  Log  a, b, c +2  Org / -" },
  { LEAF ("[]"), "  Log  (no names)  Org / -" },
  { LEAF ("null"), "  Log  (no names)  Org / -" },
  { LEAF ("[\"a\\u001b[2J\\u0000b\"]"), "  Log  a?[2J" },
  { "{\"message_type\":\"heartbeat\",\"timestamp\":1.5}", NULL },
  { "{\"message_type\":\"certificate_update\",\"data\":{}}", NULL },
  { "{\"message_type\":[]}", NULL },
  { "[]", NULL },
};

static void
test_message (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (message_cases); i++)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_autofree char *line = NULL;
      DemoMessage message;

      g_assert_true (json_parser_load_from_data (parser, message_cases[i].json, -1, NULL));
      if (message_cases[i].line == NULL)
        {
          g_assert_false (demo_message_read (&message, json_parser_get_root (parser)));
          continue;
        }
      g_assert_true (demo_message_read (&message, json_parser_get_root (parser)));
      g_assert_cmpstr (message.sha256, ==, "ab0c");
      line = demo_message_format (&message, FALSE);
      g_assert_true (g_str_has_prefix (line + sizeof "00:00:00" - 1, message_cases[i].line));
      demo_message_clear (&message);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demo/tally", test_tally);
  g_test_add_func ("/demo/no-truth", test_no_truth);
  g_test_add_func ("/demo/message", test_message);
  return g_test_run ();
}
