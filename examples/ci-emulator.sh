#!/bin/sh
# Tests a deployment script in CI against the emulator: no account, no network, any CI system.
set -eu

work=$(mktemp -d)
cosup emulator --listen 127.0.0.1:0 --root "$work/server" >"$work/said" &
emulator=$!
trap 'kill "$emulator"; rm -rf "$work"' EXIT

# Its first line is the address, once it can be used.
until [ -s "$work/said" ]; do
  kill -0 "$emulator" || exit 1
  sleep 0.1
done

COSUP_ENDPOINT=$(head -n 1 "$work/said")
export COSUP_ENDPOINT COSUP_STATE_DIR="$work/state" COSUP_APPID=1250000000
export COSUP_SECRET_ID=AKIDdemodemodemodemodemodemodemodemo
export COSUP_SECRET_KEY=demokeydemokeydemokeydemokeydemo
cosup doctor --upload /ci/

# What is to be tested; here an upload and its check.
echo "release 1.2.3" >"$work/release.txt"
cosup put "$work/release.txt" /ci/releases/
cosup verify "$work/release.txt" /ci/releases/
cmp "$work/release.txt" "$work/server/1250000000/ci/releases/release.txt"
echo "all is well"
