#!/usr/bin/env bash
# System tests: real daemons and clouds as processes, killed, cut off and spoken to from outside.
# `run.sh [FILE …]` runs some. SLIPWAY_ROUNDS and SLIPWAY_SEED: drain.test.mjs. SCMS_CSV:
# scms.test.mjs. SLIPWAY_KEEP=1 keeps the scratch folders.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

files=("$@")
((${#files[@]})) || files=(*.test.mjs)
results=$(mktemp)
trap 'rm -f "$results"' EXIT
code=0
node --test --test-concurrency=1 --test-reporter=spec --test-reporter-destination=stdout \
  --test-reporter=tap --test-reporter-destination="$results" "${files[@]}" || code=$?
number() { sed -nE "s/^# $1 ([0-9]+)\$/\1/p" "$results" | tail -n 1; }
failed=$(($(number fail) + $(number cancelled)))
((code == 0 || failed > 0)) || failed=1
printf '%s passed, %s failed, %s skipped\n' "$(number pass)" "$failed" "$(number skipped)"
exit "$code"
