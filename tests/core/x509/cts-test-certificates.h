/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "core/x509/cts-x509.h"

G_BEGIN_DECLS

/* The next certificate of a file of repeated [u32 big-endian length][DER]; FALSE at its end. */
gboolean cts_test_next_certificate (GBytes *file, gsize *position, const guint8 **der, gsize *size);

/* Fails the test if a span of @x509 reaches beyond @size bytes. */
void cts_test_assert_spans (const CtsX509 *x509, gsize size);

/* The values of one attribute (a CtsNameAttribute) of a name, in UTF-8, in order. */
GPtrArray *cts_test_name_values (const guint8 *der, const CtsSpan *name, int attribute);

/* The dNSNames of the subjectAltName, in order, as they are encoded. */
GPtrArray *cts_test_dns_names (const guint8 *der, const CtsX509 *x509);

G_END_DECLS
