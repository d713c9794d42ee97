#!/usr/bin/env bash
# storm [DEVICES]  so many (5000) come back after 2 s and 90 s, SQLite and PostgreSQL: requests below twice the steady rate
set -euo pipefail

devices=${1:-5000}
if (($# > 1)) || [[ ! $devices =~ ^[1-9][0-9]*$ ]]; then
  echo "proof storm: takes one whole number, the devices, not: $*" >&2
  exit 2
fi
./dev build release slipway-cloud
export SLIPWAY_BIN_DIR=$PWD/build/release/bin
tenants=$(((devices + 19) / 20)) # of twenty devices each
code=0
for database in "" --postgres; do
  node bench/swarm.mjs ${database:+"$database"} --devices "$devices" --tenants "$tenants" \
    --backlog 5 --work 1 --outage 2,90 || code=$?
done
exit "$code"
