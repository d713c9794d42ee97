#!/usr/bin/env bash
# The target `rest` against json-server, a real REST server that knows nothing of Slipway: it ignores
# idempotency keys and gives ids of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

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
exec ../../scripts/node_tests.sh ./*.test.mjs
