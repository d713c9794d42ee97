#include "tls_client.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <signal.h>

#include <chrono>
#include <stdexcept>

#include "base/check.h"

namespace slipway::http::test {

namespace {

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(bio, &bytes);
  std::string text(bytes, std::size_t(length));
  BIO_free(bio);
  return text;
}

}  // namespace

WallTime now() {
  using namespace std::chrono;
  return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

Pair made_pair(int begins_days, int ends_days, int rsa_bits) {
  static long serial = 0;
  EVP_PKEY* key = rsa_bits ? EVP_RSA_gen(unsigned(rsa_bits)) : EVP_EC_gen("P-256");
  X509* made = X509_new();
  CHECK(key && made);
  X509_set_version(made, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made), ++serial);
  constexpr long day_seconds = 24 * 3600;
  X509_gmtime_adj(X509_getm_notBefore(made), begins_days * day_seconds);
  X509_gmtime_adj(X509_getm_notAfter(made), ends_days * day_seconds);
  X509_NAME* name = X509_get_subject_name(made);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
  X509_set_issuer_name(made, name);
  X509_set_pubkey(made, key);
  CHECK(X509_sign(made, key, EVP_sha256()) > 0);
  BIO* chain = BIO_new(BIO_s_mem());
  BIO* secret = BIO_new(BIO_s_mem());
  CHECK(PEM_write_bio_X509(chain, made) == 1);
  CHECK(PEM_write_bio_PrivateKey(secret, key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  X509_free(made);
  EVP_PKEY_free(key);
  return {{"cert.pem", text_of(chain)}, {"key.pem", text_of(secret)}};
}

Certificate certificate_of(const Pair& pair) {
  auto made = Certificate::from_pem(pair.chain, pair.key, now());
  CHECK(made);
  return std::move(*made);
}

TlsClient::TlsClient(const std::string& url, int newest)
    : socket_(url),
      context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free),
      ssl_(nullptr, &SSL_free) {
  ::signal(SIGPIPE, SIG_IGN);  // a server that has closed is a finding, not the end
  SSL_CTX_set_security_level(context_.get(), 0);
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context_.get(), newest);
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_fd(ssl_.get(), socket_.descriptor());
  SSL_set_connect_state(ssl_.get());
}

bool TlsClient::greet() {
  ERR_clear_error();
  return SSL_connect(ssl_.get()) == 1;
}

void TlsClient::send(std::string_view bytes) {
  ERR_clear_error();
  if (SSL_write(ssl_.get(), bytes.data(), int(bytes.size())) != int(bytes.size()))
    throw std::runtime_error("the server did not take all");
}

bool TlsClient::read_some() {
  char buffer[16 * 1024];
  ERR_clear_error();
  const int count = SSL_read(ssl_.get(), buffer, sizeof buffer);
  if (count <= 0) ended_ = SSL_get_error(ssl_.get(), count) == SSL_ERROR_ZERO_RETURN;
  if (count > 0) read_.append(buffer, std::size_t(count));
  return count > 0;
}

std::string TlsClient::read_until(std::string_view end) {
  std::size_t found;
  while ((found = read_.find(end)) == std::string::npos) {
    if (!read_some()) throw std::runtime_error("the server closed; so far: " + read_);
  }
  std::string result = read_.substr(0, found + end.size());
  read_.erase(0, found + end.size());
  return result;
}

std::string TlsClient::read_all() {
  while (read_some()) {
  }
  return std::exchange(read_, {});
}

void TlsClient::end_sending() {
  SSL_shutdown(ssl_.get());
}

std::string TlsClient::serial() const {
  X509* shown = SSL_get1_peer_certificate(ssl_.get());
  const std::string text = std::to_string(ASN1_INTEGER_get(X509_get0_serialNumber(shown)));
  X509_free(shown);
  return text;
}

}  // namespace slipway::http::test
