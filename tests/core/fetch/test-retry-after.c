/* SPDX-License-Identifier: MIT */
#include "core/fetch/cts-retry-after.h"

/* The example date of RFC 9110 §5.6.7: Sun, 06 Nov 1994 08:49:37 GMT. */
#define DATE_S G_GINT64_CONSTANT (784111777)

static void
test_read (void)
{
  static const struct
  {
    const char *value;
    gint64 now_s;
    guint expected_ms;
  } cases[] = {
    { NULL, DATE_S, 0 },
    { "", DATE_S, 0 },
    { "30", DATE_S, 30000 },
    { "0", DATE_S, 1000 },
    { "600", DATE_S, 600000 },
    { "601", DATE_S, 600000 },
    { "99999999999999999999999", DATE_S, 600000 },
    { "-5", DATE_S, 0 },
    { "5 s", DATE_S, 0 },
    { "soon", DATE_S, 0 },
    { "1.5", DATE_S, 0 },
    { "Sun, 06 Nov 1994 08:49:37 GMT", DATE_S - 30, 30000 },
    { "Sunday, 06-Nov-94 08:49:37 GMT", DATE_S - 30, 30000 },
    { "Sun Nov  6 08:49:37 1994", DATE_S - 30, 30000 },
    { "Sun, 06 Nov 1994 08:49:37 GMT", DATE_S - 86400, 600000 },
    { "Sun, 06 Nov 1994 08:49:37 GMT", DATE_S, 0 },
    { "Sun, 06 Nov 1994 08:49:37 GMT", DATE_S + 1, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("case %u", i);
      g_assert_cmpuint (cts_retry_after_read (cases[i].value, cases[i].now_s), ==,
                        cases[i].expected_ms);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fetch/retry-after/read", test_read);
  return g_test_run ();
}
