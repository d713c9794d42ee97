// HTTP requests that do not block. A carrier has them, which is a thread of its own
// (curl_thread.h): the caller's thread and that one exchange messages and share nothing.
//
// Called on one thread: the one on which `post` runs what it is given. Each send() is answered
// exactly once there, never from within the call, unless cancel() or the destructor comes before.
// A stream beside them is heard as it comes.
// Connections are kept and used again. TLS certificates are verified. Redirects are not followed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/failure.h"
#include "transport/limits.h"

namespace slipway {

// Runs a task soon on the caller's thread; called from any thread, until the client is gone.
using Post = std::function<void(std::function<void()> task)>;

struct HttpOptions {
  std::string ca_file = {};               // PEM, instead of the system's; "": the system's
  std::optional<std::string> proxy = {};  // nothing: http_proxy, https_proxy, no_proxy; "": none
  Duration connect_time_max = limits::connect_time_max;
  Duration request_time_max = limits::request_time_max;
  std::chrono::seconds silence_max = limits::silence_max;
  std::chrono::seconds stream_silence_max = limits::stream_silence_max;
  std::size_t answer_bytes_max = limits::answer_bytes_max;
};

struct HttpRequest {
  std::string method;  // as it is sent: "PATCH"; a GET has no body
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body = {};
  bool compress = false;  // with gzip; only where the other end is known to undo it
  // The connection is broken as soon as the body, which must not be empty, has been sent: the
  // answer is lost. To see what the other end makes of that.
  bool loses_answer = false;
  // It must not be sent twice. On a kept connection that turns out dead curl sends again by itself,
  // although the first may have been executed; so this one gets a connection of its own.
  bool once = false;
};

struct HttpAnswer {
  int status = 0;
  std::string content_type = {};  // as sent: "application/json; charset=utf-8"
  std::string retry_after = {};   // as sent; "": none
  std::string date = {};          // as sent; "": none
  std::string body = {};          // decompressed
  std::vector<std::pair<std::string, std::string>> headers = {};  // all, as sent
  // "" where there is none; the first, where there are several. Upper and lower case are one.
  std::string_view header(std::string_view name) const;
};

// A failure here is always `unreachable`: there is no whole answer, whose status could be read. It
// is `without_effect` if not a byte of the request was sent.
using HttpResult = std::expected<HttpAnswer, Failure>;

// Who carries the requests. Two do: curl's thread (curl_thread.h), and what stands for the network
// where time and chance are arguments (sim/, test/fuzz).
class HttpCarrier {
 public:
  // Called from any thread; `heard` for a piece of the stream, and false: nobody can take it.
  using Finished = std::function<void(std::uint64_t id, HttpResult result)>;
  using Heard = std::function<bool(std::uint64_t id, std::string bytes)>;

  virtual ~HttpCarrier() = default;  // afterwards neither is called
  // Never finished from within the call.
  virtual void start(std::uint64_t id, HttpRequest request, bool is_stream) = 0;
  // Those started before; they do not finish.
  virtual void abort_exchanges() = 0;
  virtual void abort_stream() = 0;
};
using MakeCarrier =
    std::function<std::unique_ptr<HttpCarrier>(HttpCarrier::Finished, HttpCarrier::Heard)>;
MakeCarrier curl_carrier(HttpOptions options);

class HttpClient {
 public:
  HttpClient(const MakeCarrier& carrier, Post post);
  HttpClient(HttpOptions options, Post post);
  ~HttpClient();  // aborts what is in flight
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void send(HttpRequest request, std::function<void(HttpResult)> answered);

  // For what is known without asking: posted like an answer, forgotten by cancel() like one.
  void answer_locally(std::function<void()> answered);

  void cancel();  // everything that is not answered yet, but for the stream

  // A request whose answer does not end, one at a time. `heard` is given the body of a 200 piece by
  // piece; `ended` comes once, when it is over, with the answer (its body only if it was no 200).
  // Neither comes from within the call, nor after close_stream(). Without a request it ends at
  // once.
  void open_stream(std::expected<HttpRequest, Failure> request,
                   std::function<void(std::string_view)> heard,
                   std::function<void(HttpResult)> ended);
  void close_stream();

 private:
  struct Waiting;
  std::shared_ptr<Waiting> waiting_;  // used on the caller's thread only; tasks hold it weakly
  Post post_;
  std::unique_ptr<HttpCarrier> carrier_;
};

}  // namespace slipway
