/* SPDX-License-Identifier: MIT */
#pragma once

#include <libsoup/soup.h>

#include "testlog-log.h"
#include "testlog-mint.h"

G_BEGIN_DECLS

void testlog_endpoints_add (SoupServer *server, TestlogLog *log, TestlogMint *mint, guint page_cap);

G_END_DECLS
