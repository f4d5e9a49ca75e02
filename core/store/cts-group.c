/* SPDX-License-Identifier: MIT */
#include "cts-group.h"

typedef struct
{
  CtsBatch *batch;
  GDestroyNotify done;
  gpointer done_data;
} Member;

struct _CtsGroup
{
  GArray *members;
  guint n_records;
};

static void
member_clear (gpointer data)
{
  Member *member = data;

  cts_batch_unref (member->batch);
  if (member->done != NULL)
    member->done (member->done_data);
}

static void
group_clear (gpointer data)
{
  CtsGroup *group = data;

  g_array_unref (group->members);
}

/**
 * cts_group_new:
 *
 * Returns: (transfer full): an empty group
 */
CtsGroup *
cts_group_new (void)
{
  CtsGroup *group = g_atomic_rc_box_new0 (CtsGroup);

  group->members = g_array_new (FALSE, FALSE, sizeof (Member));
  g_array_set_clear_func (group->members, member_clear);
  return group;
}

CtsGroup *
cts_group_ref (CtsGroup *group)
{
  return g_atomic_rc_box_acquire (group);
}

/**
 * cts_group_unref:
 * @group: (transfer full): a group
 *
 * Drops a reference. With the last one, everybody who wanted to know when a batch is done is told.
 */
void
cts_group_unref (CtsGroup *group)
{
  g_atomic_rc_box_release_full (group, group_clear);
}

/**
 * cts_group_add:
 * @group: a group not yet handed to the store
 * @batch: the next batch; a reference is taken
 * @done: (nullable): called when the group is freed
 * @done_data: data for @done
 *
 * Adds a batch.
 */
void
cts_group_add (CtsGroup *group, CtsBatch *batch, GDestroyNotify done, gpointer done_data)
{
  Member member = { .batch = cts_batch_ref (batch), .done = done, .done_data = done_data };

  g_array_append_val (group->members, member);
  group->n_records += cts_batch_get_n_records (batch);
}

guint
cts_group_get_n_batches (const CtsGroup *group)
{
  return group->members->len;
}

/**
 * cts_group_get_batch:
 * @group: a group
 * @i: place of the batch
 *
 * Returns: (transfer none): the batch
 */
CtsBatch *
cts_group_get_batch (const CtsGroup *group, guint i)
{
  return g_array_index (group->members, Member, i).batch;
}

guint
cts_group_get_n_records (const CtsGroup *group)
{
  return group->n_records;
}
