// Lists that are compared with what was seen, and the commit to which that memory belongs.
#include "transport/rest_memory.h"

#include <gtest/gtest.h>

#include "transport/limits.h"

namespace slipway::test {
namespace {

RestApi customers() {
  RestApi api;
  RestEntity entity;
  entity.id = "id";
  entity.changes.since = "at";
  entity.deleted = "gone";
  entity.fields = {{"name", "fullName"}};
  api.entities["Customer"] = entity;
  return api;
}

json::object row(int id, const std::string& name, const std::string& at = "1") {
  return {{"id", id}, {"fullName", name}, {"at", at}};
}

class Memory : public testing::Test {
 protected:
  Page list(std::vector<json::object> rows) {
    memory_.stand_at(cursor_);
    return memory_.page_of(api_, cursor_, {{{"Customer", std::move(rows)}}, {"Customer"}});
  }
  Page changes(std::vector<json::object> rows) {
    memory_.stand_at(cursor_);
    return memory_.page_of(api_, cursor_, {{{"Customer", std::move(rows)}}, {}});
  }
  void absorb(const Page& page) { cursor_ = page.to; }
  static std::vector<std::string> names(const Page& page) {
    std::vector<std::string> texts;
    for (const PageRow& row : page.rows) texts.push_back((row.deleted ? "-" : "+") + row.entity.id);
    return texts;
  }

  const RestApi api_ = customers();
  Version cursor_{0, std::string(16, 'a')};
  RestMemory memory_;
};

using Texts = std::vector<std::string>;

TEST_F(Memory, TheFirstListIsEverythingLaterOnesTellTheDifference) {
  const Page first = list({row(1, "a"), row(2, "b")});
  EXPECT_EQ(names(first), (Texts{"+1", "+2"}));
  EXPECT_EQ(first.whole_types, Texts{"Customer"});
  EXPECT_TRUE(first.in_words_of_target);
  EXPECT_EQ(first.to.seq, 1);
  EXPECT_EQ(first.rows[0].version, first.to);
  EXPECT_EQ(first.rows[0].values->at("name"), "a");
  EXPECT_FALSE(first.rows[0].values->contains("fullName"));
  absorb(first);
  const Page same = list({row(2, "b"), row(1, "a")});
  EXPECT_EQ(same.to, same.from);
  const Page later = list({row(1, "A"), row(3, "c")});
  EXPECT_EQ(names(later), (Texts{"+1", "+3", "-2"}));
  EXPECT_TRUE(later.whole_types.empty());
}

TEST_F(Memory, WhatWasNotAbsorbedIsToldAgain) {
  absorb(list({row(1, "a")}));
  EXPECT_EQ(names(list({row(1, "a"), row(2, "b")})), Texts{"+2"});
  EXPECT_EQ(names(list({row(1, "a"), row(2, "b")})), Texts{"+2"});
}

TEST_F(Memory, ADeviceThatStandsElsewhereIsToldEverything) {
  absorb(list({row(1, "a")}));
  cursor_ = {9, std::string(16, 'b')};
  const Page page = list({row(1, "a")});
  EXPECT_EQ(names(page), Texts{"+1"});
  EXPECT_EQ(page.whole_types, Texts{"Customer"});
}

TEST_F(Memory, AnEmptyListIsToldOnceToo) {
  const Page page = list({});
  EXPECT_EQ(page.whole_types, Texts{"Customer"});
  EXPECT_EQ(page.to.seq, 1);
}

TEST_F(Memory, OnesOwnWritesAreNoNews) {
  absorb(list({row(1, "a")}));
  memory_.stand_at(cursor_);
  const Version to{2, std::string(16, 'c')};
  memory_.note(to, {{{"Customer", "2"}, row(2, "b")}, {{"Customer", "1"}, std::nullopt}});
  cursor_ = to;
  const Page page = list({row(2, "b")});
  EXPECT_EQ(page.to, page.from) << names(page).size();
}

TEST_F(Memory, ChangesTellNoDeletionsButMarkedOnes) {
  absorb(list({row(1, "a", "3"), row(2, "b", "5")}));
  memory_.stand_at(cursor_);
  ASSERT_NE(memory_.since("Customer"), nullptr);
  EXPECT_EQ(*memory_.since("Customer"), "5");
  json::object dead = row(1, "a", "7");
  dead["gone"] = "yesterday";
  const Page page = changes({dead, row(3, "c", "6")});
  EXPECT_EQ(names(page), (Texts{"-1", "+3"}));
  absorb(page);
  memory_.stand_at(cursor_);
  EXPECT_EQ(*memory_.since("Customer"), "7");
}

TEST_F(Memory, NowAndThenEverythingIsAskedFor) {
  absorb(list({row(1, "a")}));
  memory_.stand_at(cursor_);
  for (int i = 0; i + 1 < limits::rest_pulls_per_list; ++i) {
    EXPECT_FALSE(memory_.needs_everything());
    changes({});
  }
  changes({});
  EXPECT_TRUE(memory_.needs_everything());
  absorb(list({row(1, "a")}));
  memory_.stand_at(cursor_);
  EXPECT_FALSE(memory_.needs_everything());
}

TEST_F(Memory, RowsOnTwoPagesOfAListCountOnceAndThoseWithoutAnIdNot) {
  EXPECT_EQ(names(list({row(1, "a"), {{"name", "x"}}, row(1, "a"), {{"id", nullptr}}})),
            Texts{"+1"});
}

// Row 1 changes while the second page is read: what that one tells is later, and must not count
// yet.
TEST_F(Memory, OfSeveralPagesOnlyTheFirstSaysHowFarAllWasSeen) {
  const auto pages = [&](std::vector<json::object> rows, std::size_t first, bool whole) {
    memory_.stand_at(cursor_);
    Listing listing{{{"Customer", std::move(rows)}}, {}, {{"Customer", first}}};
    if (whole) listing.whole.insert("Customer");
    absorb(memory_.page_of(api_, cursor_, listing));
    memory_.stand_at(cursor_);
    return *memory_.since("Customer");
  };
  EXPECT_EQ(pages({row(1, "a", "1"), row(2, "b", "2"), row(3, "c", "9")}, 2, true), "2");
  // What was seen before this reading began is sure now, though its first page does not reach so
  // far.
  EXPECT_EQ(pages({row(2, "b", "2"), row(1, "x", "8"), row(4, "d", "95")}, 1, false), "9");
  absorb(changes({row(5, "e", "97")}));
  memory_.stand_at(cursor_);
  EXPECT_EQ(*memory_.since("Customer"), "97");
}

}  // namespace
}  // namespace slipway::test
