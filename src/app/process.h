// What every program of ours shares: exit codes, clocks, entropy, complaints.
#pragma once

#include <string>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"

namespace slipway::app {

enum ExitCode { done = 0, failed = 1, wrong_use = 2 };

WallTime wall_clock();
Random random_from_system();

// Raises the number of files that this process may have open to what the system allows it; gives
// that number.
std::size_t raise_open_files();

// "What happened. What to do."
std::string in_words(const Error& error);

// One clear line on stderr: "PROGRAM: what happened. What to do."
int complain(std::string_view program, const Error& error, int exit_code = failed);

// Creates or replaces a file that only its owner may read (0600). Error "file-not-writable".
Result<void> write_private_file(const std::string& path, const std::string& content);
Result<std::string> read_small_file(
    const std::string& path);  // up to 64 KiB; error "file-not-readable"

}  // namespace slipway::app
