/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "test-tally"

#include <ctstream.h>

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* The push sink of docs/example-plugin, which besides writes what it gets, a line for each frame,
 * to a file that a test reads. */

G_DECLARE_FINAL_TYPE (TestTally, test_tally, TEST, TALLY, CtsSink)

struct _TestTally
{
  CtsSink parent_instance;
  char *label;
  guint report_every;
  char *file;
  guint64 n_frames;
  int fd;
};

G_DEFINE_FINAL_TYPE (TestTally, test_tally, CTS_TYPE_SINK)

static const CtsOption options[] = {
  CTS_OPTION_STRING ("label",
                     TestTally,
                     label,
                     "tally",
                     CTS_OPTION_RESTART,
                     "Text put in front of every report"),
  CTS_OPTION_UINT ("report-every",
                   TestTally,
                   report_every,
                   1,
                   1000000,
                   1000,
                   CTS_OPTION_LIVE,
                   "Report after this many frames"),
  CTS_OPTION_STRING ("file",
                     TestTally,
                     file,
                     "",
                     CTS_OPTION_RESTART,
                     "File each frame is added to as a line; empty for none"),
};

static gboolean
test_tally_start (CtsStage *stage, GError **error)
{
  TestTally *self = TEST_TALLY (stage);
  int saved_errno;

  if (*self->file == '\0')
    return TRUE;

  self->fd = g_open (self->file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  saved_errno = errno;
  if (self->fd >= 0)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved_errno), "file %s: %s",
               self->file, g_strerror (saved_errno));
  return FALSE;
}

static void
close_file (TestTally *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

static void
test_tally_stop_async (CtsStage *stage,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  close_file (TEST_TALLY (stage));
  CTS_STAGE_CLASS (test_tally_parent_class)->stop_async (stage, cancellable, callback, user_data);
}

static gboolean
write_line (TestTally *self, gconstpointer frame, gsize size, GError **error)
{
  g_autoptr (GString) line = g_string_new_len (frame, size);

  g_string_append_c (line, '\n');
  if (write (self->fd, line->str, line->len) == (gssize) line->len)
    return TRUE;
  g_set_error (error, CTS_STAGE_ERROR, CTS_STAGE_ERROR_FAILED, "file %s: short write", self->file);
  return FALSE;
}

static gboolean
test_tally_write (CtsSink *sink, CtsPacket *packet, GError **error)
{
  TestTally *self = TEST_TALLY (sink);

  for (guint i = 0; i < cts_packet_get_n_frames (packet); i++)
    {
      gsize size;
      gconstpointer frame = cts_packet_get_frame (packet, i, &size);

      if (self->fd >= 0 && !write_line (self, frame, size, error))
        return FALSE;
      if (++self->n_frames % self->report_every == 0)
        g_message ("%s: %" G_GUINT64_FORMAT " frames", self->label, self->n_frames);
    }
  return TRUE;
}

static void
test_tally_finalize (GObject *object)
{
  close_file (TEST_TALLY (object));
  G_OBJECT_CLASS (test_tally_parent_class)->finalize (object);
}

static void
test_tally_class_init (TestTallyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_tally_finalize;
  CTS_STAGE_CLASS (klass)->start = test_tally_start;
  CTS_STAGE_CLASS (klass)->stop_async = test_tally_stop_async;
  CTS_SINK_CLASS (klass)->write = test_tally_write;
  cts_stage_class_install_options (CTS_STAGE_CLASS (klass), options, G_N_ELEMENTS (options));
}

static void
test_tally_init (TestTally *self)
{
  self->fd = -1;
}

CTS_MODULE_DEFINE (.id = "tally",
                   .description = "Counts frames, and writes them to a file",
                   .version = "1.0",
                   .license = "MIT",
                   .types = { { CTS_ROLE_SINK, test_tally_get_type } });
