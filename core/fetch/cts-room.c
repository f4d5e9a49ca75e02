/* SPDX-License-Identifier: MIT */
#include "cts-room.h"

struct _CtsRoom
{
  GMainContext *context;
  gsize size;
  gsize used;
  GQueue waiting; /* of CtsRoomShare, whose references they are */
};

struct _CtsRoomShare
{
  CtsRoom *room;
  gsize size;
  gboolean granted;
  CtsRoomFunc func;
  gpointer user_data;
};

/**
 * cts_room_new:
 * @size: bytes
 *
 * Returns: (transfer full): room for so many bytes
 */
CtsRoom *
cts_room_new (gsize size)
{
  CtsRoom *room = g_atomic_rc_box_new0 (CtsRoom);

  room->context = g_main_context_ref_thread_default ();
  room->size = size;
  g_queue_init (&room->waiting);
  return room;
}

/**
 * cts_room_ref:
 * @room: a room
 *
 * Returns: (transfer full): @room
 */
CtsRoom *
cts_room_ref (CtsRoom *room)
{
  return g_atomic_rc_box_acquire (room);
}

static void
room_clear (gpointer data)
{
  CtsRoom *room = data;

  g_main_context_unref (room->context);
}

/**
 * cts_room_unref:
 * @room: (transfer full): a room
 *
 * Drops a reference.
 */
void
cts_room_unref (CtsRoom *room)
{
  g_atomic_rc_box_release_full (room, room_clear);
}

/**
 * cts_room_get_used:
 * @room: a room
 *
 * Returns: bytes that are taken
 */
gsize
cts_room_get_used (const CtsRoom *room)
{
  return room->used;
}

/* A page larger than all the room passes when nothing else is in flight. */
static gboolean
room_fits (const CtsRoom *room, gsize size)
{
  return room->used == 0 || (room->used < room->size && size <= room->size - room->used);
}

static void
room_grant (CtsRoom *room, CtsRoomShare *share)
{
  share->granted = TRUE;
  room->used += share->size;
}

/* First come, first served: a small page must not overtake a large one for ever. */
static void
room_serve (CtsRoom *room)
{
  CtsRoomShare *share;

  while ((share = g_queue_peek_head (&room->waiting)) != NULL && room_fits (room, share->size))
    {
      g_queue_pop_head (&room->waiting);
      room_grant (room, share);
      share->func (share->user_data);
      cts_room_share_unref (share);
    }
}

/**
 * cts_room_take:
 * @room: a room
 * @size: bytes
 * @urgent: not to wait: for what others that hold room are waiting for
 * @func: called when the share was not granted at once and then got its turn
 * @user_data: data for @func
 *
 * Asks for room. See cts_room_share_is_granted() whether there was any at once.
 *
 * Returns: (transfer full): the share
 */
CtsRoomShare *
cts_room_take (CtsRoom *room, gsize size, gboolean urgent, CtsRoomFunc func, gpointer user_data)
{
  CtsRoomShare *share = g_atomic_rc_box_new (CtsRoomShare);

  *share = (CtsRoomShare){
    .room = cts_room_ref (room), .size = size, .func = func, .user_data = user_data
  };
  if (urgent || (g_queue_is_empty (&room->waiting) && room_fits (room, size)))
    room_grant (room, share);
  else
    g_queue_push_tail (&room->waiting, cts_room_share_ref (share));
  return share;
}

/**
 * cts_room_share_is_granted:
 * @share: a share
 *
 * Returns: whether it has its room
 */
gboolean
cts_room_share_is_granted (const CtsRoomShare *share)
{
  return share->granted;
}

/**
 * cts_room_share_resize:
 * @share: a granted share
 * @size: bytes
 *
 * Sets what a share holds to what came, which was a guess before.
 */
void
cts_room_share_resize (CtsRoomShare *share, gsize size)
{
  CtsRoom *room = share->room;

  g_return_if_fail (share->granted);

  room->used = room->used - share->size + size;
  share->size = size;
}

/**
 * cts_room_share_withdraw:
 * @share: (transfer full): a share
 *
 * Gives up a share, waiting or granted, and with it the turn of one that waits.
 */
void
cts_room_share_withdraw (CtsRoomShare *share)
{
  if (!share->granted && g_queue_remove (&share->room->waiting, share))
    cts_room_share_unref (share);
  cts_room_share_unref (share);
}

/**
 * cts_room_share_ref:
 * @share: a share
 *
 * Returns: (transfer full): @share. Any thread.
 */
CtsRoomShare *
cts_room_share_ref (CtsRoomShare *share)
{
  return g_atomic_rc_box_acquire (share);
}

/* What a freed share leaves behind for the main context. */
typedef struct
{
  CtsRoom *room;
  gsize size;
} Returned;

static gboolean
on_returned (gpointer data)
{
  Returned *returned = data;

  returned->room->used -= returned->size;
  room_serve (returned->room);
  return G_SOURCE_REMOVE;
}

static void
returned_free (gpointer data)
{
  Returned *returned = data;

  cts_room_unref (returned->room);
  g_free (returned);
}

/*
 * Always by way of the main context, also from there: whoever waits is then called from a clean
 * stack. A waiting share that is withdrawn returns nothing but lets those behind it move up.
 */
static void
share_clear (gpointer data)
{
  CtsRoomShare *share = data;
  Returned *returned = g_new (Returned, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  *returned = (Returned){ share->room, share->granted ? share->size : 0 };
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "cts-room");
  g_source_set_callback (source, on_returned, returned, returned_free);
  g_source_attach (source, returned->room->context);
}

/**
 * cts_room_share_unref:
 * @share: (transfer full): a share
 *
 * Drops a reference; the last one gives the room back. Any thread.
 */
void
cts_room_share_unref (CtsRoomShare *share)
{
  g_atomic_rc_box_release_full (share, share_clear);
}
