/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The plugin contract of ctstream: all that a source, filter, serializer or sink may use. A plugin
 * includes this one header.
 */

#include <ctstream/cts-macros.h>

#include <ctstream/cts-batch.h>
#include <ctstream/cts-certificate.h>
#include <ctstream/cts-filter.h>
#include <ctstream/cts-http-host.h>
#include <ctstream/cts-log-info.h>
#include <ctstream/cts-module.h>
#include <ctstream/cts-option.h>
#include <ctstream/cts-packet.h>
#include <ctstream/cts-record.h>
#include <ctstream/cts-serializer.h>
#include <ctstream/cts-sink.h>
#include <ctstream/cts-source.h>
#include <ctstream/cts-stage.h>
#include <ctstream/cts-tree-head.h>
#include <ctstream/cts-writer.h>
