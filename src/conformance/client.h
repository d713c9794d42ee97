// Asks the API, many things at once where that matters, and waits for the answers.
//
// One thread. Each request is answered exactly once, at the latest after `request_time_max`. An API
// that is busy (429, 503) is asked again, as any client has to; one that has been so for minutes,
// or has not answered, is asked nothing more, and what it said last counts as the answer.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/answer.h"
#include "transport/http_client.h"

namespace slipway::conformance {

class Client {
 public:
  // `ca_file`: PEM, instead of the system's; "": the system's.
  Client(std::string url, std::string token, std::string ca_file);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // With the token and, where there is a body, the type of JSON.
  HttpRequest request(std::string method, const std::string& path, std::string body = {}) const;

  Answer ask(HttpRequest request);
  std::vector<Answer> ask_together(const std::vector<HttpRequest>& requests);
  // Repeats it until it is no longer in flight (is_in_flight), within bounds.
  Answer ask_until_done(const HttpRequest& request);
  // Sends it, and breaks the connection before an answer can come.
  void ask_and_lose_answer(HttpRequest request);

  bool has_written() const { return has_written_; }  // a request beside GET was successful

  // For what goes on beside other things: `answered` may begin more; finish() runs until nothing is
  // left.
  void begin(HttpRequest request, std::function<void(Answer)> answered);
  void finish();

 private:
  struct Tasks;
  void send(HttpRequest request, std::function<void(Answer)> answered, int tries);
  bool has_lost_patience() const;

  const std::string url_, token_;
  std::shared_ptr<Tasks> tasks_;
  std::size_t in_flight_ = 0;
  bool has_written_ = false;
  std::optional<Answer> last_;
  // Since when there was no answer that is one; nothing: nothing is asked.
  std::optional<std::chrono::steady_clock::time_point> silent_since_;
  HttpClient http_;
};

// The request of somebody else, or with "" of nobody.
HttpRequest signed_with(HttpRequest request, const std::string& token);

}  // namespace slipway::conformance
