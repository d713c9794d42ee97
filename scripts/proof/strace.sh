#!/usr/bin/env bash
# strace           daemon and cloud killed, and calls failing, at each write, sync and send of a deed
set -euo pipefail
(($# == 0)) || { echo "proof strace: takes nothing after it, not: $*" >&2 && exit 2; }

./dev build dev slipway slipway-cloud freight-data
SLIPWAY_SYSCALLS=all exec bash test/system/run.sh syscalls.test.mjs
