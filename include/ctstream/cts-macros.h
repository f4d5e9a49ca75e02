/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * CTS_ABI_VERSION:
 *
 * The version of the plugin contract. It is 0 until plugins are opened to others: the loader then
 * demands the exact number, and a plugin is rebuilt with the daemon it is for.
 *
 * Since: 1.0
 */
#define CTS_ABI_VERSION 0

/* What libctstream exports; everything else in it is hidden. */
#define CTS_AVAILABLE_IN_1_0 __attribute__ ((visibility ("default"))) extern
