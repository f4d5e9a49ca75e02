/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

G_BEGIN_DECLS

/**
 * Rfc6962Source:
 *
 * Reads logs over the HTTP interface of RFC 6962 §4. It has no options and keeps nothing of a log.
 */
#define RFC6962_TYPE_SOURCE (rfc6962_source_get_type ())
G_DECLARE_FINAL_TYPE (Rfc6962Source, rfc6962_source, RFC6962, SOURCE, CtsSource)

G_END_DECLS
