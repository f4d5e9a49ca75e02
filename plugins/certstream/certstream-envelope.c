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

/* The index and where a client finds the entry: the call that returns it alone, or the tile it
 * stands in. */
static void
put_index_and_link (CtsWriter *writer, const char *url, gboolean tiled, guint64 index)
{
  gsize begin = writer->size;
  gsize end;

  cts_writer_put_uint64 (writer, index);
  end = writer->size;
  cts_writer_put_literal (writer, ",\"cert_link\":\"");
  cts_writer_put_json_text (writer, url, strlen (url));
  if (tiled)
    {
      cts_writer_put_literal (writer, "/tile/data/");
      put_tile_path (writer, index / TILE_WIDTH);
      return;
    }
  cts_writer_put_literal (writer, "/ct/v1/get-entries?start=");
  certstream_repeat (writer, begin, end);
  cts_writer_put_literal (writer, "&end=");
  certstream_repeat (writer, begin, end);
}

/* When the log took the entry, and the log, which shows that time once more. */
static void
put_timestamp_and_source (CtsWriter *writer,
                          const CtsRecord *record,
                          const char *url,
                          gboolean tiled)
{
  const char *name = cts_log_info_get_name (record->log);
  gsize begin = writer->size;
  gsize end;

  put_seconds (writer, record->timestamp_ms);
  end = writer->size;
  cts_writer_put_literal (writer, ",\"source\":{\"name\":\"");
  cts_writer_put_json_text (writer, name, strlen (name));
  cts_writer_put_literal (writer, "\",\"url\":\"");
  cts_writer_put_json_text (writer, url, strlen (url));
  if (tiled)
    cts_writer_put_literal (writer, "\",\"type\":\"tiled\",\"timestamp\":");
  else
    cts_writer_put_literal (writer, "\",\"type\":\"rfc6962\",\"timestamp\":");
  certstream_repeat (writer, begin, end);
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
  const char *url = cts_log_info_get_url (record->log);
  gboolean tiled = strcmp (cts_log_info_get_protocol (record->log), "static-ct") == 0;

  if (record->entry_type == CTS_ENTRY_PRECERT)
    cts_writer_put_literal (writer, "{\"message_type\":\"certificate_update\",\"data\":{"
                                    "\"update_type\":\"PrecertLogEntry\",\"cert_index\":");
  else
    cts_writer_put_literal (writer, "{\"message_type\":\"certificate_update\",\"data\":{"
                                    "\"update_type\":\"X509LogEntry\",\"cert_index\":");
  put_index_and_link (writer, url, tiled, record->index);
  cts_writer_put_literal (writer, "\",\"seen\":");
  put_seconds (writer, MAX (record->seen_us, 0) / 1000);
  cts_writer_put_literal (writer, ",\"submission_timestamp\":");
  put_timestamp_and_source (writer, record, url, tiled);
}
