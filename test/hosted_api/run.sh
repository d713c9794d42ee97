#!/usr/bin/env bash
# The target `rest` against json-server, a real REST server that knows nothing of Slipway: it ignores
# idempotency keys and gives ids of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

../../scripts/npm_packages.sh .
exec ../../scripts/node_tests.sh ./*.test.mjs
