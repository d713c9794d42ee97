#!/usr/bin/env bash
# The simulator: a sweep in which nothing may be violated, and bugs planted into its network, each
# of which must be found: a simulator that cannot fail proves nothing.
set -euo pipefail
cd "$(dirname "$0")"
bin=${SLIPWAY_BIN_DIR:-$(cd ../.. && pwd)/build/bin}
passed=0 failed=0 caught=0
said=$(mktemp) # what the last command said
trap 'rm -f "$said"' EXIT

count() { # name, wanted exit code, command…
  local name=$1 wanted=$2 code=0
  shift 2
  "$@" | tee "$said" || code=$?
  if ((code == wanted)); then
    passed=$((passed + 1)) && echo "ok: $name"
  else
    failed=$((failed + 1)) && echo "FAIL: $name: exit code $code, not $wanted"
  fi
  return $((code != wanted))
}

# What ./dev test shows of it in any case; test/stages.txt says which must not be missing.
figure() { sed -nE "s/$1/figure: $2/p" "$said"; } # pattern, text

# The floor of what a core should do. A machine with other work to do does less, and is not at fault.
figure_of_a_slow_sweep() {
  figure '^seeds .*: ([0-9.]+) seeds\/s with ([0-9]+) at once.*' '\1 \2' |
    awk '$2 / $3 < 20 { printf "figure: below the floor of 20 seeds a second and core: %.1f\n", $2 / $3 }'
}

# 20,000 seeds are what a change is judged by; a night does more (./dev sim --hours).
seeds=${SLIPWAY_SIM_SEEDS:-20000}
jobs=$(nproc)
sim=$bin/slipway-sim
count "nothing is violated in $seeds worlds" 0 "$sim" --seeds "$seeds" --jobs "$jobs" || true
figure '^seeds [0-9]+ to .*' '&'
figure_of_a_slow_sweep
count "no crash point leaves anything but the state before or after" 0 \
  "$sim" --crash-points --jobs "$jobs" || true
figure '^crash points: .*' '&'
count "every request with every fate ends converged" 0 "$sim" --requests --jobs "$jobs" || true
figure '^requests: .*' '&'
for canary in 1 2 3 4; do
  if count "the pipeline reports canary $canary" 1 \
    "$sim" --seeds 60 --canary "$canary" --jobs "$jobs"; then caught=$((caught + 1)); fi
done
echo "figure: canaries: $caught of 4 reported"

# Every planted bug is caught (but those that take over a hundred seeds: ./dev sim --hunt); the build with planted bugs is used for nothing else.
if ../../dev build planted slipway-sim; then
  count "every planted bug is caught, but the rare ones" 0 \
    ../../build-planted/bin/slipway-sim --hunt --without-rare --seeds 6000 --jobs "$jobs" || true
  figure '^ *([0-9]+) ([a-z_]+) +for (I[0-9]+) +caught by ([^ ]+) +at seed ([0-9]+), after ([0-9]+) seeds.*' \
    'planted bug \1 (\3, \2) caught by \4 after \6 seeds: .\/dev sim \5 --bug \1'
  figure '^[0-9]+ planted bugs: .*' '&'
else
  failed=$((failed + 1)) && echo "FAIL: the build with planted bugs"
fi
echo "$passed passed, $failed failed"
((failed == 0))
