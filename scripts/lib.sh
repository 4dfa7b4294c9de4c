# shellcheck shell=bash disable=SC2034
# (what looks unused here is used by the scripts that source this file)
#
# Shared by the scripts in this folder; sourced, never run.
#
# Progress goes to standard error, so that a script may print something to be
# read by another program on standard output.

set -euo pipefail
# One locale everywhere: it decides the decimal point of EPOCHREALTIME, the
# order of sort and the language of the error texts people will search for.
export LC_ALL=C.UTF-8

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
YHT_CACHE=${YHT_CACHE:-${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/yihaotong}
TREE=$YHT_CACHE/asterisk
TOOLBIN=$YHT_CACHE/bin
# Asterisk and SIPp come from a newer Debian than the machine's: they run with
# the C library unpacked beside them, through its own loader.
TREE_LD=("$TREE/usr/lib64/ld-linux-x86-64.so.2" --library-path "$TREE/usr/lib/x86_64-linux-gnu")

if [ -t 2 ]; then
  BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' GREEN=$'\e[32m' PLAIN=$'\e[0m'
else
  BOLD='' DIM='' RED='' GREEN='' PLAIN=''
fi

# ---- saying things ----------------------------------------------------------

say() { printf '%s\n' "$*" >&2; }

# die MESSAGE [HINT...] ends the script with what went wrong and what to do.
die() {
  printf '%s%s%s\n' "$RED" "error: $1" "$PLAIN" >&2
  shift
  local hint
  for hint in "$@"; do printf '  %s\n' "$hint" >&2; done
  exit 1
}

# show_log FILE [LINES] shows the end of a log, set off from our own words.
show_log() {
  [ -s "$1" ] || return 0
  say "${DIM}--- last lines of $1${PLAIN}"
  tail -n "${2:-20}" "$1" | sed 's/^/  | /' >&2
}

micros() { printf '%s' "${EPOCHREALTIME/./}"; }

# since START prints how long ago that was, as "0.4 s" or "3 min 5 s".
since() {
  local us=$((${EPOCHREALTIME/./} - $1))
  if ((us >= 60000000)); then
    printf '%d min %d s' $((us / 60000000)) $((us % 60000000 / 1000000))
  else
    printf '%d.%d s' $((us / 1000000)) $((us % 1000000 / 100000))
  fi
}

# report NAME WHAT START: one finished step on one line.
report() { printf '  %s%-10s%s %s %s(%s)%s\n' "$GREEN" "$1" "$PLAIN" "$2" "$DIM" "$(since "$3")" "$PLAIN" >&2; }

# ---- processes --------------------------------------------------------------
# A pid alone says little: it may be somebody else's by now. We keep it with the
# time the process was started, which the kernel never gives out twice together.

# birth PID prints when the process was started (clock ticks since boot).
birth() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  [ -n "$stat" ] || return 1
  stat=${stat##*) } # the name before it may hold blanks and brackets
  # shellcheck disable=SC2086
  set -- $stat
  [ "$1" != Z ] || return 1
  printf '%s' "${20}"
}

# remember FILE PID writes a pid file that `recall` can trust.
remember() {
  local born
  born=$(birth "$2") || return 1
  printf '%s %s\n' "$2" "$born" >"$1.new" && mv "$1.new" "$1"
}

# recall FILE prints the pid in FILE if that very process still runs.
recall() {
  local pid born
  [ -r "$1" ] && read -r pid born <"$1" || return 1
  [ "$(birth "$pid" || true)" = "$born" ] || return 1
  printf '%s' "$pid"
}

# end FILE SIGNAL SECONDS [SIGNAL SECONDS...] ends the process remembered in
# FILE: each signal in turn, waiting that long for it to help, then KILL.
end() {
  local file=$1 pid tick
  shift
  while pid=$(recall "$file"); do
    if [ $# -lt 2 ]; then
      kill -KILL "$pid" 2>/dev/null || true
      set -- none 5
    fi
    [ "$1" = none ] || kill "-$1" "$pid" 2>/dev/null || true
    for ((tick = 0; tick < $2 * 20; tick++)); do
      recall "$file" >/dev/null || break 2
      sleep 0.05
    done
    [ "$1" != none ] || return 1
    shift 2
  done
  rm -f "$file"
}

# ---- ports ------------------------------------------------------------------
# Read from the kernel's own tables, so that no extra program is needed.

# port_taken tcp|udp PORT: somebody on this machine listens there.
port_taken() {
  local hex state='0A'
  printf -v hex '%04X' "$2"
  [ "$1" = tcp ] || state='07'
  awk -v port=":$hex" -v state="$state" '
    FNR > 1 && $4 == state && substr($2, length($2) - 4) == port { found = 1; exit }
    END { exit !found }' "/proc/net/$1" "/proc/net/${1}6" 2>/dev/null
}

# free_port tcp|udp FIRST LAST prints a port of that range nobody listens on.
# Ranges stay below 32768, where the kernel takes ports for outgoing traffic.
free_port() {
  local port try
  for ((try = 0; try < 200; try++)); do
    port=$(($2 + (RANDOM * 32768 + RANDOM) % ($3 - $2 + 1)))
    if ! port_taken "$1" "$port"; then
      printf '%d' "$port"
      return
    fi
  done
  return 1
}

# http_status URL prints the status code of a GET, nothing if there is no answer.
http_status() {
  local rest=${1#http://} authority path reply
  authority=${rest%%/*}
  path=/${rest#"$authority"}
  path=/${path##/}
  reply=$(
    exec 2>/dev/null # nobody there: said by the empty answer
    exec 3<>"/dev/tcp/${authority%:*}/${authority##*:}" || exit 0
    printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' "$path" "$authority" >&3
    IFS=' ' read -r -t 5 _ code _ <&3 && printf '%s' "$code"
  ) || true
  printf '%s' "$reply"
}

# ---- files ------------------------------------------------------------------

# digest FILE-OR-FOLDER... prints one hash over names and contents.
# Dependencies and built files below a folder do not count.
digest() {
  find "$@" \( -name node_modules -o -name dist -o -name test-results -o -name coverage \) -prune \
    -o -type f -print0 | sort -z | xargs -0 -r sha256sum | sha256sum | cut -c1-16
}

# secret FILE prints the password kept in FILE, made up at the first use.
secret() {
  if [ ! -s "$1" ]; then
    mkdir -p "$(dirname "$1")"
    (umask 077 && od -An -N12 -tx1 /dev/urandom | tr -d ' \n' >"$1")
  fi
  cat "$1"
}
