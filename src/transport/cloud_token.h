// The token that signs requests, kept in a file of its own.
//
// It is read before each request, so that a changed file is used at once. It is never logged and no
// message quotes it.
#pragma once

#include <expected>
#include <string>

#include "model/failure.h"
#include "transport/http_client.h"

namespace slipway {

// Without the white space around it. Failures are signed_out and name the file: missing,
// unreadable, not a regular file, empty, too long, or with characters that no header may carry.
std::expected<std::string, Failure> read_token(const std::string& path);

// Sends the request with the token as Authorization: Bearer; "": without one. Without a token where
// there should be one nothing is sent, and that is the answer.
void send_signed(HttpClient& client, const std::string& token_file, HttpRequest request,
                 std::function<void(HttpResult)> answered);

}  // namespace slipway
