/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Raw bytes of pages that may be in flight over all logs: asked for, being decoded, or in the
 * pipeline. */
#define CTS_ROOM_SIZE (8u << 20)

/**
 * CtsRoom:
 *
 * Bounds the memory of pages in flight over all logs. A share is taken before a page is asked
 * for, and after its turn with the operator has come; who comes when there is no room waits for his
 * turn. Main context, but for cts_room_share_unref().
 */
typedef struct _CtsRoom CtsRoom;

/**
 * CtsRoomShare:
 *
 * Bytes of room that somebody has or waits for, given back with the last reference.
 */
typedef struct _CtsRoomShare CtsRoomShare;

/**
 * CtsRoomFunc:
 * @user_data: data of the caller
 *
 * Called when a share that had to wait has got its room.
 */
typedef void (*CtsRoomFunc) (gpointer user_data);

CtsRoom *cts_room_new (gsize size);
CtsRoom *cts_room_ref (CtsRoom *room);
void cts_room_unref (CtsRoom *room);
gsize cts_room_get_used (const CtsRoom *room);

CtsRoomShare *cts_room_take (CtsRoom *room,
                             gsize size,
                             gboolean urgent,
                             CtsRoomFunc func,
                             gpointer user_data);
gboolean cts_room_share_is_granted (const CtsRoomShare *share);
void cts_room_share_resize (CtsRoomShare *share, gsize size);
void cts_room_share_withdraw (CtsRoomShare *share);
CtsRoomShare *cts_room_share_ref (CtsRoomShare *share);
void cts_room_share_unref (CtsRoomShare *share);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtsRoom, cts_room_unref)

G_END_DECLS
