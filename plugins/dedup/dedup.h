/* SPDX-License-Identifier: MIT */
#pragma once

#include <ctstream.h>

G_BEGIN_DECLS

/**
 * DedupFilter:
 *
 * Lets each certificate through once: of those that several logs hold, or one log twice, the first
 * one seen within the window. The key is the SHA-256 of the certificate, so a precertificate and
 * the certificate made of it are two.
 */
#define DEDUP_TYPE_FILTER (dedup_filter_get_type ())
G_DECLARE_FINAL_TYPE (DedupFilter, dedup_filter, DEDUP, FILTER, CtsFilter)

guint64 dedup_filter_get_n_duplicates (DedupFilter *filter);

G_END_DECLS
