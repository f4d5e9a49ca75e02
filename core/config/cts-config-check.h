/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Checks of texts, each a CtsConfigCheck: NULL when @text is valid, else what a valid one would be
 * (transfer full).
 */
char *cts_config_check_listen (const char *text);
char *cts_config_check_cidr (const char *text);
char *cts_config_check_url (const char *text);
char *cts_config_check_optional_url (const char *text);
char *cts_config_check_proxy (const char *text);
char *cts_config_check_log_list (const char *text);
char *cts_config_check_header (const char *text);
char *cts_config_check_token (const char *text);
char *cts_config_check_url_path (const char *text);
char *cts_config_check_contact (const char *text);
char *cts_config_check_name (const char *text);
char *cts_config_check_glob (const char *text);
char *cts_config_check_label (const char *text);

G_END_DECLS
