// Reading answers that are no success.
#include "transport/problem.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "transport/address.h"
#include "transport/cloud_token.h"
#include "transport/task_queue.h"

namespace slipway::test {
namespace {

HttpAnswer waits(std::string retry_after, std::string date = "") {
  return {429, "text/plain", std::move(retry_after), std::move(date), ""};
}

TEST(RetryAfter, IsSecondsOrADateComparedWithTheAnswersOwnDate) {
  EXPECT_EQ(retry_after(waits("")), std::nullopt);
  EXPECT_EQ(retry_after(waits("0")), Duration(0));
  EXPECT_EQ(retry_after(waits("120")), Duration(120'000));
  EXPECT_EQ(retry_after(waits("Wed, 21 Oct 2015 07:28:30 GMT", "Wed, 21 Oct 2015 07:28:00 GMT")),
            Duration(30'000));
  EXPECT_EQ(retry_after(waits("Wed, 21 Oct 2015 07:27:00 GMT", "Wed, 21 Oct 2015 07:28:00 GMT")),
            Duration(0));
}

TEST(RetryAfter, IsAnHourAtMostAndNothingWhenItCannotBeUnderstood) {
  EXPECT_EQ(retry_after(waits("99999")), limits::retry_after_max);
  EXPECT_EQ(retry_after(waits("99999999999999999999999999")), limits::retry_after_max);
  EXPECT_EQ(retry_after(waits("-5")), std::nullopt);
  EXPECT_EQ(retry_after(waits("soon")), std::nullopt);
  EXPECT_EQ(retry_after(waits("Wed, 21 Oct 2015 07:28:00 GMT")), std::nullopt);  // no Date
}

TEST(Problem, TheTypesLastSegmentIsTheSlug) {
  EXPECT_EQ(problem_slug({{"type", "https://slipway.dev/problems/key-reused"}}), "key-reused");
  EXPECT_EQ(problem_slug({{"type", "/problems/key-reused/?v=1#top"}}), "key-reused");
  EXPECT_EQ(problem_slug({{"type", "key-reused"}}), "key-reused");
  EXPECT_EQ(problem_slug({{"type", 7}}), "");
  EXPECT_EQ(problem_slug({}), "");
}

TEST(Problem, ItsTextIsOneLineOfBoundedValidUtf8) {
  EXPECT_EQ(problem_text({{"title", "Half a message"}, {"detail", "Send it whole."}}),
            "Half a message. Send it whole.");
  EXPECT_EQ(problem_text({{"detail", "a\nb"}}), "a b");
  EXPECT_EQ(problem_text({}), "");
  for (std::size_t pad = 0; pad < 4; ++pad) {
    std::string title(pad, 'x');
    for (int i = 0; i < 400; ++i) title += "€";
    const std::string text = problem_text({{"title", title}});
    EXPECT_TRUE(is_utf8(text)) << pad;
    EXPECT_LE(text.size(), limits::failure_text_bytes_max + 3);
    EXPECT_GT(text.size(), limits::failure_text_bytes_max - 4);
    EXPECT_TRUE(text.ends_with("€…"));
  }
}

TEST(Problem, OnlyAJsonTypeThatHoldsAnObjectIsTrusted) {
  EXPECT_TRUE(json_body({400, "Application/Problem+JSON ; charset=utf-8", "", "", "{}"}));
  EXPECT_FALSE(json_body({400, "application/json", "", "", "[]"}));
  EXPECT_FALSE(json_body({400, "application/json", "", "", "{"}));
  EXPECT_FALSE(json_body({400, "text/json-like", "", "", "{}"}));
  EXPECT_FALSE(json_body({400, "", "", "", "{}"}));
}

TEST(Token, IsTrimmed) {
  EXPECT_EQ(read_token(TokenFile("\n  abc.DEF-1 \r\n").path()).value_or("?"), "abc.DEF-1");
}

TEST(Token, ThatNoHeaderMayCarryIsRefusedWithoutBeingQuoted) {
  for (const std::string& text :
       {std::string(""), std::string("  \n"), std::string("hush\r\nX: y"), std::string("hush hush"),
        std::string("hush\0x", 6), std::string("hush\x7f"), std::string("hush\xc3\xa9"),
        std::string(20'000, 'h')}) {
    const TokenFile file(text);
    const auto token = read_token(file.path());
    ASSERT_FALSE(token.has_value());
    EXPECT_EQ(token.error().means, FailureClass::signed_out);
    EXPECT_NE(token.error().message.find(file.path()), std::string::npos);
    EXPECT_EQ(token.error().message.find("hush"), std::string::npos);
  }
  EXPECT_FALSE(read_token("/tmp").has_value());
  EXPECT_FALSE(read_token("/no/such/file").has_value());
}

TEST(Address, OfACloudIsHttpWithAHostAndNoSecretInIt) {
  EXPECT_TRUE(check_cloud_address("https://sync.example.com/prefix/"));
  EXPECT_TRUE(check_cloud_address("http://127.0.0.1:8080"));
  EXPECT_TRUE(check_webhook_address("https://hooks.example.com/a?key=1"));
  for (const char* bad :
       {"", "sync", "ftp://a.example", "file:///etc/passwd", "https://",
        "https://me:hush@a.example", "https://a.example/?q=1", "https://a.example/#x"}) {
    const auto checked = check_cloud_address(bad);
    ASSERT_FALSE(checked.has_value()) << bad;
    EXPECT_EQ(checked.error().type, "bad-address");
    EXPECT_EQ(checked.error().message.find("hush"), std::string::npos);
  }
}

TEST(Address, IsShownWithoutPathNameAndPassword) {
  EXPECT_EQ(origin_of("https://me:hush@a.example:444/hush?hush"), "https://a.example:444");
  EXPECT_EQ(origin_of("::"), "the given address");
}

}  // namespace
}  // namespace slipway::test
