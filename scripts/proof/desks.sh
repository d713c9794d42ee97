#!/usr/bin/env bash
# desks [MINUTES]  three desks edit the same fifty rows for so long (10), under kills and partitions
set -euo pipefail

minutes=${1:-10}
if (($# > 1)) || [[ ! $minutes =~ ^[1-9][0-9]*$ ]]; then
  echo "proof desks: takes one whole number, the minutes, not: $*" >&2
  exit 2
fi
./dev build dev slipway slipway-cloud freight-data
SLIPWAY_SECONDS=$((minutes * 60)) exec bash test/system/run.sh same_rows.test.mjs
