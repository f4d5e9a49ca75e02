#!/bin/sh
# SPDX-License-Identifier: MIT
# Holds the sources against rules a compiler does not know: check-source.sh PROJECT
set -eu
cd "$1"
failures=0

complain () {
  printf '%s\n' "$*" >&2
  failures=$((failures + 1))
}

# A room of core includes only itself and rooms before it in this list. The store's group is what
# the pipeline hands over, so pipeline and store count as one place.
rooms="codec x509 api metrics config ct modules store pipeline fetch stream http control daemon ctl"

place_of () {
  n=0
  for room in $rooms; do
    n=$((n + 1))
    [ "$room" != "$1" ] || {
      echo "$n"
      return
    }
  done
  echo 0
}

# The rooms that a file includes from, one a line.
rooms_included () {
  sed -n 's|^#include "core/\([a-z0-9]*\)/.*|\1|p' "$1" | sort -u
}

check_room () {
  room=$(echo "$1" | cut -d / -f 2)
  place=$(place_of "$room")
  rooms_included "$1" | while read -r included; do
    [ "$(place_of "$included")" -le "$place" ] || echo "$1: $room may not include $included"
  done
}

# Plugins see the contract; ours may besides link codec, x509, the pure part of ct, and what a
# record is made of.
check_plugin () {
  rooms_included "$1" | while read -r included; do
    case $included in
    codec | x509 | ct | api) ;;
    *) echo "$1: a plugin may not include core/$included" ;;
    esac
  done
}

directions=$(
  find core -name '*.[ch]' | sort | while read -r file; do check_room "$file"; done
  find plugins -name '*.[ch]' | sort | while read -r file; do check_plugin "$file"; done
)
[ -z "$directions" ] || complain "$directions"

for file in $(find core include plugins tests docs -name '*.[ch]' | sort); do
  head -n 1 "$file" | grep -q 'SPDX-License-Identifier: MIT' || complain "$file: no SPDX line"
  grep -nwE 'TODO|FIXME|XXX' "$file" /dev/null && complain "$file: an open end"
  lines=$(wc -l <"$file")
  [ "$lines" -le 800 ] || complain "$file: $lines lines; there are usually two types in it"
done

for folder in core core/* plugins plugins/* tests include docs; do
  [ ! -d "$folder" ] || [ -f "$folder/README.md" ] || complain "$folder: no README.md"
done

[ "$failures" = 0 ]
