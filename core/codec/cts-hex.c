/* SPDX-License-Identifier: MIT */
#include "cts-hex.h"
