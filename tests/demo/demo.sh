#!/bin/sh
# SPDX-License-Identifier: MIT
# Test logs, the daemon and a live view of its stream, on loopback only.
#
#   demo.sh [--seconds N] [--port P] [--build DIR]
#
# Ends N seconds after the first certificate, or with Ctrl-C, once what was due until then has come;
# a second Ctrl-C ends it at once. Exit status 0 when certificates were due and each came once.
set -u

seconds=0
port=8080
build=$(dirname "$0")/../../build

say () { printf '%s\n' "$*" >&2; }

die () {
  say "demo: $*"
  exit 1
}

while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || die "$1 wants a value"
  case $1 in
    --seconds) seconds=$2 ;;
    --port) port=$2 ;;
    --build) build=$2 ;;
    *) die "unknown argument: $1" ;;
  esac
  shift 2
done
case $seconds in '' | *[!0-9]*) die "--seconds $seconds is no number" ;; esac
case $port in '' | *[!0-9]*) die "--port $port is no number" ;; esac

daemon=$build/core/daemon/ctstreamd
testlog=$build/tests/testlog/ctstream-testlog
view=$build/tests/demo/ctstream-demo-view
for program in "$daemon" "$testlog" "$view"; do
  [ -x "$program" ] || die "$program is not built"
done

dir=$(mktemp -d "${TMPDIR:-/tmp}/ctstream-demo.XXXXXX") || die "no temporary folder"
testlog_pid=
daemon_pid=
view_pid=

# shellcheck disable=SC2317 # a trap calls it
end () {
  trap - EXIT
  for pid in $view_pid $daemon_pid $testlog_pid; do
    kill -TERM "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
  done
  rm -rf "$dir"
}
trap end EXIT
trap 'exit 129' HUP

# Before there is a view to end, a signal ends the script; later it ends the view, whose verdict
# is the script's.
# shellcheck disable=SC2317 # a trap calls it
interrupt () {
  [ -n "$view_pid" ] || exit 130
  kill -INT "$view_pid" 2>/dev/null
}
trap interrupt INT TERM

# wait_for PID FILE PATTERN: until PATTERN stands in FILE; fails when PID ends first or after 15 s.
wait_for () {
  tries=150
  until grep -q "$3" "$2" 2>/dev/null; do
    kill -0 "$1" 2>/dev/null || return 1
    tries=$((tries - 1))
    [ $tries -gt 0 ] || return 1
    sleep 0.1
  done
}

# All in sessions of their own: Ctrl-C is for the script alone. The view hears of it once, from the
# script, and sees its server alive.
setsid "$testlog" --logs 3 --rate 8 --shared-percent 25 --precert-percent 50 --issuers 4 \
  --truth "$dir/truth.jsonl" --config-out "$dir/logs.yaml" \
  >"$dir/testlog.out" 2>"$dir/testlog.err" </dev/null &
testlog_pid=$!
if ! wait_for "$testlog_pid" "$dir/testlog.out" '^ready '; then
  cat "$dir/testlog.err" >&2
  die "the test logs did not start"
fi

{
  cat "$dir/logs.yaml"
  printf 'server:\n  listen: ["127.0.0.1:%s"]\n' "$port"
  printf 'store:\n  directory: none\n'
} >"$dir/ctstream.yaml"

CTSTREAM_PLUGIN_DIR=$build/plugins
export CTSTREAM_PLUGIN_DIR
setsid "$daemon" --config "$dir/ctstream.yaml" >"$dir/daemon.out" 2>"$dir/daemon.err" </dev/null &
daemon_pid=$!
if ! wait_for "$daemon_pid" "$dir/daemon.err" 'listening on http://'; then
  cat "$dir/daemon.err" >&2
  die "ctstreamd does not listen on 127.0.0.1:$port; is the port in use? (--port P takes another)"
fi

cat <<EOF
Three test logs on $(sed -n 's/^ready //p' "$dir/testlog.out"), a quarter of their entries in two of them.
ctstreamd streams them on ws://127.0.0.1:$port/ (also /full-stream and /domains-only). Try, elsewhere:

  certstream --url ws://127.0.0.1:$port/
  websocat ws://127.0.0.1:$port/domains-only

EOF
[ "$seconds" -gt 0 ] || printf 'Ctrl-C ends it.\n\n'

setsid "$view" --seconds "$seconds" --truth "$dir/truth.jsonl" "ws://127.0.0.1:$port/" </dev/null &
view_pid=$!

# A trapped signal ends a wait early; the view's own status is what counts.
status=1
while :; do
  wait "$view_pid"
  status=$?
  kill -0 "$view_pid" 2>/dev/null || break
done
view_pid=
[ "$status" -eq 0 ] || tail -n 20 "$dir/daemon.err" >&2
exit "$status"
