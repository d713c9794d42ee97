// A small blocking HTTP client for these tests, and a server that runs on a loop of its own.
// Every wait ends after ten seconds with an exception, so that no test hangs.
#pragma once

#include <chrono>
#include <cstddef>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "http/loop.h"
#include "http/message.h"
#include "http/server.h"

namespace slipway::http::test {

struct Answer {
  unsigned status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

class Client {
 public:
  explicit Client(const std::string& url);  // "http://127.0.0.1:PORT" or "unix:/path"
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Client& send(std::string_view bytes);  // all of them, unless the server has closed
  Client& finish_sending();              // shuts our half
  void disconnect();
  int descriptor() const { return socket_; }
  Answer answer(bool to_head = false);               // the next one; skips nothing
  std::string read_until(std::string_view end);      // including `end`
  bool closed_by_server();                           // waits for it; false when bytes come instead
  bool ends_within(std::chrono::milliseconds time);  // leaves what came unread

 private:
  bool read_some();

  int socket_;
  std::string read_;
};

std::string get(std::string_view target, std::string_view more_headers = "");
std::string post(std::string_view target, std::string_view body,
                 std::string_view more_headers = "");

// A server on 127.0.0.1 with a thread of its own for its loop.
class Running {
 public:
  explicit Running(Handler handler, ServerLimits limits = {},
                   const std::string& address = "127.0.0.1:0",
                   std::optional<Certificate> certificate = std::nullopt);
  ~Running();

  Answer ask(std::string_view bytes);  // over a connection of its own
  const std::string& url() const { return url_; }

  // Runs `task` on the loop and waits for what it returns.
  template <class Task>
  auto on_loop(Task task) {
    std::packaged_task<decltype(task())()> packaged(std::move(task));
    auto result = packaged.get_future();
    loop.post([&packaged] { packaged(); });
    return result.get();
  }

  Loop loop;
  std::unique_ptr<Server> server;

 private:
  std::string url_;
  std::thread thread_;
};

}  // namespace slipway::http::test
