/* SPDX-License-Identifier: MIT */
#include "plugins/rfc6962/rfc6962-source.h"

#include "core/api/cts-source-private.h"
#include "plugins/rfc6962/rfc6962-head.h"
#include "tests/support/cts-test.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* The root of the empty tree (RFC 6962 §2.1), and a signature of four bytes. */
#define ROOT      "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
#define SIGNATURE "BAMAAA=="
#define REST      ",\"sha256_root_hash\":\"" ROOT "\",\"tree_head_signature\":\"" SIGNATURE "\"}"

/* A transport that has one answer for everything and remembers what was asked. */
#define CANNED_TYPE_TRANSPORT (canned_transport_get_type ())
G_DECLARE_FINAL_TYPE (CannedTransport, canned_transport, CANNED, TRANSPORT, GObject)

struct _CannedTransport
{
  GObject parent_instance;

  GBytes *answer;
  char *path;
  gsize max_size;
};

static void canned_transport_init_iface (CtsTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CannedTransport,
                               canned_transport,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CTS_TYPE_TRANSPORT,
                                                      canned_transport_init_iface))

static void
canned_request_async (CtsTransport *transport,
                      CtsLogInfo *log,
                      const char *path,
                      gsize max_size,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  CannedTransport *self = CANNED_TRANSPORT (transport);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error;

  g_free (self->path);
  self->path = g_strdup (path);
  self->max_size = max_size;
  if (self->answer != NULL)
    {
      g_task_return_pointer (task, g_bytes_ref (self->answer), (GDestroyNotify) g_bytes_unref);
      return;
    }
  error = g_error_new (CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_BUSY, "HTTP 429");
  cts_source_error_set_retry_after (error, 5000);
  g_task_return_error (task, error);
}

static GBytes *
canned_request_finish (CtsTransport *transport, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
canned_transport_init_iface (CtsTransportInterface *iface)
{
  iface->request_async = canned_request_async;
  iface->request_finish = canned_request_finish;
}

static void
canned_transport_finalize (GObject *object)
{
  CannedTransport *self = CANNED_TRANSPORT (object);

  g_clear_pointer (&self->answer, g_bytes_unref);
  g_free (self->path);
  G_OBJECT_CLASS (canned_transport_parent_class)->finalize (object);
}

static void
canned_transport_class_init (CannedTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = canned_transport_finalize;
}

static void
canned_transport_init (CannedTransport *self)
{
}

typedef struct
{
  CtsSource *source;
  CannedTransport *transport;
  CtsLogInfo *log;
  GAsyncResult *result;
  int done;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const guint8 id[CTS_LOG_ID_SIZE] = { 1 };

  fixture->log = cts_log_info_new (id, "Log", "https://log.example/", "Operator", "rfc6962");
  fixture->transport = g_object_new (CANNED_TYPE_TRANSPORT, NULL);
  fixture->source = g_object_new (RFC6962_TYPE_SOURCE, NULL);
  cts_source_set_transport (fixture->source, CTS_TRANSPORT (fixture->transport));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->result);
  g_assert_finalize_object (fixture->source);
  g_assert_finalize_object (fixture->transport);
  cts_log_info_unref (fixture->log);
}

static void
on_done (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_set_object (&fixture->result, result);
  fixture->done = 1;
}

static void
test_requests (Fixture *fixture, gconstpointer data)
{
  CtsSourceClass *klass = CTS_SOURCE_GET_CLASS (fixture->source);
  g_autoptr (GError) error = NULL;
  g_autoptr (CtsTreeHead) head = NULL;
  g_autoptr (GBytes) page = NULL;

  g_assert_cmpstr (klass->protocol, ==, "rfc6962");
  fixture->transport->answer = g_bytes_new_static ("{}", 2);
  klass->fetch_entries_async (fixture->source, fixture->log, G_GUINT64_CONSTANT (4354630059),
                              G_GUINT64_CONSTANT (4354630144), NULL, on_done, fixture);
  cts_test_wait (&fixture->done);
  page = klass->fetch_entries_finish (fixture->source, fixture->result, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (page, fixture->transport->answer));
  g_assert_cmpstr (fixture->transport->path, ==,
                   "ct/v1/get-entries?start=4354630059&end=4354630143");
  g_assert_cmpuint (fixture->transport->max_size, ==, 64 << 20);

  /* An error keeps what the transport put beside it. */
  g_clear_pointer (&fixture->transport->answer, g_bytes_unref);
  fixture->done = 0;
  klass->fetch_head_async (fixture->source, fixture->log, NULL, on_done, fixture);
  cts_test_wait (&fixture->done);
  head = klass->fetch_head_finish (fixture->source, fixture->result, &error);
  g_assert_null (head);
  g_assert_error (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_BUSY);
  g_assert_cmpstr (error->message, ==, "get-sth: HTTP 429");
  g_assert_cmpuint (cts_source_error_get_retry_after (error), ==, 5000);
  g_assert_cmpstr (fixture->transport->path, ==, "ct/v1/get-sth");
  g_assert_cmpuint (fixture->transport->max_size, ==, 64 << 10);
}

static CtsTreeHead *
read_head (const char *text, GError **error)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  return rfc6962_head_read (body, error);
}

static void
test_head (void)
{
  static const struct
  {
    const char *json;
    guint64 tree_size;
  } cases[] = {
    { "{\"tree_size\":0,\"timestamp\":1" REST, 0 },
    { " { \"timestamp\" : 1 , \"unknown\" : [{}, null, 1.5e3] , \"tree_size\" : 7" REST, 7 },
    /* Beyond what a double can tell apart. */
    { "{\"tree_size\":9007199254740993,\"timestamp\":1" REST,
      G_GUINT64_CONSTANT (9007199254740993) },
    { "{\"tree_size\":9223372036854775807,\"timestamp\":1" REST, G_MAXINT64 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CtsTreeHead) head = read_head (cases[i].json, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (head->tree_size, ==, cases[i].tree_size);
      g_assert_cmpuint (head->timestamp_ms, ==, 1);
      g_assert_cmpmem (head->root, 4, "\xe3\xb0\xc4\x42", 4);
      g_assert_cmpmem (g_bytes_get_data (head->signature, NULL), g_bytes_get_size (head->signature),
                       "\x04\x03\0\0", 4);
    }
}

static void
test_bad_head (void)
{
  static const char *const cases[] = {
    "",
    " ",
    "null",
    "[]",
    "17",
    "<html>captive</html>",
    "{\"tree_size\":1,\"timestamp\":1",
    "{\"timestamp\":1" REST,
    "{\"tree_size\":1" REST,
    "{\"tree_size\":-1,\"timestamp\":1" REST,
    "{\"tree_size\":1.0,\"timestamp\":1" REST,
    "{\"tree_size\":1e3,\"timestamp\":1" REST,
    "{\"tree_size\":\"1\",\"timestamp\":1" REST,
    "{\"tree_size\":null,\"timestamp\":1" REST,
    "{\"tree_size\":[1],\"timestamp\":1" REST,
    "{\"tree_size\":true,\"timestamp\":1" REST,
    "{\"tree_size\":9223372036854775808,\"timestamp\":1" REST,
    "{\"tree_size\":18446744073709551617,\"timestamp\":1" REST,
    "{\"tree_size\":1,\"timestamp\":-5" REST,
    "{\"tree_size\":1,\"timestamp\":1}",
    "{\"tree_size\":1,\"timestamp\":1,\"sha256_root_hash\":\"" ROOT "\"}",
    "{\"tree_size\":1,\"timestamp\":1,\"sha256_root_hash\":\"AAAA\",\"tree_head_signature\":"
    "\"" SIGNATURE "\"}",
    "{\"tree_size\":1,\"timestamp\":1,\"sha256_root_hash\":\"" ROOT "AAAA\","
    "\"tree_head_signature\":\"" SIGNATURE "\"}",
    "{\"tree_size\":1,\"timestamp\":1,\"sha256_root_hash\":\"" ROOT "\","
    "\"tree_head_signature\":\"BAM\"}",
    "{\"tree_size\":1,\"timestamp\":1,\"sha256_root_hash\":\"" ROOT "\","
    "\"tree_head_signature\":\"\"}",
    "{\"tree_size\":1,\"timestamp\":1,\"sha256_root_hash\":7,\"tree_head_signature\":7}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CtsTreeHead) head = read_head (cases[i], &error);

      g_test_message ("case %u", i);
      g_assert_null (head);
      g_assert_error (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED);
    }
}

/* As deep as the cap on a head allows; a reader that calls itself must not be let at it. */
static void
test_deep_head (void)
{
  static const char *const fills[] = { "[", "{\"a\":" };

  for (guint i = 0; i < G_N_ELEMENTS (fills); i++)
    {
      g_autoptr (GString) text = g_string_new ("{\"tree_size\":1,\"x\":");
      g_autoptr (GError) error = NULL;
      g_autoptr (CtsTreeHead) head = NULL;

      while (text->len < 64 << 10)
        g_string_append (text, fills[i]);
      head = read_head (text->str, &error);
      g_assert_null (head);
      g_assert_error (error, CTS_SOURCE_ERROR, CTS_SOURCE_ERROR_MALFORMED);
    }
}

static void
test_real_head (void)
{
  g_autoptr (GBytes) body = cts_test_shared_bytes (
      "corpus/ct-v1/cloudflare+azul/crates/tlog_tiles/tests/http_get/get-sth");
  g_autoptr (GError) error = NULL;
  g_autoptr (CtsTreeHead) head = NULL;

  if (body == NULL)
    return;
  head = rfc6962_head_read (body, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (head->tree_size, ==, 961984011);
  g_assert_cmpuint (head->timestamp_ms, ==, G_GUINT64_CONSTANT (1726494206646));
}

/* Each entry as "leaf|extra," */
static void
append_entry (gconstpointer leaf,
              gsize leaf_size,
              gconstpointer extra,
              gsize extra_size,
              gpointer user_data)
{
  GString *seen = user_data;

  g_string_append_len (seen, leaf, (gssize) leaf_size);
  g_string_append_c (seen, '|');
  g_string_append_len (seen, extra, (gssize) extra_size);
  g_string_append_c (seen, ',');
}

static gboolean
read_entries (CtsSource *source, const char *text, guint max, GString *seen, GError **error)
{
  gsize size = strlen (text);
  g_autoptr (GBytes) page = g_bytes_new_take (g_memdup2 (text, size), size);

  return CTS_SOURCE_GET_CLASS (source)->read_entries (source, page, max, append_entry, seen, error);
}

/* RFC 4648 §10 gives the base64 of these words. */
static void
test_entries (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *json, *seen;
    guint max;
  } cases[] = {
    { "{\"entries\":[{\"leaf_input\":\"Zm9v\",\"extra_data\":\"Zm9vYmFy\"}]}", "foo|foobar,", 1 },
    { "{\"entries\":[{\"extra_data\":\"Zg==\",\"leaf_input\":\"Zm8=\"},"
      "{\"leaf_input\":\"Zm9vYg==\",\"extra_data\":\"\"}]}",
      "fo|f,foob|,", 256 },
    { "{\"entries\":[{\"leaf_input\":\"Pz8\\/\",\"extra_data\":\"Zm9\\u0076\"}]}", "?\?\?|foo,",
      2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) seen = g_string_new (NULL);
      g_autoptr (GError) error = NULL;

      g_assert_true (read_entries (fixture->source, cases[i].json, cases[i].max, seen, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (seen->str, ==, cases[i].seen);
    }
}

#define ENTRY "{\"leaf_input\":\"Zm9v\",\"extra_data\":\"Zm9v\"}"

static void
test_bad_entries (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *json;
    CtsSourceError code;
  } cases[] = {
    { "{\"entries\":[]}", CTS_SOURCE_ERROR_RANGE },
    { "{\"entries\":null}", CTS_SOURCE_ERROR_RANGE },
    { "{\"entries\":[" ENTRY "," ENTRY "," ENTRY "]}", CTS_SOURCE_ERROR_MALFORMED },
    { "{\"entries\":[" ENTRY "," ENTRY, CTS_SOURCE_ERROR_MALFORMED },
    { "{\"entries\":[" ENTRY ",{\"leaf_in", CTS_SOURCE_ERROR_MALFORMED },
    { "{\"entries\":[{\"leaf_input\":\"Zm9\",\"extra_data\":\"\"}]}", CTS_SOURCE_ERROR_MALFORMED },
    { "{\"entries\":[{\"leaf_input\":\"Zm9v\",\"extra_data\":\"Zm-_\"}]}",
      CTS_SOURCE_ERROR_MALFORMED },
    { "{\"entries\":[{\"leaf_input\":\"Zm\\n9v\",\"extra_data\":\"\"}]}",
      CTS_SOURCE_ERROR_MALFORMED },
    { "<html>captive</html>", CTS_SOURCE_ERROR_MALFORMED },
    { "", CTS_SOURCE_ERROR_MALFORMED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) seen = g_string_new (NULL);
      g_autoptr (GError) error = NULL;

      g_test_message ("case %u", i);
      g_assert_false (read_entries (fixture->source, cases[i].json, 2, seen, &error));
      g_assert_error (error, CTS_SOURCE_ERROR, (int) cases[i].code);
    }
}

/* A whole answer of a real log, against json-glib and GLib. */
static void
append_expected (JsonArray *array, guint i, JsonNode *node, gpointer user_data)
{
  JsonObject *entry = json_node_get_object (node);
  gsize leaf_size, extra_size;
  g_autofree guchar *leaf
      = g_base64_decode (json_object_get_string_member (entry, "leaf_input"), &leaf_size);
  g_autofree guchar *extra
      = g_base64_decode (json_object_get_string_member (entry, "extra_data"), &extra_size);

  append_entry (leaf, leaf_size, extra, extra_size, user_data);
}

static void
test_real_entries (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) body
      = cts_test_shared_bytes ("corpus/ct-v1/cloudflare+azul/crates/tlog_tiles/tests/http_get/"
                               "get-entries-start-10000-end-10000");
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  JsonObject *root;

  if (body == NULL)
    return;
  json_parser_load_from_data (parser, g_bytes_get_data (body, NULL),
                              (gssize) g_bytes_get_size (body), &error);
  g_assert_no_error (error);
  root = json_node_get_object (json_parser_get_root (parser));
  json_array_foreach_element (json_object_get_array_member (root, "entries"), append_expected,
                              expected);
  g_assert_true (CTS_SOURCE_GET_CLASS (fixture->source)
                     ->read_entries (fixture->source, body, 4, append_entry, seen, &error));
  g_assert_no_error (error);
  g_assert_true (g_string_equal (seen, expected));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/rfc6962/requests", Fixture, NULL, set_up, test_requests, tear_down);
  g_test_add_func ("/rfc6962/head", test_head);
  g_test_add_func ("/rfc6962/bad-head", test_bad_head);
  g_test_add_func ("/rfc6962/deep-head", test_deep_head);
  g_test_add_func ("/rfc6962/real-head", test_real_head);
  g_test_add ("/rfc6962/entries", Fixture, NULL, set_up, test_entries, tear_down);
  g_test_add ("/rfc6962/bad-entries", Fixture, NULL, set_up, test_bad_entries, tear_down);
  g_test_add ("/rfc6962/real-entries", Fixture, NULL, set_up, test_real_entries, tear_down);
  return g_test_run ();
}
