/* SPDX-License-Identifier: MIT */
#pragma once

/* Addresses to listen on. `ctstreamd --check` and the start take the same, so both are tested with
 * these. */

/* 106 bytes: with the slash before it the longest path of a socket, unix(7). */
#define LISTEN_TEN "0123456789"
#define LISTEN_LONGEST_NAME                                                                        \
  LISTEN_TEN LISTEN_TEN LISTEN_TEN LISTEN_TEN LISTEN_TEN LISTEN_TEN LISTEN_TEN LISTEN_TEN          \
      LISTEN_TEN LISTEN_TEN "012345"

typedef struct
{
  const char *text;
  const char *canonical; /* the same when NULL */
} ListenCase;

static const ListenCase listen_good[] = {
  { "127.0.0.1:0", "127.0.0.1:0" },
  { "0.0.0.0:65535", NULL },
  { "localhost:80", "127.0.0.1:80" },
  { "[::]:8080", NULL },
  { "[::1]:443", NULL },
  { "unix:/run/x.sock", NULL },
  { "[2001:db8::7]:1", NULL },
  { "unix:/a:80", NULL },
  { "unix:/" LISTEN_LONGEST_NAME, NULL },
};

static const char *const listen_bad[] = {
  "",
  ":",
  ":80",
  "8080",
  "127.0.0.1",
  "127.0.0.1:",
  "127.0.0.1:65536",
  "127.0.0.1:-1",
  "127.0.0.1:80x",
  "999.1.1.1:80",
  "host:80",
  "foo.example:8080",
  "LOCALHOST:80",
  "[localhost]:80",
  "a b:80",
  "::1:80",
  "[127.0.0.1]:80",
  "[]:80",
  "[::1]",
  "[::]:",
  "[::1:80",
  "::1]:80",
  "127.1.1:80:",
  "unix:",
  "unix:relative",
  "unix:@x",
  "unix:/" LISTEN_LONGEST_NAME "6",
  "http://a:80",
};
