#include "transport/cloud_token.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "base/base64.h"
#include "transport/limits.h"

namespace slipway {

namespace {

std::string trimmed(std::string_view text) {
  constexpr std::string_view white = " \t\r\n";
  const auto first = text.find_first_not_of(white);
  if (first == text.npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(white) - first + 1));
}

bool is_visible_ascii(char c) {
  return c > ' ' && c < '\x7f';
}

}  // namespace

std::expected<std::string, Failure> read_token(const std::string& path) {
  const auto signed_out = [&](const std::string& what) {
    const std::string name = is_utf8(path) ? path : "of the settings";
    return std::unexpected(
        Failure{FailureClass::signed_out,
                "The token file " + name + " " + what +
                    ". Nothing was sent; put the token into it and syncing goes on.",
                0, std::nullopt});
  };
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return signed_out("does not exist or cannot be reached");
  // Opening a pipe would wait for its writer.
  if (!std::filesystem::is_regular_file(status)) return signed_out("is not a regular file");
  std::ifstream file(path, std::ios::binary);
  if (!file) return signed_out("cannot be opened");
  std::string text(limits::token_file_bytes_max + 1, '\0');
  file.read(text.data(), std::streamsize(text.size()));
  if (file.bad()) return signed_out("cannot be read");
  text.resize(std::size_t(file.gcount()));
  if (text.size() > limits::token_file_bytes_max) return signed_out("is too long for a token");
  std::string token = trimmed(text);
  if (token.empty()) return signed_out("is empty");
  if (!std::ranges::all_of(token, is_visible_ascii)) {
    return signed_out(
        "holds characters that a token cannot have (a space, a second line, an accent)");
  }
  return token;
}

void send_signed(HttpClient& client, const std::string& token_file, HttpRequest request,
                 std::function<void(HttpResult)> answered) {
  if (!token_file.empty()) {
    auto token = read_token(token_file);
    if (!token) {
      token.error().without_effect = true;
      client.answer_locally([answered = std::move(answered), failure = std::move(token.error())] {
        answered(std::unexpected(failure));
      });
      return;
    }
    request.headers.emplace_back("Authorization", "Bearer " + *token);
  }
  client.send(std::move(request), std::move(answered));
}

}  // namespace slipway
