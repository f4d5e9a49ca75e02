/* SPDX-License-Identifier: MIT */
#include "cts-pacing.h"

/* All logs of an operator on one host. */
typedef struct
{
  CtsPacer pacer; /* its waiters are CtsTurn */
  GSource *timer; /* set while somebody waits */
} Group;

struct _CtsPacing
{
  CtsPacerOptions options;
  GHashTable *operators; /* name to CtsPacerOptions */
  GHashTable *groups;    /* operator and host to Group; as many as logs at most */
  CtsTurn *held;
};

struct _CtsTurn
{
  CtsPacing *pacing;
  CtsLogInfo *log;
  Group *group;
  gboolean has_come;
  CtsTurnFunc func;
  gpointer user_data;
};

static gboolean on_group_due (gpointer data);

static void
group_free (gpointer data)
{
  Group *group = data;

  g_assert (group->timer == NULL);
  g_free (group);
}

static void
group_disarm (Group *group)
{
  if (group->timer != NULL)
    g_source_destroy (group->timer);
  g_clear_pointer (&group->timer, g_source_unref);
}

static void
group_arm (Group *group)
{
  group_disarm (group);
  if (cts_pacer_is_idle (&group->pacer))
    return;
  group->timer = g_timeout_source_new (0);
  g_source_set_static_name (group->timer, "cts-pacing");
  g_source_set_callback (group->timer, on_group_due, group, NULL);
  g_source_set_ready_time (group->timer, cts_pacer_get_due (&group->pacer));
  g_source_attach (group->timer, g_main_context_get_thread_default ());
}

/* Called back one by one: whoever got his turn may give up others, or ask for more. */
static gboolean
on_group_due (gpointer data)
{
  Group *group = data;
  CtsTurn *turn;

  group_disarm (group);
  while ((turn = cts_pacer_pop (&group->pacer, g_get_monotonic_time ())) != NULL)
    {
      /* The turn may be gone when it returns, and with it all but this. */
      g_autoptr (CtsPacing) pacing = cts_pacing_ref (turn->pacing);

      turn->has_come = TRUE;
      turn->func (turn->user_data);
      if (cts_pacer_is_idle (&group->pacer))
        return G_SOURCE_REMOVE;
    }
  group_arm (group);
  return G_SOURCE_REMOVE;
}

static const CtsPacerOptions *
pacing_get_options (CtsPacing *self, const char *operator_name)
{
  const CtsPacerOptions *options = g_hash_table_lookup (self->operators, operator_name);

  return options != NULL ? options : &self->options;
}

/* An address that cannot be read has no host, and fails when it is asked for. */
static Group *
pacing_get_group (CtsPacing *self, CtsLogInfo *log)
{
  const char *operator_name = cts_log_info_get_operator (log);
  g_autoptr (GUri) uri = g_uri_parse (cts_log_info_get_url (log), G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autofree char *lower = g_ascii_strdown (host != NULL ? host : "", -1);
  g_autofree char *key = g_strconcat (lower, "/", operator_name, NULL);
  Group *group = g_hash_table_lookup (self->groups, key);

  if (group == NULL)
    {
      group = g_new0 (Group, 1);
      cts_pacer_init (&group->pacer, pacing_get_options (self, operator_name),
                      g_get_monotonic_time ());
      g_hash_table_insert (self->groups, g_steal_pointer (&key), group);
    }
  return group;
}

/**
 * cts_pacing_new:
 * @options: how each operator's pacing begins
 *
 * Returns: (transfer full): pacing
 */
CtsPacing *
cts_pacing_new (const CtsPacerOptions *options)
{
  CtsPacing *self = g_rc_box_new0 (CtsPacing);

  self->options = *options;
  self->operators = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, group_free);
  return self;
}

/**
 * cts_pacing_ref:
 * @pacing: pacing
 *
 * Returns: (transfer full): @pacing
 */
CtsPacing *
cts_pacing_ref (CtsPacing *pacing)
{
  return g_rc_box_acquire (pacing);
}

static void
pacing_clear (gpointer data)
{
  CtsPacing *self = data;

  g_hash_table_unref (self->groups);
  g_hash_table_unref (self->operators);
}

/**
 * cts_pacing_unref:
 * @pacing: (transfer full): pacing
 *
 * Drops a reference. Each turn holds one.
 */
void
cts_pacing_unref (CtsPacing *pacing)
{
  g_rc_box_release_full (pacing, pacing_clear);
}

/**
 * cts_pacing_set_operator:
 * @pacing: pacing that nobody uses yet
 * @operator_name: an operator
 * @options: how its pacing begins
 *
 * Sets what is different for one operator.
 */
void
cts_pacing_set_operator (CtsPacing *pacing,
                         const char *operator_name,
                         const CtsPacerOptions *options)
{
  g_hash_table_replace (pacing->operators, g_strdup (operator_name),
                        g_memdup2 (options, sizeof *options));
}

/**
 * cts_pacing_take:
 * @pacing: pacing
 * @log: the log to ask
 * @kind: what for
 * @urgent: goes before others of its kind: for what others wait for
 * @func: called when the turn had not come at once and then came
 * @user_data: data for @func
 *
 * Asks for a turn. See cts_turn_has_come() whether it came at once.
 *
 * Returns: (transfer full): the turn
 */
CtsTurn *
cts_pacing_take (CtsPacing *pacing,
                 CtsLogInfo *log,
                 CtsPacerKind kind,
                 gboolean urgent,
                 CtsTurnFunc func,
                 gpointer user_data)
{
  CtsTurn *turn = g_new0 (CtsTurn, 1);
  Group *group = pacing_get_group (pacing, log);
  gboolean is_first = cts_pacer_is_idle (&group->pacer);

  *turn = (CtsTurn){ .pacing = cts_pacing_ref (pacing),
                     .log = cts_log_info_ref (log),
                     .group = group,
                     .func = func,
                     .user_data = user_data };
  cts_pacer_push (&group->pacer, kind, urgent, turn);
  if (is_first)
    {
      turn->has_come = cts_pacer_pop (&group->pacer, g_get_monotonic_time ()) != NULL;
      group_arm (group);
    }
  return turn;
}

/**
 * cts_pacing_use_held:
 * @pacing: pacing
 * @log: the log to ask
 *
 * Uses up the turn that somebody holds up for the request that @log is to be sent now.
 *
 * Returns: whether there is one; else the request needs a turn of its own
 */
gboolean
cts_pacing_use_held (CtsPacing *pacing, CtsLogInfo *log)
{
  if (pacing->held == NULL || pacing->held->log != log)
    return FALSE;
  pacing->held = NULL;
  return TRUE;
}

/**
 * cts_pacing_refused:
 * @pacing: pacing
 * @log: the log that was asked
 * @sent_us: when, on the monotonic clock
 * @retry_after_us: how long it asks to be left alone; 0 when it did not say
 *
 * Takes note that a request came too soon, for all that share its budget.
 */
void
cts_pacing_refused (CtsPacing *pacing, CtsLogInfo *log, gint64 sent_us, gint64 retry_after_us)
{
  Group *group = pacing_get_group (pacing, log);

  cts_pacer_refused (&group->pacer, sent_us, g_get_monotonic_time (), retry_after_us);
  group_arm (group);
}

/**
 * cts_turn_has_come:
 * @turn: a turn
 *
 * Returns: whether the request may go
 */
gboolean
cts_turn_has_come (const CtsTurn *turn)
{
  return turn->has_come;
}

/**
 * cts_turn_hold:
 * @turn: a turn that has come
 *
 * Holds it up for the next request to its log, until it is freed: a source that is called now
 * sends one request without waiting. What it sends besides takes turns of its own.
 */
void
cts_turn_hold (CtsTurn *turn)
{
  g_return_if_fail (turn->has_come);

  turn->pacing->held = turn;
}

/**
 * cts_turn_free:
 * @turn: (transfer full): a turn
 *
 * Gives up a turn, also one that is waited for.
 */
void
cts_turn_free (CtsTurn *turn)
{
  if (turn->pacing->held == turn)
    turn->pacing->held = NULL;
  if (!turn->has_come && cts_pacer_remove (&turn->group->pacer, turn)
      && cts_pacer_is_idle (&turn->group->pacer))
    group_disarm (turn->group);
  cts_log_info_unref (turn->log);
  cts_pacing_unref (turn->pacing);
  g_free (turn);
}
