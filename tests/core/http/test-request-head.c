/* SPDX-License-Identifier: MIT */
#include "core/http/cts-request-head.h"

#include <string.h>

/* Judges bytes in memory of their own, so that the sanitizer sees what reaches beyond. */
static CtsRequestHead
judge (const char *bytes, gsize size)
{
  g_autofree char *copy = g_malloc (MAX (size, 1));

  memcpy (copy, bytes, size);
  return cts_request_head_judge (copy, size);
}

static void
test_cases (void)
{
  static const struct
  {
    const char *bytes;
    CtsRequestHead wanted;
  } cases[] = {
    { "", CTS_REQUEST_HEAD_PARTIAL },
    { "G", CTS_REQUEST_HEAD_PARTIAL },
    { "PATC", CTS_REQUEST_HEAD_PARTIAL },
    { "nonsense", CTS_REQUEST_HEAD_PARTIAL },
    { "\r\n\r\n\r\n", CTS_REQUEST_HEAD_PARTIAL },
    { "GET / HTTP/1.1\r\n", CTS_REQUEST_HEAD_PARTIAL },
    { "GET / HTTP/1.1\r\nHost: a\r\n\r", CTS_REQUEST_HEAD_PARTIAL },
    { "\r\n\r\nGET / HTTP/1.1\r\n", CTS_REQUEST_HEAD_PARTIAL },
    { "GET / HTTP/1.1\r\nHost: a\r\n\r\n", CTS_REQUEST_HEAD_WHOLE },
    { "GET / HTTP/1.1\r\nHost: a\r\n\r\nmore", CTS_REQUEST_HEAD_WHOLE },
    { "HEAD / HTTP/1.1\n\n", CTS_REQUEST_HEAD_WHOLE },
    { "GET / HTTP/1.1\n\r\n", CTS_REQUEST_HEAD_WHOLE },
    { "POST / HTTP/1.1\r\n\n", CTS_REQUEST_HEAD_WHOLE },
    { "\r\n\nPATCH / HTTP/1.1\n\n", CTS_REQUEST_HEAD_WHOLE },
    { "PUT * x\n\n", CTS_REQUEST_HEAD_WHOLE },
    { "DELETE / HTTP/1.1\r\n\r\n", CTS_REQUEST_HEAD_WHOLE },
    { "CONNECT a:1 HTTP/1.1\r\n\r\n", CTS_REQUEST_HEAD_WHOLE },
    { "OPTIONS * HTTP/1.1\r\n\r\n", CTS_REQUEST_HEAD_WHOLE },
    { "TRACE / HTTP/1.1\r\n\r\n", CTS_REQUEST_HEAD_WHOLE },
    { "GET\r\n\r\n", CTS_REQUEST_HEAD_UNKNOWN_METHOD },
    { "get / HTTP/1.1\r\n\r\n", CTS_REQUEST_HEAD_UNKNOWN_METHOD },
    { "GETS / HTTP/1.1\r\n\r\n", CTS_REQUEST_HEAD_UNKNOWN_METHOD },
    { " GET / HTTP/1.1\r\n\r\n", CTS_REQUEST_HEAD_UNKNOWN_METHOD },
    { "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", CTS_REQUEST_HEAD_UNKNOWN_METHOD },
    { "x\n\n", CTS_REQUEST_HEAD_UNKNOWN_METHOD },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].bytes);
      g_assert_cmpint (judge (cases[i].bytes, strlen (cases[i].bytes)), ==, cases[i].wanted);
    }
  /* Zeros are bytes like others. */
  g_assert_cmpint (judge ("\0\0\r\n\r\n", 6), ==, CTS_REQUEST_HEAD_UNKNOWN_METHOD);
  g_assert_cmpint (judge ("GET /\0\r\n\r\n", 10), ==, CTS_REQUEST_HEAD_WHOLE);
}

static void
test_bound (void)
{
  g_autofree char *longest = g_strnfill (CTS_REQUEST_HEAD_MAX, 'x');
  g_autofree char *blank = g_strnfill (CTS_REQUEST_HEAD_MAX, '\n');

  g_assert_cmpint (judge (longest, CTS_REQUEST_HEAD_MAX), ==, CTS_REQUEST_HEAD_TOO_LONG);
  g_assert_cmpint (judge (longest, CTS_REQUEST_HEAD_MAX - 1), ==, CTS_REQUEST_HEAD_PARTIAL);
  g_assert_cmpint (judge (blank, CTS_REQUEST_HEAD_MAX), ==, CTS_REQUEST_HEAD_TOO_LONG);
  g_assert_cmpint (judge (blank, CTS_REQUEST_HEAD_MAX - 1), ==, CTS_REQUEST_HEAD_PARTIAL);

  memcpy (longest, "GET ", 4);
  g_assert_cmpint (judge (longest, CTS_REQUEST_HEAD_MAX), ==, CTS_REQUEST_HEAD_TOO_LONG);
  memcpy (longest + CTS_REQUEST_HEAD_MAX - 4, "\r\n\r\n", 4);
  g_assert_cmpint (judge (longest, CTS_REQUEST_HEAD_MAX), ==, CTS_REQUEST_HEAD_WHOLE);
}

/* A request that comes byte by byte is whole with its last one, not before. */
static void
test_byte_by_byte (void)
{
  static const char request[] = "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n";
  gsize size = strlen (request);

  for (gsize n = 0; n < size; n++)
    g_assert_cmpint (judge (request, n), ==, CTS_REQUEST_HEAD_PARTIAL);
  g_assert_cmpint (judge (request, size), ==, CTS_REQUEST_HEAD_WHOLE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/request-head/cases", test_cases);
  g_test_add_func ("/http/request-head/bound", test_bound);
  g_test_add_func ("/http/request-head/byte-by-byte", test_byte_by_byte);
  return g_test_run ();
}
