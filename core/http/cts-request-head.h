/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Longest request line with headers that is looked at, bytes; browsers stay below half of it. */
#define CTS_REQUEST_HEAD_MAX (16u << 10)

/**
 * CtsRequestHead:
 * @CTS_REQUEST_HEAD_PARTIAL: there is more to come
 * @CTS_REQUEST_HEAD_WHOLE: the blank line behind the headers is there
 * @CTS_REQUEST_HEAD_TOO_LONG: it is not there within %CTS_REQUEST_HEAD_MAX bytes
 * @CTS_REQUEST_HEAD_UNKNOWN_METHOD: it begins with no method of HTTP
 *
 * What the first bytes of a connection are.
 */
typedef enum
{
  CTS_REQUEST_HEAD_PARTIAL,
  CTS_REQUEST_HEAD_WHOLE,
  CTS_REQUEST_HEAD_TOO_LONG,
  CTS_REQUEST_HEAD_UNKNOWN_METHOD,
} CtsRequestHead;

CtsRequestHead cts_request_head_judge (const char *bytes, gsize size);

G_END_DECLS
