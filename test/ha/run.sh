#!/usr/bin/env bash
# One fail-over: the primary database is killed while two desks write; another one takes its place, each
# write has had one effect. deploy/ha tells of the cluster; ./dev proof ha kills more often.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

code=0
node deploy/ha/prove.mjs 1 | sed 's/^/figure: /' || code=$?
if ((code == 0)); then echo "1 passed, 0 failed"; else echo "0 passed, 1 failed"; fi
exit "$code"
