#!/usr/bin/env bash
# tsan             what has threads with ThreadSanitizer: unit tests, and the programs at work
set -euo pipefail
(($# == 0)) || { echo "proof tsan: takes nothing after it, not: $*" >&2 && exit 2; }

export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
./dev test --preset tsan http transport worker
SLIPWAY_BIN_DIR=$PWD/build/tsan/bin exec bash test/system/run.sh \
  contract.test.mjs other_end.test.mjs two_desks.test.mjs
