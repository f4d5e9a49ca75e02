/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

G_BEGIN_DECLS

GBytes *rfc6962_frontier_read (GBytes *body, guint64 tree_size, GError **error);

G_END_DECLS
