/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

G_BEGIN_DECLS

const char *cts_class_contract_find_missing (CtsRole role, GTypeClass *klass);

G_END_DECLS
