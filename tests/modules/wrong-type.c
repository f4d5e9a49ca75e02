/* SPDX-License-Identifier: MIT */
#include <ctstream.h>

/* A filter that says it is a sink. */

G_DECLARE_FINAL_TYPE (TestWrongType, test_wrong_type, TEST, WRONG_TYPE, CtsFilter)

struct _TestWrongType
{
  CtsFilter parent_instance;
};

G_DEFINE_FINAL_TYPE (TestWrongType, test_wrong_type, CTS_TYPE_FILTER)

static void
test_wrong_type_class_init (TestWrongTypeClass *klass)
{
}

static void
test_wrong_type_init (TestWrongType *self)
{
}

CTS_MODULE_DEFINE (.id = "wrong-type",
                   .description = "Is no sink",
                   .version = "1.0",
                   .license = "MIT",
                   .types = { { CTS_ROLE_SINK, test_wrong_type_get_type } });
