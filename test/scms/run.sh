#!/bin/sh
# The mapping of the SCMS freight history to mutations (examples/freight/scms). SCMS_CSV may name the
# whole file; without it the lines in the test are all there is.
cd "$(dirname "$0")" || exit 1
command -v node >/dev/null || {
  echo "skipped: there is no node here"
  exit 0
}
exec node --test --test-reporter=spec rows_test.mjs
