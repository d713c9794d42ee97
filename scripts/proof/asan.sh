#!/usr/bin/env bash
# asan             every unit test with AddressSanitizer and UndefinedBehaviorSanitizer
set -euo pipefail
(($# == 0)) || { echo "proof asan: takes nothing after it, not: $*" >&2 && exit 2; }

folders=()
for folder in test/*/; do
  if compgen -G "$folder*.cpp" >/dev/null; then folders+=("$(basename "$folder")"); fi
done
export ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
exec ./dev test --preset asan "${folders[@]}"
