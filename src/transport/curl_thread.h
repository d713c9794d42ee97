// The thread that carries HTTP requests: one libcurl multi handle, and with it one pool of
// connections, for its whole life. It is spoken to by messages; nothing else is shared.
//
// start(), abort_all() and the destructor: any one thread. `finished` is called on this thread.
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

class CurlThread {
 public:
  using Finished = std::function<void(std::uint64_t id, HttpResult result)>;

  CurlThread(HttpOptions options, Finished finished);
  ~CurlThread();  // aborts, joins; `finished` is not called afterwards
  CurlThread(const CurlThread&) = delete;
  CurlThread& operator=(const CurlThread&) = delete;

  void start(std::uint64_t id, HttpRequest request);
  void abort_all();  // those started before; they do not finish

 private:
  struct Start {
    std::uint64_t id;
    HttpRequest request;
  };
  struct AbortAll {};
  struct Stop {};
  using Message = std::variant<Start, AbortAll, Stop>;

  void tell(Message message);
  std::vector<Message> take_messages();
  void run();
  void handle(Start start);
  void handle(AbortAll);
  void handle(Stop) { stopping_ = true; }
  void finish_transfers();

  const HttpOptions options_;
  const Finished finished_;
  void* const multi_;  // CURLM; the other thread only wakes it

  std::mutex inbox_mutex_;
  std::vector<Message> inbox_;

  std::map<void*, std::unique_ptr<Transfer>> transfers_;  // by CURL handle
  bool stopping_ = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace slipway
