// When an issuer's keys are read anew, and what a key that is not there means until then.
#include "jwt/key_ring.h"

#include <gtest/gtest.h>

#include "issuer.h"
#include "jwt/limits.h"

namespace slipway::jwt::test {
namespace {

class KeyRingTest : public testing::Test {
 protected:
  static KeySet set_with(const std::string& id) {
    json::object jwk = made_.as_public();
    jwk["kid"] = id;
    return key_set({jwk});
  }
  static std::unexpected<Error> lost() {
    return fail(ErrorKind::busy, "keys-unreachable", "no answer");
  }
  void read(Result<KeySet> set) {
    ASSERT_TRUE(ring_.wants_reading(now_));
    ring_.reading_began(now_);
    EXPECT_FALSE(ring_.wants_reading(now_)) << "one at a time";
    ring_.reading_ended(std::move(set));
  }
  bool wants_after(Duration wait) const { return ring_.wants_reading(now_ + wait); }

  inline static const SigningKey made_ = SigningKey::ec("one");
  KeyRing ring_;
  Instant now_{Duration(1000)};
};

TEST_F(KeyRingTest, KeysAreReadNowAndThen) {
  read(set_with("one"));
  EXPECT_TRUE(ring_.keys().has("one"));
  EXPECT_FALSE(wants_after(reading_interval - Duration(1)));
  EXPECT_TRUE(wants_after(reading_interval));
}

TEST_F(KeyRingTest, AnUnknownKeyIsWaitedForUntilAReadingHasNotBroughtIt) {
  read(set_with("one"));
  EXPECT_TRUE(ring_.may_come("two"));
  EXPECT_FALSE(wants_after(reading_pause_min - Duration(1))) << "no more often than that";
  now_ = now_ + reading_pause_min;
  read(set_with("one"));
  EXPECT_FALSE(ring_.may_come("two"));
  EXPECT_FALSE(wants_after(reading_pause_min)) << "that is settled";
  now_ = now_ + reading_interval;
  read(set_with("two"));
  EXPECT_TRUE(ring_.keys().has("two"));
}

TEST_F(KeyRingTest, AKeyThatIsAskedForDuringAReadingWaitsForTheNext) {
  ring_.reading_began(now_);
  EXPECT_TRUE(ring_.may_come("two"));
  ring_.reading_ended(set_with("one"));
  EXPECT_TRUE(ring_.may_come("two")) << "it may be younger than what was read";
  EXPECT_TRUE(wants_after(reading_pause_min));
}

TEST_F(KeyRingTest, KeysStayWhenAReadingFails) {
  read(set_with("one"));
  EXPECT_TRUE(ring_.may_come("two"));
  now_ = now_ + reading_pause_min;
  read(lost());
  EXPECT_TRUE(ring_.keys().has("one"));
  EXPECT_EQ(ring_.failures(), 1u);
  EXPECT_TRUE(ring_.may_come("two")) << "nobody has said that there is none";
  EXPECT_FALSE(wants_after(reading_pause_min - Duration(1)));
  EXPECT_TRUE(wants_after(reading_pause_min));
}

TEST_F(KeyRingTest, MadeUpKeysCostLittle) {
  read(set_with("one"));
  for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(ring_.may_come("made up " + std::to_string(i)));
  now_ = now_ + reading_pause_min;
  read(set_with("one"));
  EXPECT_FALSE(ring_.may_come("made up 0"));
  EXPECT_FALSE(wants_after(reading_pause_min)) << "all of them together were one reading";
}

TEST_F(KeyRingTest, ATokenWithoutAKeyIdWaitsForTheFirstKeysOnly) {
  EXPECT_TRUE(ring_.may_come(""));
  read(set_with("one"));
  EXPECT_FALSE(ring_.may_come(""));
}

}  // namespace
}  // namespace slipway::jwt::test
