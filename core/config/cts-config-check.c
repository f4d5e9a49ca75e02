/* SPDX-License-Identifier: MIT */
#include "cts-config-check.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/un.h>

/* A name is part of file names and of D-Bus paths. */
#define NAME_MAX_LENGTH 64

/* A label is repeated in each message. */
#define LABEL_MAX_LENGTH 256

/* Of the path of a socket, less its zero: unix(7). */
#define SOCKET_PATH_MAX (sizeof ((struct sockaddr_un *) NULL)->sun_path - 1)

static gboolean
is_port (const char *text)
{
  return g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT16, NULL, NULL);
}

/* What stands before the port. An IPv6 address stands in brackets, nothing else does. */
static gboolean
is_listen_host (const char *text, gsize size)
{
  gboolean in_brackets = size > 2 && text[0] == '[' && text[size - 1] == ']';
  g_autofree char *host = in_brackets ? g_strndup (text + 1, size - 2) : g_strndup (text, size);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address == NULL)
    return !in_brackets && g_str_equal (host, "localhost");
  return in_brackets == (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6);
}

static gboolean
is_inet_listen (const char *text)
{
  const char *colon = strrchr (text, ':');

  return colon != NULL && is_port (colon + 1) && is_listen_host (text, (gsize) (colon - text));
}

static gboolean
is_unix_listen (const char *text)
{
  return g_str_has_prefix (text, "unix:/") && strlen (text) - strlen ("unix:") <= SOCKET_PATH_MAX;
}

/* The same as cts_listen_address_parse(), which is in a room that comes later; the tests of both
 * share their cases. Names would have to be looked up, which blocks. */
char *
cts_config_check_listen (const char *text)
{
  if (is_unix_listen (text) || is_inet_listen (text))
    return NULL;
  return g_strdup_printf (
      "ADDRESS:PORT, localhost:PORT, [IPV6]:PORT or unix:/PATH of at most %" G_GSIZE_FORMAT
      " bytes; other names are not looked up",
      SOCKET_PATH_MAX);
}

/* g_inet_address_mask_new_from_string() warns of a prefix that is too long. */
static gboolean
is_network (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 2);
  g_autoptr (GInetAddress) address
      = parts[0] != NULL ? g_inet_address_new_from_string (parts[0]) : NULL;
  g_autoptr (GInetAddressMask) mask = NULL;
  guint64 length;

  if (address == NULL)
    return FALSE;
  length = g_inet_address_get_native_size (address) * 8;
  if (parts[1] != NULL && !g_ascii_string_to_unsigned (parts[1], 10, 0, length, &length, NULL))
    return FALSE;
  mask = g_inet_address_mask_new (address, (guint) length, NULL);
  return mask != NULL;
}

char *
cts_config_check_cidr (const char *text)
{
  if (is_network (text))
    return NULL;
  return g_strdup ("an address or a network, as in 10.0.0.0/8 or 2001:db8::/32, no bits set "
                   "behind the prefix");
}

static gboolean
is_visible_ascii (const char *text)
{
  while (*text > ' ' && *text <= '~')
    text++;
  return *text == '\0';
}

/* A name in other letters must be written as DNS has it: what is sent is what stands here. */
static gboolean
is_url (const char *text, const char *const *schemes)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);

  return is_visible_ascii (text) && uri != NULL && g_strv_contains (schemes, g_uri_get_scheme (uri))
         && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0';
}

/* What requests are made from by adding a path, hence neither query nor fragment. */
static gboolean
is_base_url (const char *text)
{
  static const char *const schemes[] = { "http", "https", NULL };

  return is_url (text, schemes) && strpbrk (text, "?#") == NULL;
}

char *
cts_config_check_url (const char *text)
{
  if (is_base_url (text))
    return NULL;
  return g_strdup ("an http or https URL without query");
}

char *
cts_config_check_optional_url (const char *text)
{
  return *text == '\0' ? NULL : cts_config_check_url (text);
}

char *
cts_config_check_proxy (const char *text)
{
  static const char *const schemes[] = { "http", "https", "socks5", NULL };

  if (*text == '\0' || is_url (text, schemes))
    return NULL;
  return g_strdup ("an http, https or socks5 URL");
}

char *
cts_config_check_log_list (const char *text)
{
  static const char *const names[] = { "google", "apple", NULL };
  static const char *const schemes[] = { "http", "https", NULL };
  gboolean is_file = strchr (text, '/') != NULL && strstr (text, "://") == NULL;

  if (g_strv_contains (names, text) || is_file || is_url (text, schemes))
    return NULL;
  return g_strdup ("google, apple, an http or https URL, or a file with a '/' in its name");
}

/* RFC 9110 §5.6.2: token. */
char *
cts_config_check_header (const char *text)
{
  if (*text != '\0'
      && text[strspn (text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "!#$%&'*+-.^_`|~")] == '\0')
    return NULL;
  return g_strdup ("the name of an HTTP header");
}

/* An empty token would let in whoever sends an empty header. */
char *
cts_config_check_token (const char *text)
{
  if (*text != '\0' && is_visible_ascii (text))
    return NULL;
  return g_strdup ("at least one character, printable ASCII without spaces");
}

char *
cts_config_check_url_path (const char *text)
{
  if (*text == '/' && strpbrk (text, "?# ") == NULL)
    return NULL;
  return g_strdup ("a path that begins with '/'");
}

/* It becomes part of a comment in the User-Agent header (RFC 9110 §5.6.5). */
char *
cts_config_check_contact (const char *text)
{
  static const char *const schemes[] = { "http", "https", NULL };
  const char *at = strchr (text, '@');

  if (is_visible_ascii (text) && strpbrk (text, "()\\") == NULL
      && (*text == '\0' || (at != NULL && at > text && at[1] != '\0') || is_url (text, schemes)))
    return NULL;
  return g_strdup ("a mail address or an http or https URL");
}

char *
cts_config_check_name (const char *text)
{
  gsize length = strlen (text);

  if (length > 0 && length <= NAME_MAX_LENGTH && *text != '-'
      && strspn (text, G_CSET_a_2_z G_CSET_DIGITS "-") == length)
    return NULL;
  return g_strdup_printf ("a name of lower-case letters, digits and dashes, at most %d",
                          NAME_MAX_LENGTH);
}

char *
cts_config_check_glob (const char *text)
{
  return *text != '\0' ? NULL : g_strdup ("a pattern, as in \"Google/*\"");
}

char *
cts_config_check_label (const char *text)
{
  gsize length = strlen (text);

  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      length = 0;
  if (length > 0 && length <= LABEL_MAX_LENGTH)
    return NULL;
  return g_strdup_printf ("1–%d bytes without control characters", LABEL_MAX_LENGTH);
}
