/* SPDX-License-Identifier: MIT */
#include "cts-stage-private.h"
typedef struct { char *name; CtsStageState state; } CtsStagePrivate;
G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CtsStage, cts_stage, G_TYPE_OBJECT)
static void cts_stage_class_init (CtsStageClass *klass) {}
static void cts_stage_init (CtsStage *self) {}
void cts_stage_class_install_options_sized (CtsStageClass *klass, const CtsOption *options, gsize n, gsize size) {}
