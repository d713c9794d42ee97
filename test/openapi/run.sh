#!/bin/sh
# Checks the OpenAPI documents of protocol/ and the programs' real answers against them: starts a cloud
# and two daemons from SLIPWAY_BIN_DIR, calls every route, refusals included. Prints each finding
# and "N passed, N failed".
set -eu
cd "$(dirname "$0")"

if ! cmp -s package-lock.json node_modules/.slipway-lock; then
  log=$(mktemp)
  npm ci --ignore-scripts --no-audit --no-fund >"$log" 2>&1 || {
    tail -n 5 "$log"
    rm -f "$log"
    echo "0 passed, 1 failed"
    exit 1
  }
  rm -f "$log"
  cp package-lock.json node_modules/.slipway-lock
fi

SLIPWAY_BIN_DIR=${SLIPWAY_BIN_DIR:-$(cd ../.. && pwd)/build/bin}
export SLIPWAY_BIN_DIR
exec node check.mjs
