/* SPDX-License-Identifier: MIT */
#include <ctstream/cts-sink.h>

typedef struct
{
  char *stream;
} CtsSinkPrivate;

enum
{
  PROP_STREAM = 1,
};

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CtsSink, cts_sink, CTS_TYPE_STAGE)

static void
cts_sink_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CtsSinkPrivate *priv = cts_sink_get_instance_private (CTS_SINK (object));

  if (id == PROP_STREAM)
    g_value_set_string (value, priv->stream);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cts_sink_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CtsSinkPrivate *priv = cts_sink_get_instance_private (CTS_SINK (object));

  if (id == PROP_STREAM)
    priv->stream = g_value_dup_string (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cts_sink_finalize (GObject *object)
{
  CtsSinkPrivate *priv = cts_sink_get_instance_private (CTS_SINK (object));

  g_free (priv->stream);
  G_OBJECT_CLASS (cts_sink_parent_class)->finalize (object);
}

static void
cts_sink_class_init (CtsSinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = cts_sink_get_property;
  object_class->set_property = cts_sink_set_property;
  object_class->finalize = cts_sink_finalize;

  /* Not an option: every push sink has it, and the core reads it. */
  g_object_class_install_property (object_class, PROP_STREAM,
                                   g_param_spec_string ("stream", NULL, NULL, NULL,
                                                        G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                                                            | G_PARAM_STATIC_STRINGS));
}

static void
cts_sink_init (CtsSink *self)
{
}

/**
 * cts_sink_is_push:
 * @sink: a sink
 *
 * Returns: whether it wants packets
 *
 * Since: 1.0
 */
gboolean
cts_sink_is_push (CtsSink *sink)
{
  return CTS_SINK_GET_CLASS (sink)->write != NULL;
}

/**
 * cts_sink_get_stream:
 * @sink: a sink
 *
 * Returns: (transfer none) (nullable): name of the format a push sink takes
 *
 * Since: 1.0
 */
const char *
cts_sink_get_stream (CtsSink *sink)
{
  CtsSinkPrivate *priv = cts_sink_get_instance_private (sink);

  return priv->stream;
}

/**
 * cts_sink_write:
 * @sink: a push sink
 * @packet: a packet
 * @error: return location for an error
 *
 * Gives a packet to a push sink. The sink's own thread.
 *
 * Returns: whether it was taken
 *
 * Since: 1.0
 */
gboolean
cts_sink_write (CtsSink *sink, CtsPacket *packet, GError **error)
{
  return CTS_SINK_GET_CLASS (sink)->write (sink, packet, error);
}
