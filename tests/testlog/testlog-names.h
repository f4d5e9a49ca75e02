/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Most DNS names of one certificate. */
#define TESTLOG_MAX_NAMES 20

GPtrArray *testlog_names_make (GRand *random);

G_END_DECLS
