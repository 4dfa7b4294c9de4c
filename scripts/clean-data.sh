#!/usr/bin/env bash
# clean-data.sh: removes everything a run has left in var/, recordings included.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

if pid=$(recall "$ROOT/var/run/run.pid"); then
  die "Yihaotong is running (process $pid)" "Stop it first with Ctrl-C in its terminal."
fi
[ -d "$ROOT/var" ] || { say "nothing to remove"; exit 0; }
say "This removes $ROOT/var: database, recordings, journal, logs, passwords ($(du -sh "$ROOT/var" | cut -f1))."
read -r -p 'Type yes to go on: ' answer || answer=''
[ "$answer" = yes ] || die "nothing was removed"
"$ROOT/scripts/services.sh" down "$ROOT/var/services"
# The database may lie elsewhere, if user postgres cannot enter this folder.
if home=$(cat "$ROOT/var/services/run/postgres.home" 2>/dev/null); then rm -rf "${home:?}/pg"; fi
rm -rf "${ROOT:?}/var"
say 'removed'
