/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/store/cts-store.h"

G_BEGIN_DECLS

/**
 * CtsMemoryStore:
 *
 * The engine that keeps positions for as long as the daemon runs, and no records.
 */
#define CTS_TYPE_MEMORY_STORE (cts_memory_store_get_type ())
G_DECLARE_FINAL_TYPE (CtsMemoryStore, cts_memory_store, CTS, MEMORY_STORE, CtsStore)

CtsStore *cts_memory_store_new (void);

G_END_DECLS
