/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/fetch/cts-http-client.h"
#include "core/fetch/cts-log-driver.h"
#include "tests/core/fetch/fake-log.h"

G_BEGIN_DECLS

/* A log, its driver, and all that stands behind it up to the store. Each batch that is committed is
 * looked at: it goes on where the one before ended, and its records are the entries they say. */
typedef struct
{
  FakeLog *log;
  CtsLogDriverOptions options;
  CtsPacing *pacing;
  CtsHttpClient *client;
  CtsSource *source;
  CtsWorkers *workers;
  CtsDecoder *decoder;
  CtsStore *store;
  CtsPipeline *pipeline;
  CtsRoom *room;
  CtsLog *state;
  CtsLogDriver *driver;

  /* Written by the pipeline's thread. */
  GMutex lock; /* guards the three below */
  gboolean begun;
  guint64 first_index;
  guint64 next_index;
  guint64 n_records;
  guint64 goal;
  int reached;
} Fixture;

/* Lines of the driver, at message level and above, since set-up. */
extern GString *fixture_lines;

/* Warnings are part of what the driver does: they are collected, not fatal. */
void fixture_collect_lines (void);

/* The driver is made by fixture_start(), so that the log and the options can be changed before. */
void fixture_set_up (Fixture *fixture, gconstpointer data);
void fixture_set_pace (Fixture *fixture, guint interval_ms);
void fixture_start (Fixture *fixture);
void fixture_tear_down (Fixture *fixture, gconstpointer data);

/* Waits until all entries before @next_index are committed. */
void fixture_wait_for (Fixture *fixture, guint64 next_index);

/* Waits until the log was asked @n times for its head. */
void fixture_wait_for_heads (Fixture *fixture, guint n);

void fixture_run_pending (void);

G_END_DECLS
