// A body in chunks, however its bytes arrive.

#include <gtest/gtest.h>

#include "http/request_parser.h"

namespace slipway::http {
namespace {

constexpr std::string_view head =
    "POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";

// Feeds what is there, as a connection does; gives how much of it was left over.
std::size_t feed(RequestParser& parser, std::string& waiting, std::string_view more) {
  waiting += more;
  waiting.erase(0, parser.feed(waiting));
  return waiting.size();
}

TEST(Chunked, ALastChunkMayComeByteByByte) {
  RequestParser parser(1024, 1024);
  std::string waiting;
  feed(parser, waiting, head);
  for (const char byte : std::string_view("2\r\nhi\r\n0\r\n\r\n")) {
    ASSERT_FALSE(parser.done());
    feed(parser, waiting, std::string_view(&byte, 1));
    ASSERT_FALSE(parser.refusal());
  }
  ASSERT_TRUE(parser.done());
  EXPECT_EQ(parser.take().body, "hi");
}

TEST(Chunked, ABodyThatEndsInTheMiddleOfItsLastChunkIsWaitedFor) {
  for (const std::string_view end : {"0\r\n", "0\n\r\n", "0\r\n\r"}) {
    RequestParser parser(1024, 1024);
    std::string waiting;
    feed(parser, waiting, head);
    feed(parser, waiting, end);
    feed(parser, waiting, "");  // the peer has closed its side
    EXPECT_FALSE(parser.done());
    EXPECT_FALSE(parser.refusal());
  }
}

}  // namespace
}  // namespace slipway::http
