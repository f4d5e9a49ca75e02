/* SPDX-License-Identifier: MIT */
#include "cts-config-report.h"

#include <string.h>

CtsConfigReport *
cts_config_report_new (void)
{
  CtsConfigReport *report = g_new0 (CtsConfigReport, 1);

  report->errors = g_ptr_array_new_with_free_func (g_free);
  report->notes = g_ptr_array_new_with_free_func (g_free);
  return report;
}

void
cts_config_report_free (CtsConfigReport *report)
{
  g_ptr_array_unref (report->errors);
  g_ptr_array_unref (report->notes);
  g_free (report);
}

/* A message is one line, and a terminal obeys nothing in it. */
static char *
without_controls (char *line)
{
  for (char *c = line; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = '?';
  return line;
}

/**
 * cts_config_add_error:
 * @errors: (element-type utf8): the errors so far
 * @origin: where the mistake stands
 * @path: (nullable): the key in question, dotted; %NULL when it is none of a key
 * @format: what is wrong, for printf()
 * @...: what goes into @format
 *
 * Adds an error. The same one is added once, and after %CTS_CONFIG_MAX_ERRORS only that there are
 * more.
 */
void
cts_config_add_error (GPtrArray *errors,
                      const CtsConfigOrigin *origin,
                      const char *path,
                      const char *format,
                      ...)
{
  g_autofree char *place = cts_config_origin_format (origin);
  g_autofree char *message = NULL;
  g_autofree char *line = NULL;
  va_list arguments;

  if (errors->len > CTS_CONFIG_MAX_ERRORS)
    return;
  if (errors->len == CTS_CONFIG_MAX_ERRORS)
    {
      g_ptr_array_add (errors,
                       g_strdup_printf ("%s: too many errors, the rest is not shown", place));
      return;
    }

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  if (path != NULL && *path != '\0')
    line = g_strdup_printf ("%s: %s: %s", place, path, message);
  else
    line = g_strdup_printf ("%s: %s", place, message);
  without_controls (line);
  if (!g_ptr_array_find_with_equal_func (errors, line, g_str_equal, NULL))
    g_ptr_array_add (errors, g_steal_pointer (&line));
}

/**
 * cts_config_add_no_effect:
 * @notes: (element-type utf8): the notes so far
 * @origin: where the key stands
 * @path: the key, dotted
 * @what: (nullable): which value of it; %NULL when it is any
 *
 * Adds the note that a key has no effect yet, once for each key, up to %CTS_CONFIG_MAX_NOTES.
 */
void
cts_config_add_no_effect (GPtrArray *notes,
                          const CtsConfigOrigin *origin,
                          const char *path,
                          const char *what)
{
  g_autofree char *place = NULL;
  g_autofree char *message = NULL;

  if (notes->len >= CTS_CONFIG_MAX_NOTES)
    return;
  place = cts_config_origin_format (origin);
  message = what != NULL ? g_strdup_printf ("note: %s: %s has no effect yet", path, what)
                         : g_strdup_printf ("note: %s: has no effect yet", path);

  for (guint i = 0; i < notes->len; i++)
    if (g_str_has_suffix (g_ptr_array_index (notes, i), message))
      return;
  g_ptr_array_add (notes, without_controls (g_strdup_printf ("%s: %s", place, message)));
}
