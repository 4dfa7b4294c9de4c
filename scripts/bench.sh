#!/usr/bin/env bash
# bench.sh: measures this machine; `make bench`. A report, not a test.
#
# Everything given to this script goes to the benchmark program:
#   --quick   a smoke run of two minutes    --update  into the READMEs, too
#   --only ready,times,compare,bridged,knee
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

cd "$ROOT"
dir=$(mktemp -d "${TMPDIR:-/tmp}/yihaotong-bench-XXXXXX")
chmod 711 "$dir"
bench=''

tidy_up() {
  local code=$?
  trap '' INT TERM HUP
  # It ends all that it has started before it ends itself.
  if [ -n "$bench" ] && kill -TERM "$bench" 2>/dev/null; then wait "$bench" || true; fi
  scripts/services.sh down "$dir/services"
  rm -rf "$dir"
  exit "$code"
}
trap tidy_up EXIT
trap 'exit 130' INT TERM HUP

scripts/install.sh services asterisk speech
# Without --fast: what is measured shall be as safe as in service. Free ports
# all the same, so that a running hotline does not disturb.
YHT_POSTGRES_PORT=$(free_port tcp 13000 19999)
YHT_REDIS_PORT=$(free_port tcp 13000 19999)
export YHT_POSTGRES_PORT YHT_REDIS_PORT
unset YHT_POSTGRES_URL YHT_REDIS_URL
exports=$(scripts/services.sh up "$dir/services" --with $$)
eval "$exports"
unset YHT_POSTGRES_PORT YHT_REDIS_PORT
export YHT_ASTERISK_TREE=$TREE
# Waited for in the background, so that a signal is obeyed at once.
go build -o "$dir/bench" ./integration/bench
"$dir/bench" "$@" &
bench=$!
failed=0
wait "$bench" || failed=$?
bench=''
(exit "$failed")
