/* SPDX-License-Identifier: MIT */
#include <ctstream.h>

/* A filter whose first starts fail. */

G_DECLARE_FINAL_TYPE (TestStartFails, test_start_fails, TEST, START_FAILS, CtsFilter)

struct _TestStartFails
{
  CtsFilter parent_instance;
  guint fail_times;
  guint n_starts;
};

G_DEFINE_FINAL_TYPE (TestStartFails, test_start_fails, CTS_TYPE_FILTER)

static const CtsOption options[] = {
  CTS_OPTION_UINT ("fail-times",
                   TestStartFails,
                   fail_times,
                   0,
                   1000,
                   2,
                   CTS_OPTION_RESTART,
                   "How many starts fail"),
};

static gboolean
test_start_fails_start (CtsStage *stage, GError **error)
{
  TestStartFails *self = TEST_START_FAILS (stage);

  if (++self->n_starts > self->fail_times)
    return TRUE;
  g_set_error (error, CTS_STAGE_ERROR, CTS_STAGE_ERROR_FAILED, "start %u of %u fails",
               self->n_starts, self->fail_times);
  return FALSE;
}

static void
test_start_fails_class_init (TestStartFailsClass *klass)
{
  CTS_STAGE_CLASS (klass)->start = test_start_fails_start;
  cts_stage_class_install_options (CTS_STAGE_CLASS (klass), options, G_N_ELEMENTS (options));
}

static void
test_start_fails_init (TestStartFails *self)
{
}

CTS_MODULE_DEFINE (.id = "start-fails",
                   .description = "Fails to start a few times",
                   .version = "1.0",
                   .license = "MIT",
                   .types = { { CTS_ROLE_FILTER, test_start_fails_get_type } });
