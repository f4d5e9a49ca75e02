/* SPDX-License-Identifier: MIT */
#pragma once

#include "core/config/cts-config-key.h"

G_BEGIN_DECLS

/**
 * CtsStartKind:
 * @CTS_START_UNSET: nothing was said; what is less special decides
 * @CTS_START_HEAD: value entries before the head, 0 for the head itself
 * @CTS_START_INDEX: the entry with the index value
 * @CTS_START_DATE: the first entry not older than value, milliseconds since 1970 UTC
 */
typedef enum
{
  CTS_START_UNSET,
  CTS_START_HEAD,
  CTS_START_INDEX,
  CTS_START_DATE,
} CtsStartKind;

/**
 * CtsStart:
 * @kind: what @value means
 * @value: entries, an index or a time
 *
 * A place in a log.
 */
typedef struct
{
  CtsStartKind kind;
  guint64 value;
} CtsStart;

/* Value of a journal size that is chosen by the free space. */
#define CTS_JOURNAL_AUTO G_MAXUINT

/* A CtsStart: head, head-N, an index, a date. */
extern const CtsConfigType cts_config_type_start;
/* A CtsStart where a log ends: an index or a date. */
extern const CtsConfigType cts_config_type_stop;
/* A GBytes *, NULL when not set: a public key, base64 of its SubjectPublicKeyInfo in DER. */
extern const CtsConfigType cts_config_type_public_key;
/* A guint: megabytes, or CTS_JOURNAL_AUTO. */
extern const CtsConfigType cts_config_type_journal_size;

G_END_DECLS
