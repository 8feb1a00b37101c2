#!/bin/sh
# Ships rotated logs and removes each once its object is proved. Run it after logrotate, as often as
# you like: what is there already is not sent again, and two runs that meet do no harm. logrotate needs
# "dateext", so that each file keeps its name.
#
#   ship-logs.sh /var/log/nginx /logs/host1/nginx/
set -u

directory=${1:?the directory of the logs}
destination=${2:?the directory on the server, with its slash}

# Compressed files only: logrotate no longer writes to those.
find "$directory" -maxdepth 1 -type f -name '*.gz' -print0 |
  cosup put --quiet --remove-source --files-from - --null "$destination"
code=$?

# Nothing finished is lost when the network is down; the rest goes next time.
[ "$code" -eq 75 ] || [ "$code" -eq 76 ] && code=0
exit "$code"
