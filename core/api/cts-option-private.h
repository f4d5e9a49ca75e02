/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-option.h>

G_BEGIN_DECLS

GParamSpec *cts_option_to_param_spec (const CtsOption *option);
void cts_option_get_field (const CtsOption *option, gpointer instance, GValue *value);
void cts_option_set_field (const CtsOption *option, gpointer instance, const GValue *value);
void cts_option_clear_field (const CtsOption *option, gpointer instance);
gsize cts_option_get_field_size (const CtsOption *option);

G_END_DECLS
