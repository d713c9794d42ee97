// The thread that carries HTTP requests: one libcurl multi handle, and with it one pool of
// connections, for its whole life. It is spoken to by messages; nothing else is shared.
//
// start(), the aborts and the destructor: any one thread. `finished` and `heard` are called on this
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <variant>
#include <vector>

#include "transport/http_client.h"

namespace slipway {

class Transfer;

class CurlThread final : public HttpCarrier {
 public:
  CurlThread(HttpOptions options, Finished finished, Heard heard);
  ~CurlThread() override;  // aborts, joins
  CurlThread(const CurlThread&) = delete;
  CurlThread& operator=(const CurlThread&) = delete;

  void start(std::uint64_t id, HttpRequest request, bool is_stream) override;
  void abort_exchanges() override;
  void abort_stream() override;

 private:
  struct Start {
    std::uint64_t id;
    HttpRequest request;
    bool is_stream;
  };
  struct Abort {
    bool streams;  // these, or the others
  };
  struct Stop {};
  using Message = std::variant<Start, Abort, Stop>;

  void tell(Message message);
  std::vector<Message> take_messages();
  void run();
  void handle(Start start);
  void handle(Abort abort);
  void handle(Stop) { stopping_ = true; }
  void finish_transfers();

  const HttpOptions options_;
  const Finished finished_;
  const Heard heard_;
  void* const multi_;  // CURLM; the other thread only wakes it

  std::mutex inbox_mutex_;
  std::vector<Message> inbox_;

  std::map<void*, std::unique_ptr<Transfer>> transfers_;  // by CURL handle
  bool stopping_ = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace slipway
