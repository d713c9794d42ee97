#include "transport/address.h"

#include <curl/curl.h>

#include <memory>

namespace slipway {

namespace {

class ParsedAddress {
 public:
  explicit ParsedAddress(const std::string& url)
      : url_(curl_url(), &curl_url_cleanup),
        valid_(url_ && curl_url_set(url_.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK) {}

  bool valid() const { return valid_; }

  std::string part(CURLUPart which) const {  // "" when absent
    char* text = nullptr;
    if (!valid_ || curl_url_get(url_.get(), which, &text, 0) != CURLUE_OK) return {};
    std::string copy(text);
    curl_free(text);
    return copy;
  }

 private:
  std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url_;
  bool valid_;
};

Result<void> check(const std::string& url, bool may_have_query) {
  const auto bad = [&](std::string why) {
    return fail(ErrorKind::invalid, "bad-address", std::move(why),
                "Write it as in https://sync.example.com.");
  };
  const ParsedAddress address(url);
  if (!address.valid()) return bad("The address is not a valid URL");
  const std::string scheme = address.part(CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    return bad("The address must begin with https:// or http://");
  }
  if (address.part(CURLUPART_HOST).empty()) return bad("The address names no host");
  if (!address.part(CURLUPART_USER).empty() || !address.part(CURLUPART_PASSWORD).empty()) {
    return bad("The address of " + origin_of(url) +
               " must not hold a name or a password; put the token into a file of its own");
  }
  if (!address.part(CURLUPART_FRAGMENT).empty() ||
      (!may_have_query && !address.part(CURLUPART_QUERY).empty())) {
    return bad("The address of " + origin_of(url) + " must end with its path");
  }
  return {};
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

Result<void> check_cloud_address(const std::string& url) {
  return check(url, false);
}
Result<void> check_webhook_address(const std::string& url) {
  return check(url, true);
}

std::string origin_of(const std::string& url) {
  const ParsedAddress address(url);
  const std::string host = address.part(CURLUPART_HOST);
  if (host.empty()) return "the given address";
  const std::string port = address.part(CURLUPART_PORT);
  return address.part(CURLUPART_SCHEME) + "://" + host + (port.empty() ? "" : ":" + port);
}

std::string join_address(std::string_view base, std::string_view path) {
  while (base.ends_with('/')) base.remove_suffix(1);
  return std::string(base) + std::string(path);
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += digits[byte >> 4];
      encoded += digits[byte & 15];
    }
  }
  return encoded;
}

std::string percent_decoded(std::string_view text) {
  int length = 0;
  char* decoded = curl_easy_unescape(nullptr, text.data(), int(text.size()), &length);
  std::string copy(decoded ? std::string_view(decoded, std::size_t(length)) : text);
  curl_free(decoded);
  return copy;
}

}  // namespace slipway
