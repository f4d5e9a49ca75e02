/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/config/cts-config-node.h"

G_BEGIN_DECLS

/**
 * CtsConfigReport:
 * @errors: (element-type utf8): why the configuration cannot be used, `FILE:LINE:COLUMN: message`
 * @notes: (element-type utf8): what its author should know, `FILE:LINE:COLUMN: note: message`
 *
 * What was found in a configuration. Never holds the value of a secret.
 */
typedef struct
{
  GPtrArray *errors;
  GPtrArray *notes;
} CtsConfigReport;

/* A configuration with more mistakes than this is not the one that was meant. There are fewer keys
 * without effect than this, unless somebody invents stages by the hundred. */
#define CTS_CONFIG_MAX_ERRORS 100
#define CTS_CONFIG_MAX_NOTES  100

CtsConfigReport *cts_config_report_new (void);
void cts_config_report_free (CtsConfigReport *report);

void cts_config_add_error (GPtrArray *errors,
                           const CtsConfigOrigin *origin,
                           const char *path,
                           const char *format,
                           ...) G_GNUC_PRINTF (4, 5);
void cts_config_add_no_effect (GPtrArray *notes,
                               const CtsConfigOrigin *origin,
                               const char *path,
                               const char *what);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsConfigReport, cts_config_report_free)

G_END_DECLS
