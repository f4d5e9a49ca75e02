/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

G_BEGIN_DECLS

/**
 * FakeSink:
 * @lock: guards all below
 * @changed: something below has changed
 * @seqs: (element-type guint64): number of each frame taken
 * @frames: (element-type GBytes): the frames themselves
 * @n_packets: packets taken
 * @n_refusals: packets to refuse from now on
 * @n_writes: writes begun
 * @is_held: writes wait
 *
 * A push sink that keeps what it gets.
 */
#define FAKE_TYPE_SINK (fake_sink_get_type ())
G_DECLARE_FINAL_TYPE (FakeSink, fake_sink, FAKE, SINK, CtsSink)

struct _FakeSink
{
  CtsSink parent_instance;

  GMutex lock;
  GCond changed;
  GArray *seqs;
  GPtrArray *frames;
  guint n_packets;
  guint n_refusals;
  guint n_writes;
  gboolean is_held;
};

FakeSink *fake_sink_new (const char *name, const char *stream);
void fake_sink_hold (FakeSink *sink, gboolean hold);
void fake_sink_wait_writes (FakeSink *sink, guint n_writes);
void fake_sink_wait_packets (FakeSink *sink, guint n_packets);
/* Fails unless the numbers of the frames from place @at on are @first, @first + 1, ..., @n of them.
 */
void fake_sink_check_seqs (FakeSink *sink, guint at, guint64 first, guint n);

G_END_DECLS
