// What a Server is made of: its listeners and its connections. Only for this folder's .cpp files.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "http/certificate.h"
#include "http/connection.h"
#include "http/listen.h"
#include "http/loop_impl.h"
#include "http/rare_lines.h"
#include "http/server.h"

namespace slipway::http {

struct Server::Impl : std::enable_shared_from_this<Impl> {
  Impl(Loop& on_loop, Handler request_handler, ServerLimits server_limits);

  void accept(const std::shared_ptr<Listener>& listener);
  void accept_more(Listener& listener);
  bool admit(Socket socket);            // false: it was one too many
  void forget(Connection* connection);  // its last word; may destroy it
  void close_listeners();
  void close(std::function<void()> when_closed);
  void cut_all();

  Loop& loop;
  const Handler handler;
  const ServerLimits limits;
  std::optional<Certificate> certificate;  // none: plain HTTP
  RareLines strangers;
  std::string url;
  std::function<std::string()> heartbeat = [] { return ":\n\n"; };
  Refused refused = [](const Request&, Response refusal) { return refusal; };
  std::vector<std::shared_ptr<Listener>> listeners;
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections;
  bool closing = false;
  std::function<void()> closed;  // called once, when `closing` and the last connection has ended
  std::array<char, 64 * 1024> scratch;  // what a socket had; one connection reads at a time
};

}  // namespace slipway::http
