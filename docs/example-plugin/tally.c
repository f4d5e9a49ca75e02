/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "cts-tally"

#include <ctstream.h>

G_DECLARE_FINAL_TYPE (TallySink, tally_sink, TALLY, SINK, CtsSink)

struct _TallySink
{
  CtsSink  parent_instance;
  char    *label;
  guint    report_every;
  guint64  n_records;
};

G_DEFINE_FINAL_TYPE (TallySink, tally_sink, CTS_TYPE_SINK)

static const CtsOption options[] = {
  CTS_OPTION_STRING ("label", TallySink, label, "tally",
                     CTS_OPTION_RESTART, "Text put in front of every report"),
  CTS_OPTION_UINT ("report-every", TallySink, report_every, 1, 1000000, 1000,
                   CTS_OPTION_LIVE, "Report after this many records"),
};

static gboolean
tally_sink_write (CtsSink *sink, CtsPacket *packet, GError **error)
{
  TallySink *self = TALLY_SINK (sink);

  for (guint i = 0; i < cts_packet_get_n_frames (packet); i++)
    if (++self->n_records % self->report_every == 0)
      g_message ("%s: %" G_GUINT64_FORMAT " records", self->label, self->n_records);
  return TRUE;
}

static void
tally_sink_class_init (TallySinkClass *klass)
{
  CTS_SINK_CLASS (klass)->write = tally_sink_write;
  cts_stage_class_install_options (CTS_STAGE_CLASS (klass), options, G_N_ELEMENTS (options));
}

static void
tally_sink_init (TallySink *self)
{
}

CTS_MODULE_DEFINE (.id = "tally", .description = "Counts records and logs the tally",
                   .version = "1.0", .license = "MIT",
                   .types = { { CTS_ROLE_SINK, tally_sink_get_type } });
