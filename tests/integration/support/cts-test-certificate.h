/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Checks that a certificate of a full message is the one its hashes say. (transfer full): its
 * DER. */
GBytes *cts_test_certificate_check (JsonObject *certificate);

/* The SHA-256 a message tells, in the form of the truth file. (transfer full) */
char *cts_test_certificate_get_sha256 (JsonObject *certificate);

G_END_DECLS
