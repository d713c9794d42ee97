#!/usr/bin/env bash
# Tests of the house itself: the lint finds what it promises to find, and ./dev refuses wrong use.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
PYTHONDONTWRITEBYTECODE=1 exec python3 house_test.py
