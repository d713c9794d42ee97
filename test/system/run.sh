#!/usr/bin/env bash
# System tests: real daemons and clouds as processes, killed, cut off and spoken to from outside.
# `run.sh [FILE …]` runs some. SLIPWAY_ROUNDS and SLIPWAY_SEED: drain.test.mjs. SCMS_CSV:
# scms.test.mjs. SLIPWAY_KEEP=1 keeps the scratch folders.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

files=("$@")
((${#files[@]})) || files=(*.test.mjs)
exec ../../scripts/node_tests.sh "${files[@]}"
