// An HTTP/1.1 server on the loop: keep-alive, pipelining one at a time, gzip in both directions,
// bounded headers, bodies, connections and times. It hands each whole request to one handler.
//
// Every malformed or oversized request is answered with a problem (400, 408, 413, 414, 415, 417,
// 431, and 503 where there are too many connections) and never reaches the handler; then the
// connection is closed. A handler that throws is our bug: 500, a line on stderr, the process goes
// on.
//
// The server adds Content-Length, Date, Connection, Content-Encoding with Vary, and
// X-Content-Type-Options: nosniff; it answers HEAD by dropping the body.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "http/certificate.h"
#include "http/loop.h"
#include "http/message.h"

namespace slipway::http {

struct ServerLimits {
  std::size_t header_bytes_max = 32 * 1024;
  std::size_t body_bytes_max = 4 * 1024 * 1024;  // after decompression
  std::size_t gzip_bytes_min = 1024;   // smaller answers fit one packet anyway; 0: all, for the
                                       // sake of the checksum
  std::size_t connections_max = 1024;  // over it, the newest is answered 503 and closed
  Duration handshake_timeout = std::chrono::seconds(10);   // of TLS
  Duration idle_timeout = std::chrono::seconds(60);        // without a request, or a byte taken
  Duration request_timeout = std::chrono::seconds(30);     // from the first byte to the last
  Duration heartbeat_interval = std::chrono::seconds(15);  // on every idle event stream
};

// For a server that is there for its own machine's programs: an address of 127.0.0.0/8, [::1],
// localhost or a Unix socket. Errors: "bad-address", "not-loopback".
Result<void> check_own_machine(const std::string& address);

class Server {
 public:
  Server(Loop& loop, Handler handler, ServerLimits limits = {});
  ~Server();  // cuts what is left
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // From now on new connections speak TLS and nothing else; connections that are open stay as they
  // are. Before listen(), and again whenever there is another certificate.
  void secure(Certificate certificate);
  // Clients that spoke no TLS, or other than we do; the first of each kind a minute is logged.
  std::uint64_t strangers() const;

  // "127.0.0.1:8080", "[::1]:0" or "unix:/path". Port 0: the kernel chooses. On success url() is
  // "http://127.0.0.1:PORT" (https with a certificate) or "unix:/path". May be called for several
  // addresses; url() is the first one's. A Unix socket is the owner's alone (0600); one left over
  // by a killed process is replaced. Errors: "address-in-use", "bad-address",
  // "address-not-available", "address-forbidden", each saying which address and what to do.
  Result<void> listen(const std::string& address);
  const std::string& url() const;

  // What every event stream begins with, and says while it is idle: fields or a comment, with the
  // line feeds that end them. Until this is called it is a comment.
  void heartbeat_with(std::function<std::string()> text);

  // Called with each refusal that the server gives by itself, before it is sent, and with what was
  // read of the request until then (nothing, perhaps). What it returns is sent.
  using Refused = std::function<Response(const Request& so_far, Response refusal)>;
  void refuse_by(Refused refused);

  // No new connections or requests; answers in progress are finished, event streams ended.
  // `closed` runs on the loop when the last connection has ended. Whoever cannot wait for a
  // handler that never answers destroys the server.
  void close(std::function<void()> closed = {});

  struct Impl;

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace slipway::http
