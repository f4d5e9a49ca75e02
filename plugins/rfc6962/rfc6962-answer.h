/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

JsonObject *rfc6962_answer_read (JsonParser *parser, GBytes *body, GError **error);
GBytes *rfc6962_answer_decode (JsonNode *node);

G_END_DECLS
