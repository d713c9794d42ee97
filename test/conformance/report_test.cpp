// What the report claims: no more than was checked.
#include "conformance/report.h"

#include <gtest/gtest.h>

namespace slipway::conformance {
namespace {

Report passed(std::vector<std::string> left_out) {
  Report report{"rest", "https://api.example", {}, {}};
  report.findings.push_back({"write-and-read", "A row can be made.", "why", Outcome("201")});
  report.left_out = std::move(left_out);
  return report;
}

TEST(Report, SaysWhatWasLeftOutOnRequest) {
  const Report some = passed({"replay", "conflict"});
  EXPECT_TRUE(holds(some));
  EXPECT_NE(to_text(some).find("1 of 1 checks hold. This is not all: 2 more were left out"),
            std::string::npos)
      << to_text(some);
  EXPECT_EQ(to_json(some).at("leftOut"), (json::array{"replay", "conflict"}));
}

TEST(Report, OfAllChecksSpeaksOfNoOthers) {
  const Report all = passed({});
  EXPECT_EQ(to_text(all).find("not all"), std::string::npos);
  EXPECT_EQ(to_json(all).at("leftOut"), json::array());
}

}  // namespace
}  // namespace slipway::conformance
