#include "http/message.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace slipway::http {
namespace {

TEST(Problem, NamesWhatHappenedAndWhatToDo) {
  const Response response = problem(
      Error{ErrorKind::invalid, "unknown-field", "There is no field x.", "Remove it.", "x"});
  EXPECT_EQ(response.status, 422u);
  EXPECT_EQ(response.content_type, "application/problem+json");
  const auto body = boost::json::parse(response.body).as_object();
  EXPECT_EQ(body.at("type"), "https://slipway.dev/problems/unknown-field");
  EXPECT_EQ(body.at("title"), "There is no field x.");
  EXPECT_EQ(body.at("detail"), "Remove it.");
  EXPECT_EQ(body.at("field"), "x");
  EXPECT_EQ(body.at("status"), 422);
}

TEST(Problem, HasTheStatusOfItsKind) {
  const auto status = [](ErrorKind kind) { return problem(Error{kind, "t", "m"}).status; };
  EXPECT_EQ(status(ErrorKind::unauthorized), 401u);
  EXPECT_EQ(status(ErrorKind::forbidden), 403u);
  EXPECT_EQ(status(ErrorKind::not_found), 404u);
  EXPECT_EQ(status(ErrorKind::conflict), 409u);
  EXPECT_EQ(status(ErrorKind::too_large), 413u);
  EXPECT_EQ(status(ErrorKind::busy), 503u);
  EXPECT_EQ(status(ErrorKind::unsupported), 501u);
  EXPECT_EQ(status(ErrorKind::storage), 507u);
}

TEST(Problem, TellsTheClientWhenToComeBackAndHowToSignIn) {
  const Headers busy = {{"Retry-After", "1"}};
  EXPECT_EQ(problem(Error{ErrorKind::busy, "t", "m"}).headers, busy);
  const Headers unauthorized = {{"WWW-Authenticate", "Bearer"}};
  EXPECT_EQ(problem(Error{ErrorKind::unauthorized, "t", "m"}).headers, unauthorized);
}

TEST(Problem, IsValidJsonWhateverBytesItQuotes) {
  std::string every_byte;
  for (int c = 0; c < 256; ++c) every_byte += static_cast<char>(c);
  const Response response =
      problem(Error{ErrorKind::invalid, every_byte, every_byte, every_byte, every_byte});
  boost::json::error_code error;
  boost::json::parse(response.body, error);  // refuses invalid UTF-8
  EXPECT_FALSE(error) << error.message();
}

TEST(ToValidUtf8, KeepsWhatIsValidAndReplacesTheRest) {
  EXPECT_EQ(to_valid_utf8("Zoë €  𝄞"), "Zoë €  𝄞");
  const std::string r = "\xEF\xBF\xBD";
  EXPECT_EQ(to_valid_utf8("a\xFFz"), "a" + r + "z");
  EXPECT_EQ(to_valid_utf8("\xC0\x80"), r + r);                  // too long a form
  EXPECT_EQ(to_valid_utf8("\xED\xA0\x80"), r + r + r);          // a surrogate
  EXPECT_EQ(to_valid_utf8("\xF4\x90\x80\x80"), r + r + r + r);  // beyond U+10FFFF
  EXPECT_EQ(to_valid_utf8("\xE2\x82"), r + r);                  // cut off
}

TEST(Request, FindsHeadersAndQueryValues) {
  Request request;
  request.headers = {{"host", "here"}};
  request.query = {{"a", "1"}, {"a", "2"}, {"empty", ""}};
  EXPECT_EQ(request.header("host"), "here");
  EXPECT_EQ(request.header("accept"), "");
  EXPECT_EQ(request.query_value("a"), "1");
  EXPECT_EQ(request.query_value("empty"), "");
  EXPECT_EQ(request.query_value("b"), std::nullopt);
}

}  // namespace
}  // namespace slipway::http
