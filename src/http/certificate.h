// What a server shows to clients that speak TLS: a chain of certificates and the key of the first,
// with the rules of the handshake (TLS 1.2 or newer, ciphers with forward secrecy and
// authenticated encryption, no compression, no renegotiation, ALPN http/1.1). Never changes;
// copies share it.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace slipway::http {

struct PemFile {
  std::string name;  // for messages
  std::string content;
};

class Certificate {
 public:
  // Error "bad-certificate": one of the two cannot be read, they do not belong together, the
  // certificate is not valid at `now`, or its key is too weak. No message has a word of the key.
  static Result<Certificate> from_pem(const PemFile& chain, const PemFile& key, WallTime now);

  WallTime expires() const { return expires_; }
  ssl_ctx_st* context() const { return context_.get(); }  // only for this folder

 private:
  Certificate(std::shared_ptr<ssl_ctx_st> context, WallTime expires)
      : context_(std::move(context)), expires_(expires) {}

  std::shared_ptr<ssl_ctx_st> context_;
  WallTime expires_;
};

}  // namespace slipway::http
