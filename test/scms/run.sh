#!/usr/bin/env bash
# The mapping of the SCMS freight history to mutations (examples/freight/scms). SCMS_CSV may name the
# whole file; without it the lines in the test are all there is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

beside=../../../shared/data/scms/scms.csv
[[ -n ${SCMS_CSV:-} || ! -f $beside ]] || export SCMS_CSV=$PWD/$beside
exec ../../scripts/node_tests.sh rows_test.mjs
