/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Symbols of libctstream that the daemon needs and plugins do not see: exported, since the daemon
 * links the library, but in no public header.
 */
#define CTS_INTERNAL __attribute__ ((visibility ("default"))) extern
