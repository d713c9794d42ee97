#!/usr/bin/env bash
# The fuzz targets for a change: builds them, runs what once found a bug and then at least two million
# random inputs, and ends with the line that ./dev test counts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
began=$SECONDS
./dev build fuzz
echo "built in $((SECONDS - began)) s"
PYTHONDONTWRITEBYTECODE=1 exec python3 test/fuzz/fuzz.py
