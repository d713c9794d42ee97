#include "base/base64.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace slipway {
namespace {

// RFC 4648, section 10.
constexpr std::pair<const char*, const char*> published[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

TEST(Base64, AgreesWithTheRfc) {
  for (const auto& [bytes, text] : published) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
}

TEST(Base64, RefusesWhatIsNoBase64) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "====", "=Zg=", "Z=g=", "Zm9v=", "Zm 9",
                           "Zm9v\n", "Zm-_", "Zg==Zg==", "Zm9vé"}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
}

TEST(Base64, HasOneTextForOneValue) {
  EXPECT_FALSE(from_base64("Zh=="));  // decodes as "f" too, were its last bits ignored
  EXPECT_FALSE(from_base64("Zm9="));
}

RC_GTEST_PROP(Base64, GivesBackAnyBytes, (const std::string& bytes)) {
  RC_ASSERT(from_base64(to_base64(bytes)) == bytes);
}

TEST(Utf8, AcceptsEveryLengthUpToItsLastCodePoint) {
  for (const char* text :
       {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "Zürich €"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  EXPECT_TRUE(is_utf8(std::string_view("\0", 1)));
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndWhatIsCutOff) {
  for (const char* text :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x9f\xbf", "\xe0\xa0",
        "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xfe", "\xff", "ok\xff", "\xe2\x82", "\xe2\x82\xac\xac"}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

}  // namespace
}  // namespace slipway
