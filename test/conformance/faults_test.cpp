// What the kit finds in answers, without asking anybody.
#include <gtest/gtest.h>

#include "conformance/native_faults.h"
#include "conformance/rest_faults.h"

namespace slipway::conformance {
namespace {

Answer answer(int status, const std::string& body, const std::string& etag = "") {
  HttpAnswer told{status, status < 400 ? "application/json" : "application/problem+json"};
  told.body = body;
  if (!etag.empty()) told.headers.emplace_back("etag", etag);
  return read_answer(told);
}

std::string missing(const std::optional<Fault>& fault) {
  return fault ? fault->missing : "";
}

const StaleWrite stale{"name", "seen", "mine", "theirs"};
const std::string diff =
    R"({"fields":["name"],"base":{"name":"seen"},"local":{"name":"mine"},)"
    R"("server":{"name":"theirs"},"who":"Hamburg","when":"2026-11-22T13:25:01Z"})";

std::string with(std::string text, const std::string& before, const std::string& after) {
  return text.replace(text.find(before), before.size(), after);
}
std::string lacking(const std::string& conflict) {
  return lacking_in(parse_json_object(conflict, "a diff").value(), stale);
}

TEST(Diff, IsWholeWithOrWithoutABase) {
  EXPECT_EQ(lacking(diff), "");
  EXPECT_EQ(lacking(with(diff, R"({"name":"seen"})", "{}")), "");
}

TEST(Diff, NamesWhatItLacks) {
  const std::pair<std::pair<std::string, std::string>, std::string> cases[] = {
      {{R"(["name"])", "[]"}, "conflict.fields"}, {{"mine", "else"}, "conflict.local"},
      {{"theirs", "mine"}, "conflict.server"},    {{R"("seen")", R"("never")"}, "conflict.base"},
      {{R"("Hamburg")", "null"}, "conflict.who"}, {{"2026-11-22T", "yesterday "}, "conflict.when"}};
  for (const auto& [change, word] : cases)
    EXPECT_EQ(lacking(with(diff, change.first, change.second)).find(word), 0u) << word;
}

TEST(Rest, ARepeatIsTheFirstAnswer) {
  const Answer first = answer(201, R"({"a":1,"b":2})", "\"1\"");
  EXPECT_EQ(missing(not_recorded(first, answer(201, R"({"b":2,"a":1})", "\"1\""))), "");
  EXPECT_NE(missing(not_recorded(first, answer(200, R"({"a":1,"b":2})", "\"1\""))), "");
  EXPECT_NE(missing(not_recorded(first, answer(201, R"({"a":1,"b":3})", "\"1\""))), "");
  EXPECT_NE(missing(not_recorded(first, answer(201, R"({"a":1,"b":2})", "\"2\""))), "");
  EXPECT_NE(missing(not_recorded(first, answer(409, "{}"))), "");  // in flight for ever
}

TEST(Rest, TriesAtOnceMayBeInFlight) {
  const Answer done = answer(200, R"({"a":1})", "\"2\""), waits = answer(409, "{}");
  EXPECT_EQ(missing(more_than_one_result({done, waits, done})), "");
  EXPECT_EQ(missing(more_than_one_result({waits, waits})), "");
  EXPECT_NE(missing(more_than_one_result({done, answer(200, R"({"a":1})", "\"3\"")})), "");
  EXPECT_NE(missing(more_than_one_result({done, answer(412, "{}")})), "");
  EXPECT_NE(missing(more_than_one_result({done, answer(409, R"({"conflict":{}})")})), "");
  EXPECT_NE(missing(more_than_one_result({read_answer(std::unexpected(Failure{})), done})), "");
}

TEST(Rest, ARefusalIsAProblem) {
  const std::string problem = R"({"type":"x/bad","title":"Bad","status":400})";
  EXPECT_EQ(missing(not_refused(answer(400, problem), {400}, "It", "why")), "");
  EXPECT_EQ(missing(not_refused(answer(403, problem), {400}, "It", "why")), "why");
  EXPECT_NE(missing(not_refused(answer(400, "no JSON"), {400}, "It", "why")).find("RFC 9457"),
            std::string::npos);
}

TEST(Native, AReceiptIsToldUnchanged) {
  const Receipt first{"r", Verdict::applied, 4};
  EXPECT_EQ(missing(not_same_receipt(first, first)), "");
  EXPECT_NE(missing(not_same_receipt(first, {"r", Verdict::applied, 5})), "");
  EXPECT_NE(missing(not_same_receipt(first, {"r", Verdict::rejected, 4})), "");
}

}  // namespace
}  // namespace slipway::conformance
