#!/bin/sh
# SPDX-License-Identifier: MIT
# Prints «passed failed skipped» of a meson test run: count-tests.sh testlog.junit.xml
set -eu

awk '
  function attribute (name,   value) {
    if (match ($0, " " name "=\"[0-9]+\"") == 0)
      return 0
    value = substr ($0, RSTART, RLENGTH)
    gsub (/[^0-9]/, "", value)
    return value + 0
  }
  BEGIN { RS = "<" }
  /^testsuite / {
    bad = attribute ("failures") + attribute ("errors")
    good = attribute ("tests") - bad - attribute ("skipped")
    # An error need not be one of the tests: a program may die before the first of them.
    passed += good > 0 ? good : 0
    failed += bad
    skipped += attribute ("skipped")
  }
  END { print passed + 0, failed + 0, skipped + 0 }
' "$1"
