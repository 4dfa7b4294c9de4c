#!/usr/bin/env bash
# asterisk-tree.sh: Asterisk 22 and SIPp 3.8 on a Debian that has neither.
#
# Debian 12 has no Asterisk, and installing one from a newer suite would upgrade
# libc, systemd and python of the whole machine. So we let a private apt (own
# state, own sources, no dpkg database) fetch Asterisk with everything it needs,
# C library included, and only unpack it into a folder. Nothing is installed, no
# root is needed, and the programs run through the loader of that folder.
#
# The result is kept as an archive with its checksum beside it, because suites
# move on; a folder already unpacked is recognised by a stamp.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

RECIPE=1                  # raise it when what lies in the tree must change
SUITES=(forky sid)        # first one that has Asterisk 22 is used
PACKAGES=(asterisk sip-tester)
ARCHIVE=$YHT_CACHE/asterisk-22-recipe$RECIPE-amd64.tar.gz

# Programs that maintainer scripts want and Asterisk does not: not unpacked.
UNWANTED='perl_*|perl-modules*|libperl*|perl-base*|dpkg_*|bash_*|coreutils_*|adduser_*|passwd_*|login*|util-linux*|systemd_*|gnupg*|gpg*|dirmngr*|debconf*|debianutils*|sed_*|tar_*|grep_*|gzip_*|findutils*|init-system*|hostname*|base-*|mawk*|diffutils*|sysvinit*|ncurses-*|libdb5*|tzdata*'

main() {
  if is_complete "$TREE"; then
    return
  fi
  [ "$(uname -m)" = x86_64 ] || die "Asterisk is unpacked for x86_64 only; this machine is $(uname -m)" \
    "Give a running Asterisk 22 with YHT_ASTERISK_URL=http://user:password@host:port instead."
  mkdir -p "$YHT_CACHE"
  # Two runs at once: the second waits and then finds the work done.
  exec 8>"$YHT_CACHE/.asterisk.lock"
  flock 8
  if is_complete "$TREE"; then
    return
  fi
  work=$(mktemp -d "$YHT_CACHE/.asterisk-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  mkdir "$work/tree"
  if ! from_archive; then from_debian; fi
  rm -rf "$TREE"
  mv "$work/tree" "$TREE"
}

is_complete() { [ "$(head -n1 "$1/.yihaotong-recipe" 2>/dev/null)" = "recipe $RECIPE" ]; }

from_archive() {
  [ -s "$ARCHIVE" ] || return 1
  (cd "$YHT_CACHE" && sha256sum -c --quiet "${ARCHIVE##*/}.sha256") >/dev/null 2>&1 || {
    say "  the archive $ARCHIVE does not match its checksum; fetching again"
    return 1
  }
  tar -C "$work/tree" -xzf "$ARCHIVE" && is_complete "$work/tree"
}

from_debian() {
  local suite
  for suite in "${SUITES[@]}"; do
    if fetch "$suite"; then
      unpack "$suite"
      keep
      return
    fi
    show_log "$work/apt.log" 8
    say "  suite $suite did not give Asterisk"
  done
  die "could not fetch Asterisk 22 from Debian's suites ${SUITES[*]} at $(mirror)" \
    "Is the mirror reachable? Another one: YHT_DEBIAN_MIRROR=http://… make install" \
    "Or give a running Asterisk 22: YHT_ASTERISK_URL=http://user:password@host:port"
}

# mirror prints the archive this machine's own packages come from: the first
# source, in either of apt's two notations, that offers the machine's suite.
mirror() {
  if [ -n "${YHT_DEBIAN_MIRROR:-}" ]; then
    printf '%s' "$YHT_DEBIAN_MIRROR"
    return
  fi
  local codename
  # shellcheck source=/dev/null
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-stable}")
  {
    find /etc/apt/sources.list.d -name '*.sources' -exec awk -v want="$codename" '
      function flush() { if (has && uri != "") print uri; has = 0; uri = "" }
      FNR == 1 || /^[[:space:]]*$/ { flush() }
      /^URIs:/ { uri = $2 }
      /^Suites:/ { for (i = 2; i <= NF; i++) if ($i == want) has = 1 }
      END { flush() }' {} + 2>/dev/null || true
    find /etc/apt/sources.list /etc/apt/sources.list.d -name '*.list' -exec awk -v want="$codename" '
      $1 == "deb" { i = 2; if ($i ~ /^\[/) { while ($i !~ /\]$/) i++; i++ }
                    if ($(i + 1) == want) print $i }' {} + 2>/dev/null || true
  } | head -n1
}

fetch() {
  local suite=$1 apt=$work/apt keyring=/usr/share/keyrings/debian-archive-keyring.gpg from
  from=$(mirror)
  [ -n "$from" ] || die "no Debian mirror found in /etc/apt" "Name one: YHT_DEBIAN_MIRROR=http://…"
  [ -r "$keyring" ] || die "$keyring is missing" "apt-get install debian-archive-keyring"
  rm -rf "$apt" && mkdir -p "$apt"/{lists/partial,cache/archives/partial,etc}
  : >"$apt/status"
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
    "$from" "$suite" "$keyring" >"$apt/etc/suite.sources"
  # The machine's own hooks stay out (some of them empty apt's cache), its way
  # to the network (proxies, retries) is taken over.
  cat >"$apt/apt.conf" <<CONF
Dir::Etc::sourcelist "$apt/etc/suite.sources";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::State "$apt";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Debug::NoLocking "true";
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
Acquire::Retries "3";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
CONF
  apt-config dump 2>/dev/null | grep -E '^Acquire::(https?|ForceIPv[46])' >>"$apt/apt.conf" || true
  APT_CONFIG=$apt/apt.conf apt-get -q -y update >"$work/apt.log" 2>&1 || return 1
  APT_CONFIG=$apt/apt.conf apt-get -q -y --download-only install "${PACKAGES[@]}" >>"$work/apt.log" 2>&1
}

unpack() {
  local deb
  for deb in "$work"/apt/cache/archives/*.deb; do
    if unwanted "${deb##*/}"; then continue; fi
    dpkg-deb -x "$deb" "$work/tree"
  done
  rm -rf "$work"/tree/usr/share/{man,locale,doc,doc-base,lintian,bug,info,perl*,snmp,gnupg} "$work"/tree/usr/lib/{systemd,apt}
  local link
  for link in lib lib64; do
    [ -e "$work/tree/$link" ] || ln -s "usr/$link" "$work/tree/$link"
  done
  check
  {
    printf 'recipe %s\nsuite %s\n' "$RECIPE" "$1"
    (cd "$work/apt/cache/archives" && sha256sum ./*.deb)
  } >"$work/tree/.yihaotong-recipe"
}

unwanted() {
  local pattern
  while IFS= read -r -d '|' pattern; do
    # shellcheck disable=SC2053
    if [[ $1 == $pattern ]]; then return 0; fi
  done <<<"$UNWANTED|"
  return 1
}

# check starts both programs: a tree that cannot even say its version is no use.
check() {
  local ld=("$work/tree/usr/lib64/ld-linux-x86-64.so.2" --library-path "$work/tree/usr/lib/x86_64-linux-gnu") said
  said=$("${ld[@]}" "$work/tree/usr/sbin/asterisk" -V 2>&1) || die "the unpacked Asterisk does not start: $said"
  [[ $said == "Asterisk 22."* ]] || die "expected Asterisk 22, the suite holds: $said"
  # SIPp ends with 99 after saying its version.
  said=$("${ld[@]}" "$work/tree/usr/bin/sipp" -v 2>&1 || true)
  [[ $said == *"SIPp v3."* ]] || die "the unpacked SIPp does not start: $said"
}

keep() {
  # gzip's fastest level: every machine has it, and the archive is read once.
  tar -C "$work/tree" -c . | gzip -1 >"$work/archive"
  mv "$work/archive" "$ARCHIVE"
  (cd "$YHT_CACHE" && sha256sum "${ARCHIVE##*/}" >"${ARCHIVE##*/}.sha256")
}

main "$@"
