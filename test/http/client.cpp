#include "client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace slipway::http::test {

namespace {

int connect_to(const std::string& url) {
  sockaddr_storage storage{};
  socklen_t length = 0;
  if (url.starts_with("unix:")) {
    auto& address = reinterpret_cast<sockaddr_un&>(storage);
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, url.c_str() + 5, sizeof address.sun_path - 1);
    length = sizeof address;
  } else {
    auto& address = reinterpret_cast<sockaddr_in&>(storage);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
    length = sizeof address;
  }
  const int socket = ::socket(storage.ss_family, SOCK_STREAM, 0);
  const timeval patience{60, 0};
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (connect(socket, reinterpret_cast<sockaddr*>(&storage), length) != 0) {
    close(socket);
    throw std::runtime_error("cannot connect to " + url);
  }
  return socket;
}

}  // namespace

Client::Client(const std::string& url) : socket_(connect_to(url)) {}
Client::~Client() {
  disconnect();
}

Client& Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return *this;
}

Client& Client::finish_sending() {
  shutdown(socket_, SHUT_WR);
  return *this;
}

void Client::disconnect() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
}

bool Client::read_some() {
  char buffer[64 * 1024];
  const auto count = recv(socket_, buffer, sizeof buffer, 0);
  if (count < 0 && errno == ECONNRESET) throw std::runtime_error("the server reset the connection");
  if (count < 0) throw std::runtime_error("nothing came for ten seconds; so far: " + read_);
  read_.append(buffer, static_cast<std::size_t>(count));
  return count > 0;
}

std::string Client::read_until(std::string_view end) {
  std::size_t found;
  while ((found = read_.find(end)) == std::string::npos) {
    if (!read_some()) throw std::runtime_error("the connection ended; so far: " + read_);
  }
  std::string result = read_.substr(0, found + end.size());
  read_.erase(0, result.size());
  return result;
}

bool Client::closed_by_server() {
  return read_.empty() && !read_some();
}

bool Client::ends_within(std::chrono::milliseconds time) {
  pollfd readable{socket_, POLLIN, 0};
  if (poll(&readable, 1, int(time.count())) <= 0) return false;
  char byte;
  return recv(socket_, &byte, 1, MSG_PEEK) <= 0;
}

Answer Client::answer(bool to_head) {
  Answer answer;
  const std::string head = read_until("\r\n\r\n");
  answer.status = static_cast<unsigned>(std::stoi(head.substr(9, 3)));
  for (auto start = head.find("\r\n") + 2; start + 2 < head.size();) {
    const auto end = head.find("\r\n", start);
    const auto colon = head.find(": ", start);
    std::string name = head.substr(start, colon - start);
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::string& value = answer.headers[name];
    value += (value.empty() ? "" : ", ") + head.substr(colon + 2, end - colon - 2);
    start = end + 2;
  }
  if (to_head || answer.headers.count("content-length") == 0) return answer;
  const auto length = std::stoul(answer.headers["content-length"]);
  while (read_.size() < length) {
    if (!read_some()) throw std::runtime_error("the body ended early");
  }
  answer.body = read_.substr(0, length);
  read_.erase(0, length);
  return answer;
}

std::string get(std::string_view target, std::string_view more_headers) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: here\r\n" + std::string(more_headers) +
         "\r\n";
}

std::string post(std::string_view target, std::string_view body, std::string_view more_headers) {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: here\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(more_headers) + "\r\n" + std::string(body);
}

Running::Running(Handler handler, ServerLimits limits, const std::string& address,
                 std::optional<Certificate> certificate)
    : server(std::make_unique<Server>(loop, std::move(handler), limits)) {
  if (certificate) server->secure(std::move(*certificate));
  const auto listening = server->listen(address);
  if (!listening) throw std::runtime_error(listening.error().message);
  url_ = server->url();
  thread_ = std::thread([this] { loop.run(); });
}

Running::~Running() {
  loop.post([this] {
    server.reset();
    loop.stop();
  });
  thread_.join();
}

Answer Running::ask(std::string_view bytes) {
  return Client(url_).send(bytes).answer();
}

}  // namespace slipway::http::test
