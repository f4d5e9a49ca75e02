/* SPDX-License-Identifier: MIT */
#include "certstream-private.h"

/* An object identifier as encoded, and the text clients know it by. */
typedef struct
{
  const char *oid;
  guint size;
  const char *text;
} Algorithm;

#define ALGORITHM(oid, text)                                                                       \
  {                                                                                                \
    (oid), sizeof (oid) - 1, (text)                                                                \
  }

#define PKCS1          "\x2a\x86\x48\x86\xf7\x0d\x01\x01" /* 1.2.840.113549.1.1 */
#define ECDSA          "\x2a\x86\x48\xce\x3d\x04"         /* 1.2.840.10045.4 */
#define NIST_ALGORITHM "\x60\x86\x48\x01\x65\x03\x04"     /* 2.16.840.1.101.3.4 */

/* RFC 8017, 5758, 8410, 9881; the commonest stand first. */
static const Algorithm signatures[] = {
  ALGORITHM (PKCS1 "\x0b", "sha256, rsa"),
  ALGORITHM (ECDSA "\x03\x03", "ecdsa, sha384"),
  ALGORITHM (ECDSA "\x03\x02", "ecdsa, sha256"),
  ALGORITHM (PKCS1 "\x0c", "sha384, rsa"),
  ALGORITHM (PKCS1 "\x0d", "sha512, rsa"),
  ALGORITHM (PKCS1 "\x05", "sha1, rsa"),
  ALGORITHM (ECDSA "\x03\x04", "ecdsa, sha512"),
  ALGORITHM (ECDSA "\x01", "ecdsa, sha1"),
  ALGORITHM (PKCS1 "\x04", "md5, rsa"),
  ALGORITHM (PKCS1 "\x02", "md2, rsa"),
  /* sha1WithRSASignature of the OIW, which old certificates carry. */
  ALGORITHM ("\x2b\x0e\x03\x02\x1d", "sha1, rsa"),
  ALGORITHM ("\x2a\x86\x48\xce\x38\x04\x03", "dsa, sha1"),
  ALGORITHM (NIST_ALGORITHM "\x03\x02", "dsa, sha256"),
  ALGORITHM ("\x2b\x65\x70", "ed25519"),
  ALGORITHM ("\x2b\x65\x71", "ed448"),
  ALGORITHM (NIST_ALGORITHM "\x03\x11", "ml-dsa-44"),
  ALGORITHM (NIST_ALGORITHM "\x03\x12", "ml-dsa-65"),
  ALGORITHM (NIST_ALGORITHM "\x03\x13", "ml-dsa-87"),
};

static const Algorithm rsa_pss = ALGORITHM (PKCS1 "\x0a", NULL);

static const Algorithm rsa_pss_hashes[] = {
  ALGORITHM (NIST_ALGORITHM "\x02\x01", "sha256, rsa-pss"),
  ALGORITHM (NIST_ALGORITHM "\x02\x02", "sha384, rsa-pss"),
  ALGORITHM (NIST_ALGORITHM "\x02\x03", "sha512, rsa-pss"),
};

static gboolean
algorithm_is (const Algorithm *algorithm, const CtsTlv *oid)
{
  return algorithm->size == oid->size && memcmp (algorithm->oid, oid->data, oid->size) == 0;
}

static const char *
find (const Algorithm *algorithms, guint n, const CtsTlv *oid)
{
  for (guint i = 0; i < n; i++)
    if (algorithm_is (&algorithms[i], oid))
      return algorithms[i].text;
  return "unknown";
}

/*
 * RSASSA-PSS-params (RFC 4055 §3.1): the hash stands in [0]. Without it the hash is SHA-1, which
 * has no name on the wire.
 */
static const char *
rsa_pss_text (CtsDer *parameters)
{
  CtsTlv tlv;

  if (!cts_der_read_tag (parameters, CTS_DER_SEQUENCE, &tlv))
    return "unknown";
  for (int depth = 0; depth < 2; depth++)
    {
      CtsDer inner = cts_der_init (tlv.data, tlv.size);

      if (!cts_der_read_tag (&inner, depth == 0 ? 0xa0 : CTS_DER_SEQUENCE, &tlv))
        return "unknown";
    }

  CtsDer hash = cts_der_init (tlv.data, tlv.size);

  if (!cts_der_read_tag (&hash, CTS_DER_OID, &tlv))
    return "unknown";
  return find (rsa_pss_hashes, G_N_ELEMENTS (rsa_pss_hashes), &tlv);
}

/**
 * certstream_signature_algorithm:
 * @identifier: contents of an AlgorithmIdentifier (RFC 5280 §4.1.1.2)
 * @size: its bytes
 *
 * Returns: the text clients know the algorithm by (wire format §4b), or `unknown`
 */
const char *
certstream_signature_algorithm (const guint8 *identifier, gsize size)
{
  CtsDer der = cts_der_init (identifier, size);
  CtsTlv oid;

  if (!cts_der_read_tag (&der, CTS_DER_OID, &oid))
    return "unknown";
  if (algorithm_is (&rsa_pss, &oid))
    return rsa_pss_text (&der);
  return find (signatures, G_N_ELEMENTS (signatures), &oid);
}
