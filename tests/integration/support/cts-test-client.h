/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "cts-test-daemon.h"

G_BEGIN_DECLS

/* A WebSocket client of a daemon. */
typedef struct _CtsTestClient CtsTestClient;

typedef void (*CtsTestMessageFunc) (JsonObject *message, gpointer user_data);

/* Connects, and returns once the daemon has answered a ping: from then on the client is one of the
 * stream's and misses nothing. @callback: (nullable): gets each message but heartbeats. */
CtsTestClient *cts_test_client_new (CtsTestDaemon *daemon,
                                    const char *path,
                                    CtsTestMessageFunc callback,
                                    gpointer user_data);
void cts_test_client_free (CtsTestClient *client);

/* Messages so far, heartbeats left out. */
guint cts_test_client_get_n_messages (CtsTestClient *client);

/* Waits until there are @n_messages or more. */
void cts_test_client_wait (CtsTestClient *client, guint n_messages);

/* Waits until the server has closed; returns the code it gave. */
guint cts_test_client_wait_closed (CtsTestClient *client);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsTestClient, cts_test_client_free)

G_END_DECLS
