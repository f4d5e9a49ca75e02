/* SPDX-License-Identifier: MIT */
#include "core/config/cts-config.h"

typedef struct
{
  gboolean flag;
  guint number;
  char *text;
  char **texts;
} Options;

static const CtsOption options[] = {
  CTS_OPTION_BOOLEAN ("enabled", Options, flag, FALSE, CTS_OPTION_LIVE, "-"),
  CTS_OPTION_BOOLEAN ("full", Options, flag, FALSE, CTS_OPTION_LIVE, "-"),
  CTS_OPTION_UINT ("capacity", Options, number, 10, 1000000, 50, CTS_OPTION_LIVE, "-"),
  CTS_OPTION_STRING ("profile", Options, text, "", CTS_OPTION_SECRET, "-"),
  CTS_OPTION_STRV ("names", Options, texts, "", CTS_OPTION_RESTART, "-"),
};

static void
validate_stages (const GPtrArray *stages)
{
  for (guint i = 0; i < stages->len; i++)
    {
      g_autoptr (GPtrArray) errors = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GArray) values = g_array_new (FALSE, TRUE, sizeof (GValue));
      gboolean valid;

      g_array_set_clear_func (values, (GDestroyNotify) g_value_unset);
      valid = cts_stage_config_validate (stages->pdata[i], options, G_N_ELEMENTS (options),
                                         sizeof (CtsOption), errors, names, values);
      g_assert_true (valid == (errors->len == 0));
      g_assert_true (names->len == values->len);
    }
}

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Either a configuration or errors, and a configuration is the same as itself. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (CtsConfigReport) report = cts_config_report_new ();
  g_autoptr (CtsConfig) config = cts_config_parse ((const char *) data, size, "fuzz", NULL, report);

  g_assert_true ((config == NULL) == (report->errors->len > 0));
  g_assert_cmpuint (report->errors->len, <=, CTS_CONFIG_MAX_ERRORS + 1);
  if (config != NULL)
    {
      g_auto (GStrv) changed = cts_config_diff (config, config);

      g_assert_null (changed[0]);
      for (guint i = 0; i < CTS_CONFIG_N_ROLES; i++)
        validate_stages (cts_config_get_stages (config, CTS_ROLE_SOURCE + i));
    }
  return 0;
}
