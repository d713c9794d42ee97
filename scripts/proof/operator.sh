#!/usr/bin/env bash
# operator [MINUTES]  an operator books and decides in Chromium for so long (60), on a network that comes and goes
set -euo pipefail

minutes=${1:-60}
if (($# > 1)) || [[ ! $minutes =~ ^[1-9][0-9]*$ ]]; then
  echo "proof operator: takes one whole number, the minutes, not: $*" >&2
  exit 2
fi
./dev build
DESK_OPERATOR_MINUTES=$minutes exec bash test/browser/run.sh operator
