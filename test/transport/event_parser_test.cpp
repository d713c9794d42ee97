// Server-sent events, as the standard reads them, however the bytes are cut.
#include "transport/event_parser.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace slipway::test {
namespace {

using Events = std::vector<StreamedEvent>;

Events parse(std::string_view bytes) {
  return EventParser(1000).feed(bytes);
}

TEST(EventParser, ReadsNameDataAndId) {
  EXPECT_EQ(parse("event: poke\nid: 12-ab\ndata: {\"a\":1}\n\n"),
            (Events{{"poke", "{\"a\":1}", "12-ab"}}));
  EXPECT_EQ(parse("data: a\n\ndata:b\n\n"), (Events{{"message", "a", ""}, {"message", "b", ""}}));
}

TEST(EventParser, JoinsDataLinesAndTakesAnyLineEnd) {
  EXPECT_EQ(parse("data: a\r\ndata: b\rdata\ndata:  c\r\r"),
            (Events{{"message", "a\nb\n\n c", ""}}));
}

TEST(EventParser, KeepsTheIdUntilAnotherComes) {
  EXPECT_EQ(parse(std::string_view(
                "id: 1\ndata: a\n\ndata: b\n\nid: 2\0\ndata: c\n\nid\ndata: d\n\n", 55)),
            (Events{{"message", "a", "1"},
                    {"message", "b", "1"},
                    {"message", "c", "1"},
                    {"message", "d", ""}}));
}

TEST(EventParser, CommentsUnknownFieldsAndEventsWithoutDataAreNothing) {
  EXPECT_EQ(parse(":\n\n: a heartbeat\n\nretry: 5\nevent: lost\n\n<html>\n\ndata: a\n\n"),
            (Events{{"message", "a", ""}}));
  EXPECT_EQ(parse("\xEF\xBB\xBF"
                  "data: a\n\n"),
            (Events{{"message", "a", ""}}));
  EXPECT_EQ(parse("data: a\n"), Events{}) << "not at its end yet";
}

TEST(EventParser, KeepsTheReconnectionTimeThatWasToldLast) {
  EventParser parser(100);
  EXPECT_FALSE(parser.retry());
  EXPECT_TRUE(parser.feed("retry: 1500\n\nretry:20").empty());
  EXPECT_EQ(parser.retry(), Duration(1500)) << "the line is not at its end";
  EXPECT_TRUE(parser.feed("00\n\n").empty());
  EXPECT_EQ(parser.retry(), Duration(2000));
  for (const char* odd : {"", "soon", "-1", "1e3", "1.5", "3 ", "99999999999999999999"}) {
    EXPECT_TRUE(parser.feed(std::string("retry: ") + odd + "\n\n").empty());
    EXPECT_EQ(parser.retry(), Duration(2000)) << odd;
  }
}

TEST(EventParser, WhatIsTooLargeEndsIt) {
  EventParser parser(20);
  EXPECT_EQ(parser.feed("data: 0123456789\n\n").size(), 1u);
  EXPECT_TRUE(parser.feed("data: 0123456789\ndata: 0123456789\n\n").empty());
  EXPECT_TRUE(parser.overflowed());
  EXPECT_TRUE(parser.feed("data: a\n\n").empty());

  EventParser one_line(20);
  for (int i = 0; i < 1000 && !one_line.overflowed(); ++i) (void)one_line.feed("x");
  EXPECT_TRUE(one_line.overflowed());
}

// Any bytes, cut anywhere: the same events as in one piece.
TEST(EventParser, DoesNotCareWhereTheBytesAreCut) {
  constexpr std::string_view parts[] = {"data:", "event:",      "id:",  " ",
                                        "\n",    "\r",          "\r\n", "\n\n",
                                        "a",     "poke",        ":",    std::string_view("\0", 1),
                                        "\xFF",  "\xEF\xBB\xBF"};
  Random random(4);
  std::size_t met = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string bytes;
    for (std::uint64_t n = random.below(40); n > 0; --n)
      bytes += parts[random.below(std::size(parts))];
    EventParser whole(60), pieces(60);
    const Events at_once = whole.feed(bytes);
    Events one_by_one;
    for (std::string_view rest = bytes; !rest.empty();) {
      const std::size_t size = std::min<std::size_t>(rest.size(), 1 + random.below(4));
      for (StreamedEvent& event : pieces.feed(rest.substr(0, size)))
        one_by_one.push_back(std::move(event));
      rest.remove_prefix(size);
    }
    // Where one piece is over the bound its smaller ones may still have been within.
    if (whole.overflowed() || pieces.overflowed()) continue;
    ASSERT_EQ(at_once, one_by_one) << bytes;
    met += at_once.size();
  }
  EXPECT_GT(met, 500u) << "too few events to prove anything";
}

}  // namespace
}  // namespace slipway::test
