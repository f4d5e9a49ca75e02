/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/ct/cts-log.h"
#include "core/fetch/cts-pacing.h"
#include "core/fetch/cts-room.h"
#include "core/pipeline/cts-decoder.h"
#include "core/pipeline/cts-pipeline.h"

G_BEGIN_DECLS

/**
 * CtsLogStart:
 * @kind: where from
 * @value: entries behind the head, or the index
 *
 * Where reading a log begins. An index may lie beyond what the log has so far.
 */
typedef struct
{
  enum
  {
    CTS_LOG_START_HEAD,
    CTS_LOG_START_BEHIND_HEAD,
    CTS_LOG_START_INDEX,
  } kind;
  guint64 value;
} CtsLogStart;

/**
 * CtsLogDriverOptions:
 * @start: where to begin, unless cts_log_driver_resume() says
 * @poll_interval_ms: milliseconds between two looks at the head
 * @page_size: entries to ask for at first and at most
 * @windows: requests at the same time in catch-up
 * @backoff_base_ms: milliseconds after a first failure
 * @backoff_max_ms: milliseconds after many
 * @audit: whether what the log signed is verified
 *
 * How a log is read.
 */
typedef struct
{
  CtsLogStart start;
  guint poll_interval_ms;
  guint page_size;
  guint windows;
  guint backoff_base_ms;
  guint backoff_max_ms;
  gboolean audit;
} CtsLogDriverOptions;

/**
 * CtsLogDriver:
 *
 * Reads one log, from where it starts to its head and on as it grows: each index once and in
 * order, whatever the log answers. It never skips ahead and never begins again at the head because
 * of an error. Main context.
 */
#define CTS_TYPE_LOG_DRIVER (cts_log_driver_get_type ())
G_DECLARE_FINAL_TYPE (CtsLogDriver, cts_log_driver, CTS, LOG_DRIVER, GObject)

CtsLogDriver *cts_log_driver_new (CtsLog *log,
                                  CtsSource *source,
                                  CtsDecoder *decoder,
                                  CtsPipeline *pipeline,
                                  CtsRoom *room,
                                  CtsPacing *pacing,
                                  const CtsLogDriverOptions *options);
void cts_log_driver_resume (CtsLogDriver *driver, guint64 next_index, GBytes *frontier);
void cts_log_driver_start (CtsLogDriver *driver);
void cts_log_driver_stop (CtsLogDriver *driver);

G_END_DECLS
