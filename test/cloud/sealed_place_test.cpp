// A sealed place opens for whom it was made and shows nobody what it is.
#include "cloud/sealed_place.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace slipway::cloud {
namespace {

TEST(SealedPlace, OpensForWhomItWasMadeOnly) {
  const std::string key = new_seal_key(), place = "shp_0817";
  const std::string sealed = seal(place, "Kiel", key);
  EXPECT_EQ(open_sealed(sealed, "Kiel", key), place);
  EXPECT_EQ(open_sealed(sealed, "Lagos", key), std::nullopt);
  EXPECT_EQ(open_sealed(sealed, "Kiel", new_seal_key()), std::nullopt);
  EXPECT_EQ(open_sealed(sealed.substr(1), "Kiel", key), std::nullopt);
}

TEST(SealedPlace, MayBeAnyText) {
  const std::string key = new_seal_key();
  Random random(3);
  for (std::size_t size = 0; size < 200; ++size) {
    std::string place = random.hex(size).substr(0, size);
    if (size) place[random.below(size)] = '\0';
    EXPECT_EQ(open_sealed(seal(place, "", key), "", key), place);
  }
}

TEST(SealedPlace, IsATextThatAnAddressCanHold) {
  const std::string sealed = seal("x", "Kiel", new_seal_key());
  EXPECT_EQ(sealed.find_first_not_of("~-_0123456789abcdefghijklmnopqrstuvwxyz"
                                     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            sealed.npos);
}

TEST(SealedPlace, TellsNeitherTheLengthNorThatTwoAreOne) {
  const std::string key = new_seal_key();
  EXPECT_EQ(seal("1", "", key).size(), seal(std::string(63, 'x'), "", key).size());
  EXPECT_NE(seal("1", "", key), seal("1", "", key));
}

TEST(SealedPlace, WhatIsDamagedDoesNotOpen) {
  const std::string key = new_seal_key(), sealed = seal("shp_0817", "Kiel", key);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string other = sealed;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(open_sealed(other, "Kiel", key), std::nullopt) << i;
    EXPECT_EQ(open_sealed(sealed.substr(0, i), "Kiel", key), std::nullopt) << i;
  }
  for (const char* text : {"", "~", "~~", "shp_0817", "~shp_0817", "~\xff", "~AAAA="})
    EXPECT_EQ(open_sealed(text, "Kiel", key), std::nullopt) << text;
  EXPECT_EQ(open_sealed(std::string("~\0", 2), "Kiel", key), std::nullopt);
}

}  // namespace
}  // namespace slipway::cloud
