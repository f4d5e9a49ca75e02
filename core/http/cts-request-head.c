/* SPDX-License-Identifier: MIT */
#include "cts-request-head.h"

#include <string.h>

/* RFC 9110 §9.3 and RFC 5789. */
static const char *const methods[]
    = { "GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "CONNECT ", "OPTIONS ", "TRACE ", "PATCH " };

static gboolean
has_known_method (const char *bytes, gsize size)
{
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      gsize n = strlen (methods[i]);

      if (size >= n && memcmp (bytes, methods[i], n) == 0)
        return TRUE;
    }
  return FALSE;
}

/* A line may end without a carriage return (RFC 9112 §2.2). */
static gboolean
has_blank_line (const char *bytes, gsize size)
{
  return memmem (bytes, size, "\n\r\n", 3) != NULL || memmem (bytes, size, "\n\n", 2) != NULL;
}

/**
 * cts_request_head_judge:
 * @bytes: what a client has sent so far, at most %CTS_REQUEST_HEAD_MAX bytes of it
 * @size: bytes in @bytes
 *
 * Tells whether a connection is ripe for the HTTP server, which is not to hold those that send
 * slowly, nor to see made-up methods: it keeps the name of each one for ever.
 *
 * Returns: what it is
 */
CtsRequestHead
cts_request_head_judge (const char *bytes, gsize size)
{
  gsize start = 0;

  /* Empty lines may stand before the request (RFC 9112 §2.2). */
  while (start < size && (bytes[start] == '\r' || bytes[start] == '\n'))
    start++;

  if (!has_blank_line (bytes + start, size - start))
    return size < CTS_REQUEST_HEAD_MAX ? CTS_REQUEST_HEAD_PARTIAL : CTS_REQUEST_HEAD_TOO_LONG;
  if (!has_known_method (bytes + start, size - start))
    return CTS_REQUEST_HEAD_UNKNOWN_METHOD;
  return CTS_REQUEST_HEAD_WHOLE;
}
