/* SPDX-License-Identifier: MIT */
#include "cts-retry-after.h"

#include <libsoup/soup.h>
#include <string.h>

/* What is believed of a log's wish: no tight loop, and no log that is lost for a day. */
#define SHORTEST_S 1
#define LONGEST_S  600

/**
 * cts_retry_after_read:
 * @value: (nullable): value of a Retry-After header (RFC 9110 §10.2.3): seconds or a date
 * @now_s: seconds since 1970
 *
 * Reads how long a log wants to be left alone. Pure.
 *
 * Returns: milliseconds, from one second to ten minutes; 0 when there is nothing that can be
 *   read, or a date in the past
 */
guint
cts_retry_after_read (const char *value, gint64 now_s)
{
  g_autoptr (GDateTime) date = NULL;

  if (value == NULL)
    return 0;
  /* More seconds than 64 bits hold are read as that many. */
  if (value[0] != '\0' && strspn (value, "0123456789") == strlen (value))
    return (guint) CLAMP (g_ascii_strtoull (value, NULL, 10), SHORTEST_S, LONGEST_S) * 1000;

  date = soup_date_time_new_from_http_string (value);
  if (date == NULL || g_date_time_to_unix (date) <= now_s)
    return 0;
  return (guint) CLAMP (g_date_time_to_unix (date) - now_s, SHORTEST_S, LONGEST_S) * 1000;
}
