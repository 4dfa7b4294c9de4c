#!/usr/bin/env bash
# install.sh GROUP...: makes sure that what a target needs is on this machine.
#
#   services   PostgreSQL and Redis (the programs; their system services stay off);
#              also one by one: postgres, redis
#   phone      baresip, a telephone that others wrote, for the tests
#   asterisk   Asterisk 22 and SIPp 3.8, unpacked below $YHT_CACHE/asterisk
#   speech     espeak-ng and sox, for prompts and the sample caller's voice
#   browser    Chromium and Chinese fonts, for the browser test
#   front      the front end's npm packages
#   tools      C compiler (go test -race), Go modules, golangci-lint, gotestsum
#
# Takes about a second when everything is there. apt, the Asterisk tree, npm and
# the Go tools work at the same time; each says one line when it is done.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

declare -A NAMES=([postgres]='PostgreSQL' [redis]='Redis' [phone]='baresip' [speech]='espeak-ng, sox' [browser]='Chromium, Chinese fonts' [tools]='C compiler')

main() {
  [ $# -gt 0 ] || die "which groups?" "usage: $0 services|phone|asterisk|speech|browser|front|tools ..."
  local group groups=()
  for group in "$@"; do
    case $group in
      services) groups+=(postgres redis) ;;
      postgres | redis | phone | asterisk | speech | browser | front | tools) groups+=("$group") ;;
      *) die "unknown group $group" "known: services phone asterisk speech browser front tools" ;;
    esac
  done
  set -- "${groups[@]}"
  jobs_dir=$(mktemp -d)
  trap 'rm -rf "$jobs_dir"' EXIT
  trap 'stop_jobs; exit 130' INT TERM HUP
  job packages install_packages "$@"
  for group in "$@"; do
    case $group in
      asterisk) job asterisk install_asterisk ;;
      browser) job browser install_npm integration/browser ;;
      front) job front install_npm web/console ;;
      tools) job tools install_tools ;;
    esac
  done
  wait_jobs
}

# ---- jobs: side by side, one line each ---------------------------------------

declare -A JOBS=()

# job NAME COMMAND...: its own words go to a file, shown if it fails.
job() {
  local name=$1
  shift
  # A process group each, so that stopping one stops what it called, too.
  set -m
  ("$@") 3>&2 >"$jobs_dir/$name.log" 2>&1 </dev/null &
  JOBS[$name]=$!
  set +m
}

wait_jobs() {
  local name failed=''
  for name in "${!JOBS[@]}"; do
    if ! wait "${JOBS[$name]}"; then failed+=" $name"; fi
  done
  [ -n "$failed" ] || return 0
  for name in $failed; do
    printf '%serror: installing "%s" failed%s\n' "$RED" "$name" "$PLAIN" >&2
    tail -n 25 "$jobs_dir/$name.log" | sed 's/^/  | /' >&2
  done
  exit 1
}

stop_jobs() {
  local name
  for name in "${!JOBS[@]}"; do kill -TERM -- "-${JOBS[$name]}" 2>/dev/null || true; done
  wait
}

# done_ and doing report to the terminal from inside a job (descriptor 3).
done_() { report "$@" 2>&3; }
doing() { printf '  %-10s %s\n' "$1" "$2 …" >&3; }

# ---- Debian packages ----------------------------------------------------------

# wanted GROUP prints "package<TAB>sign" lines: the sign is a command or a path
# that shows that the thing is there, wherever it came from.
wanted() {
  case $1 in
    postgres) printf '%s\t%s\n' postgresql '/usr/lib/postgresql/*/bin/postgres' ;;
    redis) printf '%s\t%s\n' redis-server redis-server ;;
    phone) printf '%s\t%s\n' baresip-core baresip ;;
    speech) printf '%s\t%s\n' espeak-ng espeak-ng sox sox ;;
    browser) printf '%s\t%s\n' chromium chromium fonts-noto-cjk '/usr/share/fonts/*/noto/NotoSansCJK*' ;;
    tools) printf '%s\t%s\n' gcc cc libc6-dev /usr/include/stdlib.h ;;
  esac
}

there() {
  case $1 in
    /*) compgen -G "$1" >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

install_packages() {
  local start group package sign missing=() names=''
  start=$(micros)
  for group in "$@"; do
    [ -z "${NAMES[$group]:-}" ] || names+=", ${NAMES[$group]}"
    while IFS=$'\t' read -r package sign; do
      there "$sign" || missing+=("$package")
    done < <(wanted "$group")
  done
  [ -n "$names" ] || return 0
  if [ ${#missing[@]} -eq 0 ]; then
    done_ packages "${names#, }: all there" "$start"
    return
  fi
  if [ "$(id -u)" != 0 ]; then
    die "these Debian packages are missing: ${missing[*]}" "As root, run:" \
      "apt-get update && apt-get install --no-install-recommends ${missing[*]}"
  fi
  doing packages "installing ${missing[*]}"
  apt_install "${missing[@]}"
  done_ packages "installed ${missing[*]}" "$start"
}

APT=(apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0)

apt_install() {
  local attempt
  export DEBIAN_FRONTEND=noninteractive
  keep_services_off
  for attempt in 1 2 3; do
    # One unreachable third-party source makes update fail although all we
    # need is there; whether it was enough, the installation shows.
    "${APT[@]}" update || true
    refuse_libc_upgrade "$@"
    if "${APT[@]}" install --no-install-recommends --no-upgrade "$@"; then
      disable_units "$@"
      return
    fi
    echo "attempt $attempt failed"
    sleep $((attempt * 5))
  done
  die "apt could not install: $*" "Its own words are above. By hand: apt-get update && apt-get install $*"
}

# refuse_libc_upgrade: a machine with sources of several suites must not get
# another C library because of us (security updates of its own are fine).
refuse_libc_upgrade() {
  local plan old new
  plan=$("${APT[@]}" -s install --no-install-recommends --no-upgrade "$@" 2>/dev/null | sed -n 's/^Inst libc6 \[\([^]]*\)\] (\([^ ]*\).*/\1 \2/p' || true)
  read -r old new <<<"$plan" || true
  if [ -n "$plan" ] && [ "${old%%-*}" != "${new%%-*}" ]; then
    die "installing $* would upgrade libc6 from $old to $new: refused" "Pin your newer suite lower in /etc/apt/preferences.d and run this again."
  fi
}

POLICY=/usr/sbin/policy-rc.d

# Debian starts PostgreSQL and Redis when they are installed. We run our own
# instances and want none of the system's, so start-up is refused meanwhile.
keep_services_off() {
  if [ -x "$POLICY" ]; then
    local answer=0
    "$POLICY" redis-server start >/dev/null 2>&1 || answer=$?
    [ "$answer" != 101 ] || return 0
    mv "$POLICY" "$POLICY.before-yihaotong"
  fi
  printf '#!/bin/sh\n# While Yihaotong installs packages; removed afterwards.\nexit 101\n' >"$POLICY"
  chmod 755 "$POLICY"
  trap 'rm -f "$POLICY"; [ ! -e "$POLICY.before-yihaotong" ] || mv "$POLICY.before-yihaotong" "$POLICY"' EXIT
  trap 'exit 130' INT TERM HUP
}

# disable_units: nor shall they start with the machine, having come for us.
disable_units() {
  command -v systemctl >/dev/null || return 0
  case " $* " in *' postgresql '*) systemctl disable postgresql.service || true ;; esac
  case " $* " in *' redis-server '*) systemctl disable redis-server.service || true ;; esac
}

# ---- Asterisk -----------------------------------------------------------------

install_asterisk() {
  local start what='unpacked'
  start=$(micros)
  if [ -e "$TREE/.yihaotong-recipe" ]; then
    what='there'
  else
    doing asterisk 'fetching Asterisk 22 and SIPp 3.8 (about 90 MB)'
  fi
  "$ROOT/scripts/asterisk-tree.sh"
  done_ asterisk "Asterisk 22, SIPp 3.8: $what" "$start"
}

# ---- npm ------------------------------------------------------------------------

# install_npm FOLDER runs npm ci unless its packages are those of the lock file:
# by our mark, or because npm has been at work since the lock file was written.
install_npm() {
  local folder=$1 name=${1##*/} modules=$ROOT/$1/node_modules start mark
  start=$(micros)
  [ -e "$ROOT/$folder/package-lock.json" ] || return 0
  command -v npm >/dev/null || die "npm is missing" "Node.js 20 or newer is needed, with npm, on the PATH."
  mark="$(sha256sum <"$ROOT/$folder/package-lock.json") $(node --version)"
  if [ "$(cat "$modules/.yihaotong" 2>/dev/null)" = "$mark" ] ||
    [ "$modules/.package-lock.json" -nt "$ROOT/$folder/package-lock.json" ]; then
    done_ npm "$name: packages there" "$start"
    return
  fi
  doing npm "$name: npm ci"
  # No browser is downloaded: the tests use Debian's Chromium.
  (cd "$ROOT/$folder" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --fetch-retries=5)
  printf '%s' "$mark" >"$modules/.yihaotong"
  done_ npm "$name: packages installed" "$start"
}

# ---- Go -------------------------------------------------------------------------

install_tools() {
  local start mark
  start=$(micros)
  command -v go >/dev/null || die "Go is missing" "Go 1.26 or newer is needed on the PATH."
  cd "$ROOT" || return
  mark="$(cat tools.mod tools.sum | sha256sum) $(go env GOVERSION)"
  if [ "$(cat "$TOOLBIN/.yihaotong" 2>/dev/null)" = "$mark" ]; then
    done_ tools 'golangci-lint, gotestsum: there' "$start"
  else
    doing tools 'building golangci-lint and gotestsum (1 to 2 minutes)'
    mkdir -p "$TOOLBIN"
    retry go mod download -modfile=tools.mod
    CGO_ENABLED=0 go build -trimpath -modfile=tools.mod -o "$TOOLBIN/" tool
    printf '%s' "$mark" >"$TOOLBIN/.yihaotong"
    done_ tools 'golangci-lint, gotestsum: built' "$start"
  fi
  start=$(micros)
  retry go mod download
  done_ tools 'Go modules: there' "$start"
}

retry() {
  local attempt
  for attempt in 1 2 3; do
    if "$@"; then return 0; fi
    sleep $((attempt * 3))
  done
  return 1
}

main "$@"
