/* SPDX-License-Identifier: MIT */
#include "cts-der.h"
