/* SPDX-License-Identifier: MIT */
#include "core/fetch/cts-room.h"

#include "tests/support/cts-test.h"

/* Writes down in which order those who wait get their turn. */
typedef struct
{
  GString *order;
  char name;
} Waiter;

static void
on_room (gpointer user_data)
{
  Waiter *waiter = user_data;

  g_string_append_c (waiter->order, waiter->name);
}

static void
run_pending (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_order (void)
{
  g_autoptr (CtsRoom) room = cts_room_new (100);
  g_autoptr (GString) order = g_string_new (NULL);
  Waiter waiters[] = { { order, 'a' }, { order, 'b' }, { order, 'c' }, { order, 'd' } };
  CtsRoomShare *first = cts_room_take (room, 60, FALSE, NULL, NULL);
  CtsRoomShare *second = cts_room_take (room, 40, FALSE, NULL, NULL);
  CtsRoomShare *a = cts_room_take (room, 70, FALSE, on_room, &waiters[0]);
  CtsRoomShare *b = cts_room_take (room, 30, FALSE, on_room, &waiters[1]);
  CtsRoomShare *c = cts_room_take (room, 1, FALSE, on_room, &waiters[2]);

  g_assert_true (cts_room_share_is_granted (first));
  g_assert_true (cts_room_share_is_granted (second));
  g_assert_false (cts_room_share_is_granted (a));
  g_assert_cmpuint (cts_room_get_used (room), ==, 100);

  /* There is room for b, but it is a's turn. */
  cts_room_share_unref (second);
  run_pending ();
  g_assert_cmpstr (order->str, ==, "");
  cts_room_share_unref (first);
  run_pending ();
  g_assert_cmpstr (order->str, ==, "ab");
  cts_room_share_unref (a);
  run_pending ();
  g_assert_cmpstr (order->str, ==, "abc");
  g_assert_cmpuint (cts_room_get_used (room), ==, 31);
  cts_room_share_unref (b);
  cts_room_share_unref (c);
  run_pending ();
  g_assert_cmpuint (cts_room_get_used (room), ==, 0);
}

static void
test_oversized (void)
{
  g_autoptr (CtsRoom) room = cts_room_new (100);
  g_autoptr (GString) order = g_string_new (NULL);
  Waiter waiters[] = { { order, 'a' }, { order, 'b' } };
  CtsRoomShare *small = cts_room_take (room, 1, FALSE, NULL, NULL);
  CtsRoomShare *large = cts_room_take (room, 500, FALSE, on_room, &waiters[0]);
  CtsRoomShare *other = cts_room_take (room, 1, FALSE, on_room, &waiters[1]);

  cts_room_share_unref (small);
  run_pending ();
  g_assert_cmpstr (order->str, ==, "a");
  cts_room_share_unref (large);
  run_pending ();
  g_assert_cmpstr (order->str, ==, "ab");
  cts_room_share_unref (other);
  run_pending ();
}

/* Who does not wait any more does not hold up those behind it. */
static void
test_withdraw (void)
{
  g_autoptr (CtsRoom) room = cts_room_new (100);
  g_autoptr (GString) order = g_string_new (NULL);
  Waiter waiters[] = { { order, 'a' }, { order, 'b' } };
  CtsRoomShare *half = cts_room_take (room, 50, FALSE, NULL, NULL);
  CtsRoomShare *a = cts_room_take (room, 60, FALSE, on_room, &waiters[0]);
  CtsRoomShare *b = cts_room_take (room, 50, FALSE, on_room, &waiters[1]);

  cts_room_share_withdraw (a);
  run_pending ();
  g_assert_cmpstr (order->str, ==, "b");
  cts_room_share_withdraw (b);
  cts_room_share_withdraw (half);
  run_pending ();
  g_assert_cmpuint (cts_room_get_used (room), ==, 0);
}

static void
test_urgent_and_resize (void)
{
  g_autoptr (CtsRoom) room = cts_room_new (100);
  CtsRoomShare *all = cts_room_take (room, 100, FALSE, NULL, NULL);
  CtsRoomShare *urgent = cts_room_take (room, 20, TRUE, NULL, NULL);

  g_assert_true (cts_room_share_is_granted (urgent));
  g_assert_cmpuint (cts_room_get_used (room), ==, 120);
  cts_room_share_resize (urgent, 5);
  g_assert_cmpuint (cts_room_get_used (room), ==, 105);
  cts_room_share_unref (all);
  cts_room_share_unref (urgent);
  run_pending ();
  g_assert_cmpuint (cts_room_get_used (room), ==, 0);
}

static gpointer
give_back (gpointer data)
{
  cts_room_share_unref (data);
  return NULL;
}

/* Batches of one page share its room and are done with on other threads. */
static void
test_threads (void)
{
  g_autoptr (CtsRoom) room = cts_room_new (100);
  CtsRoomShare *share = cts_room_take (room, 100, FALSE, NULL, NULL);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("done", give_back, cts_room_share_ref (share));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  run_pending ();
  g_assert_cmpuint (cts_room_get_used (room), ==, 100);
  cts_room_share_unref (share);
  run_pending ();
  g_assert_cmpuint (cts_room_get_used (room), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fetch/room/order", test_order);
  g_test_add_func ("/fetch/room/oversized", test_oversized);
  g_test_add_func ("/fetch/room/withdraw", test_withdraw);
  g_test_add_func ("/fetch/room/urgent-and-resize", test_urgent_and_resize);
  g_test_add_func ("/fetch/room/threads", test_threads);
  return g_test_run ();
}
