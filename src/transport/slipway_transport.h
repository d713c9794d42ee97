// The native protocol over HTTP: a Transport that talks to a Slipway cloud (/v1).
//
// One thread, the one of `post` (http_client.h). Every answer is checked whole before it counts;
// what is not a cloud's answer is unreachable, whatever its status.
#pragma once

#include <memory>
#include <string>

#include "transport/event_parser.h"
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
  void snapshot(SnapshotRequest request, Answered<SnapshotPage> answered) override;
  void compare_history(HistoryRequest request, Answered<HistoryAnswer> answered) override;
  void cancel() override { client_.cancel(); }
  TransportLimits limits() const override;
  bool has_stream() const override { return true; }
  void open_stream(const std::optional<Version>& cursor, std::function<void(Poke)> heard,
                   std::function<void(Failure)> ended) override;
  void close_stream() override;

 private:
  struct Listener {
    EventParser parser;
    std::function<void(Poke)> heard;
    std::function<void(Failure)> ended;
    bool open = true;
  };
  void listen(Listener& listener, std::string_view bytes);
  void give_up(Listener& listener);
  std::expected<HttpRequest, Failure> signed_request(HttpRequest request,
                                                     const std::string& accepted) const;
  template <class T>
  void ask(HttpRequest request, Result<T> (*decode)(const json::object&), Answered<T> answered);

  const std::string base_;
  const std::string token_file_;
  const std::string peer_;  // for messages
  HttpClient client_;
  std::shared_ptr<Listener> listener_;
};

}  // namespace slipway
