/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Time after which something is taken not to happen any more. */
#define CTS_TEST_WAIT_SECONDS 60

/* A child process; its output is collected line by line while the main context turns. */
typedef struct _CtsTestProcess CtsTestProcess;

typedef enum
{
  CTS_TEST_STDOUT,
  CTS_TEST_STDERR,
  CTS_TEST_N_OUTPUTS,
} CtsTestOutput;

/* A launcher with both outputs piped. The child gets @death_signal should the test die. */
GSubprocessLauncher *cts_test_launcher_new (int death_signal);

CtsTestProcess *cts_test_process_new (GSubprocessLauncher *launcher, const char *const *argv);

/* Kills it if it still runs. */
void cts_test_process_free (CtsTestProcess *process);

/* Waits for a line with @needle in it, or fails the test. (transfer none): the first one. */
const char *cts_test_process_wait_line (CtsTestProcess *process,
                                        CtsTestOutput output,
                                        const char *needle);

/* (transfer none) (element-type utf8): all lines so far. */
const GPtrArray *cts_test_process_get_lines (CtsTestProcess *process, CtsTestOutput output);

void cts_test_process_signal (CtsTestProcess *process, int signal_number);

/* Waits until it has ended and all it wrote is read. Returns its exit status; the negated number
 * of the signal when one ended it. */
int cts_test_process_wait_exit (CtsTestProcess *process);

/* Turns the default main context until @done says so, or fails the test with @what. */
void cts_test_wait_until (gboolean (*done) (gpointer data), gpointer data, const char *what);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsTestProcess, cts_test_process_free)

G_END_DECLS
