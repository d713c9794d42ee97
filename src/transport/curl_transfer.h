// One HTTP request on its way, as libcurl sees it. Used on the curl thread only.
#pragma once

#include <curl/curl.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "transport/http_client.h"

namespace slipway {

class Transfer {
 public:
  // `heard`: where the body of a 200 goes as it comes; none: into the answer.
  using Heard = std::function<bool(std::uint64_t id, std::string bytes)>;
  Transfer(std::uint64_t id, HttpRequest request, const HttpOptions& options, Heard heard);
  Transfer(const Transfer&) = delete;  // curl holds pointers into it
  Transfer& operator=(const Transfer&) = delete;

  std::uint64_t id() const { return id_; }
  CURL* easy() const { return easy_.get(); }
  bool is_stream() const { return heard_ != nullptr; }
  HttpResult finish(CURLcode code);  // once, when the handle has left the multi handle

 private:
  void set_up_request();
  void set_up_connection();
  std::string trouble(CURLcode code) const;  // for people; never a header, never a path
  bool nothing_was_sent() const;
  std::string header(const char* name) const;
  bool streams_now() const;  // what comes is the body of a stream
  static int goes_on(void* transfer, curl_off_t, curl_off_t, curl_off_t, curl_off_t sent);
  static std::size_t receive(char* bytes, std::size_t size, std::size_t count, void* transfer);

  const std::uint64_t id_;
  HttpRequest request_;
  const HttpOptions& options_;
  const Heard heard_;
  HttpAnswer answer_;
  bool too_large_ = false;
  std::array<char, CURL_ERROR_SIZE> detail_{};
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy_;  // last: it goes first
};

}  // namespace slipway
