/* SPDX-License-Identifier: MIT */
#pragma once

#include "testlog-submission.h"

G_BEGIN_DECLS

GPtrArray *testlog_replay_certificates (const char *path, GBytes *chain, GError **error);
GPtrArray *testlog_replay_entries (const char *path, GError **error);

G_END_DECLS
