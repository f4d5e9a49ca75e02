/* SPDX-License-Identifier: MIT */
#include "certstream-private.h"

/* Entries in a data tile (static-ct-api, "Log Entries"). */
#define TILE_WIDTH 256

/* Groups of three digits that the number of the last possible tile, 2^56, is written in. */
#define TILE_PATH_GROUPS 6

static void
put_number_below_1000 (CtsWriter *writer, guint value)
{
  const char digits[] = { '0' + value / 100, '0' + value / 10 % 10, '0' + value % 10 };

  cts_writer_put (writer, digits, sizeof digits);
}

/* Whole milliseconds as seconds with three decimals: a double would show what it cannot hold. */
static void
put_seconds (CtsWriter *writer, guint64 milliseconds)
{
  cts_writer_put_uint64 (writer, milliseconds / 1000);
  cts_writer_put_literal (writer, ".");
  put_number_below_1000 (writer, milliseconds % 1000);
}

/* The number of a tile as a path: 1234067 is x001/x234/067 (tlog-tiles, "Parameters"). */
static void
put_tile_path (CtsWriter *writer, guint64 tile)
{
  guint groups[TILE_PATH_GROUPS];
  guint n = 0;

  do
    groups[n++] = tile % 1000;
  while ((tile /= 1000) > 0);

  while (n-- > 0)
    {
      if (n > 0)
        cts_writer_put_literal (writer, "x");
      put_number_below_1000 (writer, groups[n]);
      if (n > 0)
        cts_writer_put_literal (writer, "/");
    }
}

/* Where a client finds the entry: the call that returns it alone, or the tile it stands in. */
static void
put_cert_link (CtsWriter *writer, const char *url, gboolean tiled, guint64 index)
{
  cts_writer_put_json_text (writer, url, strlen (url));
  if (tiled)
    {
      cts_writer_put_literal (writer, "/tile/data/");
      put_tile_path (writer, index / TILE_WIDTH);
      return;
    }
  cts_writer_put_literal (writer, "/ct/v1/get-entries?start=");
  cts_writer_put_uint64 (writer, index);
  cts_writer_put_literal (writer, "&end=");
  cts_writer_put_uint64 (writer, index);
}

static void
put_source (CtsWriter *writer, const CtsLogInfo *log, gboolean tiled, guint64 timestamp_ms)
{
  const char *name = cts_log_info_get_name (log);
  const char *url = cts_log_info_get_url (log);

  cts_writer_put_literal (writer, ",\"source\":{\"name\":\"");
  cts_writer_put_json_text (writer, name, strlen (name));
  cts_writer_put_literal (writer, "\",\"url\":\"");
  cts_writer_put_json_text (writer, url, strlen (url));
  if (tiled)
    cts_writer_put_literal (writer, "\",\"type\":\"tiled\",\"timestamp\":");
  else
    cts_writer_put_literal (writer, "\",\"type\":\"rfc6962\",\"timestamp\":");
  put_seconds (writer, timestamp_ms);
  cts_writer_put_literal (writer, "}");
}

/**
 * certstream_put_envelope:
 * @writer: a writer
 * @record: a record
 *
 * Begins a `certificate_update` (wire format §4a), up to what stands before `"leaf_cert"`, without
 * a comma behind it.
 */
void
certstream_put_envelope (CtsWriter *writer, const CtsRecord *record)
{
  gboolean tiled = strcmp (cts_log_info_get_protocol (record->log), "static-ct") == 0;

  if (record->entry_type == CTS_ENTRY_PRECERT)
    cts_writer_put_literal (writer, "{\"message_type\":\"certificate_update\",\"data\":{"
                                    "\"update_type\":\"PrecertLogEntry\",\"cert_index\":");
  else
    cts_writer_put_literal (writer, "{\"message_type\":\"certificate_update\",\"data\":{"
                                    "\"update_type\":\"X509LogEntry\",\"cert_index\":");
  cts_writer_put_uint64 (writer, record->index);
  cts_writer_put_literal (writer, ",\"cert_link\":\"");
  put_cert_link (writer, cts_log_info_get_url (record->log), tiled, record->index);
  cts_writer_put_literal (writer, "\",\"seen\":");
  put_seconds (writer, MAX (record->seen_us, 0) / 1000);
  cts_writer_put_literal (writer, ",\"submission_timestamp\":");
  put_seconds (writer, record->timestamp_ms);
  put_source (writer, record->log, tiled, record->timestamp_ms);
}
