#!/bin/sh
# Uploads a database dump without a dump file, and never an incomplete one.
#
#   dump-database.sh /backups/db/2026-11-22.sql pg_dump mydb
#
# In "dump | cosup" a dump that dies looks like one that ends. Here this script holds the pipe open, so
# that cosup sees its end only once the dump is known to be good; a dump that failed stops cosup, and
# nothing has been sent until then.
set -u

destination=${1:?the object on the server}
shift
[ $# -gt 0 ] || { echo "the command that dumps is missing" >&2; exit 2; }

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkfifo "$work/pipe" || exit 1

cosup put --quiet - "$destination" <"$work/pipe" &
cosup=$!
exec 3>"$work/pipe"

if "$@" >&3; then
  exec 3>&-
  wait "$cosup"
else
  code=$?
  kill "$cosup"
  exec 3>&-
  wait "$cosup"
  echo "the dump failed with $code; nothing was uploaded" >&2
  exit "$code"
fi
