#!/bin/sh
# Checks the OpenAPI documents of protocol/ and the programs' real answers against them: starts a cloud
# and two daemons from SLIPWAY_BIN_DIR, calls every route, refusals included. Prints each finding
# and "N passed, N failed". Skips, with a message, where the validators cannot be installed.
set -eu
cd "$(dirname "$0")"

skip() {
  echo "skipped: $1"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
}

command -v node >/dev/null || skip "there is no node here"
command -v npm >/dev/null || skip "there is no npm here"
if ! cmp -s package-lock.json node_modules/.slipway-lock; then
  log=$(mktemp)
  npm ci --ignore-scripts --no-audit --no-fund >"$log" 2>&1 || {
    tail -n 5 "$log"
    rm -f "$log"
    skip "npm ci failed"
  }
  rm -f "$log"
  cp package-lock.json node_modules/.slipway-lock
fi

SLIPWAY_BIN_DIR=${SLIPWAY_BIN_DIR:-$(cd ../.. && pwd)/build/bin}
export SLIPWAY_BIN_DIR
exec node check.mjs
