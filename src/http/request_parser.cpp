#include "http/request_parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <utility>

#include "base/check.h"
#include "http/gzip.h"
#include "http/target.h"

namespace slipway::http {

namespace beast = boost::beast;
using beast::http::error;
using boost::system::error_code;

namespace {

constexpr std::size_t body_reserve_max = 256 * 1024;  // a length announced is not a length sent

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// No refusal quotes what was sent: its words are logged, and that may be a token in the wrong
// place.
Response malformed(std::string message) {
  return problem(400, {ErrorKind::invalid, "malformed-request", std::move(message),
                       "Nothing was done. This is a mistake in the program that sent it."});
}

Response body_too_large(std::size_t bytes_max) {
  return problem(413, {ErrorKind::too_large, "body-too-large",
                       "The body is larger than " + std::to_string(bytes_max) + " bytes.",
                       "Nothing was done. Send it in smaller pieces."});
}

}  // namespace

struct RequestParser::Impl : beast::http::basic_parser<true> {
  Impl(std::size_t header_bytes, std::size_t body_bytes)
      : header_bytes_max(header_bytes), body_bytes_max(body_bytes) {
    eager(true);
    header_limit(static_cast<std::uint32_t>(header_bytes));
    body_limit(body_bytes);
  }

  void refuse(Response response, error_code& ec) {
    refusal = std::move(response);
    ec = error::bad_field;  // any error stops Beast
  }

  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target,
                       int version, error_code& ec) override {
    request.method.assign(method.data(), method.size());
    is_http_1_1 = version == 11;
    auto parsed = slipway::http::parse_target({target.data(), target.size()});
    if (!parsed) {
      return refuse(malformed("The request target is not valid: it must be a path or an http(s) "
                              "URL, with two hex digits after each %."),
                    ec);
    }
    request.path = std::move(parsed->path);
    request.raw_path = std::move(parsed->raw_path);
    request.query = std::move(parsed->query);
  }

  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                     error_code&) override {
    if (header_complete) return;  // trailers are not headers
    request.headers.emplace_back(lower_case({name.data(), name.size()}),
                                 std::string(value.data(), value.size()));
  }

  void on_header_impl(error_code& ec) override {
    header_complete = true;
    const auto hosts = std::count_if(request.headers.begin(), request.headers.end(),
                                     [](const auto& header) { return header.first == "host"; });
    if (hosts > 1 || (hosts == 0 && is_http_1_1)) {
      return refuse(malformed("A request needs exactly one Host header."), ec);
    }
    const auto coding = lower_case(request.header("transfer-encoding"));
    if (!coding.empty() && coding != "chunked") {
      return refuse(malformed("Its Transfer-Encoding is not known here; chunked is."), ec);
    }
    const auto encoding = lower_case(request.header("content-encoding"));
    is_gzip = encoding == "gzip" || encoding == "x-gzip";
    if (!is_gzip && !encoding.empty() && encoding != "identity") {
      Response response =
          problem(415, {ErrorKind::unsupported, "unsupported-encoding",
                        "The Content-Encoding of the body is not known here.",
                        "Nothing was done. Send the body as it is, or compressed with gzip."});
      response.headers.emplace_back("Accept-Encoding", "gzip");
      return refuse(std::move(response), ec);
    }
    const auto expected = lower_case(request.header("expect"));
    expects_continue = expected == "100-continue" && is_http_1_1;
    if (!expected.empty() && expected != "100-continue") {
      refuse(problem(417, {ErrorKind::unsupported, "unsupported-expectation",
                           "What the request expects (Expect) cannot be met; 100-continue can.",
                           "Nothing was done. Send the request without Expect."}),
             ec);
    }
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (length) request.body.reserve(std::min<std::uint64_t>(*length, body_reserve_max));
  }

  std::size_t on_body_impl(beast::string_view bytes, error_code&) override {
    request.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}

  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code& ec) override {
    return on_body_impl(bytes, ec);
  }

  void on_finish_impl(error_code& ec) override {
    if (!is_gzip || request.body.empty()) return;
    auto plain = gzip_decompress(request.body, body_bytes_max);
    if (plain) {
      request.body = std::move(*plain);
    } else {
      refuse(problem(plain.error().kind == ErrorKind::too_large ? 413 : 400, plain.error()), ec);
    }
  }

  void on_response_impl(int, beast::string_view, int, error_code&) override {}

  Response refusal_for(const error_code& ec) const {
    if (ec == error::body_limit) return body_too_large(body_bytes_max);
    if (ec == error::header_limit) {
      const bool is_target = request.method.empty();  // the request line has not ended
      return problem(is_target ? 414 : 431,
                     {ErrorKind::too_large, is_target ? "target-too-long" : "headers-too-large",
                      std::string(is_target ? "The request line is" : "The headers are") +
                          " longer than " + std::to_string(header_bytes_max) + " bytes.",
                      "Nothing was done."});
    }
    return malformed("The request is not valid HTTP/1.1: " + ec.message() + ".");
  }

  const std::size_t header_bytes_max;
  const std::size_t body_bytes_max;
  Request request;
  std::optional<Response> refusal;
  bool is_http_1_1 = false;
  bool header_complete = false;
  bool left_over = false;  // the last bytes were not all taken
  bool is_gzip = false;
  bool expects_continue = false;
};

RequestParser::RequestParser(std::size_t header_bytes_max, std::size_t body_bytes_max)
    : impl_(std::make_unique<Impl>(header_bytes_max, body_bytes_max)) {}
RequestParser::~RequestParser() = default;

std::size_t RequestParser::feed(std::string_view bytes) {
  CHECK(!done() && !impl_->refusal);
  // Beast asserts that a last chunk which it has looked at once comes again with five bytes, "0",
  // end, end. No part of a chunked body that was left over is complete with fewer.
  constexpr std::size_t last_chunk_bytes = 5;
  if (impl_->left_over && impl_->header_complete && impl_->chunked() &&
      bytes.size() < last_chunk_bytes) {
    return 0;
  }
  error_code ec;
  const std::size_t taken = impl_->put({bytes.data(), bytes.size()}, ec);
  impl_->left_over = taken < bytes.size();
  if (ec && ec != error::need_more && !impl_->refusal) impl_->refusal = impl_->refusal_for(ec);
  return taken;
}

bool RequestParser::done() const {
  return impl_->is_done();
}
const std::optional<Response>& RequestParser::refusal() const {
  return impl_->refusal;
}
bool RequestParser::wants_continue() const {
  return impl_->header_complete && impl_->expects_continue;
}
bool RequestParser::keep_alive() const {
  return impl_->is_http_1_1 && impl_->keep_alive();
}
const Request& RequestParser::so_far() const {
  return impl_->request;
}
Request RequestParser::take() {
  return std::move(impl_->request);
}

}  // namespace slipway::http
