/* SPDX-License-Identifier: MIT */
#include <ctstream.h>

/* A sink that neither takes packets nor serves anything. */

G_DECLARE_FINAL_TYPE (TestNoWrite, test_no_write, TEST, NO_WRITE, CtsSink)

struct _TestNoWrite
{
  CtsSink parent_instance;
};

G_DEFINE_FINAL_TYPE (TestNoWrite, test_no_write, CTS_TYPE_SINK)

static void
test_no_write_class_init (TestNoWriteClass *klass)
{
}

static void
test_no_write_init (TestNoWrite *self)
{
}

CTS_MODULE_DEFINE (.id = "no-write",
                   .description = "Does nothing",
                   .version = "1.0",
                   .license = "MIT",
                   .types = { { CTS_ROLE_SINK, test_no_write_get_type } });
