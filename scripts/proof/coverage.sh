#!/usr/bin/env bash
# coverage         branches of model, engine, store, worker and cloud that unit tests and simulator take
set -euo pipefail
(($# == 0)) || { echo "proof coverage: takes nothing after it, not: $*" >&2 && exit 2; }

readonly FOLDERS=(model engine store worker cloud)
readonly SEEDS=200
readonly GOAL=90 # percent of branches

programs=(slipway-sim test_jwt) # test/jwt has the tests of cloud/identity
for folder in "${FOLDERS[@]}"; do programs+=("test_$folder"); done
./dev build coverage "${programs[@]}"

bin=build/coverage/bin
profiles=build/coverage/profiles
rm -rf "$profiles" && mkdir -p "$profiles"
objects=()
run() { # PROGRAM [ARGUMENT…]; what its processes count is summed in one file (%m)
  echo "proof coverage: running $*"
  LLVM_PROFILE_FILE="$profiles/$1-%m.profraw" "$bin/$1" "${@:2}" >"$profiles/$1.log" 2>&1 ||
    { tail -n 40 "$profiles/$1.log" && exit 1; }
}
run slipway-sim --seeds "$SEEDS"
run slipway-sim --crash-points --damages 1
run slipway-sim --requests
for program in "${programs[@]}"; do
  [[ $program == slipway-sim ]] || run "$program" --gtest_brief=1
  objects+=(-object "$bin/$program")
done
# llvm-cov warns of mismatched data: helpers of the tests and the simulator that have one name. None is
# in one of the folders; program by program the sum is the same.
llvm-profdata-19 merge -sparse "$profiles"/*.profraw -o "$profiles/all.profdata"
llvm-cov-19 export -instr-profile="$profiles/all.profdata" "$bin/slipway-sim" "${objects[@]:2}" \
  >"$profiles/all.json"
exec python3 scripts/proof/coverage.py "$profiles/all.json" "$GOAL" "${FOLDERS[@]}"
