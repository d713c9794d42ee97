#!/bin/sh
# npm_packages.sh FOLDER: the locked npm packages of a folder of tests, where they are missing or of
# another lock.
set -eu
cd "$1"

cmp -s package-lock.json node_modules/.slipway-lock && exit 0
log=$(mktemp)
npm ci --ignore-scripts --no-audit --no-fund >"$log" 2>&1 || {
  tail -n 5 "$log"
  rm -f "$log"
  echo "0 passed, 1 failed"
  exit 1
}
rm -f "$log"
cp package-lock.json node_modules/.slipway-lock
