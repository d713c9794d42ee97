#!/usr/bin/env bash
# Texts that others collected because they break programs, through ours: JSON through the parser and the
# canonical form, naughty strings from desk to desk.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

../../scripts/npm_packages.sh .
exec ../../scripts/node_tests.sh ./*.test.mjs
