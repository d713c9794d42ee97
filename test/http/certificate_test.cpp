// What a certificate and a key must be before a server shows them, and in what words they are
// refused.
#include "http/certificate.h"

#include <gtest/gtest.h>

#include "tls_client.h"

namespace slipway::http {
namespace {

using test::made_pair;
using test::Pair;

std::string refusal(const Pair& pair) {
  const auto made = Certificate::from_pem(pair.chain, pair.key, test::now());
  if (made) return "taken";
  EXPECT_EQ(made.error().type, "bad-certificate");
  EXPECT_FALSE(made.error().hint.empty());
  return made.error().message;
}

TEST(Certificate, IsTakenAndTellsWhenItEnds) {
  const Pair pair = made_pair(-1, 30);
  const auto made = Certificate::from_pem(pair.chain, pair.key, test::now());
  ASSERT_TRUE(made);
  const auto days = (made->expires().ms_since_1970 - test::now().ms_since_1970) / 3'600'000.0 / 24;
  EXPECT_NEAR(days, 30, 0.01);
}

TEST(Certificate, ThatIsNotOfTodayIsRefusedWithTheDay) {
  EXPECT_NE(refusal(made_pair(-3, -1)).find("cert.pem expired on 20"), std::string::npos);
  EXPECT_NE(refusal(made_pair(1, 3)).find("is not valid before 20"), std::string::npos);
}

TEST(Certificate, AndKeyMustBelongTogether) {
  EXPECT_EQ(refusal({made_pair().chain, made_pair().key}),
            "The key in key.pem does not belong to the certificate in cert.pem.");
  EXPECT_EQ(refusal({made_pair().chain, made_pair(-1, 30, 2048).key}),
            "The key in key.pem does not belong to the certificate in cert.pem.");
}

TEST(Certificate, ThatCannotBeReadIsRefused) {
  Pair pair = made_pair();
  EXPECT_EQ(refusal({{"cert.pem", ""}, pair.key}),
            "cert.pem holds no certificate in PEM that can be read.");
  EXPECT_EQ(refusal({pair.chain, {"key.pem", "garbage"}}),
            "key.pem holds no private key in PEM that can be read.");
  EXPECT_EQ(refusal({pair.key, pair.chain}),
            "key.pem holds no certificate in PEM that can be read.");
  Pair cut = pair;
  cut.chain.content += pair.chain.content.substr(0, 200);
  EXPECT_EQ(refusal(cut), "A certificate of the chain in cert.pem is damaged.");
  for (int i = 0; i < 11; ++i) pair.chain.content += made_pair().chain.content;
  EXPECT_EQ(refusal(pair), "cert.pem holds more than 10 certificates.");
}

TEST(Certificate, ThatIsWeakIsRefused) {
  EXPECT_EQ(refusal(made_pair(-1, 30, 1024)),
            "The certificate in cert.pem is too weak to be used.");
}

TEST(Certificate, WithAChainIsTaken) {
  Pair pair = made_pair();
  pair.chain.content += made_pair().chain.content + made_pair().chain.content;
  EXPECT_EQ(refusal(pair), "taken");
}

}  // namespace
}  // namespace slipway::http
