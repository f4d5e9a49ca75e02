/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include <ctstream/cts-macros.h>

G_BEGIN_DECLS

/**
 * CtsLogInfo:
 *
 * What is known of a log and does not change: its ID, name, address, operator and protocol. When a
 * list gives a log another name or address, a new one is made; records keep the one they were read
 * under. Boxed, immutable, any thread.
 *
 * Since: 1.0
 */
typedef struct _CtsLogInfo CtsLogInfo;

#define CTS_TYPE_LOG_INFO (cts_log_info_get_type ())
CTS_AVAILABLE_IN_1_0
GType cts_log_info_get_type (void);

#define CTS_LOG_ID_SIZE 32

CTS_AVAILABLE_IN_1_0
CtsLogInfo *cts_log_info_new (const guint8 *id,
                              const char *name,
                              const char *url,
                              const char *operator_name,
                              const char *protocol);

CTS_AVAILABLE_IN_1_0
CtsLogInfo *cts_log_info_ref (CtsLogInfo *info);

CTS_AVAILABLE_IN_1_0
void cts_log_info_unref (CtsLogInfo *info);

CTS_AVAILABLE_IN_1_0
const guint8 *cts_log_info_get_id (const CtsLogInfo *info);

CTS_AVAILABLE_IN_1_0
const char *cts_log_info_get_name (const CtsLogInfo *info);

CTS_AVAILABLE_IN_1_0
const char *cts_log_info_get_url (const CtsLogInfo *info);

CTS_AVAILABLE_IN_1_0
const char *cts_log_info_get_operator (const CtsLogInfo *info);

CTS_AVAILABLE_IN_1_0
const char *cts_log_info_get_protocol (const CtsLogInfo *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsLogInfo, cts_log_info_unref)

G_END_DECLS
