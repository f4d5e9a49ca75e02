/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A certificate_update as far as people look at it. Strings belong to the parsed message. */
typedef struct
{
  const char *log;
  const char *issuer_organization;
  const char *issuer_name;
  JsonArray *names;
  char *sha256; /* lower-case hex */
} DemoMessage;

gboolean demo_message_read (DemoMessage *message, JsonNode *root);
void demo_message_clear (DemoMessage *message);
char *demo_message_format (const DemoMessage *message, gboolean colour);

G_END_DECLS
