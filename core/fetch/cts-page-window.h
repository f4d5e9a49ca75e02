/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/fetch/cts-pacing.h"
#include "core/fetch/cts-room.h"
#include "core/pipeline/cts-decoder.h"

G_BEGIN_DECLS

/**
 * CtsPageWindow:
 * @start: first index
 * @end: behind the last
 * @state: how far it is; a turn comes before room
 * @turn: (nullable): until it is asked for
 * @share: (nullable): its room, from when it waits for it
 * @page: (nullable): once it is decoded
 *
 * A range of indexes of a log on its way from being asked for to being handed on. Windows stand in
 * a queue, in their order and without a gap. Main context.
 */
typedef struct
{
  guint64 start;
  guint64 end;
  enum
  {
    CTS_PAGE_WINDOW_OPEN,
    CTS_PAGE_WINDOW_WAITS_FOR_TURN,
    CTS_PAGE_WINDOW_WAITS_FOR_ROOM,
    CTS_PAGE_WINDOW_ASKED,
    CTS_PAGE_WINDOW_DECODED,
  } state;
  CtsTurn *turn;
  CtsRoomShare *share;
  CtsDecodedPage *page;
} CtsPageWindow;

void cts_page_window_reopen (CtsPageWindow *window);
void cts_page_window_free (CtsPageWindow *window);

void cts_page_windows_split (GQueue *windows, CtsPageWindow *window, guint64 end);
CtsPageWindow *cts_page_windows_find_asked (GQueue *windows, guint64 start);
gboolean cts_page_windows_hold_room (const GQueue *windows);
void cts_page_windows_drop_decoded (GQueue *windows);

G_END_DECLS
