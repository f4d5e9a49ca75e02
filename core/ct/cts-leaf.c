/* SPDX-License-Identifier: MIT */
#include "cts-leaf.h"

/* RFC 6962 §3.4: the only version and the only leaf type there are. */
#define LEAF_V1                0
#define LEAF_TIMESTAMPED_ENTRY 0

/* SHA-256 of the issuer's key (RFC 6962 §3.2). */
#define ISSUER_KEY_HASH_SIZE 32

/* Takes @size bytes off the front of @rest. The one place where a length is believed. */
static gboolean
take (CtsView *rest, gsize size, CtsView *out)
{
  if (size > rest->size)
    return FALSE;
  *out = (CtsView){ rest->data, size };
  rest->data += size;
  rest->size -= size;
  return TRUE;
}

/* An unsigned integer of @n_bytes, big-endian (RFC 5246 §4.4). */
static gboolean
take_uint (CtsView *rest, gsize n_bytes, guint64 *value)
{
  CtsView bytes;

  if (!take (rest, n_bytes, &bytes))
    return FALSE;
  *value = 0;
  for (gsize i = 0; i < n_bytes; i++)
    *value = *value << 8 | bytes.data[i];
  return TRUE;
}

/* A vector behind a length of @n_bytes (RFC 5246 §4.3). */
static gboolean
take_vector (CtsView *rest, gsize n_bytes, CtsView *out)
{
  guint64 size;

  return take_uint (rest, n_bytes, &size) && take (rest, size, out);
}

/* ASN.1Cert and TBSCertificate: <1..2^24-1>, so an empty one is malformed. */
static gboolean
take_certificate (CtsView *rest, CtsView *out)
{
  return take_vector (rest, 3, out) && out->size > 0;
}

static gboolean
read_signed_entry (CtsLeaf *leaf, CtsView *rest)
{
  CtsView hash;

  if (leaf->entry_type == CTS_ENTRY_X509)
    return take_certificate (rest, &leaf->certificate);

  if (!take (rest, ISSUER_KEY_HASH_SIZE, &hash))
    return FALSE;
  leaf->issuer_key_hash = hash.data;
  return take_certificate (rest, &leaf->tbs);
}

/**
 * cts_leaf_read:
 * @leaf: (out caller-allocates): where the leaf goes; only to be used on %CTS_LEAF_OK
 * @data: a MerkleTreeLeaf (RFC 6962 §3.4); @leaf points into it
 * @size: its size in bytes
 *
 * Reads the leaf of an entry. Pure, any thread.
 *
 * Returns: what came of it
 */
CtsLeafStatus
cts_leaf_read (CtsLeaf *leaf, gconstpointer data, gsize size)
{
  CtsView rest = { data, size };
  guint64 version, leaf_type, entry_type;

  *leaf = (CtsLeaf){ 0 };
  if (!take_uint (&rest, 1, &version))
    return CTS_LEAF_MALFORMED;
  if (version != LEAF_V1)
    return CTS_LEAF_UNKNOWN;
  if (!take_uint (&rest, 1, &leaf_type))
    return CTS_LEAF_MALFORMED;
  if (leaf_type != LEAF_TIMESTAMPED_ENTRY)
    return CTS_LEAF_UNKNOWN;
  if (!take_uint (&rest, 8, &leaf->timestamp_ms) || !take_uint (&rest, 2, &entry_type))
    return CTS_LEAF_MALFORMED;
  if (entry_type != CTS_ENTRY_X509 && entry_type != CTS_ENTRY_PRECERT)
    return CTS_LEAF_UNKNOWN;

  leaf->entry_type = (CtsEntryType) entry_type;
  if (!read_signed_entry (leaf, &rest) || !take_vector (&rest, 2, &leaf->extensions)
      || rest.size != 0)
    return CTS_LEAF_MALFORMED;
  return CTS_LEAF_OK;
}

static gboolean
chain_is_whole (CtsView chain)
{
  CtsView certificate;

  while (chain.size > 0)
    if (!take_certificate (&chain, &certificate))
      return FALSE;
  return TRUE;
}

/**
 * cts_extra_data_read:
 * @extra: (out caller-allocates): where it goes
 * @entry_type: type of the entry, from its leaf
 * @data: what the log keeps beside the leaf (RFC 6962 §4.6); @extra points into it
 * @size: its size in bytes
 *
 * Reads the extra data of an entry: for an x509 entry the chain, for a precert entry the submitted
 * precertificate and the chain. When it is broken the leaf is still good and @extra holds what can
 * be relied on: the precertificate if its frame was whole, and an empty chain. Pure, any thread.
 *
 * Returns: whether it was read to its last byte
 */
gboolean
cts_extra_data_read (CtsExtraData *extra, CtsEntryType entry_type, gconstpointer data, gsize size)
{
  CtsView rest = { data, size };
  CtsView precertificate, chain;

  *extra = (CtsExtraData){ 0 };
  if (entry_type == CTS_ENTRY_PRECERT)
    {
      if (!take_certificate (&rest, &precertificate))
        return FALSE;
      extra->precertificate = precertificate;
    }
  if (!take_vector (&rest, 3, &chain) || rest.size != 0 || !chain_is_whole (chain))
    return FALSE;
  extra->chain = chain;
  return TRUE;
}

/**
 * cts_chain_next:
 * @chain: the chain of a #CtsExtraData, or a copy; moved on
 * @certificate: (out caller-allocates): where the next certificate goes
 *
 * Takes the next certificate off a chain, the issuer of the one before. Pure, any thread.
 *
 * Returns: whether there was one
 */
gboolean
cts_chain_next (CtsView *chain, CtsView *certificate)
{
  return take_certificate (chain, certificate);
}
