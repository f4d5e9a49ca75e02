/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include <ctstream/cts-macros.h>

G_BEGIN_DECLS

/**
 * CtsFraming:
 * @CTS_FRAMING_WEBSOCKET: each message one Text frame (RFC 6455)
 *
 * How a stream's messages are put on the wire.
 *
 * Since: 1.0
 */
typedef enum
{
  CTS_FRAMING_WEBSOCKET,
} CtsFraming;

#define CTS_TYPE_HTTP_HOST (cts_http_host_get_type ())
CTS_AVAILABLE_IN_1_0
G_DECLARE_INTERFACE (CtsHttpHost, cts_http_host, CTS, HTTP_HOST, GObject)

/**
 * CtsHttpHost:
 *
 * The daemon's one HTTP server, as a sink sees it: a place to put streams. Main context.
 *
 * Since: 1.0
 */

/**
 * CtsHttpHostInterface:
 * @g_iface: the parent interface
 * @add_stream: see cts_http_host_add_stream()
 *
 * Implemented by the core.
 *
 * Since: 1.0
 */
struct _CtsHttpHostInterface
{
  GTypeInterface g_iface;

  void (*add_stream) (CtsHttpHost *host, const char *path, const char *format, CtsFraming framing);
};

CTS_AVAILABLE_IN_1_0
void cts_http_host_add_stream (CtsHttpHost *host,
                               const char *path,
                               const char *format,
                               CtsFraming framing);

#define CTS_TYPE_HTTP_MOUNT (cts_http_mount_get_type ())
CTS_AVAILABLE_IN_1_0
G_DECLARE_INTERFACE (CtsHttpMount, cts_http_mount, CTS, HTTP_MOUNT, GObject)

/**
 * CtsHttpMount:
 *
 * Implemented by a sink that wants paths on the daemon's HTTP server.
 *
 * Since: 1.0
 */

/**
 * CtsHttpMountInterface:
 * @g_iface: the parent interface
 * @mount: put streams on @host; called once after the stage started, main context
 *
 * Since: 1.0
 */
struct _CtsHttpMountInterface
{
  GTypeInterface g_iface;

  void (*mount) (CtsHttpMount *mount, CtsHttpHost *host);
};

CTS_AVAILABLE_IN_1_0
void cts_http_mount_mount (CtsHttpMount *mount, CtsHttpHost *host);

G_END_DECLS
