// The native protocol over HTTP: a Transport that talks to a Slipway cloud (/v1).
//
// One thread, the one of `post` (http_client.h). Every answer is checked whole before it counts;
// what is not a cloud's answer is unreachable, whatever its status.
#pragma once

#include <string>

#include "transport/http_client.h"
#include "worker/transport.h"

namespace slipway {

struct CloudOptions {
  std::string url;         // "https://sync.example.com/prefix"; see check_cloud_address()
  std::string token_file;  // see read_token()
  HttpOptions http = {};
};

class SlipwayTransport final : public Transport {
 public:
  SlipwayTransport(CloudOptions options, Post post);

  void probe(Answered<Capabilities> answered) override;
  void push(PushRequest request, Answered<PushAnswer> answered) override;
  void pull(PullRequest request, Answered<PullAnswer> answered) override;
  void compare_history(HistoryRequest request, Answered<HistoryAnswer> answered) override;
  void cancel() override { client_.cancel(); }
  TransportLimits limits() const override;

 private:
  template <class T>
  void ask(HttpRequest request, Result<T> (*decode)(const json::object&), Answered<T> answered);

  const std::string base_;
  const std::string token_file_;
  const std::string peer_;  // for messages
  HttpClient client_;
};

}  // namespace slipway
