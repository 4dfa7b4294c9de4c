#!/usr/bin/env bash
# run.sh: the whole hotline on this machine, with a demo city; `make run`.
#
# Installs what is missing, starts private PostgreSQL, Redis and Asterisk below
# var/, builds and starts the program, places one sample call. Ctrl-C, or the end
# of any part, stops everything that was started here and nothing else.
#
# Given servers are used instead of private ones:
#   YHT_POSTGRES_URL  postgres://user:password@host:5432/database
#   YHT_REDIS_URL     redis://host:6379/0
#   YHT_ASTERISK_URL  http://user:password@host:8088 (ARI); YHT_ASTERISK_SIP host:port
# Everything listens on 127.0.0.1 only; the ports can be moved:
#   YHT_HTTP_ADDR (127.0.0.1:12328)  YHT_POSTGRES_PORT (12332)  YHT_REDIS_PORT (12379)
#   YHT_SIP_PORT (12360)  YHT_OUTSIDE_PORT (12361)  YHT_ARI_PORT (12388)  YHT_RTP_PORTS (20000-20999)
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

cd "$ROOT"
VAR=$ROOT/var
RUN=$VAR/run
LOG=$VAR/log
YHT_HTTP_ADDR=${YHT_HTTP_ADDR:-127.0.0.1:12328}
SIP_PORT=${YHT_SIP_PORT:-12360}
ARI_PORT=${YHT_ARI_PORT:-12388}
RTP_PORTS=${YHT_RTP_PORTS:-20000-20999}
OUTSIDE_PORT=${YHT_OUTSIDE_PORT:-12361}
CONSOLE=http://${YHT_HTTP_ADDR/#0.0.0.0:/127.0.0.1:}
STEPS=8
outside=()

main() {
  mkdir -p "$RUN" "$LOG" "$VAR/bin"
  only_one
  trap stop_all EXIT
  trap interrupted INT TERM HUP
  step 'installing what is missing'
  install
  step 'starting PostgreSQL and Redis'
  databases
  step 'building the console'
  front
  step 'building the program'
  quietly build go build -o "$VAR/bin/yihaotong" ./cmd/yihaotong
  step 'preparing the database and the demo city 长沙 (0731)'
  settings
  quietly setup "${PROGRAM[@]}" migrate
  "${PROGRAM[@]}" init --demo "${outside[@]}" >"$RUN/logins" 2>>"$LOG/setup.log" 9>&- || failed setup
  step 'starting Asterisk'
  asterisk
  somebody_outside
  step 'starting Yihaotong'
  program
  step 'placing a sample call'
  sample_call
  finished
  tell
  keep_watch
}

# ---- telling what happens -------------------------------------------------------

nr=0
step() {
  finished
  nr=$((nr + 1))
  printf '%s[%d/%d]%s %s\n' "$BOLD" "$nr" "$STEPS" "$PLAIN" "$1" >&2
  step_start=$(micros)
}

finished() { [ "$nr" = 0 ] || printf '      %s%s%s\n' "$DIM" "$(since "$step_start")" "$PLAIN" >&2; }

# failed NAME: the log of that name has the reason.
failed() {
  show_log "$LOG/$1.log" 25
  die "step $nr failed: $1" "The whole log: $LOG/$1.log"
}

# quietly NAME COMMAND... runs a step with its output in the log. In a process
# group of its own and waited for, so that Ctrl-C is obeyed at once.
quietly() {
  local name=$1
  shift
  set -m
  ("$@") >>"$LOG/$name.log" 2>&1 </dev/null 9>&- &
  working=$!
  set +m
  wait "$working" || failed "$name"
  working=''
}

# ---- the steps -------------------------------------------------------------------

only_one() {
  exec 9>>"$RUN/lock"
  # A run that was killed leaves its lock with a last child for a moment.
  if recall "$RUN/run.pid" >/dev/null || ! flock -w 5 9; then
    die "Yihaotong is already running here (process $(cut -d' ' -f1 "$RUN/run.pid" 2>/dev/null))" \
      "Console: $(cat "$RUN/console" 2>/dev/null)   one more call: make call   stop: Ctrl-C in its terminal"
  fi
  remember "$RUN/run.pid" $$
  printf '%s' "$CONSOLE" >"$RUN/console"
  # Logs of this run only, the last run's beside them.
  local log
  for log in "$LOG"/*.log; do [ ! -e "$log" ] || mv "$log" "$log.1"; done
}

install() {
  local groups=(speech front)
  [ -n "${YHT_POSTGRES_URL:-}" ] || groups+=(postgres)
  [ -n "${YHT_REDIS_URL:-}" ] || groups+=(redis)
  [ -n "${YHT_ASTERISK_URL:-}" ] || groups+=(asterisk)
  command -v go >/dev/null || die "Go is missing" "Go 1.26 or newer is needed on the PATH."
  "$ROOT/scripts/install.sh" "${groups[@]}" 9>&-
}

databases() {
  local exports
  exports=$("$ROOT/scripts/services.sh" up "$VAR/services" --with $$ 9>&-)
  eval "$exports"
}

front() {
  local mark
  mark=$(digest web/console)
  if [ -e web/console/dist/index.html ] && [ "$(cat "$RUN/front" 2>/dev/null)" = "$mark" ]; then
    say "      unchanged since the last build"
    return
  fi
  quietly front npm --prefix web/console run build
  printf '%s' "$mark" >"$RUN/front"
}

settings() {
  export YHT_HTTP_ADDR YHT_POSTGRES_URL YHT_REDIS_URL
  export YHT_DATA_DIR=${YHT_DATA_DIR:-$VAR/data}
  if [ -z "${YHT_ASTERISK_URL:-}" ]; then
    own_asterisk=yes
    ari_password=$(secret "$VAR/secrets/ari")
    export YHT_ASTERISK_URL="http://yihaotong:$ari_password@127.0.0.1:$ARI_PORT"
    export YHT_ASTERISK_SIP="127.0.0.1:$SIP_PORT"
    outside=(--outside "127.0.0.3:$OUTSIDE_PORT")
    # Where the rendered configuration lets Asterisk leave finished recordings.
    export YHT_ASTERISK_RECORDINGS="$VAR/asterisk/var/spool/recording/yihaotong"
  fi
}

# The program warns of YHT_ variables it does not know; these are the scripts'.
PROGRAM=(env -u YHT_CACHE -u YHT_POSTGRES_PORT -u YHT_REDIS_PORT -u YHT_SIP_PORT -u YHT_ARI_PORT
  -u YHT_RTP_PORTS -u YHT_DEBIAN_MIRROR "$VAR/bin/yihaotong")

asterisk() {
  if [ -z "${own_asterisk:-}" ]; then
    say "      using the given one at ${YHT_ASTERISK_URL##*@}"
    return
  fi
  free udp "$SIP_PORT" YHT_SIP_PORT
  free tcp "$ARI_PORT" YHT_ARI_PORT
  quietly setup "${PROGRAM[@]}" pbx render asterisk --tree "$TREE" --out "$VAR/asterisk" \
    --sip "127.0.0.1:$SIP_PORT" --http "127.0.0.1:$ARI_PORT" --rtp "$RTP_PORTS" \
    --ari-user yihaotong --ari-password "$ari_password" --demo-caller "$(demo_password)"
  part asterisk "${TREE_LD[@]}" "$TREE/usr/sbin/asterisk" -C "$VAR/asterisk/etc/asterisk.conf" -f
  local tick
  for ((tick = 0; tick < 150; tick++)); do
    recall "$RUN/asterisk.pid" >/dev/null || failed asterisk
    if "${TREE_LD[@]}" "$TREE/usr/sbin/asterisk" -C "$VAR/asterisk/etc/asterisk.conf" \
      -rx 'core waitfullybooted' >/dev/null 2>&1 9>&-; then
      printf '%s' "$YHT_ASTERISK_SIP" >"$RUN/sip"
      return
    fi
    sleep 0.2
  done
  say "Asterisk did not come up within 30 seconds"
  failed asterisk
}

# somebody_outside answers the demo city's calls to outside, whatever the number,
# and gives back what it hears.
somebody_outside() {
  [ -n "${own_asterisk:-}" ] || return 0
  free udp "$OUTSIDE_PORT" YHT_OUTSIDE_PORT
  part outside "${TREE_LD[@]}" "$TREE/usr/bin/sipp" -sf "$ROOT/scripts/sipp/outside.xml" -i 127.0.0.3 -p "$OUTSIDE_PORT" \
    -mp "$((2 * $(free_port udp 8200 8900)))" -rtp_echo -aa -nostdin
}

program() {
  free tcp "${YHT_HTTP_ADDR##*:}" YHT_HTTP_ADDR
  part yihaotong "${PROGRAM[@]}" serve
  local tick
  for ((tick = 0; tick < 300; tick++)); do
    recall "$RUN/yihaotong.pid" >/dev/null || failed yihaotong
    [ "$(http_status "$CONSOLE/readyz")" != 200 ] || return 0
    sleep 0.2
  done
  say "$CONSOLE/readyz is not ready after a minute (it answers: $(http_status "$CONSOLE/readyz"))"
  failed yihaotong
}

sample_call() {
  if [ -z "${own_asterisk:-}" ]; then
    say "      none: the given Asterisk may know no trunk at 127.0.0.2 (make call tries)"
    return
  fi
  part call "$ROOT/scripts/call.sh"
  sleep 1
  if ! recall "$RUN/call.pid" >/dev/null; then
    show_log "$LOG/call.log"
    say "      the sample call did not stay up; try: make call"
  fi
}

tell() {
  {
    printf '\n%sYihaotong is running.%s\n\n' "$BOLD" "$PLAIN"
    printf '  Console      %s\n\n' "$CONSOLE"
    sed 's/^/  /' "$RUN/logins"
    printf '\n'
    if recall "$RUN/call.pid" >/dev/null; then
      printf '  A sample caller is waiting: log in, become ready, answer.\n'
    fi
    printf '  Once more    make call        (FROM=13912345678 TO=073112328 KEYS=1)\n'
    if [ -n "${own_asterisk:-}" ]; then
      printf '  Softphone    server %s (UDP), account demo-caller, password %s; dial 12328\n' \
        "$YHT_ASTERISK_SIP" "$(demo_password)"
    fi
    printf '  Logs         %s\n' "$LOG"
    printf '  Recordings   %s (sealed; heard in the console)\n' "$YHT_DATA_DIR/recordings"
    printf '\n  Ctrl-C stops everything.\n'
  } >&2
}

demo_password() { secret "$VAR/secrets/demo-caller"; }

# ---- parts: what runs until the end ------------------------------------------------

# part NAME COMMAND... starts one, away from the terminal's Ctrl-C (we stop the
# parts ourselves, in order); the kernel ends it if we are killed outright.
part() {
  local name=$1
  shift
  (
    exec 9>&-
    exec setsid setpriv --pdeathsig TERM -- "$@"
  ) >>"$LOG/$name.log" 2>&1 </dev/null &
  remember "$RUN/$name.pid" $! || failed "$name"
}

# free tcp|udp PORT VARIABLE: better said here than in a server's log.
free() {
  ! port_taken "$1" "$2" || die "port $2/$1 is in use by another program" "Choose another one: $3=… make run"
}

keep_watch() {
  local name file
  while sleep 0.5; do
    for name in asterisk yihaotong outside; do
      [ "$name" = yihaotong ] || [ -n "${own_asterisk:-}" ] || continue
      recall "$RUN/$name.pid" >/dev/null || part_ended "$name" "$LOG/$name.log"
    done
    for name in postgres redis; do
      file=$VAR/services/run/$name.pid
      [ -e "$file" ] || continue
      recall "$file" >/dev/null || part_ended "$name" "$VAR/services/log/$name.log"
    done
  done
}

part_ended() {
  show_log "$2" 25
  die "$1 has ended; stopping the rest" "Its log: $2"
}

interrupted() {
  say ''
  say 'stopping'
  exit 0
}

# stop_all: the caller hangs up first, then who depends goes before what it
# depends on; each politely, then firmly.
stop_all() {
  local code=$?
  trap '' INT TERM HUP
  trap - EXIT
  if [ -n "${working:-}" ]; then kill -TERM -- "-$working" 2>/dev/null || true; fi
  end "$RUN/call.pid" TERM 5
  end "$RUN/yihaotong.pid" TERM 15 TERM 5
  end "$RUN/outside.pid" TERM 1
  end "$RUN/asterisk.pid" TERM 6
  "$ROOT/scripts/services.sh" down "$VAR/services"
  rm -f "$RUN"/{run.pid,sip,console}
  [ "$nr" = 0 ] || say 'stopped'
  exit "$code"
}

main
