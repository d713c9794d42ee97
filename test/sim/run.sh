#!/usr/bin/env bash
# The simulator: a sweep in which nothing may be violated, and bugs planted into its network, each
# of which must be found: a simulator that cannot fail proves nothing.
set -euo pipefail
cd "$(dirname "$0")"
bin=${SLIPWAY_BIN_DIR:-$(cd ../.. && pwd)/build/bin}
passed=0 failed=0

count() { # name, wanted exit code, command…
  local name=$1 wanted=$2 code=0
  shift 2
  "$@" || code=$?
  if ((code == wanted)); then
    passed=$((passed + 1)) && echo "ok: $name"
  else
    failed=$((failed + 1)) && echo "FAIL: $name: exit code $code, not $wanted"
  fi
}

count "nothing is violated in 300 worlds" 0 "$bin/slipway-sim" --seeds 300
for canary in 1 2 3 4; do
  count "planted bug $canary is found" 1 "$bin/slipway-sim" --seeds 60 --canary "$canary"
done
echo "$passed passed, $failed failed"
((failed == 0))
