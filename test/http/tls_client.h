// Certificates made on the spot, and a client that speaks TLS over a blocking socket of Client.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "client.h"
#include "http/certificate.h"

namespace slipway::http::test {

struct Pair {
  PemFile chain, key;
};

// A certificate of its own authority, valid from `begins_days` to `ends_days` from now.
Pair made_pair(int begins_days = -1, int ends_days = 30, int rsa_bits = 0);  // 0: on P-256

Certificate certificate_of(const Pair& pair);
WallTime now();

class TlsClient {
 public:
  explicit TlsClient(const std::string& url, int newest = TLS1_3_VERSION);
  bool greet();                       // the handshake
  void send(std::string_view bytes);  // in as few records as they fit
  std::string read_until(std::string_view end);
  std::string read_all();  // to the end; ends_well() says how it ended
  bool ends_well() const { return ended_; }
  void end_sending();          // with close_notify
  std::string serial() const;  // of the certificate that the server showed
  Client& raw() { return socket_; }
  SSL* ssl() { return ssl_.get(); }

 private:
  bool read_some();

  Client socket_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  std::string read_;
  bool ended_ = false;
};

}  // namespace slipway::http::test
