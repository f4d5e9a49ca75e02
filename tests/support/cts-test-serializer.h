/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

G_BEGIN_DECLS

/**
 * CtsTestSerializer:
 *
 * Makes the formats `lite`, `full` and `domains`; a frame is the name of the format and the index
 * of the record, as in `lite 17`. Some records take it long, so that workers overtake each other.
 */
#define CTS_TYPE_TEST_SERIALIZER (cts_test_serializer_get_type ())
G_DECLARE_FINAL_TYPE (CtsTestSerializer, cts_test_serializer, CTS, TEST_SERIALIZER, CtsSerializer)

CtsSerializer *cts_test_serializer_new (void);

G_END_DECLS
