/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

G_BEGIN_DECLS

CtsTreeHead *rfc6962_head_read (GBytes *body, GError **error);

G_END_DECLS
