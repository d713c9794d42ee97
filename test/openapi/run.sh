#!/bin/sh
# Checks the OpenAPI documents of protocol/ and the programs' real answers against them: starts a cloud
# and two daemons from SLIPWAY_BIN_DIR, calls every route, refusals included. Prints each finding
# and "N passed, N failed".
set -eu
cd "$(dirname "$0")"

SLIPWAY_BIN_DIR=${SLIPWAY_BIN_DIR:-$(cd ../.. && pwd)/build/bin}
export SLIPWAY_BIN_DIR
../../scripts/npm_packages.sh .
exec node check.mjs
