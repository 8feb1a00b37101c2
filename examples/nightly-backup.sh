#!/bin/sh
# Packs a directory, uploads it, keeps the last local copies, and does what each exit code asks for.
#
#   nightly-backup.sh /etc /nightly/host1/
set -u

directory=${1:?the directory to pack}
destination=${2:?the directory on the server, with its slash}
keep=${BACKUP_DIR:-/var/backups/cosup}

mkdir -p "$keep" || exit 1
archive=$keep/$(date +%Y-%m-%d).tar.gz

# Packed once a day: a second run goes on with the same archive instead of making another one.
if [ ! -e "$archive" ]; then
  tar -czf "$archive.part" -C "$directory" . && mv "$archive.part" "$archive" || exit 1
fi

cosup put --quiet "$archive" "$destination"
code=$?

case $code in
  0)
    # The object is proved to be there; older archives may go.
    find "$keep" -name '*.tar.gz' -mtime +7 -exec rm -f {} +
    ;;
  75 | 129 | 130 | 143) echo "not finished; the next run goes on with $archive" >&2 ;;
  76) echo "another cosup is at it" >&2; code=0 ;;
  65) echo "$archive changed while it was uploaded: remove it and run again" >&2 ;;
  73) echo "$destination holds another archive of today: look at both" >&2 ;;
  77) echo "the credentials are refused: cosup doctor" >&2 ;;
  78) echo "the settings are wrong: cosup doctor" >&2 ;;
  *) echo "cosup ended with $code" >&2 ;;
esac
exit "$code"
