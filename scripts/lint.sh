#!/usr/bin/env bash
# lint.sh: what the code must look like, Go and front end; `make lint`.
# Expects the groups front and tools of install.sh. All checks run, whatever one
# of them says.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

code=0

# check NAME WHAT COMMAND...
check() {
  local name=$1 what=$2 start
  shift 2
  start=$(micros)
  if "$@"; then
    report "$name" "$what: fine" "$start"
  else
    say "  ${RED}$name${PLAIN} $what: see above"
    code=1
  fi
}

check go golangci-lint "$TOOLBIN/golangci-lint" run
check go vet go vet ./...
if [ -e web/console/package.json ]; then
  check front 'types and lint' npm --prefix web/console run --silent check
fi
exit "$code"
