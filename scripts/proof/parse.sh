#!/usr/bin/env bash
# parse [ROUNDS]   two desks sync to parse-server on PostgreSQL with PostGIS; so many rows (60) are written under faults
set -euo pipefail

rounds=${1:-60}
if (($# > 1)) || [[ ! $rounds =~ ^[1-9][0-9]*$ ]]; then
  echo "proof parse: takes one whole number, the rounds, not: $*" >&2
  exit 2
fi
./dev build dev slipway freight-data
server=examples/parse-server
if ! cmp -s "$server/package-lock.json" "$server/node_modules/.slipway-lock"; then
  npm --prefix "$server" ci --ignore-scripts --no-audit --no-fund
  cp "$server/package-lock.json" "$server/node_modules/.slipway-lock"
fi
PARSE_ROUNDS=$rounds exec scripts/node_tests.sh test/parse/parse.test.mjs
