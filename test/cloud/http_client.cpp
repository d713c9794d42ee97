#include "http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace slipway::cloud::test {

HttpAnswer ask(const std::string& url, const std::string& method, const std::string& target,
               const std::string& token, const std::string& body) {
  const int handle = socket(AF_INET, SOCK_STREAM, 0);
  const timeval patience{10, 0};
  setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(std::uint16_t(std::atoi(url.substr(url.rfind(':') + 1).c_str())));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string all;
  if (connect(handle, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    std::string request =
        method + " " + target + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n";
    if (!token.empty()) request += "Authorization: Bearer " + token + "\r\n";
    if (!body.empty()) request += "Content-Type: application/json\r\n";
    request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    for (std::size_t sent = 0; sent < request.size();) {
      const ssize_t n = send(handle, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) break;
      sent += std::size_t(n);
    }
    char buffer[16384];
    for (ssize_t n; (n = recv(handle, buffer, sizeof buffer, 0)) > 0;)
      all.append(buffer, std::size_t(n));
  }
  close(handle);
  const std::size_t end = all.find("\r\n\r\n");
  if (end == all.npos || !all.starts_with("HTTP/1.1 ")) return {};
  return {std::atoi(all.c_str() + 9), all.substr(0, end), all.substr(end + 4)};
}

}  // namespace slipway::cloud::test
