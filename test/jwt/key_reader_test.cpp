// Where keys may come from, and what bounds a reading.
#include "jwt/key_reader.h"

#include <gtest/gtest.h>

#include <fstream>
#include <future>

#include "cloud/folder.h"
#include "http/loop.h"
#include "http/server.h"
#include "issuer.h"
#include "jwt/limits.h"

namespace slipway::jwt::test {
namespace {

std::string good_set() {
  static const SigningKey key = SigningKey::ec("one");
  return key_set_text({key.as_public()});
}

// An issuer's address; answers are given by `handler` on a thread of its own.
class Issuer {
 public:
  explicit Issuer(http::Handler handler) : server_(loop_, std::move(handler)) {
    EXPECT_TRUE(server_.listen("127.0.0.1:0"));
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~Issuer() {
    loop_.stop();
    thread_.join();
  }
  std::string url() const { return server_.url() + "/jwks.json"; }

 private:
  http::Loop loop_;
  http::Server server_;
  std::thread thread_;
};

http::Handler answers(unsigned status, std::string body) {
  return [=](const http::Request&, const http::Reply& reply) { reply(http::json(status, body)); };
}

TEST(KeyPlace, IsAFileOrASafeAddress) {
  for (const char* good : {"keys.json", "/etc/slipway/keys.json", "https://id.example.org/jwks",
                           "http://127.0.0.1:8080/jwks", "http://localhost/jwks"})
    EXPECT_TRUE(check_key_place(good)) << good;
  for (const char* bad :
       {"http://id.example.org/jwks", "ftp://id.example.org/jwks", "https://",
        "https://user:secret@id.example.org/jwks", "http://127.0.0.1.evil.org/"}) {
    const auto checked = check_key_place(bad);
    ASSERT_FALSE(checked) << bad;
    EXPECT_EQ(checked.error().type, "bad-key-place");
    EXPECT_EQ(checked.error().message.find("secret"), std::string::npos);
  }
}

TEST(KeyPlace, AFileIsRead) {
  const cloud::test::Folder folder;
  const std::string path = folder.file();
  EXPECT_EQ(read_keys(path).error().type, "no-key-set");
  std::ofstream(path) << good_set();
  EXPECT_TRUE(read_keys(path)->has("one"));
  std::ofstream(path) << "not one";
  EXPECT_EQ(read_keys(path).error().type, "bad-key-set");
  std::ofstream(path) << std::string(key_set_bytes_max + 1, ' ');
  EXPECT_EQ(read_keys(path).error().type, "bad-key-set");
}

TEST(KeyPlace, AnAddressIsRead) {
  const Issuer issuer(answers(200, good_set()));
  const auto keys = read_keys(issuer.url());
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_TRUE(keys->has("one"));
}

TEST(KeyPlace, AnAddressThatAnswersOtherwiseIsAnError) {
  const auto why = [](http::Handler handler) {
    const Issuer issuer(std::move(handler));
    return read_keys(issuer.url()).error().type;
  };
  EXPECT_EQ(why(answers(500, good_set())), "keys-unreachable");
  EXPECT_EQ(why(answers(200, std::string(key_set_bytes_max + 1, ' '))), "keys-unreachable");
  EXPECT_EQ(why(answers(200, "<html>")), "bad-key-set");
  EXPECT_EQ(why([](const http::Request&, const http::Reply& reply) {
              http::Response elsewhere{.status = 302, .body = good_set()};
              elsewhere.headers.emplace_back("Location", "https://evil.example.org/");
              reply(elsewhere);
            }),
            "keys-unreachable");
  EXPECT_EQ(read_keys("http://127.0.0.1:1/jwks").error().type, "keys-unreachable");
}

TEST(KeyReader, ReadsWhenItIsTold) {
  const Issuer issuer(answers(200, good_set()));
  std::promise<Result<KeySet>> read;
  KeyReader reader(issuer.url(), [&](Result<KeySet> keys) { read.set_value(std::move(keys)); });
  reader.begin();
  EXPECT_TRUE(read.get_future().get()->has("one"));
}

TEST(KeyReader, EndsAlsoDuringAReading) {
  std::promise<void> asked;
  std::vector<http::Reply> kept;  // never answered
  const Issuer issuer([&](const http::Request&, const http::Reply& reply) {
    kept.push_back(reply);
    asked.set_value();
  });
  {
    KeyReader reader(issuer.url(), [](Result<KeySet>) { ADD_FAILURE() << "it was cut short"; });
    reader.begin();
    asked.get_future().wait();
  }
}

}  // namespace
}  // namespace slipway::jwt::test
