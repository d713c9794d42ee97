#!/bin/sh
# Runs the README: its blocks marked "sh test", in order and in one shell, against a cloud and two desks
# that are set up as ./dev demo does, on scratch files. Of a block marked "text expect" every line must
# be in what the block before it printed. Prints each block and "N passed, N failed".
set -eu
cd "$(dirname "$0")"
SLIPWAY_BIN_DIR=${SLIPWAY_BIN_DIR:-$(cd ../.. && pwd)/build/bin}
export SLIPWAY_BIN_DIR
exec python3 run_readme.py
