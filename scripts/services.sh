#!/usr/bin/env bash
# services.sh: PostgreSQL and Redis of our own, in a folder, on own ports.
#
#   services.sh up DIR [--fast] [--with PID]   start; prints the addresses as shell exports
#   services.sh down DIR                       stop what `up DIR` started, nothing else
#
#   eval "$(scripts/services.sh up /tmp/x --fast)"
#   go test ./...
#   scripts/services.sh down /tmp/x
#
# --fast        for tests: nothing is made safe against a power cut (fsync off),
#               free ports are picked, and `down` removes the data
# --with PID    stop by themselves when that process has gone, however it ended
#
# Ports without --fast: YHT_POSTGRES_PORT (12332), YHT_REDIS_PORT (12379). A
# server whose address is given by YHT_POSTGRES_URL or YHT_REDIS_URL is not
# started (without --fast; tests never touch a given server).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

usage() { die "usage: $0 up DIR [--fast] [--with PID]" "       $0 down DIR"; }

main() {
  local verb=${1:-} fast='' with=''
  [ $# -ge 2 ] || usage
  dir=$2
  shift 2
  while [ $# -gt 0 ]; do
    case $1 in
      --fast) fast=yes ;;
      --with)
        with=${2:-}
        shift
        ;;
      *) usage ;;
    esac
    shift
  done
  case $verb in
    up) up ;;
    down) down ;;
    watch) watch ;; # for start_watch only
    *) usage ;;
  esac
}

up() {
  mkdir -p "$dir"/{run,log,redis}
  dir=$(cd "$dir" && pwd -P)
  exec 7>"$dir/run/lock"
  flock 7
  leave_the_dying
  local postgres_url='' redis_url=''
  if [ -z "$fast" ]; then
    postgres_url=${YHT_POSTGRES_URL:-}
    redis_url=${YHT_REDIS_URL:-}
  fi
  if [ -z "$postgres_url" ]; then
    postgres_up
    postgres_url="postgres://yht@127.0.0.1:$(cat "$dir/run/postgres.port")/yht?sslmode=disable"
  fi
  if [ -z "$redis_url" ]; then
    redis_up
    redis_url="redis://127.0.0.1:$(cat "$dir/run/redis.port")/0"
  fi
  [ -z "$with" ] || start_watch
  print_export YHT_POSTGRES_URL "$postgres_url"
  print_export YHT_REDIS_URL "$redis_url"
  if [ -n "$fast" ]; then
    print_export YHT_TEST_POSTGRES_URL "$postgres_url"
    print_export YHT_TEST_REDIS_URL "$redis_url"
  fi
}

print_export() { printf 'export %s=%s\n' "$1" "${2@Q}"; }

down() {
  [ -d "$dir/run" ] || return 0
  dir=$(cd "$dir" && pwd -P)
  exec 7>"$dir/run/lock"
  flock 7
  stop
}

stop() {
  # INT is PostgreSQL's fast stop, QUIT its immediate one.
  end "$dir/run/postgres.pid" INT 10 QUIT 5
  end "$dir/run/redis.pid" TERM 5
  end "$dir/run/watch.pid" TERM 2
  if [ -e "$dir/run/fast" ]; then
    rm -rf "$(cat "$dir/run/postgres.home")/pg" "$dir"/redis "$dir"/run/{fast,postgres.*,redis.*}
    rmdir "$(elsewhere)" 2>/dev/null || true
  fi
}

# ---- PostgreSQL ---------------------------------------------------------------

postgres_up() {
  if recall "$dir/run/postgres.pid" >/dev/null; then return; fi
  [ -z "$fast" ] || : >"$dir/run/fast"
  local home
  home=$(postgres_home)
  printf '%s' "$home" >"$dir/run/postgres.home"
  bin=$(dirname "$(compgen -G '/usr/lib/postgresql/*/bin/postgres' | sort -V | tail -n1)")
  [ -x "$bin/postgres" ] || die "PostgreSQL is not installed" "scripts/install.sh services"
  [ -s "$home/pg/PG_VERSION" ] || postgres_init "$home"
  [ "$(cat "$home/pg/PG_VERSION")" = "$("$bin/postgres" -V | sed 's/.* \([0-9]*\)\..*/\1/')" ] ||
    die "the data in $home/pg is of PostgreSQL $(cat "$home/pg/PG_VERSION"), installed is $("$bin/postgres" -V)" \
      "Move it over with pg_upgrade, or start anew: make clean-data"
  adopt "$home" && return
  local port attempt
  for attempt in 1 2 3 4 5; do
    port=$(pick_port "${YHT_POSTGRES_PORT:-12332}" YHT_POSTGRES_PORT)
    # pg_ctl waits until the server takes connections; it writes its pid itself.
    if as_postgres "$bin/pg_ctl" -D "$home/pg" -w -t 60 -s \
      -o "-c port=$port -c unix_socket_directories='$(socket_dir "$home")' ${fast:+$FAST}" \
      start >>"$dir/log/postgres.log" 2>&1 7>&- </dev/null; then
      remember "$dir/run/postgres.pid" "$(head -n1 "$home/pg/postmaster.pid")"
      printf '%s' "$port" >"$dir/run/postgres.port"
      postgres_database "$port"
      return
    fi
    # Somebody was quicker with this port: only a picked one may be changed.
    [ -n "$fast" ] || break
  done
  show_log "$dir/log/postgres.log"
  die "PostgreSQL did not start (attempt $attempt)"
}

# adopt HOME: a server of ours that runs on this data already, because we were
# killed before we could write its pid down.
adopt() {
  local lines
  [ -r "$1/pg/postmaster.pid" ] || return 1
  mapfile -t lines <"$1/pg/postmaster.pid"
  tr '\0' ' ' 2>/dev/null <"/proc/${lines[0]}/cmdline" | grep -qF -- "-D $1/pg " || return 1
  remember "$dir/run/postgres.pid" "${lines[0]}" || return 1
  printf '%s' "${lines[3]}" >"$dir/run/postgres.port"
  postgres_database "${lines[3]}"
}

# Nothing here survives a power cut: tests only. A schema per test and tests
# side by side want many connections.
FAST='-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=500'

postgres_init() {
  rm -rf "$1/pg"
  if [ "$(id -u)" = 0 ]; then
    install -d -o postgres -g postgres -m 700 "$1/pg"
  else
    install -d -m 700 "$1/pg"
  fi
  as_postgres "$bin/initdb" -D "$1/pg" -U yht --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
    ${fast:+--no-sync} >>"$dir/log/postgres.log" 2>&1 7>&- || {
    show_log "$dir/log/postgres.log"
    die "initdb failed in $1/pg"
  }
  cat >>"$1/pg/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
max_connections = 200
log_line_prefix = '%m [%p] %u@%d '
CONF
}

postgres_database() {
  local is_there
  is_there=$("$bin/psql" -XAtq -h 127.0.0.1 -p "$1" -U yht -d postgres -c "SELECT 1 FROM pg_database WHERE datname = 'yht'")
  [ "$is_there" = 1 ] || "$bin/createdb" -h 127.0.0.1 -p "$1" -U yht yht
}

# as_postgres COMMAND: PostgreSQL refuses to run as root. setpriv and not
# runuser, because it becomes the command instead of waiting beside it.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
  else
    "$@"
  fi
}

# postgres_home prints where PostgreSQL's data lives: DIR, unless user postgres
# cannot get there (a project below /root, say), then a folder of its own.
postgres_home() {
  if as_postgres test -x "$dir"; then
    printf '%s' "$dir"
    return
  fi
  local other
  other=$(elsewhere)
  mkdir -m 711 "$other" 2>/dev/null || true
  if [ -L "$other" ] || ! [ -O "$other" ]; then
    die "$other is not ours" "Remove it, or put the project where user postgres can enter."
  fi
  chmod 711 "$other"
  printf '%s' "$other"
}

elsewhere() { printf '/var/tmp/yihaotong-%s' "$(printf '%s' "$dir" | sha256sum | cut -c1-12)"; }

# socket_dir: a socket's path may have 107 bytes at most; in deeper folders
# there is none (we connect over TCP anyway).
socket_dir() { if [ ${#1} -lt 80 ]; then printf '%s/pg' "$1"; fi; }

# ---- Redis ----------------------------------------------------------------------

redis_up() {
  if recall "$dir/run/redis.pid" >/dev/null; then return; fi
  command -v redis-server >/dev/null || die "Redis is not installed" "scripts/install.sh services"
  local port attempt pid keep=(--appendonly yes --appendfsync everysec)
  # Tests take a database each.
  [ -z "$fast" ] || keep=(--appendonly no --databases 512)
  for attempt in 1 2 3 4 5; do
    port=$(pick_port "${YHT_REDIS_PORT:-12379}" YHT_REDIS_PORT)
    setsid redis-server --bind 127.0.0.1 --port "$port" --dir "$dir/redis" --save '' "${keep[@]}" \
      --daemonize no >>"$dir/log/redis.log" 2>&1 7>&- </dev/null &
    pid=$!
    if redis_ready "$port" "$pid"; then
      remember "$dir/run/redis.pid" "$pid"
      printf '%s' "$port" >"$dir/run/redis.port"
      return
    fi
    kill "$pid" 2>/dev/null || true
    [ -n "$fast" ] || break
  done
  show_log "$dir/log/redis.log"
  die "Redis did not start (attempt $attempt)"
}

# redis_ready PORT PID: that process, and no other Redis, answers on the port.
redis_ready() {
  local tick
  for ((tick = 0; tick < 400; tick++)); do
    birth "$2" >/dev/null || return 1
    if redis-cli -h 127.0.0.1 -p "$1" info server 2>/dev/null | tr -d '\r' | grep -qx "process_id:$2"; then
      redis-cli -h 127.0.0.1 -p "$1" ping 2>/dev/null | grep -q PONG && return 0
    fi
    sleep 0.025
  done
  return 1
}

# ---- both -----------------------------------------------------------------------

# pick_port FIXED VARIABLE prints the port to use: for tests any free one.
pick_port() {
  if [ -n "$fast" ]; then
    free_port tcp 13000 19999
  elif port_taken tcp "$1"; then
    die "port $1 is in use by another program" "Choose another one: $2=..."
  else
    printf '%d' "$1"
  fi
}

# leave_the_dying: servers whose owner has just been killed are about to be
# stopped by their watch; stop them now rather than hand them out.
leave_the_dying() {
  if recall "$dir/run/watch.pid" >/dev/null && ! recall "$dir/run/owner.pid" >/dev/null; then stop; fi
}

# start_watch leaves a process behind that stops the servers once PID has gone:
# a trap in the caller does not run when the caller is killed outright.
start_watch() {
  end "$dir/run/watch.pid" TERM 2
  remember "$dir/run/owner.pid" "$with" || die "there is no process $with"
  setsid "$ROOT/scripts/services.sh" watch "$dir" >/dev/null 2>&1 7>&- </dev/null &
  remember "$dir/run/watch.pid" $!
}

watch() {
  while recall "$dir/run/owner.pid" >/dev/null; do sleep 0.5; done
  exec 7>"$dir/run/lock"
  flock 7
  # From here on it must not end itself.
  rm -f "$dir/run/watch.pid"
  stop
}

main "$@"
