#include "http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace slipway::cloud::test {

namespace {

// Connected, and the request is on its way; or nothing will come.
int send_request(const std::string& url, const std::string& method, const std::string& target,
                 const std::string& token, const std::string& body) {
  const int handle = socket(AF_INET, SOCK_STREAM, 0);
  const timeval patience{60, 0};
  setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(std::uint16_t(std::atoi(url.substr(url.rfind(':') + 1).c_str())));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(handle, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return handle;
  std::string request = method + " " + target + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n";
  if (!token.empty()) request += "Authorization: Bearer " + token + "\r\n";
  if (!body.empty()) request += "Content-Type: application/json\r\n";
  request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  for (std::size_t sent = 0; sent < request.size();) {
    const ssize_t n = send(handle, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) break;
    sent += std::size_t(n);
  }
  return handle;
}

// False: the end, or ten seconds of silence.
bool receive(int handle, std::string& into) {
  char buffer[16384];
  const ssize_t n = recv(handle, buffer, sizeof buffer, 0);
  if (n > 0) into.append(buffer, std::size_t(n));
  return n > 0;
}

}  // namespace

HttpAnswer ask(const std::string& url, const std::string& method, const std::string& target,
               const std::string& token, const std::string& body) {
  const int handle = send_request(url, method, target, token, body);
  std::string all;
  while (receive(handle, all)) {
  }
  close(handle);
  const std::size_t end = all.find("\r\n\r\n");
  if (end == all.npos || !all.starts_with("HTTP/1.1 ")) return {};
  return {std::atoi(all.c_str() + 9), all.substr(0, end), all.substr(end + 4)};
}

OpenAnswer::OpenAnswer(const std::string& url, const std::string& target, const std::string& token)
    : handle_(send_request(url, "GET", target, token, "")) {}

OpenAnswer::~OpenAnswer() {
  close(handle_);
}

const std::string& OpenAnswer::read_until(const std::string& text) {
  while (all_.find(text) == all_.npos && receive(handle_, all_)) {
  }
  return all_;
}

}  // namespace slipway::cloud::test
