#!/usr/bin/env bash
# kill9 [ROUNDS]   that many kills (10000) of daemon and cloud under load and network faults
set -euo pipefail

rounds=${1:-10000}
if (($# > 1)) || [[ ! $rounds =~ ^[1-9][0-9]*$ ]]; then
  echo "proof kill9: takes one whole number, the rounds, not: $*" >&2
  exit 2
fi
./dev build dev slipway slipway-cloud freight-data
SLIPWAY_ROUNDS=$rounds exec bash test/system/run.sh drain.test.mjs
