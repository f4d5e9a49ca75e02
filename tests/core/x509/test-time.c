/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/x509/cts-x509-time.h"
#include "core/x509/cts-x509.h"

/* GDate counts days from 1 January of the year 1, which is day 1. */
#define JULIAN_OF_1970 719163

static gboolean
read_time (guint8 tag, const char *text, gint64 *time, guint32 *issues)
{
  gsize size = strlen (text);
  g_autofree guint8 *copy = g_memdup2 (text, MAX (size, 1));
  CtsTlv tlv = { .tag = tag, .data = copy, .size = size };

  *issues = 0;
  return cts_x509_time_read (&tlv, time, issues);
}

static void
assert_time (guint8 tag, const char *text, gint64 expected, guint32 expected_issues)
{
  gint64 time;
  guint32 issues;

  g_assert_true (read_time (tag, text, &time, &issues));
  g_assert_cmpint (time, ==, expected);
  g_assert_cmphex (issues, ==, expected_issues);
}

static void
test_forms (void)
{
  static const struct
  {
    guint8 tag;
    const char *text;
    const char *iso8601;
    gboolean odd;
  } cases[] = {
    { CTS_DER_UTC_TIME, "700101000000Z", "1970-01-01T00:00:00Z", FALSE },
    { CTS_DER_UTC_TIME, "491231235959Z", "2049-12-31T23:59:59Z", FALSE },
    { CTS_DER_UTC_TIME, "500101000000Z", "1950-01-01T00:00:00Z", FALSE },
    { CTS_DER_UTC_TIME, "000229120000Z", "2000-02-29T12:00:00Z", FALSE },
    { CTS_DER_UTC_TIME, "2604051230Z", "2026-04-05T12:30:00Z", TRUE },
    { CTS_DER_UTC_TIME, "2604051230+0200", "2026-04-05T12:30:00+02:00", TRUE },
    { CTS_DER_UTC_TIME, "260405123001-0730", "2026-04-05T12:30:01-07:30", TRUE },
    { CTS_DER_UTC_TIME, "151207195316", "2015-12-07T19:53:16Z", TRUE },
    { CTS_DER_GENERALIZED_TIME, "99991231235959Z", "9999-12-31T23:59:59Z", FALSE },
    { CTS_DER_GENERALIZED_TIME, "00010101000000Z", "0001-01-01T00:00:00Z", FALSE },
    { CTS_DER_GENERALIZED_TIME, "20500101000000Z", "2050-01-01T00:00:00Z", FALSE },
    { CTS_DER_GENERALIZED_TIME, "19040229000000Z", "1904-02-29T00:00:00Z", FALSE },
    { CTS_DER_GENERALIZED_TIME, "20260405123001.987Z", "2026-04-05T12:30:01Z", TRUE },
    { CTS_DER_GENERALIZED_TIME, "20260405123001,5+0100", "2026-04-05T12:30:01+01:00", TRUE },
    { CTS_DER_GENERALIZED_TIME, "202604051230Z", "2026-04-05T12:30:00Z", TRUE },
    { CTS_DER_GENERALIZED_TIME, "20260101000000+0100", "2025-12-31T23:00:00Z", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GDateTime) expected = g_date_time_new_from_iso8601 (cases[i].iso8601, NULL);

      assert_time (cases[i].tag, cases[i].text, g_date_time_to_unix (expected),
                   cases[i].odd ? CTS_X509_ISSUE_ODD_DATE : 0);
    }
}

static void
test_impossible (void)
{
  static const struct
  {
    guint8 tag;
    const char *text;
  } cases[] = {
    { CTS_DER_UTC_TIME, "" },
    { CTS_DER_UTC_TIME, "Z" },
    { CTS_DER_UTC_TIME, "26040512Z" },
    { CTS_DER_UTC_TIME, "260230000000Z" },
    { CTS_DER_UTC_TIME, "250229000000Z" },
    { CTS_DER_UTC_TIME, "260431000000Z" },
    { CTS_DER_UTC_TIME, "260400000000Z" },
    { CTS_DER_UTC_TIME, "260001000000Z" },
    { CTS_DER_UTC_TIME, "261301000000Z" },
    { CTS_DER_UTC_TIME, "260101240000Z" },
    { CTS_DER_UTC_TIME, "260101006000Z" },
    { CTS_DER_UTC_TIME, "260101000060Z" },
    { CTS_DER_UTC_TIME, "260101000000z" },
    { CTS_DER_UTC_TIME, "260101000000ZZ" },
    { CTS_DER_UTC_TIME, "26010100000Z" },
    { CTS_DER_UTC_TIME, "2601010000 0Z" },
    { CTS_DER_UTC_TIME, "260101000000+01" },
    { CTS_DER_UTC_TIME, "260101000000+2400" },
    { CTS_DER_UTC_TIME, "260101000000+0060" },
    { CTS_DER_UTC_TIME, "260101000000+0100Z" },
    { CTS_DER_UTC_TIME, "20260101000000Z" },
    { CTS_DER_GENERALIZED_TIME, "19000229000000Z" },
    { CTS_DER_GENERALIZED_TIME, "21000229000000Z" },
    { CTS_DER_GENERALIZED_TIME, "20260101000000." },
    { CTS_DER_GENERALIZED_TIME, "20260101000000.Z" },
    { CTS_DER_GENERALIZED_TIME, "2026-01-01T00:00:00Z" },
    { CTS_DER_GENERALIZED_TIME, "-0010101000000Z" },
    { CTS_DER_IA5_STRING, "260101000000Z" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 time;
      guint32 issues;

      if (read_time (cases[i].tag, cases[i].text, &time, &issues))
        g_test_fail_printf ("read: %s", cases[i].text);
    }
}

/* The first and the last day of each month, and the day after it, in all years. */
static void
test_calendar (void)
{
  for (guint year = 1; year <= 9999; year++)
    for (guint month = 1; month <= 12; month++)
      {
        guint n_days = g_date_get_days_in_month (month, year);
        GDate first, last;
        char text[32];
        gint64 time;
        guint32 issues;

        g_date_clear (&first, 1);
        g_date_clear (&last, 1);
        g_date_set_dmy (&first, 1, month, year);
        g_date_set_dmy (&last, n_days, month, year);

        g_snprintf (text, sizeof text, "%04u%02u01000000Z", year, month);
        assert_time (CTS_DER_GENERALIZED_TIME, text,
                     ((gint64) g_date_get_julian (&first) - JULIAN_OF_1970) * 86400, 0);
        g_snprintf (text, sizeof text, "%04u%02u%02u235959Z", year, month, n_days);
        assert_time (CTS_DER_GENERALIZED_TIME, text,
                     ((gint64) g_date_get_julian (&last) - JULIAN_OF_1970) * 86400 + 86399, 0);
        g_snprintf (text, sizeof text, "%04u%02u%02u000000Z", year, month, n_days + 1);
        g_assert_false (read_time (CTS_DER_GENERALIZED_TIME, text, &time, &issues));
      }
}

/* The year 0, which GDate does not have, is a leap year: 366 days before the year 1. */
static void
test_year_zero (void)
{
  gint64 year_one = (1 - (gint64) JULIAN_OF_1970) * 86400;

  assert_time (CTS_DER_GENERALIZED_TIME, "00000101000000Z", year_one - 366 * 86400, 0);
  assert_time (CTS_DER_GENERALIZED_TIME, "00000229000000Z", year_one - 307 * 86400, 0);
  assert_time (CTS_DER_GENERALIZED_TIME, "00000301000000Z", year_one - 306 * 86400, 0);
  assert_time (CTS_DER_GENERALIZED_TIME, "00001231235959Z", year_one - 1, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/x509/time/forms", test_forms);
  g_test_add_func ("/x509/time/impossible", test_impossible);
  g_test_add_func ("/x509/time/calendar", test_calendar);
  g_test_add_func ("/x509/time/year-zero", test_year_zero);
  return g_test_run ();
}
