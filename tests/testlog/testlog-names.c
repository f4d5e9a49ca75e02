/* SPDX-License-Identifier: MIT */
#include "testlog-names.h"

static const char *const words[] = {
  "amber",   "anchor",  "apple",  "arbor",  "atlas",  "basil",  "beacon",  "birch",   "bloom",
  "bridge",  "bright",  "cactus", "canvas", "cedar",  "cloud",  "cobalt",  "coral",   "crane",
  "delta",   "ember",   "falcon", "fern",   "field",  "forge",  "garden",  "glacier", "grove",
  "harbor",  "hazel",   "hill",   "indigo", "island", "jasper", "juniper", "kite",    "lagoon",
  "lantern", "linden",  "lumen",  "maple",  "market", "meadow", "mint",    "north",   "oak",
  "ocean",   "olive",   "orchid", "pebble", "pine",   "planet", "prairie", "quartz",  "raven",
  "river",   "saffron", "sage",   "silver", "sky",    "spruce", "stone",   "summit",  "sun",
  "thistle", "tide",    "timber", "valley", "velvet", "violet", "willow",  "wind",    "yarrow",
};

static const char *const kinds[] = {
  "", "", "", "-labs", "-shop", "-app", "bank", "media", "-online", "tech", "-dental", "-studio",
};

static const char *const zones[] = {
  "com", "com", "com",  "com", "net", "org",    "de", "co.uk", "com.br", "io",
  "fr",  "dev", "shop", "xyz", "nl",  "com.au", "jp", "app",   "ru",     "co.in",
};

static const char *const hosts[] = {
  "www",  "www",   "mail",    "api",    "autodiscover", "cpanel", "webmail",
  "shop", "blog",  "staging", "dev",    "vpn",          "cdn",    "static",
  "m",    "login", "git",     "status", "test",         "portal",
};

/* bücher, münchen, café, 中国, παράδειγμα, пример: whole labels, already in ASCII form. */
static const char *const idn_labels[] = {
  "xn--bcher-kva", "xn--mnchen-3ya",     "xn--caf-dma",
  "xn--fiqs8s",    "xn--hxajbheg2az3al", "xn--e1afmkfd",
};

#define PICK(random, table) ((table)[g_rand_int_range (random, 0, G_N_ELEMENTS (table))])

#define IDN_PERCENT      5
#define WILDCARD_PERCENT 20

static char *
make_domain (GRand *random)
{
  const char *zone = PICK (random, zones);

  if (g_rand_int_range (random, 0, 100) < IDN_PERCENT)
    return g_strdup_printf ("%s.%s-%s.%s", PICK (random, idn_labels), PICK (random, words),
                            PICK (random, words), zone);
  return g_strdup_printf ("%s%s%s.%s", PICK (random, words), PICK (random, words),
                          PICK (random, kinds), zone);
}

/* Most certificates carry one or two names, few carry many. */
static guint
pick_count (GRand *random)
{
  guint dice = g_rand_int_range (random, 0, 100);

  if (dice < 25)
    return 1;
  if (dice < 75)
    return 2;
  if (dice < 93)
    return g_rand_int_range (random, 3, 7);
  return g_rand_int_range (random, 7, TESTLOG_MAX_NAMES + 1);
}

static gboolean
contains (const GPtrArray *names, const char *name)
{
  return g_ptr_array_find_with_equal_func ((GPtrArray *) names, name, g_str_equal, NULL);
}

/**
 * testlog_names_make:
 * @random: where chance comes from
 *
 * Makes the DNS names of one certificate: a domain, its hosts, at times a wildcard, at times
 * further domains.
 *
 * Returns: (transfer full) (element-type utf8): 1 to %TESTLOG_MAX_NAMES different names
 */
GPtrArray *
testlog_names_make (GRand *random)
{
  guint n_names = pick_count (random);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *domain = make_domain (random);

  if (g_rand_int_range (random, 0, 100) < WILDCARD_PERCENT)
    g_ptr_array_add (names, g_strconcat ("*.", domain, NULL));
  else
    g_ptr_array_add (names, g_strdup (domain));

  while (names->len < n_names)
    {
      g_autofree char *name = NULL;

      if (g_rand_int_range (random, 0, 4) == 0)
        {
          g_free (domain);
          domain = make_domain (random);
        }
      name = g_strconcat (PICK (random, hosts), ".", domain, NULL);
      if (!contains (names, name))
        g_ptr_array_add (names, g_steal_pointer (&name));
    }
  return names;
}
