/* SPDX-License-Identifier: MIT */
#define G_LOG_DOMAIN "test-stop-hangs"

#include <ctstream.h>

/* A filter that does not stop. */

G_DECLARE_FINAL_TYPE (TestStopHangs, test_stop_hangs, TEST, STOP_HANGS, CtsFilter)

struct _TestStopHangs
{
  CtsFilter parent_instance;
};

G_DEFINE_FINAL_TYPE (TestStopHangs, test_stop_hangs, CTS_TYPE_FILTER)

/* Where the leak checker finds what never ends; nobody else reads it. */
static GTask *volatile hanging;

static void
test_stop_hangs_stop_async (CtsStage *stage,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  hanging = g_task_new (stage, cancellable, callback, user_data);
  g_message ("the stop hangs");
}

static void
test_stop_hangs_class_init (TestStopHangsClass *klass)
{
  CTS_STAGE_CLASS (klass)->stop_async = test_stop_hangs_stop_async;
}

static void
test_stop_hangs_init (TestStopHangs *self)
{
}

CTS_MODULE_DEFINE (.id = "stop-hangs",
                   .description = "Does not stop",
                   .version = "1.0",
                   .license = "MIT",
                   .types = { { CTS_ROLE_FILTER, test_stop_hangs_get_type } });
