// The token that signs requests, kept in a file of its own.
//
// It is read before each request, so that a changed file is used at once. It is never logged and no
// message quotes it.
#pragma once

#include <expected>
#include <string>

#include "model/failure.h"

namespace slipway {

// Without the white space around it. Failures are signed_out and name the file: missing,
// unreadable, not a regular file, empty, too long, or with characters that no header may carry.
std::expected<std::string, Failure> read_token(const std::string& path);

}  // namespace slipway
