/* SPDX-License-Identifier: MIT */
#include "cts-x509.h"
gboolean cts_x509_read (CtsX509 *x509, const void *der, gsize size) { return FALSE; }
