// The commands by which a person decides about an entry: retry, force, resolve, discard, undo,
// outcome. Each shows what it did, or with --dry-run what it would do. Each returns the exit code.
#pragma once

#include "app/commands.h"

namespace slipway::app {

int retry_entry(const CommandOptions& options);
int force_entry(const CommandOptions& options);
int discard_entry(const CommandOptions& options);
int resolve_entry(const CommandOptions& options);
int undo_entry(const CommandOptions& options);
int say_outcome(const CommandOptions& options);

}  // namespace slipway::app
