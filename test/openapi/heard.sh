#!/usr/bin/env bash
# heard.sh [--preload] COMMAND…: runs a command, then holds every answer that slipway and slipway-cloud
# gave meanwhile against the OpenAPI documents (heard.mjs); fails if the command does, or an answer is
# not as documented. Of a sanitized build nothing is heard: a sanitizer is the first to be loaded.
#
# The tests start the programs with what hears them (tap.mjs); --preload does it where they do not.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

preload=
if [[ $1 == --preload ]]; then
  preload=1
  shift
fi
tap=${SLIPWAY_BIN_DIR:-$here/../../build/bin}/answer_tap.so
if [[ ! -f $tap ]]; then
  echo "figure: no answers are heard of this build"
  export ANSWER_TAP=none
  exec "$@"
fi
"$here/../../scripts/npm_packages.sh" "$here"
ANSWER_TAP=$(mktemp -d)
export ANSWER_TAP
trap 'rm -rf "$ANSWER_TAP"' EXIT
code=0
if [[ -n $preload ]]; then
  LD_PRELOAD=$(realpath "$tap") "$@" || code=$?
else
  "$@" || code=$?
fi
node "$here/heard.mjs" "$ANSWER_TAP" || code=1
exit "$code"
