#include "transport/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <stdexcept>

#include "base/check.h"

namespace slipway::test {

namespace {

constexpr auto patience = std::chrono::seconds(60);

std::string lower(std::string_view text) {
  std::string copy(text);
  std::ranges::transform(copy, copy.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return copy;
}

std::map<std::string, std::string> headers_of(std::string_view lines) {
  std::map<std::string, std::string> headers;
  while (!lines.empty()) {
    const auto end = lines.find("\r\n");
    const auto line = lines.substr(0, end);
    const auto colon = line.find(':');
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    headers[lower(line.substr(0, colon))] = std::string(value);
    if (end == lines.npos) break;
    lines.remove_prefix(end + 2);
  }
  return headers;
}

}  // namespace

std::string answer(int status, std::string_view content_type, std::string_view body,
                   std::string_view more_headers) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Said\r\nContent-Type: " + std::string(content_type) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(more_headers) +
         "\r\n" + std::string(body);
}

std::string json_answer(int status, std::string_view body, std::string_view more_headers) {
  return answer(status, "application/json", body, more_headers);
}

std::string problem_answer(int status, std::string_view type, std::string_view title,
                           std::string_view more_headers) {
  return answer(status, "application/problem+json",
                R"({"type":"https://slipway.dev/problems/)" + std::string(type) + R"(","title":")" +
                    std::string(title) + R"(","status":)" + std::to_string(status) + "}",
                more_headers);
}

std::string gzipped(std::string_view bytes) {
  z_stream stream{};
  CHECK(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = uInt(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = uInt(out.size());
  CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string gunzipped(std::string_view bytes) {
  z_stream stream{};
  CHECK(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string out(1 << 22, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = uInt(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = uInt(out.size());
  const int outcome = inflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  if (outcome != Z_STREAM_END) throw std::runtime_error("not gzip");
  return out;
}

Peer::Peer(std::vector<Play> plays)
    : plays_(plays.begin(), plays.end()),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  CHECK(listen(listener_, 16) == 0);
  CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

Peer::~Peer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
    for (int socket : sockets_) shutdown(socket, SHUT_RDWR);
  }
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  for (int socket : sockets_) ::close(socket);
  ::close(listener_);
}

std::string Peer::url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
}

void Peer::wait_for_requests(std::size_t count) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, patience, [&] { return received_.size() >= count; })) {
    throw std::runtime_error("the request did not come");
  }
}

std::vector<Received> Peer::received() {
  const std::lock_guard lock(mutex_);
  return received_;
}

std::size_t Peer::accepted() {
  const std::lock_guard lock(mutex_);
  return accepted_;
}

void Peer::accept_all() {
  for (;;) {
    const int socket = ::accept(listener_, nullptr, nullptr);
    const std::lock_guard lock(mutex_);
    if (socket >= 0) sockets_.push_back(socket);
    if (socket < 0 || ending_) return;
    ++accepted_;
    threads_.emplace_back([this, socket] { serve(socket); });
  }
}

void Peer::serve(int socket) {
  std::string buffer;
  for (;;) {
    Received request;
    if (!read_request(socket, buffer, request)) break;
    Play next{"", Then::close, Duration(0)};  // more requests than plays: that one is refused
    {
      const std::lock_guard lock(mutex_);
      received_.push_back(std::move(request));
      if (!plays_.empty()) {
        next = plays_.front();
        plays_.pop_front();
      }
      changed_.notify_all();
    }
    if (!play(socket, next)) break;
  }
  shutdown(socket, SHUT_RDWR);
}

bool Peer::read_request(int socket, std::string& buffer, Received& request) {
  std::size_t head_end = 0, body_size = 0;
  for (;;) {
    head_end = buffer.find("\r\n\r\n");
    if (head_end != buffer.npos) {
      const std::string_view head(buffer.data(), head_end);
      const auto line_end = std::min(head.find("\r\n"), head.size());
      const auto first = head.find(' '), second = head.find(' ', first + 1);
      request.method = head.substr(0, first);
      request.target = head.substr(first + 1, second - first - 1);
      request.headers = headers_of(head.substr(std::min(line_end + 2, head.size())));
      const auto length = request.headers.find("content-length");
      body_size = length == request.headers.end() ? 0 : std::stoul(length->second);
      if (buffer.size() >= head_end + 4 + body_size) break;
    }
    char bytes[16384];
    const ssize_t got = recv(socket, bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    buffer.append(bytes, std::size_t(got));
  }
  request.body = buffer.substr(head_end + 4, body_size);
  buffer.erase(0, head_end + 4 + body_size);
  return true;
}

bool Peer::play(int socket, const Play& play) {
  const std::size_t piece = play.each_byte.count() ? 1 : play.bytes.size();
  for (std::size_t at = 0; at < play.bytes.size();) {
    if (play.each_byte.count()) {
      std::unique_lock lock(mutex_);
      if (changed_.wait_for(lock, play.each_byte, [&] { return ending_; })) return false;
    }
    const ssize_t sent =
        send(socket, play.bytes.data() + at, std::min(piece, play.bytes.size() - at), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    at += std::size_t(sent);
  }
  if (play.then == Then::hold) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ending_; });
  }
  return play.then == Then::keep;
}

}  // namespace slipway::test
