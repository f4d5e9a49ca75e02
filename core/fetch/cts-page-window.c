/* SPDX-License-Identifier: MIT */
#include "cts-page-window.h"

/**
 * cts_page_window_reopen:
 * @window: a window
 *
 * Gives up its turn, its room and its page: it is to be asked for anew.
 */
void
cts_page_window_reopen (CtsPageWindow *window)
{
  g_clear_pointer (&window->turn, cts_turn_free);
  g_clear_pointer (&window->share, cts_room_share_withdraw);
  g_clear_pointer (&window->page, cts_decoded_page_free);
  window->state = CTS_PAGE_WINDOW_OPEN;
}

/**
 * cts_page_window_free:
 * @window: (transfer full): a window that is in no queue
 *
 * Frees it with what it holds.
 */
void
cts_page_window_free (CtsPageWindow *window)
{
  cts_page_window_reopen (window);
  g_free (window);
}

/**
 * cts_page_windows_split:
 * @windows: the windows of a log
 * @window: one of them
 * @end: where it is to end
 *
 * Cuts @window at @end: what is behind becomes a window of its own.
 */
void
cts_page_windows_split (GQueue *windows, CtsPageWindow *window, guint64 end)
{
  CtsPageWindow *rest;

  if (end == window->end)
    return;
  rest = g_new0 (CtsPageWindow, 1);
  rest->start = end;
  rest->end = window->end;
  window->end = end;
  g_queue_insert_after (windows, g_queue_find (windows, window), rest);
}

/**
 * cts_page_windows_find_asked:
 * @windows: the windows of a log
 * @start: first index of the one that an answer is for
 *
 * Returns: (transfer none) (nullable): that window; %NULL when it is gone
 */
CtsPageWindow *
cts_page_windows_find_asked (GQueue *windows, guint64 start)
{
  for (GList *link = windows->head; link != NULL; link = link->next)
    {
      CtsPageWindow *window = link->data;

      if (window->start == start && window->state == CTS_PAGE_WINDOW_ASKED)
        return window;
    }
  return NULL;
}

/**
 * cts_page_windows_hold_room:
 * @windows: the windows of a log
 *
 * Returns: whether one of them holds room
 */
gboolean
cts_page_windows_hold_room (const GQueue *windows)
{
  for (GList *link = windows->head; link != NULL; link = link->next)
    {
      const CtsPageWindow *window = link->data;

      if (window->state == CTS_PAGE_WINDOW_ASKED || window->state == CTS_PAGE_WINDOW_DECODED)
        return TRUE;
    }
  return FALSE;
}

/**
 * cts_page_windows_drop_decoded:
 * @windows: the windows of a log
 *
 * Gives up pages that wait for an earlier one, with their room.
 */
void
cts_page_windows_drop_decoded (GQueue *windows)
{
  for (GList *link = windows->head; link != NULL; link = link->next)
    {
      CtsPageWindow *window = link->data;

      if (window->state == CTS_PAGE_WINDOW_DECODED)
        cts_page_window_reopen (window);
    }
}
