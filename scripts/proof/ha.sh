#!/usr/bin/env bash
# ha [ROUNDS]      the primary killed that often (20) under load: etcd, Patroni, HAProxy, two nodes
set -euo pipefail

rounds=${1:-20}
if (($# > 1)) || [[ ! $rounds =~ ^[1-9][0-9]*$ ]]; then
  echo "proof ha: takes one whole number, the rounds, not: $*" >&2
  exit 2
fi
./dev build dev slipway slipway-cloud freight-data
exec node deploy/ha/prove.mjs "$rounds"
