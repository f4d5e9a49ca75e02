/* SPDX-License-Identifier: MIT */
#include <ctstream/cts-http-host.h>

G_DEFINE_INTERFACE (CtsHttpHost, cts_http_host, G_TYPE_OBJECT)
G_DEFINE_INTERFACE (CtsHttpMount, cts_http_mount, G_TYPE_OBJECT)

static void
cts_http_host_default_init (CtsHttpHostInterface *iface)
{
}

static void
cts_http_mount_default_init (CtsHttpMountInterface *iface)
{
}

/**
 * cts_http_host_add_stream:
 * @host: the HTTP server
 * @path: an absolute path without a final slash, or `/`; it matches exactly, plus one final slash
 * @format: name of a serializer's format
 * @framing: how messages are put on the wire
 *
 * Serves the messages of @format to clients that ask for @path.
 *
 * Since: 1.0
 */
void
cts_http_host_add_stream (CtsHttpHost *host,
                          const char *path,
                          const char *format,
                          CtsFraming framing)
{
  CTS_HTTP_HOST_GET_IFACE (host)->add_stream (host, path, format, framing);
}

/**
 * cts_http_mount_mount:
 * @mount: a sink
 * @host: the HTTP server
 *
 * Lets a sink put its paths on @host.
 *
 * Since: 1.0
 */
void
cts_http_mount_mount (CtsHttpMount *mount, CtsHttpHost *host)
{
  CTS_HTTP_MOUNT_GET_IFACE (mount)->mount (mount, host);
}
