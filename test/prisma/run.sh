#!/bin/sh
# Proves with Prisma's own tools that Slipway's tables and prisma/slipway.prisma agree, and that
# examples/freight/schema.sql is the DDL of its Prisma schema. Prints each check and "N passed, N failed".
# `run.sh --write` rewrites the two generated files instead: schema.sql and the baseline migration.
# Skips, with a message, where the tools cannot be installed without downloading programs.
set -eu
cd "$(dirname "$0")"

skip() {
  echo "skipped: $1"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
}

command -v node >/dev/null || skip "there is no node here"
command -v npm >/dev/null || skip "there is no npm here"
abi=$(node -p process.versions.modules)
stamp="$(cksum <package-lock.json) abi $abi"

if [ "$(cat node_modules/.proof-stamp 2>/dev/null || true)" != "$stamp" ]; then
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  # better-sqlite3 is compiled from its own sources: its install script would download a binary.
  node_root=$(dirname "$(dirname "$(command -v node)")")
  [ -f "$node_root/include/node/node.h" ] || node_root=/usr
  header="$node_root/include/node/node_version.h"
  grep -q "define NODE_MODULE_VERSION $abi\$" "$header" 2>/dev/null ||
    skip "node's headers (ABI $abi) are not installed, so better-sqlite3 cannot be compiled"
  npm ci --ignore-scripts --no-audit --no-fund >"$log" 2>&1 || {
    tail -n 5 "$log"
    skip "npm ci failed"
  }
  if command -v ccache >/dev/null; then export CC="ccache gcc" CXX="ccache g++"; fi
  npm_config_nodedir="$node_root" npm rebuild better-sqlite3 --build-from-source >"$log" 2>&1 || {
    tail -n 20 "$log"
    skip "better-sqlite3 does not compile here"
  }
  echo "$stamp" >node_modules/.proof-stamp
fi

# Stand-ins for native engines that Prisma would download and, with an adapter, never starts.
export PRISMA_SCHEMA_ENGINE_BINARY=/bin/true PRISMA_QUERY_ENGINE_LIBRARY=/bin/true
export CHECKPOINT_DISABLE=1 PRISMA_HIDE_UPDATE_MESSAGE=1 NO_COLOR=1
exec node check.mjs "$@"
