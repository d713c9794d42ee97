#include "http/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <ctime>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace slipway::http {

namespace {

constexpr int security_level = 2;      // 112 bits: RSA from 2048, elliptic curves from 224
constexpr std::size_t chain_max = 10;  // certificates
constexpr std::string_view no_hint = "Give the PEM files that your authority made";
constexpr unsigned char alpn[] = "\x08http/1.1";

struct Release {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using BioPointer = std::unique_ptr<BIO, Release>;
using X509Pointer = std::unique_ptr<X509, Release>;
using KeyPointer = std::unique_ptr<EVP_PKEY, Release>;

std::unexpected<Error> bad(std::string message, std::string_view hint = no_hint) {
  ERR_clear_error();
  return fail(ErrorKind::invalid, "bad-certificate", std::move(message), std::string(hint));
}

BioPointer bio_of(const std::string& text) {
  BioPointer bio(BIO_new_mem_buf(text.data(), int(text.size())));
  CHECK(bio);
  return bio;
}

int no_password(char*, int, int, void*) {
  return -1;
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length,
                    const unsigned char* offered, unsigned offered_length, void*) {
  unsigned char* found = nullptr;
  const int result =
      SSL_select_next_proto(&found, length, alpn, sizeof alpn - 1, offered, offered_length);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::shared_ptr<SSL_CTX> new_context() {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  CHECK(context);
  SSL_CTX* raw = context.get();
  SSL_CTX_set_security_level(raw, security_level);
  CHECK(SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) == 1);
  CHECK(SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1);  // of TLS 1.2
  SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // An idle connection owns no buffer; what waits to be sent may move in memory meanwhile.
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // A client that changes its keys without end must not keep one call, and with it the loop, busy.
  SSL_CTX_clear_mode(raw, SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);  // clients keep tickets, we nothing
  SSL_CTX_set_num_tickets(raw, 1);
  SSL_CTX_set_alpn_select_cb(raw, &choose_protocol, nullptr);
  return context;
}

X509Pointer next_certificate(BIO* bio) {
  return X509Pointer(PEM_read_bio_X509(bio, nullptr, &no_password, nullptr));
}

bool ended_well() {  // no more PEM in the file, or a damaged one
  const auto error = ERR_peek_last_error();
  return error == 0 ||
         (ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE);
}

std::int64_t ms_of(const ASN1_TIME* time) {
  std::tm parts{};
  CHECK(ASN1_TIME_to_tm(time, &parts) == 1);
  return std::int64_t(timegm(&parts)) * 1000;
}

std::string day_of(WallTime at) {
  return to_text(at).substr(0, 10);
}

Result<WallTime> valid_until(X509* certificate, const std::string& name, WallTime now) {
  const ASN1_TIME* from = X509_get0_notBefore(certificate);
  const ASN1_TIME* until = X509_get0_notAfter(certificate);
  if (ASN1_TIME_check(from) != 1 || ASN1_TIME_check(until) != 1)
    return bad("The times of the certificate in " + name + " cannot be read.");
  const WallTime begins{ms_of(from)}, expires{ms_of(until)};
  if (expires < now) {
    return bad("The certificate in " + name + " expired on " + day_of(expires) + ".",
               "Have it renewed; if it is valid, this machine's clock is wrong");
  }
  if (now < begins) {
    return bad("The certificate in " + name + " is not valid before " + day_of(begins) + ".",
               "If it is valid already, this machine's clock is wrong");
  }
  return expires;
}

Result<void> use_chain(SSL_CTX* context, const PemFile& chain, WallTime now, WallTime& expires) {
  const auto bio = bio_of(chain.content);
  const auto first = next_certificate(bio.get());
  if (!first) return bad(chain.name + " holds no certificate in PEM that can be read.");
  const auto until = valid_until(first.get(), chain.name, now);
  if (!until) return std::unexpected(until.error());
  expires = *until;
  if (SSL_CTX_use_certificate(context, first.get()) != 1)
    return bad("The certificate in " + chain.name + " is too weak to be used.",
               "Have one made with an RSA key of 2048 bits or more, or one on the curve P-256");
  std::size_t count = 1;
  while (const auto more = next_certificate(bio.get())) {
    if (++count > chain_max) return bad(chain.name + " holds more than 10 certificates.");
    if (SSL_CTX_add1_chain_cert(context, more.get()) != 1)
      return bad("A certificate of the chain in " + chain.name + " is too weak to be used.");
  }
  if (!ended_well()) return bad("A certificate of the chain in " + chain.name + " is damaged.");
  ERR_clear_error();
  return {};
}

Result<void> use_key(SSL_CTX* context, const PemFile& chain, const PemFile& key) {
  const auto bio = bio_of(key.content);
  const KeyPointer read(PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_password, nullptr));
  if (!read) {
    if (key.content.find("ENCRYPTED") != std::string::npos)
      return bad("The key in " + key.name + " is locked by a password.",
                 "Give a key without one, in a file that only this user may read");
    return bad(key.name + " holds no private key in PEM that can be read.");
  }
  if (X509_check_private_key(SSL_CTX_get0_certificate(context), read.get()) != 1) {
    return bad(
        "The key in " + key.name + " does not belong to the certificate in " + chain.name + ".",
        "Give the key that the certificate was made for; its own certificate must be the "
        "first in its file");
  }
  if (SSL_CTX_use_PrivateKey(context, read.get()) != 1)
    return bad("The key in " + key.name + " is of a kind that cannot be used.");
  return {};
}

}  // namespace

Result<Certificate> Certificate::from_pem(const PemFile& chain, const PemFile& key, WallTime now) {
  ERR_clear_error();
  auto context = new_context();
  WallTime expires;
  if (auto used = use_chain(context.get(), chain, now, expires); !used)
    return std::unexpected(used.error());
  if (auto used = use_key(context.get(), chain, key); !used) return std::unexpected(used.error());
  return Certificate(std::move(context), expires);
}

}  // namespace slipway::http
