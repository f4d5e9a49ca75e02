/* SPDX-License-Identifier: MIT */
#include "cts-base64.h"
gsize cts_base64_encode (char *out, const void *data, gsize size) { return 0; }
