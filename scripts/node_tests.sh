#!/usr/bin/env bash
# scripts/node_tests.sh FILE…: runs node's own test runner over the files, shows what it says, and
# ends with the line that ./dev test counts: N passed, N failed, N skipped.
set -euo pipefail

results=$(mktemp)
trap 'rm -f "$results"' EXIT
code=0
node --test --test-concurrency=1 --test-reporter=spec --test-reporter-destination=stdout \
  --test-reporter=tap --test-reporter-destination="$results" "$@" || code=$?
number() { sed -nE "s/^# $1 ([0-9]+)\$/\1/p" "$results" | tail -n 1; }
failed=$(($(number fail) + $(number cancelled)))
((code == 0 || failed > 0)) || failed=1
printf '%s passed, %s failed, %s skipped\n' "$(number pass)" "$failed" "$(number skipped)"
exit "$code"
