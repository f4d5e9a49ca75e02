/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Both halves of a product, folded into one word. With a secret among the factors nobody outside
 * can choose inputs that collide. */
static inline guint64
cts_mix (guint64 a, guint64 b)
{
  unsigned __int128 product = (unsigned __int128) a * b;

  return (guint64) product ^ (guint64) (product >> 64);
}

/* A word for such a secret. */
static inline guint64
cts_mix_random_word (void)
{
  return (guint64) g_random_int () << 32 | g_random_int ();
}

G_END_DECLS
