#include "transport/curl_transfer.h"

#include <algorithm>

#include "base/check.h"
#include "transport/address.h"
#include "transport/gzip_body.h"
#include "transport/tls_trouble.h"

namespace slipway {

namespace {

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

}  // namespace

Transfer::Transfer(std::uint64_t id, HttpRequest request, const HttpOptions& options, Heard heard)
    : id_(id),
      request_(std::move(request)),
      options_(options),
      heard_(std::move(heard)),
      headers_(nullptr, &curl_slist_free_all),
      easy_(curl_easy_init(), &curl_easy_cleanup) {
  CHECK(easy_);
  set_up_request();
  set_up_connection();
}

void Transfer::set_up_request() {
  CURL* easy = easy_.get();
  set(easy, CURLOPT_URL, request_.url.c_str());
  if (request_.method != "GET" && request_.method != "POST")
    set(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  if (request_.method == "POST" || !request_.body.empty()) {
    CHECK(request_.method != "GET");
    if (request_.compress) {
      request_.body = gzip_body(request_.body);
      request_.headers.emplace_back("Content-Encoding", "gzip");
    }
    // Waiting for "100 Continue" costs a second where a proxy never sends it.
    request_.headers.emplace_back("Expect", "");
    set(easy, CURLOPT_POST, 1L);
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request_.body.size()));
    set(easy, CURLOPT_POSTFIELDS, request_.body.data());
  } else {
    set(easy, CURLOPT_HTTPGET, 1L);
  }
  if (request_.once) set(easy, CURLOPT_FRESH_CONNECT, 1L);
  if (request_.loses_answer) {
    CHECK(!request_.body.empty());
    set(easy, CURLOPT_NOPROGRESS, 0L);
    set(easy, CURLOPT_XFERINFOFUNCTION, &Transfer::goes_on);
    set(easy, CURLOPT_XFERINFODATA, this);
  }
  for (const auto& [name, value] : request_.headers) {
    CHECK(!has_control_character(name) && !has_control_character(value));
    const std::string line = name + ":" + (value.empty() ? "" : " " + value);
    curl_slist* grown = curl_slist_append(headers_.get(), line.c_str());
    CHECK(grown);
    headers_.release();
    headers_.reset(grown);
  }
  set(easy, CURLOPT_HTTPHEADER, headers_.get());
  set(easy, CURLOPT_USERAGENT, "slipway/0.1.0");
  // Every one that curl can undo. What compresses a stream would hold it back.
  if (!is_stream()) set(easy, CURLOPT_ACCEPT_ENCODING, "");
  set(easy, CURLOPT_WRITEFUNCTION, &Transfer::receive);
  set(easy, CURLOPT_WRITEDATA, this);
  set(easy, CURLOPT_ERRORBUFFER, detail_.data());
}

void Transfer::set_up_connection() {
  CURL* easy = easy_.get();
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_HTTP_VERSION, long(CURL_HTTP_VERSION_1_1));
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_QUICK_EXIT, 1L);  // a name server that hangs must not hold cancel() or the end
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, long(options_.connect_time_max.count()));
  if (!is_stream()) set(easy, CURLOPT_TIMEOUT_MS, long(options_.request_time_max.count()));
  const auto silence_max = is_stream() ? options_.stream_silence_max : options_.silence_max;
  set(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(easy, CURLOPT_LOW_SPEED_TIME, long(silence_max.count()));
  set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  set(easy, CURLOPT_SSLVERSION, long(CURL_SSLVERSION_TLSv1_2));
  if (!options_.ca_file.empty()) set(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
  if (options_.proxy) set(easy, CURLOPT_PROXY, options_.proxy->c_str());
}

bool Transfer::streams_now() const {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  return is_stream() && status == 200;
}

std::size_t Transfer::receive(char* bytes, std::size_t size, std::size_t count, void* transfer) {
  auto& self = *static_cast<Transfer*>(transfer);
  const std::size_t length = size * count;
  if (self.streams_now()) return self.heard_(self.id_, std::string(bytes, length)) ? length : 0;
  if (length > self.options_.answer_bytes_max - self.answer_.body.size()) {
    self.too_large_ = true;
    return 0;  // curl ends the transfer
  }
  self.answer_.body.append(bytes, length);
  return length;
}

int Transfer::goes_on(void* transfer, curl_off_t, curl_off_t, curl_off_t, curl_off_t sent) {
  const auto& self = *static_cast<const Transfer*>(transfer);
  return sent < curl_off_t(self.request_.body.size()) ? 0 : 1;  // 1: curl ends the transfer
}

std::string Transfer::header(const char* name) const {
  curl_header* found = nullptr;
  if (curl_easy_header(easy_.get(), name, 0, CURLH_HEADER, -1, &found) != CURLHE_OK) return {};
  return found->value;
}

HttpResult Transfer::finish(CURLcode code) {
  if (code != CURLE_OK) {
    return std::unexpected(
        Failure{FailureClass::unreachable, trouble(code), 0, std::nullopt, nothing_was_sent()});
  }
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  answer_.status = int(status);
  answer_.content_type = header("Content-Type");
  answer_.retry_after = header("Retry-After");
  answer_.date = header("Date");
  curl_header* each = nullptr;
  while ((each = curl_easy_nextheader(easy_.get(), CURLH_HEADER, -1, each)))
    answer_.headers.emplace_back(each->name, each->value);
  return std::move(answer_);
}

bool Transfer::nothing_was_sent() const {
  long bytes = 0, proxy_status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &bytes);
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  return bytes == 0 || proxy_status >= 300;  // or only to a proxy, which refused to connect
}

std::string Transfer::trouble(CURLcode code) const {
  const std::string peer = origin_of(request_.url);
  long proxy_status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  if (proxy_status == 407) return "The proxy asks for a name and a password.";
  if (proxy_status >= 300) {
    return "The proxy refused to connect to " + peer + " (" + std::to_string(proxy_status) + ").";
  }
  switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
      return "The connection to " + peer + " was broken on purpose when all had been sent.";
    case CURLE_COULDNT_RESOLVE_HOST:
      return "No address was found for " + peer + ": there is no network, or the name is wrong.";
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "No address was found for the proxy: there is no network, or its name is wrong.";
    case CURLE_COULDNT_CONNECT:
      return "No connection to " + peer + " could be made: it refuses, or it cannot be reached.";
    case CURLE_OPERATION_TIMEDOUT:
      return peer + " did not answer in time.";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR: {
      long verdict = 0;
      curl_easy_getinfo(easy_.get(), CURLINFO_SSL_VERIFYRESULT, &verdict);
      return tls_trouble(peer, verdict, detail_.data());
    }
    case CURLE_SSL_CACERT_BADFILE:
      return "The file of trusted certificates that the settings name cannot be read.";
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      return "The connection to " + peer + " broke before the whole answer had come.";
    case CURLE_BAD_CONTENT_ENCODING:
      return "The answer of " + peer + " was damaged on its way.";
    case CURLE_UNSUPPORTED_PROTOCOL:  // also curl's word for an answer without a status line
    case CURLE_WEIRD_SERVER_REPLY:
      return peer + " does not answer as a web server does.";
    case CURLE_URL_MALFORMAT:
      return "The address in the settings is not one that can be asked.";
    default:
      break;
  }
  if (too_large_) {
    return "The answer of " + peer + " is larger than " +
           std::to_string(options_.answer_bytes_max) + " bytes and was not read.";
  }
  return "Asking " + peer + " failed: " + curl_easy_strerror(code) + ".";
}

}  // namespace slipway
