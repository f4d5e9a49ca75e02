/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-websocket"

#include <ctstream.h>

/*
 * The WebSocket streams under the paths that certstream clients know.
 */
G_DECLARE_FINAL_TYPE (WebsocketSink, websocket_sink, WEBSOCKET, SINK, CtsSink)

struct _WebsocketSink
{
  CtsSink parent_instance;

  gboolean full;
  gboolean lite;
  gboolean domains;
};

static void websocket_sink_mount_init (CtsHttpMountInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WebsocketSink,
                               websocket_sink,
                               CTS_TYPE_SINK,
                               G_IMPLEMENT_INTERFACE (CTS_TYPE_HTTP_MOUNT,
                                                      websocket_sink_mount_init))

static const CtsOption options[] = {
  CTS_OPTION_BOOLEAN ("lite",
                      WebsocketSink,
                      lite,
                      TRUE,
                      CTS_OPTION_RESTART,
                      "Serve certificates without DER and chain under /"),
  CTS_OPTION_BOOLEAN ("full",
                      WebsocketSink,
                      full,
                      TRUE,
                      CTS_OPTION_RESTART,
                      "Serve certificates with DER and chain under /full-stream"),
  CTS_OPTION_BOOLEAN ("domains",
                      WebsocketSink,
                      domains,
                      TRUE,
                      CTS_OPTION_RESTART,
                      "Serve names alone under /domains-only"),
};

static void
websocket_sink_mount (CtsHttpMount *mount, CtsHttpHost *host)
{
  WebsocketSink *self = WEBSOCKET_SINK (mount);

  if (self->lite)
    cts_http_host_add_stream (host, "/", "lite", CTS_FRAMING_WEBSOCKET);
  if (self->full)
    cts_http_host_add_stream (host, "/full-stream", "full", CTS_FRAMING_WEBSOCKET);
  if (self->domains)
    cts_http_host_add_stream (host, "/domains-only", "domains", CTS_FRAMING_WEBSOCKET);
}

static void
websocket_sink_mount_init (CtsHttpMountInterface *iface)
{
  iface->mount = websocket_sink_mount;
}

static void
websocket_sink_class_init (WebsocketSinkClass *klass)
{
  cts_stage_class_install_options (CTS_STAGE_CLASS (klass), options, G_N_ELEMENTS (options));
}

static void
websocket_sink_init (WebsocketSink *self)
{
}

CTS_MODULE_DEFINE (.id = "websocket",
                   .description = "Streams to WebSocket clients",
                   .version = "1.0",
                   .license = "MIT",
                   .types = { { CTS_ROLE_SINK, websocket_sink_get_type } });
