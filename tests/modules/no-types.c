/* SPDX-License-Identifier: MIT */
#include <ctstream.h>

/* A module that brings nothing. */

CTS_MODULE_DEFINE (.id = "no-types", .description = "Is empty", .version = "1.0", .license = "MIT");
