/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/api/cts-source-private.h"
#include "core/fetch/cts-pacing.h"

G_BEGIN_DECLS

/**
 * CtsHttpClient:
 *
 * Carries the requests of all sources to all logs: one HTTP session with deadlines and caps, and
 * with pacing: a request for which no turn is held up waits for one. Main context.
 */
#define CTS_TYPE_HTTP_CLIENT (cts_http_client_get_type ())
G_DECLARE_FINAL_TYPE (CtsHttpClient, cts_http_client, CTS, HTTP_CLIENT, GObject)

CtsHttpClient *cts_http_client_new (const char *version,
                                    const char *contact,
                                    const char *proxy,
                                    guint timeout_ms,
                                    CtsPacing *pacing);

G_END_DECLS
