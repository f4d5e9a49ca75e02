/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream/cts-record.h>

G_BEGIN_DECLS

/**
 * CtsView:
 * @data: the bytes, in memory of somebody else
 * @size: how many
 *
 * A piece of an entry. It lies within the bytes the entry was read from.
 */
typedef struct
{
  const guint8 *data;
  gsize size;
} CtsView;

/**
 * CtsLeafStatus:
 * @CTS_LEAF_OK: the leaf was read
 * @CTS_LEAF_UNKNOWN: its version, leaf type or entry type is none we know: not an error of the log
 *   (RFC 6962 §3.4); its bytes belong in the tree, nothing is emitted
 * @CTS_LEAF_MALFORMED: its bytes break the structure; they belong in the tree all the same
 *
 * What came of reading a leaf.
 */
typedef enum
{
  CTS_LEAF_OK,
  CTS_LEAF_UNKNOWN,
  CTS_LEAF_MALFORMED,
} CtsLeafStatus;

/**
 * CtsLeaf:
 * @timestamp_ms: when the log took it, milliseconds since 1970
 * @entry_type: certificate or precertificate
 * @certificate: an x509 entry's certificate; empty for a precert entry
 * @issuer_key_hash: (nullable): a precert entry's 32 bytes: SHA-256 of the issuing CA's SPKI
 * @tbs: a precert entry's TBSCertificate without the poison; empty for an x509 entry
 * @extensions: CtExtensions: empty in RFC 6962 logs, the leaf's index in static ones
 *
 * A MerkleTreeLeaf (RFC 6962 §3.4).
 */
typedef struct
{
  guint64 timestamp_ms;
  CtsEntryType entry_type;
  CtsView certificate;
  const guint8 *issuer_key_hash;
  CtsView tbs;
  CtsView extensions;
} CtsLeaf;

/**
 * CtsExtraData:
 * @precertificate: a precert entry's certificate as it was submitted; empty for an x509 entry
 * @chain: what cts_chain_next() walks: the chain, issuer first
 *
 * What a log keeps beside a leaf (RFC 6962 §4.6). It is not hashed: nothing vouches for it.
 */
typedef struct
{
  CtsView precertificate;
  CtsView chain;
} CtsExtraData;

CtsLeafStatus cts_leaf_read (CtsLeaf *leaf, gconstpointer data, gsize size);
gboolean cts_extra_data_read (CtsExtraData *extra,
                              CtsEntryType entry_type,
                              gconstpointer data,
                              gsize size);
gboolean cts_chain_next (CtsView *chain, CtsView *certificate);

G_END_DECLS
