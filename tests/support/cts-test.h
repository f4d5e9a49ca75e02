/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The path of @name in the folder of shared data: $CTS_TEST_SHARED, or ../shared beside the
 * project. Without it the test is skipped by name, or fails under CTS_TEST_STRICT=1; NULL then. */
char *cts_test_shared_file (const char *name);

/* The same, read whole. */
GBytes *cts_test_shared_bytes (const char *name);

/* The path of @name in tests/data. */
char *cts_test_data_file (const char *name);

/* Turns the default main context until *@condition is not 0, or fails the test after 30 s. */
void cts_test_wait (const int *condition);

G_END_DECLS
