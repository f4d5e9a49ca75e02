/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

G_BEGIN_DECLS

/**
 * CtsTestSink:
 *
 * A push sink that notes down the sequence numbers it got. Its gate can be shut: it then holds the
 * packet it has until it is opened.
 */
#define CTS_TYPE_TEST_SINK (cts_test_sink_get_type ())
G_DECLARE_FINAL_TYPE (CtsTestSink, cts_test_sink, CTS, TEST_SINK, CtsSink)

/* @format is what it names as its stream, or NULL. */
CtsTestSink *cts_test_sink_new (const char *format);

void cts_test_sink_set_gate (CtsTestSink *sink, gboolean open);

/* It refuses the next packet once, which it is then given again. */
void cts_test_sink_refuse_next (CtsTestSink *sink);

/* Blocks until it has been given a packet that it holds, shut out by its gate. */
void cts_test_sink_wait_held (CtsTestSink *sink);

/* Blocks until it has taken @n records, and no more than those; the first of them and the others
 * behind it, without a gap, must have the numbers from @first_seq on. */
void cts_test_sink_wait_records (CtsTestSink *sink, guint64 first_seq, guint n);

G_END_DECLS
