#include "http/gzip.h"

#include <gtest/gtest.h>

namespace slipway::http {
namespace {

TEST(Gzip, GivesBackWhatWentIn) {
  for (const std::string& text : {std::string(), std::string("a"), std::string(300'000, 'x')}) {
    const auto back = gzip_decompress(gzip_compress(text), text.size());
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, text);
  }
}

TEST(Gzip, StopsAtTheBound) {
  const std::string bomb = gzip_compress(std::string(50'000'000, '0'));
  ASSERT_LT(bomb.size(), 300'000u);
  const auto result = gzip_decompress(bomb, 1'000'000);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().type, "body-too-large");
  EXPECT_FALSE(gzip_decompress(gzip_compress("1234"), 3));
  EXPECT_TRUE(gzip_decompress(gzip_compress("1234"), 4));
}

TEST(Gzip, RefusesWhatIsBrokenAtEveryByte) {
  const std::string whole = gzip_compress("a text of some length, so that there is a body");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(gzip_decompress(whole.substr(0, length), 1000)) << length;
  }
  EXPECT_EQ(gzip_decompress("not gzip", 1000).error().type, "bad-gzip");
  std::string checksum_wrong = whole;
  checksum_wrong[whole.size() - 5] ^= 1;
  EXPECT_FALSE(gzip_decompress(checksum_wrong, 1000));
  EXPECT_FALSE(gzip_decompress(whole + "rest", 1000));
}

TEST(Gzip, ReadsSeveralMembers) {
  EXPECT_EQ(gzip_decompress(gzip_compress("one ") + gzip_compress("two"), 100).value(), "one two");
}

}  // namespace
}  // namespace slipway::http
