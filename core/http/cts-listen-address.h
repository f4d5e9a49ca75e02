/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GSocketAddress *cts_listen_address_parse (const char *text, GError **error);
char *cts_listen_address_to_string (GSocketAddress *address);
GSocket *cts_listen_address_bind (GSocketAddress *address, GError **error);

G_END_DECLS
