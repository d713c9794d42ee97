#include "jwt/key_reader.h"

#include <curl/curl.h>

#include <fstream>
#include <memory>

#include "base/check.h"
#include "jwt/limits.h"

namespace slipway::jwt {

namespace {

struct Cleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

bool is_address(const std::string& place) {
  return place.find("://") != std::string::npos;
}

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  std::string result(text);
  curl_free(text);
  return result;
}

std::unexpected<Error> unreachable(const std::string& place, const std::string& why) {
  return fail(ErrorKind::busy, "keys-unreachable",
              "The keys cannot be read from " + place + ": " + why,
              "Keys that are known already stay valid; it is tried again");
}

struct Body {
  std::string text;
  std::stop_token stop;
};

std::size_t take(const char* data, std::size_t, std::size_t size, void* to) {
  auto& body = *static_cast<Body*>(to);
  if (body.text.size() + size > key_set_bytes_max) return 0;  // ends the transfer
  body.text.append(data, size);
  return size;
}

int go_on(void* to, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Body*>(to)->stop.stop_requested();
}

Result<std::string> fetch(const std::string& address, std::stop_token stop) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(initialised == CURLE_OK);
  const std::unique_ptr<CURL, Cleanup> easy(curl_easy_init());
  CHECK(easy);
  Body body{{}, std::move(stop)};
  const auto set = [&](CURLoption option, auto value) {
    CHECK(curl_easy_setopt(easy.get(), option, value) == CURLE_OK);
  };
  constexpr auto time_max = std::chrono::milliseconds(reading_time_max);
  set(CURLOPT_URL, address.c_str());
  set(CURLOPT_PROTOCOLS_STR, "https,http");
  set(CURLOPT_TIMEOUT_MS, long(time_max.count()));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_ACCEPT_ENCODING, "");
  set(CURLOPT_WRITEFUNCTION, take);
  set(CURLOPT_WRITEDATA, &body);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, go_on);
  set(CURLOPT_XFERINFODATA, &body);
  if (const CURLcode code = curl_easy_perform(easy.get()); code != CURLE_OK) {
    return unreachable(
        address, code == CURLE_WRITE_ERROR ? "the answer is too large" : curl_easy_strerror(code));
  }
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return unreachable(address, "it answers " + std::to_string(status));
  return std::move(body.text);
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(key_set_bytes_max + 1, '\0');
  if (!file.read(text.data(), std::streamsize(text.size())) && !file.eof())
    return fail(ErrorKind::not_found, "no-key-set",
                "The keys cannot be read: there is no file " + path + ", or it may not be read",
                "Check the path");
  text.resize(std::size_t(file.gcount()));
  return text;
}

}  // namespace

Result<void> check_key_place(const std::string& place) {
  if (!is_address(place)) return {};
  const auto bad = [&](const std::string& why) {
    return fail(ErrorKind::invalid, "bad-key-place", "--jwks cannot be read from there: " + why,
                "Give a file, or the address that the identity provider publishes as jwks_uri");
  };
  const std::unique_ptr<CURLU, Cleanup> url(curl_url());
  if (curl_url_set(url.get(), CURLUPART_URL, place.c_str(), 0) != CURLUE_OK)
    return bad("it is no address");
  const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
  const std::string host = part_of(url.get(), CURLUPART_HOST);
  if (!part_of(url.get(), CURLUPART_USER).empty() ||
      !part_of(url.get(), CURLUPART_PASSWORD).empty())
    return bad("the address holds a user or password, which would be written to logs");
  const bool on_loopback = host == "127.0.0.1" || host == "[::1]" || host == "localhost";
  if (scheme == "https" || (scheme == "http" && on_loopback)) return {};
  return bad("only https is, since whoever changes the keys on their way can make tokens");
}

Result<KeySet> read_keys(const std::string& place, std::stop_token stop) {
  const auto text = is_address(place) ? fetch(place, std::move(stop)) : read_file(place);
  if (!text) return std::unexpected(text.error());
  auto keys = KeySet::from_text(*text);
  if (!keys) keys.error().message += " (" + place + ")";
  return keys;
}

KeyReader::KeyReader(std::string place, std::function<void(Result<KeySet>)> read)
    : place_(std::move(place)),
      read_(std::move(read)),
      thread_([this](std::stop_token stop) { run(std::move(stop)); }) {}

KeyReader::~KeyReader() {
  thread_.request_stop();
  thread_.join();
}

void KeyReader::begin() {
  {
    const std::lock_guard lock(mutex_);
    CHECK(!wanted_);
    wanted_ = true;
  }
  wanted_changed_.notify_one();
}

void KeyReader::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      if (!wanted_changed_.wait(lock, stop, [this] { return wanted_; })) return;
      wanted_ = false;
    }
    auto keys = read_keys(place_, stop);
    if (!stop.stop_requested()) read_(std::move(keys));
  }
}

}  // namespace slipway::jwt
