#!/usr/bin/env bash
# network          each fault of a network by itself, and the connection cut after each byte
set -euo pipefail
(($# == 0)) || { echo "proof network: takes nothing after it, not: $*" >&2 && exit 2; }

./dev build dev slipway slipway-cloud freight-data
SLIPWAY_EVERY_BYTE=1 exec bash test/system/run.sh network.test.mjs
