/* SPDX-License-Identifier: MIT */
#include "cts-test-process.h"

#include <string.h>
#include <sys/prctl.h>

typedef struct
{
  CtsTestProcess *process;
  GDataInputStream *stream;
  GPtrArray *lines;
  gboolean is_open;
} Output;

struct _CtsTestProcess
{
  char *name;
  GSubprocess *subprocess;
  GCancellable *cancellable;
  Output outputs[CTS_TEST_N_OUTPUTS];
  gboolean has_exited;
};

static gboolean
on_overdue (gpointer data)
{
  g_error ("%s: not within %d s", (const char *) data, CTS_TEST_WAIT_SECONDS);
  return G_SOURCE_REMOVE;
}

void
cts_test_wait_until (gboolean (*done) (gpointer data), gpointer data, const char *what)
{
  g_autoptr (GSource) overdue = g_timeout_source_new_seconds (CTS_TEST_WAIT_SECONDS);

  g_source_set_callback (overdue, on_overdue, (gpointer) what, NULL);
  g_source_attach (overdue, NULL);
  while (!done (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_destroy (overdue);
}

/* In the child, before it becomes another program: a test that aborts leaves nobody behind. */
static void
die_with_parent (gpointer death_signal)
{
  prctl (PR_SET_PDEATHSIG, GPOINTER_TO_INT (death_signal));
}

GSubprocessLauncher *
cts_test_launcher_new (int death_signal)
{
  GSubprocessLauncher *launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, GINT_TO_POINTER (death_signal),
                                         NULL);
  /* Warnings belong to what is tested; what the code calls a bug still ends it. */
  g_subprocess_launcher_setenv (launcher, "G_DEBUG", "fatal-criticals", TRUE);
  /* Looks like a key of the configuration. */
  g_subprocess_launcher_unsetenv (launcher, "CTSTREAM_TEST_MODULES");
  return launcher;
}

static void read_line (Output *output);

static void
on_line (GObject *object, GAsyncResult *result, gpointer data)
{
  Output *output = data;
  g_autoptr (GError) error = NULL;
  char *line
      = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (object), result, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_assert_no_error (error);
  if (line == NULL)
    {
      output->is_open = FALSE;
      return;
    }
  g_test_message ("%s: %s", output->process->name, line);
  g_ptr_array_add (output->lines, line);
  read_line (output);
}

static void
read_line (Output *output)
{
  g_data_input_stream_read_line_async (output->stream, G_PRIORITY_DEFAULT,
                                       output->process->cancellable, on_line, output);
}

static void
open_output (CtsTestProcess *process, CtsTestOutput which, GInputStream *pipe)
{
  Output *output = &process->outputs[which];

  output->process = process;
  output->stream = g_data_input_stream_new (pipe);
  output->lines = g_ptr_array_new_with_free_func (g_free);
  output->is_open = TRUE;
  read_line (output);
}

static void
on_exited (GObject *object, GAsyncResult *result, gpointer data)
{
  if (g_subprocess_wait_finish (G_SUBPROCESS (object), result, NULL))
    ((CtsTestProcess *) data)->has_exited = TRUE;
}

CtsTestProcess *
cts_test_process_new (GSubprocessLauncher *launcher, const char *const *argv)
{
  CtsTestProcess *process = g_new0 (CtsTestProcess, 1);
  g_autoptr (GError) error = NULL;

  process->name = g_path_get_basename (argv[0]);
  process->cancellable = g_cancellable_new ();
  process->subprocess = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  open_output (process, CTS_TEST_STDOUT, g_subprocess_get_stdout_pipe (process->subprocess));
  open_output (process, CTS_TEST_STDERR, g_subprocess_get_stderr_pipe (process->subprocess));
  g_subprocess_wait_async (process->subprocess, process->cancellable, on_exited, process);
  return process;
}

static gboolean
has_ended (gpointer data)
{
  const CtsTestProcess *process = data;

  for (guint i = 0; i < CTS_TEST_N_OUTPUTS; i++)
    if (process->outputs[i].is_open)
      return FALSE;
  return process->has_exited;
}

void
cts_test_process_free (CtsTestProcess *process)
{
  g_cancellable_cancel (process->cancellable);
  g_subprocess_force_exit (process->subprocess);
  g_subprocess_wait (process->subprocess, NULL, NULL);
  /* Those that were cancelled still have to be told. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  for (guint i = 0; i < CTS_TEST_N_OUTPUTS; i++)
    {
      g_object_unref (process->outputs[i].stream);
      g_ptr_array_unref (process->outputs[i].lines);
    }
  g_object_unref (process->subprocess);
  g_object_unref (process->cancellable);
  g_free (process->name);
  g_free (process);
}

typedef struct
{
  const Output *output;
  const char *needle;
  guint n_seen;
  const char *found;
} Search;

static gboolean
search (gpointer data)
{
  Search *self = data;

  for (; self->found == NULL && self->n_seen < self->output->lines->len; self->n_seen++)
    {
      const char *line = g_ptr_array_index (self->output->lines, self->n_seen);

      if (strstr (line, self->needle) != NULL)
        self->found = line;
    }
  return self->found != NULL || !self->output->is_open;
}

const char *
cts_test_process_wait_line (CtsTestProcess *process, CtsTestOutput output, const char *needle)
{
  Search self = { .output = &process->outputs[output], .needle = needle };

  cts_test_wait_until (search, &self, needle);
  if (self.found == NULL)
    g_error ("%s ended without a line with '%s'", process->name, needle);
  return self.found;
}

const GPtrArray *
cts_test_process_get_lines (CtsTestProcess *process, CtsTestOutput output)
{
  return process->outputs[output].lines;
}

void
cts_test_process_signal (CtsTestProcess *process, int signal_number)
{
  g_subprocess_send_signal (process->subprocess, signal_number);
}

int
cts_test_process_wait_exit (CtsTestProcess *process)
{
  cts_test_wait_until (has_ended, process, "the end of a process");
  if (g_subprocess_get_if_signaled (process->subprocess))
    return -g_subprocess_get_term_sig (process->subprocess);
  return g_subprocess_get_exit_status (process->subprocess);
}
