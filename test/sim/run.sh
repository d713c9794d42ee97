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

# 20,000 seeds are what a change is judged by; a night does more (./dev sim --hours).
seeds=${SLIPWAY_SIM_SEEDS:-20000}
jobs=$(nproc)
sim=$bin/slipway-sim
count "nothing is violated in $seeds worlds" 0 "$sim" --seeds "$seeds" --jobs "$jobs"
count "no crash point leaves anything but the state before or after" 0 \
  "$sim" --crash-points --jobs "$jobs"
count "every request with every fate ends converged" 0 "$sim" --requests --jobs "$jobs"
for canary in 1 2 3 4; do
  count "the pipeline reports canary $canary" 1 \
    "$sim" --seeds 60 --canary "$canary" --jobs "$jobs"
done

# Every planted bug is caught (but some that take minutes each: ./dev sim --hunt); the build with planted bugs is used for nothing else.
if ../../dev build planted slipway-sim; then
  count "every planted bug is caught, but the rare ones" 0 \
    ../../build/planted/bin/slipway-sim --hunt --without-rare --seeds 6000 --jobs "$jobs"
else
  failed=$((failed + 1)) && echo "FAIL: the build with planted bugs"
fi
echo "$passed passed, $failed failed"
((failed == 0))
