/* SPDX-License-Identifier: MIT */
#include "cts-entries-scanner.h"
