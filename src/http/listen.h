// Opens the socket that an address names. Only for this folder.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"

namespace slipway::http {

struct Listener {
  explicit Listener(boost::asio::io_context& context) : acceptor(context), retry(context) {}
  ~Listener() { close(); }

  void close();  // a Unix socket's file goes too

  boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol> acceptor;
  boost::asio::steady_timer retry;  // when the process has run out of sockets
  std::filesystem::path unix_path;  // empty for TCP
  std::string url;
};

Result<std::shared_ptr<Listener>> open_listener(boost::asio::io_context& context,
                                                const std::string& address,
                                                const std::string& scheme);

}  // namespace slipway::http
