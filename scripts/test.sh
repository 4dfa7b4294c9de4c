#!/usr/bin/env bash
# test.sh: every test there is, on real servers; `make test` and CI.
#
# Nothing is skipped: what a test needs is installed first, and under
# YHT_TEST_REQUIRED=1 a missing server is a failure. A test that skips all the
# same makes the run fail, and says so at the end.
#
#   YHT_TEST_PARALLEL   Go packages tested side by side (default: 2)
#   YHT_TEST_TIMEOUT    for one Go package (default: 15m)
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

cd "$ROOT"
passed=0 failed=0 skipped=0 wrong=() working=''
begin=$(micros)

main() {
  dir=$(mktemp -d "${TMPDIR:-/tmp}/yihaotong-test-XXXXXX")
  # User postgres must be able to enter, or the database goes elsewhere.
  chmod 711 "$dir"
  trap tidy_up EXIT
  trap 'exit 130' INT TERM HUP

  chapter 'Installing what is missing'
  scripts/install.sh services phone asterisk speech browser front tools
  chapter 'Starting PostgreSQL and Redis'
  services
  chapter 'Front end'
  front
  chapter 'Lint'
  # One failure does not hide the next: all is run, then told together.
  scripts/lint.sh || wrong+=(lint)
  chapter 'Go tests, with real Asterisk, Chromium, PostgreSQL and Redis'
  go_tests
  summary
}

chapter() { say "${BOLD}== $1${PLAIN}"; }

tidy_up() {
  local code=$?
  trap '' INT TERM HUP
  if [ -n "$working" ]; then kill -TERM -- "-$working" 2>/dev/null || true; fi
  scripts/services.sh down "$dir/services"
  rm -rf "$dir"
  exit "$code"
}

services() {
  local start exports
  start=$(micros)
  exports=$(scripts/services.sh up "$dir/services" --fast --with $$)
  eval "$exports"
  # The tests have their own names for them; the program's would be picked up
  # by tests of its configuration.
  unset YHT_POSTGRES_URL YHT_REDIS_URL YHT_ASTERISK_URL
  report services "PostgreSQL ${YHT_TEST_POSTGRES_URL#*@}, Redis ${YHT_TEST_REDIS_URL#*//}" "$start"
}

front() {
  local start
  [ -e web/console/package.json ] || return 0
  start=$(micros)
  npm --prefix web/console test -- --reporter=default --reporter=json --outputFile.json="$dir/front.json" ||
    wrong+=('front-end tests')
  report front 'unit tests done' "$start"
  count_front
  # Before the Go tests: they carry the built console inside.
  start=$(micros)
  if npm --prefix web/console run --silent build >"$dir/build.log" 2>&1; then
    report front 'console built' "$start"
  else
    show_log "$dir/build.log" 40
    wrong+=('front-end build')
  fi
}

count_front() {
  local p f s
  [ -s "$dir/front.json" ] || return 0
  read -r p f s < <(node -e '
    const r = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"))
    console.log(r.numPassedTests, r.numFailedTests, r.numPendingTests + r.numTodoTests)' "$dir/front.json")
  add "$p" "$f" "$s"
}

add() {
  passed=$((passed + $1))
  failed=$((failed + $2))
  skipped=$((skipped + $3))
}

go_tests() {
  local code=0 p f s
  # Ours, should the caller have set some for a run of his own.
  unset YHT_HTTP_ADDR YHT_ASTERISK_SIP YHT_DATA_DIR
  export YHT_ASTERISK_TREE=$TREE YHT_CHROMIUM=${YHT_CHROMIUM:-/usr/bin/chromium} YHT_TEST_REQUIRED=1
  # cgo is what the race detector needs; -count=1 because servers are not files
  # that Go's cache could see changing.
  # A process group of its own, waited for: a signal to us is obeyed at once
  # and reaches every test.
  set -m
  CGO_ENABLED=1 "$TOOLBIN/gotestsum" --format pkgname --format-hide-empty-pkg --jsonfile "$dir/go.json" -- \
    -race -count=1 -p "${YHT_TEST_PARALLEL:-2}" -timeout "${YHT_TEST_TIMEOUT:-45m}" ./... </dev/null &
  working=$!
  set +m
  wait "$working" || code=$?
  working=''
  read -r p f s < <(awk '
    /"Test":"/ && /"Action":"pass"/ { p++ }
    /"Test":"/ && /"Action":"fail"/ { f++ }
    /"Test":"/ && /"Action":"skip"/ { s++ }
    END { print p + 0, f + 0, s + 0 }' "$dir/go.json")
  # A package that does not build or panics fails without a failing test.
  [ "$code" = 0 ] || wrong+=('Go tests')
  add "$p" "$f" "$s"
}

summary() {
  chapter "Summary (whole run: $(since "$begin"))"
  if [ "$skipped" = 0 ]; then
    say 'skipped: nothing'
  else
    say 'skipped, which counts as a failure here:'
    awk -F '"' '/"Test":"/ && /"Action":"skip"/ { for (i = 2; i < NF; i++) { if ($i == "Package") p = $(i + 2); if ($i == "Test") t = $(i + 2) } print "  " p " " t }' "$dir/go.json" >&2
  fi
  if [ ${#wrong[@]} -gt 0 ]; then
    say "failed: $(printf '%s, ' "${wrong[@]}" | sed 's/, $//')"
    # Lint, a build or a package that does not compile has no test to count.
    [ "$failed" -gt 0 ] || failed=${#wrong[@]}
  fi
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" = 0 ] && [ "$skipped" = 0 ]
}

main
